"""账号中心: how people and enterprises come to an account, prove who they are, and leave again.

Words: 注册 register · 认证等级 assurance · 认领 claim · 经办人 handler · 合并 merge · 迁移 migrate · 注销 deregister.
In: what people type at /register and /my, what clerks and administrators see and decide. Out: the verbs of `identity`,
called with what was proved; accounts opened, claimed, moved over and closed.
"""
