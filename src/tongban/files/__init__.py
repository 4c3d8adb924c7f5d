"""附件: files kept by content (SHA-256), written and fsynced before their row, read only through a checked door.

Words: 附件 file · 存储 store. In: uploads and generated documents. Out: a StoredFile that upper rooms point at.
"""
