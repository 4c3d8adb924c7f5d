"""综窗: intake at the window for the person who stands there, through the same `submit` as every other door.

Words: 综合窗口 comprehensive window · 收件 intake. In: clerks. Out: cases, and paper that carries their number.
"""
