"""流转: the legal clocks of a case, and the tasks that await someone.

Words: 时限 limit · 时钟 clock · 承诺 promised · 法定 statutory · 暂停 pause · 灯 lamp · 待办 task.
In: starts, pauses, stops and tasks from the rooms above, by subject. Out: due dates, day-by-day counts, who holds what.
"""
