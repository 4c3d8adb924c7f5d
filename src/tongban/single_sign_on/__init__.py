"""单点登录: departments' systems let their users sign in here (OpenID Connect, authorization code with PKCE).

Words: 部门系统 client · 接入申请 asking · 授权同意 consent · 一次登录 login (all tokens that come of one code: a family) ·
退出通知 logout notice · 签名密钥 signing key.
In: a body's head asks to connect a system, the administrator approves; a person agrees once to what a system is told.
Out: codes, tokens, signed identities, and a signed notice to each system when the person signs out here. What a system
is called to its face differs from system to system (pairwise `sub`), so that two of them can't compare notes.
"""
