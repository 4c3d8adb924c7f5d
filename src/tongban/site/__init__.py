"""站点: settings, urls, wsgi, API assembly, the `tongban` command line. The only place that knows every room.

Words: 主管 supervisor · 体检 doctor · 种子 seed · 演示 demo · 备份 backup · 恢复 restore.
In: the environment and `tongban.toml`. Out: processes (web, worker, bookkeeper, the embedded database), pages of operation.
"""
