"""办件回流: what vertical systems deliver, matched by their own number, kept version by version, claimed when its item is known."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.kernel import actors, idempotency, journal
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal, demand
from tongban.reporting import returning
from tongban.reporting.events import Claimed, Returned
from tongban.reporting.models import Delivered, Handover, ReturnedCase, ReturnedVersion, VerticalSystem
from tongban.reporting.returned_models import uscc_index
from tongban.reporting.returning import Delivery

log = logging.getLogger(__name__)
ROUTE = "returned-cases"


@dataclass(frozen=True)
class Answer:
    """What became of one line: `new`, `changed`, `same`, or `refused` with what is wrong. Never says who applied."""

    line: int
    number: str
    outcome: str
    version: int = 0
    claimed: bool = True
    """False: kept, but its item is not known here; somebody says which it is, or it appears."""
    reasons: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "line": self.line, "number": self.number, "outcome": self.outcome, "version": self.version,
            "claimed": self.claimed, "reasons": list(self.reasons),
        }  # fmt: skip


def system_of(by: Actor) -> VerticalSystem:
    """The system whose account this is. Raises Forbidden."""
    found = VerticalSystem.objects.filter(account=by.account_id, active=True).first() if by.account_id else None
    if found is None:
        raise Forbidden("not_a_system", "这个账号不是登记过的业务系统", "请平台管理员用 tongban vertical-system 登记")
    return found


@transaction.atomic
def deliver(
    lines: Sequence[tuple[Mapping[str, str], Sequence[Mapping[str, str]]]], *, key: str, by: Actor, now: datetime
) -> list[dict[str, Any]]:
    """By API: each line with its progress; the answers in order. The same key again gives the same answers."""
    system = system_of(by)
    demand(0 < len(lines) <= returning.AT_MOST, "returned_size", f"一次推送 1 至 {returning.AT_MOST} 件", field="cases")
    reference = uuid4()
    said = json.dumps([[dict(line), [dict(one) for one in told]] for line, told in lines], sort_keys=True)
    earlier = idempotency.claim(
        actor=by.who, route=ROUTE, key=key, request=_digest(said), reference=str(reference), now=now
    )
    if earlier:
        found: list[dict[str, Any]] = Delivered.objects.get(public_id=UUID(earlier)).answers
        return found
    answers = [take(line, told, at, system=system, by=by, now=now).as_dict() for at, (line, told) in enumerate(lines)]
    Delivered.objects.create(public_id=reference, system=system, answers=answers, by=by.who, at=now)
    return answers


def take(
    line: Mapping[str, str],
    progress: Sequence[Mapping[str, str]],
    at: int,
    *,
    system: VerticalSystem,
    by: actors.Actor,
    now: datetime,
) -> Answer:
    """One line; what is wrong with it stands in the answer, and nothing of it is kept."""
    number = str(line.get("number") or "").strip()[:60].replace("\0", "")
    try:
        with transaction.atomic():
            case, outcome = _keep(returning.delivery(line, progress), system, by, now)
    except Invalid as invalid:
        return Answer(at, number, "refused", reasons=tuple(fault.reason for fault in invalid.faults))
    except Refusal as refusal:
        return Answer(at, number, "refused", reasons=(refusal.reason,))
    return Answer(at, case.number, outcome, case.version, case.edition_id is not None)


def _keep(said: Delivery, system: VerticalSystem, by: actors.Actor, now: datetime) -> tuple[ReturnedCase, str]:
    content = said.as_dict()
    digest = _digest(json.dumps(content, sort_keys=True))
    # The system's row is the lock: two deliveries of one system are taken one after the other.
    VerticalSystem.objects.select_for_update(no_key=True).get(pk=system.pk)
    case = ReturnedCase.objects.filter(system=system, number=said.number).first()
    if case and bytes(case.digest) == digest:
        return case, "same"
    edition = _edition(said.item) if case is None or case.item_code != said.item else case.edition
    if case is None:
        case, outcome = ReturnedCase(system=system, number=said.number, received_at=now, version=1), "new"
    else:
        ReturnedVersion.objects.create(
            case=case, version=case.version, particulars=case.particulars, state=case.state, received_at=case.changed_at
        )
        case.version, outcome = case.version + 1, "changed"
    _place(case, edition)
    case.item_code, case.particulars, case.digest, case.state = said.item, content, digest, said.state
    case.title = edition.name if edition else f"在{system.name}办理的事项"
    case.holder_index, case.tail_index = _indexes(said)
    case.applied_at, case.changed_at = datetime.fromisoformat(said.applied_at), now
    case.decided_at = datetime.fromisoformat(said.decided_at) if said.decided_at else None
    case.save()
    _join(case, said, system)
    event = Returned(case=str(case.public_id), system=system.key, version=case.version, state=case.state)
    journal.record(event, by=by, now=now)
    return case, outcome


def _place(case: ReturnedCase, edition: Edition | None) -> None:
    case.edition = edition
    case.body = edition.body if edition else None
    case.region_path = edition.region_path if edition else ""


def _indexes(said: Delivery) -> tuple[bytes, bytes]:
    """Of the whole number as people and organisations have it, and of its last four characters, for the public look-up."""
    whole = (
        blind_index(said.id_number, purpose="id:id_card") if said.id_kind == "id_card" else uscc_index(said.id_number)
    )
    return whole, blind_index(said.id_number[-4:], purpose="id_tail")


def _edition(code: str) -> Edition | None:
    """By 实施编码 or the local code; by the base code only where one body offers the item. Never guessed."""
    published = Edition.objects.published().select_related("body")
    found = list(published.filter(Q(code=code) | Q(external_code=code)).order_by("pk")[:2])
    found = found or list(published.filter(item__code=code).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def _join(case: ReturnedCase, said: Delivery, system: VerticalSystem) -> None:
    """With the hand-over that it came from, if that went to this system and nobody else claimed it."""
    if said.handover:
        Handover.objects.filter(public_id=UUID(said.handover), system=system, returned=None).update(returned=case)


@transaction.atomic
def claim(public_id: UUID, code: str, *, by: Actor, now: datetime) -> ReturnedCase:
    """认领: somebody says which item it is."""
    case = ReturnedCase.objects.select_for_update(of=("self",)).filter(public_id=public_id).first()
    if case is None:
        raise NotFound("returned_unknown", "没有这个回流办件", "请从未认领清单进入")
    if case.edition_id is not None:
        raise Conflict("returned_claimed", "这个办件已经认领", "可能有同事刚认领过")
    edition = _edition(code.strip().replace("\0", ""))
    if edition is None:
        raise Refusal(
            "item_unknown",
            "没有这个编码的在用事项",
            "请写实施编码；同一基本编码有几个部门在用的，写其中一个的实施编码",
            "code",
        )
    _claimed(case, edition, by.who)
    journal.record(Claimed(case=str(case.public_id), code=edition.code), by=by, now=now)
    return case


@transaction.atomic
def claim_waiting(codes: Sequence[str], *, now: datetime) -> int:
    """Those that wait for an item with one of these codes, once it is published."""
    by, done = actors.system("reporting"), 0
    waiting = ReturnedCase.objects.select_for_update(of=("self",)).filter(edition=None, item_code__in=codes)
    for case in waiting.order_by("pk")[:1000]:
        if edition := _edition(case.item_code):
            _claimed(case, edition, by.who)
            journal.record(Claimed(case=str(case.public_id), code=edition.code), by=by, now=now)
            done += 1
    return done


def _claimed(case: ReturnedCase, edition: Edition, who: str) -> None:
    _place(case, edition)
    case.title, case.claimed_by = edition.name, who
    case.save(update_fields=["edition", "body", "region_path", "title", "claimed_by"])


def _digest(text: str) -> bytes:
    """Keyed: what people wrote can't be guessed from it."""
    key = bytes.fromhex(settings.TONGBAN_SECRETS.blind_index)
    return hmac.new(key, f"returned\0{text}".encode(), hashlib.sha256).digest()
