"""消息: what a person is told about their cases, in the site and by SMS.

Words: 站内消息 message. In: `tell` from reactions of the rooms above. Out: an SMS through `channels`, where a phone is known.
"""
