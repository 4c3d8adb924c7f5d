"""信用: what a broken promise leaves behind, until it is repaired.

Words: 信用记录 record · 修复 repair. In: `record` from the rooms above, when a pledge or a promise to supply was broken.
Out: Recorded, Repaired; `standing` says whether someone may be handled on a pledge. A record shows its case and ground to
the one it is about and to the head of the body that made it, and to nobody else.
"""
