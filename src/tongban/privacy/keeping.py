"""How long, and what keeps it longer: rules of items, holds, and the tombstone of what went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.personal import STAYS
from tongban.kernel.refusals import Conflict, Forbidden, NotFound
from tongban.privacy import retention
from tongban.privacy.events import CaseAnonymised, Held, Released, RetentionAgreed, RetentionSet
from tongban.privacy.models import Anonymised, Hold, RetentionRule, Stuck
from tongban.privacy.retention import Rule


@transaction.atomic
def set_rule(item_code: str, *, type_code: str, years: int, source: str, by: Actor, now: datetime) -> RetentionRule:
    """A longer time counts at once; a shorter one once a second person has agreed, and not for some weeks. Raises Refusal."""
    retention.check_rule(years, source)
    current = rules(today=date_of(now)).get(item_code) or retention.default(type_code)
    shortens = retention.shortens(years, current)
    made = RetentionRule.objects.create(
        item_code=item_code, years=years, source=source.strip(), by=by.who, at=now, shortens=shortens,
        from_on=date_of(now + retention.WAITS) if shortens else None,
    )  # fmt: skip
    journal.record(RetentionSet(item=item_code, years=years, source=made.source), by=by, now=now)
    return made


@transaction.atomic
def agree(public_id: UUID, *, by: Actor, now: datetime) -> RetentionRule:
    """The second person, to a shorter time; the caller has asked who may. Raises NotFound, Conflict."""
    made = RetentionRule.objects.select_for_update().filter(public_id=public_id, shortens=True).first()
    if made is None:
        raise NotFound("retention_unknown", "没有等待同意的保存期限", "请刷新页面")
    if made.agreed_by:
        raise Conflict("retention_agreed", "已经有人同意过", "请刷新页面")
    if RetentionRule.objects.filter(item_code=made.item_code, pk__gt=made.pk).exists():
        raise Conflict("retention_overtaken", "这个事项后来又设定过保存期限", "请刷新页面，看最后一次设定的")
    if made.by == by.who:
        raise Forbidden("retention_own", "自己设定的缩短，要由另一个人同意", "请部门负责人或另一位平台管理员同意")
    made.agreed_by, made.agreed_at = by.who, now
    made.from_on = max(made.from_on or date_of(now), date_of(now + retention.WAITS))
    made.save(update_fields=["agreed_by", "agreed_at", "from_on"])
    journal.record(RetentionAgreed(item=made.item_code, years=made.years), by=by, now=now)
    return made


def rules(*, today: date) -> dict[str, Rule]:
    """By item: the last that is in force."""
    found = RetentionRule.objects.in_force(today).order_by("item_code", "-pk").distinct("item_code")
    return {one.item_code: Rule(one.years, one.source, own=True) for one in found}


def coming(*, today: date) -> list[RetentionRule]:
    """Shorter times that wait for agreement or for their day, and were set after what is in force."""
    current = RetentionRule.objects.in_force(today).order_by("item_code", "-pk").distinct("item_code")
    last = dict(current.values_list("item_code", "pk"))
    waiting = RetentionRule.objects.filter(shortens=True).filter(Q(agreed_by="") | Q(from_on__gt=today))
    return [one for one in waiting.order_by("-pk")[:200] if one.pk > last.get(one.item_code, 0)]


@transaction.atomic
def hold(number: str, *, cause: str, reason: str, by: Actor, now: datetime) -> Hold:
    """The caller has asked who may, and has locked the case: what is anonymised under the same lock is there or gone, never
    between. Raises Refusal, Conflict when it is held for that already, or gone."""
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
    return what_stays([number]).get(number, "")


def what_stays(numbers: Sequence[str]) -> dict[str, str]:
    """Of several at once: a handful of statements, however many there are."""
    found: dict[str, str] = {}
    for asked in reversed(STAYS.values()):
        found |= asked(numbers)
    held = Hold.objects.filter(number__in=numbers, ended_at=None).order_by("-pk").values_list("number", "cause")
    return found | {number: f"暂缓：{retention.CAUSES[cause]}" for number, cause in held}


def tombstone(number: str, *, closed_on: date, due_on: date, rule: Rule, now: datetime) -> Anonymised | None:
    """None when it went before."""
    made, fresh = Anonymised.objects.get_or_create(
        number=number,
        defaults={
            "closed_on": closed_on, "due_on": due_on, "years": rule.years, "source": rule.source, "at": now,
        },
    )  # fmt: skip
    return made if fresh else None


def stuck(number: str, error: Exception, *, now: datetime) -> None:
    """Says that it was tried in vain; for the page, until it is done."""
    Stuck.objects.update_or_create(
        number=number, defaults={"error": type(error).__name__, "at": now},
        create_defaults={"error": type(error).__name__, "at": now, "first_at": now},
    )  # fmt: skip


def gone(one: Anonymised, *, by: Actor, now: datetime) -> None:
    one.save()
    Stuck.objects.filter(number=one.number).delete()
    said = CaseAnonymised(
        number=one.number, due_on=one.due_on.isoformat(), years=one.years, rows=one.rows, files=one.files
    )
    journal.record(said, by=by, now=now)
