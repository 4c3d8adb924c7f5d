"""What a sign-in may be called, when it needs a second proof, and how a device is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal

Method = Literal[
    "password", "phone_code", "passkey", "municipal", "card", "card_number", "certificate", "pin", "qr", "reset"
]  # fmt: skip
METHODS: dict[Method, str] = {
    "password": "密码",
    "phone_code": "手机验证码",
    "passkey": "通行密钥",
    "municipal": "统一身份认证",
    "card": "工作证卡和 PIN",
    "card_number": "卡号和 PIN",
    "certificate": "数字证书",
    "pin": "换人时的 PIN",
    "qr": "手机扫码",
    "reset": "窗口重置",
}
Second = Literal["", "totp", "passkey", "recovery"]
SECONDS: Final[dict[Second, str]] = {"totp": "动态口令", "passkey": "通行密钥", "recovery": "备用码"}
How = Literal["left", "ended", "taken_over", "expired"]
HOWS: Final[dict[How, str]] = {
    "left": "退出", "ended": "从别处退出", "taken_over": "同一处换人登录", "expired": "到时自动退出",
}  # fmt: skip
CONFIRMED_FOR = timedelta(minutes=10)
"""How long a proof counts before what is weighty (step-up)."""
SIGNING_IN_FOR = timedelta(minutes=10)
"""From the first proof to the second."""
SEEN_EVERY = timedelta(minutes=10)
ALONE: Final = ("password", "phone_code", "municipal", "qr", "card_number")
"""Methods that are one factor: a number that is typed is no card. A phone that lets a screen in hands on the second proof it
was let in by, if any."""
BY_PIN: Final = ("card", "card_number", "pin")
BY_CARD: Final = ("card", "card_number", "certificate")
"""How one comes to a counter for the day."""


def needs_second(method: Method, *, staff: bool, totp: bool, passkey: bool) -> bool:
    """A password or a phone's code alone is not enough for whoever turned the authenticator on, and for staff with any
    second method: what they see is other people's. A passkey is one factor too, unless its device made sure of the person."""
    return (method in ALONE and (totp or (staff and passkey))) or (method == "passkey" and (staff or totp))


_BROWSERS = (
    ("MicroMessenger/", "微信"), ("AlipayClient/", "支付宝"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("QQBrowser/", "QQ 浏览器"), ("360SE", "360 浏览器"), ("HuaweiBrowser/", "华为浏览器"),
    ("MiuiBrowser/", "小米浏览器"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("Android", "安卓手机"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"), ("UOS", "统信电脑"), ("Kylin", "麒麟电脑"),
    ("Linux", "Linux 电脑"),
)  # fmt: skip


def device_words(user_agent: str) -> str:
    """“Edge，Windows 电脑”: what its owner recognises; a claim, not a proof."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return "，".join(filter(None, (browser, system))) or "不认识的设备"
