"""Who looked at a person's data, in words that the person understands, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.accesses import rules
from tongban.accesses.models import Access
from tongban.identity.models import Account
from tongban.identity.roles import ROLES
from tongban.identity.rules import mask_name
from tongban.orgs.models import Body


@dataclass(frozen=True)
class Look:
    """One reading: body, post and masked name, what was seen, why, when."""

    id: UUID
    at: datetime
    body: str
    role: str
    name: str
    what: str
    subject: str
    why: str
    typed: bool
    """Whether the reason was typed by who looked."""


def looks(person_id: int, *, limit: int, after: UUID | None = None) -> list[Look]:
    """`after`: the row that was the last on the page before."""
    found = Access.objects.filter(person_id=person_id)
    if after is not None:
        found = found.filter(pk__lt=found.filter(public_id=after).values("pk")[:1])
    return _told(list(found.order_by("-pk")[:limit]))


def access(person_id: int, public_id: UUID) -> Access | None:
    """One of this person's."""
    return Access.objects.filter(person_id=person_id, public_id=public_id).first()


def told(one: Access) -> Look:
    return _told([one])[0]


def _told(found: list[Access]) -> list[Look]:
    accounts = Account.objects.select_related("person").in_bulk({one.account_id for one in found})
    bodies = Body.objects.in_bulk({one.body_id for one in found if one.body_id})
    return [_look(one, accounts.get(one.account_id), bodies.get(one.body_id or 0)) for one in found]


PLACES = {
    **dict.fromkeys(("window", "shift_leader", "helper", "delivery_desk"), "政务服务大厅"),
    "village_helper": "镇街、村居代办点",
    "supervisor": "政务服务监督机构",
    "government_head": "人民政府",
}
"""Whose official holds a post over a region."""


def _look(one: Access, account: Account | None, body: Body | None) -> Look:
    role = ROLES.get(one.role)
    shown = rules.KINDS[one.kind]  # type: ignore[index]
    return Look(
        id=one.public_id,
        at=one.at,
        body=body.name if body and role and role.scope == "body" else PLACES.get(one.role, "政务服务管理机构"),
        role=role.name if role else one.role,
        name=mask_name(account.display_name) if account else "已注销的账号",
        what=f"{shown}：{rules.WHAT[one.what]}" if one.what in rules.WHAT else shown,
        subject=one.subject,
        why=rules.why(one.role, one.reason),
        typed=bool(one.reason),
    )
