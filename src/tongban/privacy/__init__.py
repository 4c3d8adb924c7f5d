"""个人信息保护: what people may know and ask about their own data, and how long the platform keeps it.

Words: 谁看过我的数据 accesses · 我的数据 own data · 保存期限 retention · 匿名化 anonymise · 暂缓 hold.
In: a citizen who wants to know; what the rooms declare about what they keep of a person (`declared.declare`, in their
`personal.py`). Out: pages 谁看过我的数据 and 我的数据; the file with everything; rows that say what was anonymised and by which rule.
"""
