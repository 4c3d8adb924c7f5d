"""Which certificates there are, how long they run, when they are to be changed. Plain values only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from tongban.kernel.refusals import Conflict, demand
from tongban.trust.certificates import Usage


class Role(StrEnum):
    """What a certificate is for; each role has its usages (双证书: a body has one to sign and one to encrypt)."""

    AUTHORITY = "authority"
    SEAL_MAKER = "seal_maker"
    SIGNER = "signer"
    STAMP = "stamp"

    @property
    def label(self) -> str:
        return {"authority": "根证书", "seal_maker": "制章人", "signer": "机构", "stamp": "时间戳"}[self.value]

    @property
    def usages(self) -> tuple[Usage, ...]:
        return {
            Role.AUTHORITY: (Usage.AUTHORITY,),
            Role.SEAL_MAKER: (Usage.SIGN,),
            Role.SIGNER: (Usage.SIGN, Usage.ENCRYPT),
            Role.STAMP: (Usage.STAMP,),
        }[self]


class State(StrEnum):
    CURRENT = "current"
    REPLACED = "replaced"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        return {"current": "在用", "replaced": "已更换", "revoked": "已吊销"}[self.value]


DAYS = {Role.AUTHORITY: 3650, Role.SEAL_MAKER: 1095, Role.SIGNER: 1095, Role.STAMP: 1095}
"""How long a certificate runs unless said otherwise."""
LONGEST = 7300
LIST_DAYS = 7
"""A revocation list says when the next one comes at the latest; the worker makes it three days before."""
LIST_EARLY_DAYS = 3
WARN_DAYS, SOON_DAYS, NOW_DAYS = 90, 30, 7
"""Days before the end: plan it; do it; do it today."""
LONGEST_NAME = 64
"""Characters of a common name or organisation (X.520)."""


def check_wanted(name: str, organisation: str, holder: str, days: int) -> None:
    """Raises Refusal naming the field."""
    for field, words, given in (("name", "证书名称", name), ("organisation", "单位名称", organisation)):
        says = f"{words}要有 1 到 {LONGEST_NAME} 个字"
        demand(0 < len(given.strip()) <= LONGEST_NAME, "certificate_name", says, f"现在有 {len(given)} 个字", field)
    demand(len(holder) <= 80, "certificate_holder", "持有人标识最多 80 个字符", "用 body:12 这样的短标识", "holder")
    says = f"有效期要在 1 到 {LONGEST} 天之间"
    demand(1 <= days <= LONGEST, "certificate_days", says, f"现在是 {days} 天", "days")


def check_revocable(state: State, serial: str) -> None:
    """Raises Conflict."""
    if state is State.REVOKED:
        raise Conflict("certificate_revoked", f"证书 {serial} 已经吊销", "用 tongban trust list 查看现在在用的证书")


def check_renewable(state: State, serial: str) -> None:
    """Raises Conflict: what was replaced has its successor, what was revoked is issued anew."""
    if state is State.REPLACED:
        raise Conflict(
            "certificate_replaced", f"证书 {serial} 已经换过了", "更换现在在用的那一张，见 tongban trust list"
        )
    if state is State.REVOKED:
        raise Conflict(
            "certificate_revoked", f"证书 {serial} 已经吊销", "吊销后不能更换，用 tongban trust issue 重新签发"
        )


def days_left(not_after: datetime, *, now: datetime) -> int:
    """Whole days until the end; negative when it is over."""
    return (not_after - now).days


def warning(days: int) -> str:
    """What to say of a certificate that ends in so many days; empty while there is time."""
    if days < 0:
        return "已经到期"
    if days <= NOW_DAYS:
        return f"只剩 {days} 天，今天就换"
    if days <= SOON_DAYS:
        return f"还有 {days} 天，现在更换"
    return f"还有 {days} 天，请安排更换" if days <= WARN_DAYS else ""
