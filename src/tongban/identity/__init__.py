"""身份: people, enterprises, accounts, staff posts and their powers.

Words: 自然人 person · 法人 organisation · 账号 account · 岗位 post · 角色 role · 操作人 actor.
An account logs in; a person or an organisation applies; a post empowers. They are different things.
In: logins and tokens. Out: the Actor that every verb takes as `by=`.
"""
