"""综窗: intake at the window for the person who stands there, through the same `submit` as every other door.

Words: 综合窗口 comprehensive window · 收件 intake · 出件 handing over. In: clerks with the power of intake. Out: cases
and paper that carries their number. Every act names the clerk as who did it and the person as whom it was done for.
"""
