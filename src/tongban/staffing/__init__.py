"""岗位与授权: who holds which post, who asked for it and who agreed, what a body lets its 首席代表 decide.

Words: 任职申请 proposal · 批准 approve · 临时授权 elevation · 授权书 authorisation · 年度确认 review, check.
In: the wish of a head, a shift leader or an administrator; the agreement of another one. Out: posts and authorisations
(rows of `identity`), and the answers to "谁可以办这件事，为什么" and "我能办什么".
"""
