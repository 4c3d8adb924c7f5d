"""谁看过: every reading of a person's data by staff is a row, which the person reads on 谁看过我的数据 (room `privacy`).

Words: 查看记录 access · 为什么看 why. In: doors and reads of the rooms above that show somebody's data (`note`, `note_all`).
Out: the rows, by person. What one request shows of one case is one row; one's own data are not written down, nor what a
verb reads without showing it. The rows are of plain ids and end with their person's key, so that they can be cut by year.
"""
