"""渠道: how words leave the platform: SMS now, mail later. One gateway protocol, one file per supplier.

Words: 短信 sms · 网关 gateway. In: `queue_sms` inside a verb. Out: SmsQueued, sent by a reaction, never in a transaction
of a verb.
"""
