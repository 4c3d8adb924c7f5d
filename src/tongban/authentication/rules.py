"""What a sign-in may be called."""

from __future__ import annotations

from typing import Literal

Method = Literal["password", "phone_code", "municipal", "card", "certificate", "pin", "qr", "reset"]
METHODS: dict[Method, str] = {
    "password": "密码",
    "phone_code": "手机验证码",
    "municipal": "统一身份认证",
    "card": "工作证卡和 PIN",
    "certificate": "数字证书",
    "pin": "换人时的 PIN",
    "qr": "手机扫码",
    "reset": "窗口重置",
}
How = Literal["left", "ended", "taken_over"]
