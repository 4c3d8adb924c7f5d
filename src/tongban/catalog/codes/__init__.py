"""代码与对照: the code sets of the standard and of other platforms, and what a code of one becomes in another.

Words: 代码集 code set · 代码 code · 对照 mapping · 缺口 gap · 体系 system.
`rules` translates, `actions` are the keeper's verbs, `imports` brings in a file of sets (`shipped.toml` comes with us).
"""
