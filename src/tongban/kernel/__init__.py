"""内核: what every room stands on.

Words: 日志 journal · 记账员 bookkeeper · 工作日历 calendar · 编号 numbering · 拒绝 refusal · 幂等 idempotency.
In: events that verbs record. Out: one job per reaction, in the order of the journal.
Nothing here knows a room above it.
"""
