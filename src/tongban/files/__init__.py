"""附件: files kept by content (SHA-256), written and fsynced before their row, read only through a checked door.

Words: 附件 file · 存储 store · 隔离区 quarantine · 检查 examine · 清理 clean · 续传 upload (in pieces) · 一叠页 sheaf ·
合成 bind. In: uploads, pieces of large ones, pictures from a phone, generated documents. Out: a StoredFile that upper
rooms point at; it says whether it is clean, and only a clean one is given out.

`structure` reads what a file is from its bytes, `cleaning` makes anew what may be given out, in a process of its own,
`gateways` asks a virus scanner where there is one.
"""
