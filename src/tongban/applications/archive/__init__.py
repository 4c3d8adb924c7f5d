"""案卷归档: one ended case as a file of its own, for the electronic archive.

《行政许可法》第六十一条 keeps the papers of a case; 国务院令第716号 (《国务院关于在线政务服务的若干规定》) has electronic files archived
electronically. A case file is a ZIP that needs no tongban to be read or checked: papers, materials, the record, the journal's
excerpt, an index, `SHA256SUMS` over all of them and a signature over that.

`form` says what such a file looks like, `contents` gathers it, `packing` writes it, `checking` finds every changed byte.
"""
