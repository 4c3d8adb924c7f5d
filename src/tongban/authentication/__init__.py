"""登录: how someone proves who they are, and the sessions that follow.

Words: 登录 sign in · 退出 sign out · 登录会话 session · 登录方式 method.
In: a password (and every other method) at a door, a wish to sign out. Out: SignedIn, SignedOut; each
session is a row.
"""
