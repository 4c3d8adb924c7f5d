"""机构: where and who in government: regions, bodies, halls, windows.

Words: 区划 region · 机构 body · 办事大厅 hall · 窗口 window.
In: import files. Out: announces nothing; every staff-visible row above carries `region_path` and `body`.
"""
