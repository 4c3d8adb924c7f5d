"""诉求: one loop of open, answer, visit for whatever someone is unhappy about; bad ratings first.

Words: 诉求 ticket · 整改 rectify · 回访 return visit. In: `open_ticket` from the rooms above. Out: Opened, Rectified, Visited.
"""
