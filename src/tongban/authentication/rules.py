"""What a sign-in may be called."""

from __future__ import annotations

from typing import Literal

Method = Literal["password", "phone_code"]
METHODS: dict[Method, str] = {"password": "密码", "phone_code": "手机验证码"}
How = Literal["left", "ended", "taken_over"]
