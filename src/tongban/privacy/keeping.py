"""How long, and what keeps it longer: rules of items, holds, and the tombstone of what went."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.personal import STAYS
from tongban.kernel.refusals import Conflict, NotFound
from tongban.privacy import retention
from tongban.privacy.events import CaseAnonymised, Held, Released, RetentionSet
from tongban.privacy.models import Anonymised, Hold, RetentionRule
from tongban.privacy.retention import Rule


@transaction.atomic
def set_rule(item_code: str, *, years: int, source: str, by: Actor, now: datetime) -> RetentionRule:
    retention.check_rule(years, source)
    made = RetentionRule.objects.create(item_code=item_code, years=years, source=source.strip(), by=by.who, at=now)
    journal.record(RetentionSet(item=item_code, years=years, source=made.source), by=by, now=now)
    return made


def rules() -> dict[str, Rule]:
    """By item: the last that was set."""
    found = RetentionRule.objects.order_by("item_code", "-pk").distinct("item_code")
    return {one.item_code: Rule(one.years, one.source, own=True) for one in found}


@transaction.atomic
def hold(number: str, *, cause: str, reason: str, by: Actor, now: datetime) -> Hold:
    """The caller has asked who may. Raises Refusal, Conflict when it is held for that already, or gone."""
    words = retention.check_hold(cause, reason)
    if Anonymised.objects.filter(number=number).exists():
        raise Conflict("case_anonymised", "这个办件已经匿名化，没有可以暂缓的", "")
    if Hold.objects.filter(number=number, cause=cause, ended_at=None).exists():
        raise Conflict("held_already", "已经因为这个原因暂缓", "请刷新页面")
    made = Hold.objects.create(number=number, cause=cause, reason=words, by=by.who, by_post=by.post, from_at=now)
    journal.record(Held(number=number, cause=cause), by=by, now=now)
    return made


@transaction.atomic
def release(number: str, public_id: UUID, *, reason: str, by: Actor, now: datetime) -> Hold:
    found = Hold.objects.select_for_update().filter(public_id=public_id, number=number).first()
    if found is None:
        raise NotFound("hold_unknown", "没有这条暂缓", "请刷新页面")
    if found.ended_at is not None:
        raise Conflict("hold_ended", "这条暂缓已经结束", "请刷新页面")
    found.end_reason = retention.check_hold(found.cause, reason)
    found.ended_at, found.ended_by = now, by.who
    found.save()
    journal.record(Released(number=number, cause=found.cause), by=by, now=now)
    return found


def holds_of(number: str) -> list[Hold]:
    return list(Hold.objects.filter(number=number).order_by("-pk"))


def why_it_stays(number: str) -> str:
    """What keeps the case whatever its date: a hold, or something another room says. Empty: nothing."""
    held = Hold.objects.filter(number=number, ended_at=None).first()
    if held:
        return f"暂缓：{retention.CAUSES[held.cause]}"
    return next((words for asked in STAYS.values() if (words := asked(number))), "")


def tombstone(number: str, *, closed_on: date, due_on: date, rule: Rule, now: datetime) -> Anonymised | None:
    """None when it went before."""
    made, fresh = Anonymised.objects.get_or_create(
        number=number,
        defaults={
            "closed_on": closed_on, "due_on": due_on, "years": rule.years, "source": rule.source, "at": now,
        },
    )  # fmt: skip
    return made if fresh else None


def gone(one: Anonymised, *, by: Actor, now: datetime) -> None:
    one.save()
    said = CaseAnonymised(
        number=one.number, due_on=one.due_on.isoformat(), years=one.years, rows=one.rows, files=one.files
    )
    journal.record(said, by=by, now=now)
