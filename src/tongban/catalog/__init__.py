"""事项: what government does for people: one catalogue, the same data at the same time in every channel.

Words: 事项 item · 实施清单 edition · 情形 situation · 材料 material · 办事指南 guide · 环节 step · 受理权 who may accept.
In: import files. Out: published editions, which never change; a case keeps the one it was submitted under.
"""
