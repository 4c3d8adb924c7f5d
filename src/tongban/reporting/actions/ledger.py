"""二次录入台账: what staff had to type a second time, entered by them, or by rule where an item is known for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from tongban.applications.models import Application
from tongban.catalog import queries as catalog
from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.kernel import actors, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Refusal, demand
from tongban.reporting.events import TypedAgain
from tongban.reporting.handed_models import WHY
from tongban.reporting.models import DoubleEntry, TypedTwice, VerticalSystem

LONGEST, MOST_FIELDS = 480, 500
BACK = timedelta(days=62)
"""So long ago it may have been."""


@dataclass(frozen=True)
class Typed:
    """What was typed a second time."""

    code: str
    """Of the item: 实施编码 or 基本编码."""
    system: str
    minutes: str
    fields: str
    why: str
    on: str = ""


@transaction.atomic
def note(typed: Typed, *, by: Actor, now: datetime) -> DoubleEntry:
    """By whoever accepts cases, of an item of their own body or region."""
    edition, system = _edition(typed.code), _system(typed.system)
    by = by.must("application.accept", body_id=edition.body_id, region_path=edition.region_path)
    made = DoubleEntry.objects.create(
        item=edition.item, body=edition.body, region_path=edition.region_path, system=system,
        minutes=_amount(typed.minutes, "minutes", "分钟数", LONGEST),
        fields=_amount(typed.fields, "fields", "字段数", MOST_FIELDS), why=_why(typed.why), by=by.who,
        on=_day(typed.on, date_of(now)), at=now,
    )  # fmt: skip
    _announce(made, by, now)
    return made


@transaction.atomic
def typed_twice(typed: Typed, *, by: Actor, now: datetime) -> TypedTwice:
    """须二次录入: from now on each acceptance of this item enters itself. By who supervises the region."""
    edition, system = _edition(typed.code), _system(typed.system)
    by = by.must("supervision.view", region_path=edition.region_path)
    values = {
        "minutes": _amount(typed.minutes, "minutes", "分钟数", LONGEST),
        "fields": _amount(typed.fields, "fields", "字段数", MOST_FIELDS), "why": _why(typed.why), "by": by.who, "at": now,
    }  # fmt: skip
    rule, _ = TypedTwice.objects.update_or_create(item=edition.item, system=system, defaults=values)
    return rule


@transaction.atomic
def accepted(number: str, *, by: actors.Actor, at: datetime) -> int:
    """A case was accepted: enter what its item is known for. Again, it changes nothing."""
    case = Application.objects.select_related("edition", "body").filter(number=number).first()
    if case is None:
        return 0
    made = 0
    for rule in TypedTwice.objects.filter(item=case.edition.item_id).order_by("pk"):
        values = {
            "item_id": rule.item_id, "body": case.body, "region_path": case.region_path, "minutes": rule.minutes,
            "fields": rule.fields, "why": rule.why, "by": by.who, "on": date_of(at), "at": at,
        }  # fmt: skip
        entry, new = DoubleEntry.objects.get_or_create(
            number=number, system_id=rule.system_id, by_rule=True, defaults=values
        )
        if new:
            _announce(entry, actors.system("reporting"), at)
            made += 1
    return made


def _announce(entry: DoubleEntry, by: actors.Actor, now: datetime) -> None:
    event = TypedAgain(entry=str(entry.pk), system=entry.system.key, minutes=entry.minutes)
    journal.record(event, by=by, now=now)


def _edition(code: str) -> Edition:
    try:
        return catalog.edition(code.strip().replace("\0", ""))
    except Refusal as refusal:
        raise Refusal("item_unknown", "没有这个编码的在用事项", "请写办事指南上的实施编码", "code") from refusal


def _system(key: str) -> VerticalSystem:
    found = VerticalSystem.objects.filter(key=key.replace("\0", ""), active=True).first()
    if found is None:
        raise Refusal("system_unknown", "请选择录入的系统", "", "system")
    return found


def _amount(text: str, field: str, what: str, most: int) -> int:
    whole = text.strip()
    good = whole.isascii() and whole.isdigit() and len(whole) <= 4 and 1 <= int(whole) <= most
    demand(good, "amount", f"{what}应为 1 至 {most} 的整数", field=field)
    return int(whole)


def _why(why: str) -> str:
    demand(why in WHY, "why", "请选择原因", field="why")
    return why


def _day(text: str, today: date) -> date:
    if not text.strip():
        return today
    try:
        on = date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refusal("day", "日期写得不对", "例如 2026-03-02", "on") from error
    demand(today - BACK <= on <= today, "day", "日期应在最近两个月内，不能是以后", field="on")
    return on
