"""不对劲: a person asks why an official looked at their data. A ticket, which that official can't answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tongban.accesses import queries as accesses
from tongban.accesses.models import Access
from tongban.identity.actors import Actor
from tongban.kernel.refusals import NotFound, Refusal, demand
from tongban.orgs.models import Body
from tongban.tickets import actions
from tongban.tickets.models import Ticket


def own_access(public_id: UUID, *, by: Actor) -> Access:
    """Raises NotFound for another's, as for one that does not exist."""
    found = accesses.access(by.person_id, public_id) if by.person_id else None
    if found is None:
        raise NotFound("access_unknown", "没有这条查看记录", "请从“谁看过我的数据”打开")
    return found


def ticket_of(one: Access) -> Ticket | None:
    return Ticket.objects.filter(key=_key(one.public_id)).first()


@transaction.atomic
def doubt(public_id: UUID, *, words: str, by: Actor, now: datetime) -> Ticket:
    """Once for each reading. Raises Refusal where no body answers for who looked."""
    one = own_access(public_id, by=by)
    said = words.replace("\0", "").strip()
    demand(5 <= len(said) <= 1000, "words_missing", "请写明哪里不对劲（5 至 1000 个字）", "", "words")
    body = Body.objects.select_related("region").filter(pk=one.body_id or 0).first()
    if body is None:
        raise Refusal("nobody_answers", "这条记录没有对应的部门", "请拨打 12345 反映")
    look = accesses.told(one)
    return actions.open_ticket(
        key=_key(one.public_id), kind="complaint", subject=_number(one), body=body, region_path=body.region.path,
        title=f"对查看个人信息有疑问：{look.role}，{look.what}"[:200], words=said, by=by, now=now,
    )  # fmt: skip


def _key(public_id: UUID) -> str:
    return f"access:{public_id}"


def _number(one: Access) -> str:
    """The case, where there is one: its first six digits are the region's."""
    return one.subject if one.subject.isalnum() else str(settings.TONGBAN.region)
