"""批量修改: one or several changes from a menu, to hundreds of editions at once.

Words: 批量修改 bulk edit · 改动 change · 撤销 undo · 恢复原样 restore.
`changes` says what each change does to a document (pure); `actions` plan, draft, publish and undo.
"""
