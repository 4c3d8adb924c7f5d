"""门户: home, search, my page, public progress look-up: what the citizen meets first.

In: the catalogue, my cases, my messages. Out: pages only.
"""
