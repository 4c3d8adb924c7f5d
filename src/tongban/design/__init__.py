"""设计: how every page, chart and paper looks, said once.

Words: 令牌 token · 组件 component · 关怀版 care mode · 工作台 desk · 插槽 slot · 红头 red head · 演示 demo.
In: plain values (dataclasses of `parts`, Django's bound fields, dates, fen); nothing is looked up. Out: HTML, SVG, PDF.
Pages extend `design/base.html` or `design/desk.html` and use the tags of `templatetags.design`.
`/design` shows every component in every state. `parts` are what components take; by `slots` an upper room adds to a
lower room's page; `charts` are drawn on the server; `documents` makes PDFs with typst, begun from `typst/official.typ`.
`static/design/parts/*.css` become one file by `python -m tongban.design.bundle`. No inline script or style (CSP).
Floor 0: knows Django, django_htmx, segno and typst, and no other room.
"""
