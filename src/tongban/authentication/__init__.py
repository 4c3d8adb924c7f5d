"""登录: how someone proves who they are, and the sessions that follow.

Words: 登录 sign in · 退出 sign out · 登录会话 session · 登录方式 method · 验证码 code · 通行密钥 passkey · 动态口令 totp ·
备用码 recovery code · 两步登录 second · 再次确认 confirm.
In: a proof at a door: password, phone code, passkey, and a second one where the account has it. Out: SignedIn, SignedOut;
each session is a row that its owner can read and end; `doors.confirmed` before what is weighty; `codes` for whoever else has
a phone to prove.
"""
