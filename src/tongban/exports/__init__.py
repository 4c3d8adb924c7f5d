"""导出: what staff take away from a list as a table, and the record of who took what.

Words: 清单 listed · 列 column · 导出 export · 脱敏 mask. In: lists that the rooms above declare (`lists.declare`, in their
`exported.py`), each with its columns and the same rows as its page. Out: CSV and XLSX, sent while they are read; Began and
Finished. Personal data leave masked, unless who takes them has the power and says why.
"""
