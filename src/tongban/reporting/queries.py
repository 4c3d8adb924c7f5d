"""What the pages show of reports, returned cases and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Sum

from tongban.identity.actors import Actor
from tongban.kernel.crypto import blind_index
from tongban.kernel.models import JournalLink
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise
from tongban.reporting.handed_models import DoubleEntryQuerySet
from tongban.reporting.models import (
    Comparison,
    DoubleEntry,
    Handover,
    ReportBatch,
    ReportRow,
    ReportTarget,
    ReturnedCase,
    VerticalSystem,
)  # fmt: skip
from tongban.reporting.returning import STATES, TONES, Delivery
from tongban.reporting.tables import FORMAT_NAMES, TABLES

LATE = timedelta(minutes=30)
"""A batch that was sent so long ago should have its receipt."""
COUNTED = 10_001
"""Counts stop here."""
CODES = {
    "missing": "必填项没有内容", "too_long": "内容太长", "form": "格式不对", "gone": "办件已不可报送",
    "fields": "字段不对", "table_unknown": "没有这张表",
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Refusals that have one cause, which is mended once."""

    table: str
    field: str
    code: str
    ours: bool
    rows: int

    @property
    def where(self) -> str:
        table = TABLES.get(self.table)
        if table is None:
            return "整件"
        label = next((one.label for one in table.fields if one.name == self.field), "")
        return f"{table.label} · {label}" if label else table.label

    @property
    def says(self) -> str:
        return CODES.get(self.code, self.code or "对方没有说明代码")

    @property
    def who(self) -> str:
        return "发出前自查" if self.ours else "对方退回"


@dataclass(frozen=True)
class Overview:
    """One target as the page shows it."""

    target: ReportTarget
    lag: int
    waiting: int
    unanswered: int
    late: int
    acknowledged: int
    reasons: list[Reason]
    trouble: list[ReportBatch]
    differing: list[Comparison]

    @property
    def form(self) -> str:
        return next(name for form, name in FORMAT_NAMES.items() if form == self.target.format)

    @property
    def refused(self) -> int:
        return sum(one.rows for one in self.reasons)


def overviews(*, now: datetime) -> list[Overview]:
    last = JournalLink.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return [_overview(one, last, now) for one in ReportTarget.objects.order_by("name", "pk")]


def _overview(target: ReportTarget, last: int, now: datetime) -> Overview:
    waiting = ReportRow.objects.filter(target=target, state="waiting").order_by()[:COUNTED].count()
    unanswered = ReportBatch.objects.filter(target=target, state="sent")
    differing = Comparison.objects.filter(target=target).exclude(ours=F("theirs")).order_by("-on", "table")
    return Overview(
        target=target,
        lag=max(0, last - target.position),
        waiting=waiting,
        unanswered=unanswered.count(),
        late=unanswered.filter(sent_at__lt=now - LATE).count(),
        acknowledged=ReportRow.objects.filter(target=target, state="acknowledged").order_by()[:COUNTED].count(),
        reasons=reasons(target),
        trouble=list(
            ReportBatch.objects.filter(target=target, next_try_at__isnull=False)
            .exclude(trouble="")
            .order_by("next_try_at", "pk")[:5]
        ),
        differing=list(differing[:20]),
    )


def reasons(target: ReportTarget) -> list[Reason]:
    found = (
        ReportRow.objects.filter(target=target, state="refused")
        .values_list("table", "field", "code", "ours")
        .annotate(rows=Count("pk"))
        .order_by("-rows", "table", "field", "code", "ours")
    )
    return [Reason(*one) for one in found[:50]]


def target(key: str) -> ReportTarget:
    """Raises NotFound."""
    found = ReportTarget.objects.filter(key=key).first()
    if found is None:
        raise NotFound("target_unknown", "没有这个目标平台", "请从上报页面进入")
    return found


def refused(of: ReportTarget, *, table: str, field: str, code: str, after: int = 0, most: int = 50) -> list[ReportRow]:
    """Of one reason, oldest first."""
    rows = ReportRow.objects.filter(target=of, state="refused", table=table, field=field, code=code, pk__gt=after)
    return list(rows.order_by("pk")[:most])


@dataclass(frozen=True)
class Elsewhere:
    """在别处办理: a returned case, or a hand-over that has not come back yet."""

    title: str
    where: str
    state: str
    tone: str
    at: datetime
    number: str
    public_id: UUID | None


