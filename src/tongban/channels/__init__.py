"""渠道: how words leave the platform: SMS and mail. One gateway protocol for each, one file per supplier.

Words: 短信 sms · 邮件 mail · 网关 gateway · 退信名单 bounce list · 免打扰时段 quiet hours · 状态报告 receipt.
In: `queue_sms` and `queue_mail` inside a verb. Out: SmsQueued, MailQueued, sent by reactions, never in a transaction of a
verb; Undeliverable, when one did not arrive and is not tried again.
"""
