"""What a system may be told, how long things last, and what is checked without looking anything up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongban.kernel.refusals import Refusal, demand

CODE = timedelta(seconds=60)
ACCESS = ID_TOKEN = timedelta(minutes=10)
REFRESH = timedelta(hours=8)
LOGIN = timedelta(hours=12)
"""However often it is refreshed."""
CONSENT = timedelta(days=180)
SECRET_GRACE = timedelta(hours=24)
"""For so long the secret before the present one works too."""
NOTICE_WAITS = (10, 30, 120, 600, 1800, 3600, 3 * 3600)
"""Seconds between tries of a logout notice; then it is given up."""
MOST_URIS = 10


@dataclass(frozen=True)
class Scope:
    """One kind of data, in the words of the protocol and in those of the person."""

    key: str
    name: str
    says: str
    sensitive: bool = False


SCOPES = {
    scope.key: scope
    for scope in (
        Scope("openid", "身份标识", "一个只给这个系统用的编号，看不出您是谁，也不能和别的系统对照"),
        Scope("profile", "姓名", "您的姓名"),
        Scope("phone", "手机号码", "您留在本站的手机号码"),
        Scope("id_number", "证件号码", "您的证件类型和号码", sensitive=True),
        Scope("organisation", "所代表的企业", "您能代表办事的企业和组织：名称、统一社会信用代码、身份"),
        Scope("post", "岗位", "工作人员的岗位和所在部门"),
    )
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for a system: the same for a new one and for a change."""

    name: str
    redirect_uris: tuple[str, ...]
    logout_uris: tuple[str, ...] = ()
    """Where a person may be sent after signing out (post_logout_redirect_uris)."""
    backchannel_uri: str = ""
    confidential: bool = True
    reasons: tuple[tuple[str, str], ...] = ()
    """(scope, what it is needed for); `openid` goes without saying."""


def check_wanted(wanted: Wanted) -> None:
    """All but the addresses, which the verb has checked (`kernel.outgoing`). Raises Refusal."""
    demand(2 <= len(wanted.name) <= 60, "client_name", "系统名称应有 2 至 60 个字", "写老百姓看得懂的名称", "name")
    demand(bool(wanted.redirect_uris), "redirect_missing", "请填至少一个回调地址", "一行一个", "redirect_uris")
    for field, uris in (("redirect_uris", wanted.redirect_uris), ("logout_uris", wanted.logout_uris)):
        demand(len(uris) <= MOST_URIS, "too_many_addresses", f"最多 {MOST_URIS} 个地址", "删去不用的", field)
    demand(bool(wanted.reasons), "scope_missing", "请选择至少一种要用的数据", "一般选“姓名”", "scopes")
    for key, reason in wanted.reasons:
        demand(key in SCOPES and key != "openid", "scope_unknown", "没有这种数据", "请从列出的里面选", "scopes")
        said = 4 <= len(reason) <= 200
        demand(said, "scope_reason", f"请写明为什么要用“{SCOPES[key].name}”", "4 至 200 个字", f"reason-{key}")


def check_granted(granted: Sequence[str], asked: Sequence[str]) -> list[str]:
    """What the administrator leaves of what was asked, `openid` first. Raises Refusal."""
    if extra := [key for key in granted if key not in asked]:
        raise Refusal("scope_not_asked", f"没有申请过：{'、'.join(extra)}", "只能批准申请过的数据", "scopes")
    demand(bool(granted), "scope_none_left", "没有留下任何数据", "要么留下至少一种，要么不批准", "scopes")
    return ["openid", *(key for key in SCOPES if key in granted)]


def check_words(words: str, *, field: str = "words") -> str:
    words = words.strip()
    demand(4 <= len(words) <= 200, "words_short", "请写明理由，4 至 200 个字", "申请人会看到", field)
    return words


_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """RFC 7636: the SHA-256 of a verifier in base64url."""
    return bool(_CHALLENGE.fullmatch(text))


def proves(verifier: str, challenge: str) -> bool:
    """Whether the one who redeems the code is the one who asked for it."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)


def half_hash(token: str) -> str:
    """`at_hash`: the left half of the SHA-256, for RS256."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()[:16]).rstrip(b"=").decode()


def digest_of(secret: str) -> bytes:
    """Codes, tokens and secrets are 256 random bits: a plain digest keeps them, a slow one would only cost time."""
    return hashlib.sha256(secret.encode()).digest()


def same_secret(typed: str, kept: bytes | memoryview | None) -> bool:
    return kept is not None and hmac.compare_digest(digest_of(typed), bytes(kept))


def next_try(tries: int, *, now: datetime) -> datetime | None:
    """When a logout notice that failed so many times is tried again; None: never."""
    return now + timedelta(seconds=NOTICE_WAITS[tries - 1]) if tries <= len(NOTICE_WAITS) else None


PROOFS = {
    "password": ("pwd",), "phone_code": ("sms",), "passkey": ("hwk",), "certificate": ("sc",), "card": ("sc", "pin"),
    "card_number": ("pin",), "pin": ("pin",), "qr": ("swk",),
}  # fmt: skip
"""RFC 8176, by way of signing in (authentication.rules.METHODS)."""


SECOND_PROOFS = {"totp": ("otp", "mfa"), "recovery": ("otp", "mfa"), "passkey": ("hwk", "mfa")}
"""The same of second proofs (authentication.rules.SECONDS)."""


def proofs(method: str, second: str = "") -> list[str]:
    """`amr` (RFC 8176) of a way of signing in; what the tables don't know is passed over in silence."""
    return list(dict.fromkeys((*PROOFS.get(method, ()), *SECOND_PROOFS.get(second, ()))))