def elsewhere(by: Actor, *, most: int = 20) -> list[Elsewhere]:
    """The applicant's own, newest first."""
    if by.is_staff or not by.person_id:
        return []
    cases = ReturnedCase.objects.visible_to(by).select_related("system").order_by("-pk")[:most]
    waiting = Handover.objects.visible_to(by).filter(returned=None).select_related("system", "edition")
    found = [_returned(one) for one in cases]
    found += [
        Elsewhere(one.edition.name, one.system.name, f"已转到{one.system.name}办理", "", one.consented_at, "", None)
        for one in waiting.order_by("-pk")[:most]
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _returned(case: ReturnedCase) -> Elsewhere:
    return Elsewhere(
        case.title, case.system.name, STATES[case.state], TONES.get(case.state, ""), case.applied_at, case.number,
        case.public_id,
    )  # fmt: skip


def returned(public_id: UUID, *, by: Actor) -> tuple[ReturnedCase, Delivery]:
    """With what was last delivered. Raises NotFound."""
    case = (
        ReturnedCase.objects.visible_to(by)
        .select_related("system", "edition", "body")
        .filter(public_id=public_id)
        .first()
    )
    if case is None:
        raise NotFound("returned_unknown", "没有这个办件", "请从“我的办件”进入")
    return case, Delivery.of(case.particulars)


def look_up(typed: str, tail: str) -> Elsewhere | None:
    """By the other system's number and the last four characters of the applicant's; None where that names no single case."""
    number, last = typed.strip().replace("\0", ""), normalise(tail)
    if not number or len(last) != 4:
        return None
    index = blind_index(last, purpose="id_tail")
    found = list(
        ReturnedCase.objects.select_related("system").filter(tail_index=index, number=number).order_by("pk")[:2]
    )
    return _returned(found[0]) if len(found) == 1 else None


def unclaimed(*, after: int = 0, most: int = 50) -> list[ReturnedCase]:
    """Oldest first; shown without who applied."""
    rows = ReturnedCase.objects.filter(edition=None, pk__gt=after).select_related("system").defer("particulars")
    return list(rows.order_by("pk")[:most])


_RETURNED = """
SELECT s.name, s.reports_itself,
  (SELECT count(*) FROM (SELECT 1 FROM reporting_returnedcase r WHERE r.system_id = s.id LIMIT %(most)s) whole),
  (SELECT count(*) FROM (SELECT 1 FROM reporting_returnedcase r WHERE r.system_id = s.id AND r.decided_at IS NOT NULL
     LIMIT %(most)s) ended),
  (SELECT count(*) FROM (SELECT 1 FROM reporting_returnedcase r WHERE r.edition_id IS NULL AND r.system_id = s.id
     LIMIT %(most)s) unknown)
FROM reporting_verticalsystem s ORDER BY s.name, s.id
"""


@dataclass(frozen=True)
class Source:
    """A vertical system and how many of its cases are here: all, ended, without an item. Counts stop at `COUNTED`."""

    name: str
    reports_itself: bool
    whole: int
    ended: int
    unknown: int


def returned_counts() -> list[Source]:
    """Counted apart from our own cases."""
    with connection.cursor() as cursor:
        cursor.execute(_RETURNED, {"most": COUNTED})
        return [Source(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Total:
    """One month, item and system of the ledger."""

    month: str
    item: str
    system: str
    entries: int
    minutes: int
    fields: int


def ledger_sums(by: Actor, *, month: str, system: str = "") -> list[Total]:
    """By item and system, the most minutes first."""
    found = (
        _ledger(by, month, system)
        .values_list("item__name", "system__name")
        .annotate(entries=Count("pk"), minutes_=Sum("minutes"), fields_=Sum("fields"))
        .order_by("-minutes_", "item__name", "system__name")
    )
    return [Total(month, *row) for row in found[:100]]


def ledger(by: Actor, *, month: str, system: str = "", after: int = 0, most: int = 50) -> list[DoubleEntry]:
    """Newest first."""
    rows = _ledger(by, month, system).select_related("item", "system", "body")
    return list((rows.filter(pk__lt=after) if after else rows).order_by("-pk")[:most])


def _ledger(by: Actor, month: str, system: str) -> DoubleEntryQuerySet:
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=32)).replace(day=1)
    rows = DoubleEntry.objects.visible_to(by).filter(on__gte=first, on__lt=following)
    return rows.filter(system__key=system) if system else rows


def systems() -> Sequence[VerticalSystem]:
    return list(VerticalSystem.objects.filter(active=True).order_by("name", "pk"))
