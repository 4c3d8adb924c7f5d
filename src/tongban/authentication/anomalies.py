"""异常登录: what nobody did wrong alone, but together looks like a machine: many people from one address, one from many.

A hall's computers or a village's one phone look the same; so this is a list for somebody to look at, and stops nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min

from tongban.authentication.models import SignIn
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.identity.rules import mask_name
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Forbidden

LOOKED_BACK = timedelta(hours=24)
PEOPLE, ADDRESSES = 20, 5
"""From so many different people at one address, and so many addresses of one person, it is listed."""
LISTED = 50


@dataclass(frozen=True)
class Crowd:
    """One address."""

    address: str
    people: int
    sign_ins: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Wanderer:
    """One account; its name is masked."""

    username: str
    name: str
    addresses: int
    sign_ins: int
    last_at: datetime


def crowds(*, by: Actor, now: datetime) -> list[Crowd]:
    """Addresses that many people signed in from, the fullest first. Raises Forbidden."""
    _must_manage(by)
    found = list(
        SignIn.objects.filter(at__gt=now - LOOKED_BACK)
        .exclude(address_index=b"")
        .values("address_index")
        .annotate(
            people=Count("account", distinct=True), times=Count("pk"), first=Min("at"), last=Max("at"), one=Max("pk")
        )
        .filter(people__gte=PEOPLE)
        .order_by("-people", "-last")[:LISTED]
    )
    signed_in = SignIn.objects.filter(pk__in=[row["one"] for row in found]).only("address").order_by("pk")
    address = {one.pk: one.address for one in signed_in}
    return [Crowd(address[row["one"]], row["people"], row["times"], row["first"], row["last"]) for row in found]


def wanderers(*, by: Actor, now: datetime) -> list[Wanderer]:
    """Accounts that signed in from many addresses. Raises Forbidden."""
    _must_manage(by)
    found = list(
        SignIn.objects.filter(at__gt=now - LOOKED_BACK)
        .exclude(address_index=b"")
        .values("account")
        .annotate(addresses=Count("address_index", distinct=True), times=Count("pk"), last=Max("at"))
        .filter(addresses__gte=ADDRESSES)
        .order_by("-addresses", "-last")[:LISTED]
    )
    accounts = _accounts([row["account"] for row in found])
    return [
        Wanderer(
            accounts[row["account"]].username,
            mask_name(accounts[row["account"]].display_name),
            row["addresses"],
            row["times"],
            row["last"],
        )
        for row in found
    ]


@dataclass(frozen=True)
class Limited:
    """Tries that reached a limit: how, whose account it was tried at, from where, as far as somebody ever signed in there."""

    at: datetime
    words: str
    username: str
    name: str
    address: str


KINDS = {
    "here": "同一处反复猜一个账号", "name": "多处猜同一个账号", "address": "同一处猜很多账号", "card": "反复试一张工作证卡",
    "card_address": "同一处试很多工作证卡", "reader": "反复用一个读卡器", "totp": "动态口令反复输错", "recovery": "备用码反复输错",
}  # fmt: skip


def limited(*, by: Actor, now: datetime) -> list[Limited]:
    """The latest first. Raises Forbidden."""
    _must_manage(by)
    entries = JournalEntry.objects.filter(subject="sign_ins", name="authentication.TriesLimited")
    found = [one for one in entries.order_by("-id")[:LISTED] if one.at > now - LOOKED_BACK]
    accounts = _accounts([one.facts["account"] for one in found])
    addresses = _addresses({one.facts["address"] for one in found if one.facts["address"]}, now=now)
    return [
        Limited(
            one.at, KINDS.get(one.facts["kind"], one.facts["kind"]), account.username if account else "",
            mask_name(account.display_name) if account else "", addresses.get(one.facts["address"], ""),
        )
        for one in found
        for account in (accounts.get(one.facts["account"]),)
    ]  # fmt: skip


def _addresses(indexes: set[str], *, now: datetime) -> dict[str, str]:
    """Those that somebody signed in from in the last week, by their index."""
    seen = SignIn.objects.filter(
        at__gt=now - timedelta(days=7), address_index__in=[bytes.fromhex(one) for one in sorted(indexes)]
    )
    last = seen.order_by("address_index").values_list("address_index").annotate(one=Max("pk"))
    rows = SignIn.objects.filter(pk__in=[pk for _, pk in last]).only("address", "address_index").order_by("pk")
    return {bytes(one.address_index).hex(): str(one.address) for one in rows}


def _must_manage(by: Actor) -> None:
    """An address has no region: whoever runs the platform in one sees all."""
    if not by.posts_for("platform.manage"):
        raise Forbidden("not_empowered", "您的岗位不能看异常登录", "由平台管理员查看")


def _accounts(keys: Sequence[int]) -> dict[int, Account]:
    return Account.objects.select_related("person").in_bulk(keys)
