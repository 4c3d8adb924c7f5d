"""消息: what a person is told about their cases: in the site, by SMS or mail, or by a letter that the desk prints.

Words: 站内消息 message · 通知种类 kind · 通知模板 template · 送达 delivery · 合并发送 digest · 待打印信函 letter to print.
In: kinds that the rooms above declare (`kinds.declare`), and `tell` from their reactions. Out: SMS and mail through
`channels`, each fact once, in the hours in which one may be disturbed.
"""
