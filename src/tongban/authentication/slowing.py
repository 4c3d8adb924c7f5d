"""Wrong tries are counted by name and place: strangers make themselves wait, not the person whose name they guess at.

A browser that was signed in with a name before proves it by a cookie and is counted for itself; so are its owner's tries
heard while somebody else guesses from elsewhere.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from tongban.authentication import slowing_rules as rules
from tongban.authentication.events import TriesLimited
from tongban.identity import limits
from tongban.identity.models import Account
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Refusal

Kind = Literal["here", "name", "address", "card", "card_address", "reader", "totp", "recovery"]
INSTEAD = "急着用，可以换手机验证码登录，或到窗口办理；忘记密码，带身份证到窗口重置"


@dataclass(frozen=True)
class Place:
    """Where a try comes from: the network address and the cookie `device`, if it brought one."""

    address: str
    device: str = ""


def check(name: str, place: Place, *, now: datetime) -> None:
    """Raise Refusal while tries wait; the answer is the same whether or not the name exists."""
    for what, free in _counted(name, place).items():
        opens = rules.opens_at(limits.recent(what, now=now), free=free)
        if opens and opens > now:
            minutes = rules.minutes_until(opens, now=now)
            raise Refusal("login_slowed", f"登录失败次数过多，请 {minutes} 分钟后再试", INSTEAD, "username")


def note(name: str, place: Place, *, now: datetime) -> None:
    """A wrong try."""
    for what, free in _counted(name, place).items():
        limits.note(what, now=now)
        if just_reached(what, most=free, now=now):
            journal_limit(KINDS.get(free, "here"), name, address=place.address, now=now)


KINDS: dict[int, Kind] = {rules.FROM_ANYWHERE: "name", rules.OF_ADDRESS: "address"}


def just_reached(what: str, *, most: int, now: datetime) -> bool:
    """Whether the try that was noted last is the one from which the next waits."""
    return len(limits.recent(what, now=now)) == most


@transaction.atomic
def journal_limit(kind: Kind, what: str, *, address: str = "", account: int = 0, now: datetime) -> None:
    """For whoever looks at /desk/anomalies; of many names from one place only the place is said."""
    name = "" if kind == "address" else what.strip().lower()
    found = Account.objects.filter(username=name).values_list("pk", flat=True).first()
    told = TriesLimited(
        kind=kind, what=blind_index(name, purpose="tried").hex() if name else "", account=account or found or 0,
        address=blind_index(address, purpose="address").hex() if address else "",
    )  # fmt: skip
    journal.record(told, by=system("authentication"), now=now)


def forgive(name: str, place: Place) -> None:
    """It was right in the end: the wrong tries of this name from here don't count any more."""
    limits.forget(next(iter(_counted(name, place))))


def _counted(name: str, place: Place) -> dict[str, int]:
    """What is counted for this try, and how many are free; first what is of this name and this place alone."""
    name = name.strip().lower()
    if knows(place.device, name):
        return {f"login:{name}:{place.device}": rules.FROM_HERE}
    return {
        f"login:{name}@{limits.place(place.address)}": rules.FROM_HERE,
        f"login:{name}": rules.FROM_ANYWHERE,
        f"login:@{limits.place(place.address)}": rules.OF_ADDRESS,
    }


def device_for(name: str) -> str:
    """A cookie by which a browser later shows that this name was signed in there; it tells nobody which name."""
    return _device(secrets.token_urlsafe(12), name.strip().lower())


def knows(device: str, name: str) -> bool:
    nonce = device.partition(".")[0]
    return bool(nonce) and hmac.compare_digest(device.encode(), _device(nonce, name.strip().lower()).encode())


def _device(nonce: str, name: str) -> str:
    return f"{nonce}.{blind_index(f'{nonce}' + chr(0) + name, purpose='device').hex()}"


def note_proof(what: str, kind: Kind, account: Account, *, now: datetime) -> None:
    """A wrong try of a proof after the first."""
    limits.note(what, now=now)
    if just_reached(what, most=rules.FROM_HERE, now=now):
        journal_limit(kind, what, account=account.pk, now=now)


def count(what: str, *, now: datetime, field: str) -> None:
    """For the proofs after the first, of one account: raise Refusal while tries wait."""
    opens = rules.opens_at(limits.recent(what, now=now), free=rules.FROM_HERE)
    if opens and opens > now:
        minutes = rules.minutes_until(opens, now=now)
        raise Refusal("proof_slowed", f"试错的次数太多，请 {minutes} 分钟后再试", "可以换一种方式，或到窗口办理", field)
