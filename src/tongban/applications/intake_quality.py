"""收件质量: what windows took in, and what the department then found wanting of it. Always within a period.

A case counts on the day it was taken in; it was returned when the department asked for a correction of anything in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from tongban.applications import material_rules as law
from tongban.applications.models import IntakeFinding
from tongban.identity.actors import Actor
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Forbidden, Refusal

LONGEST = 366
USUAL = 30


@dataclass(frozen=True)
class Whose:
    """Which windows one may look at: those of regions, or of halls. `names`: also who the clerk was."""

    regions: tuple[str, ...] = ()
    halls: tuple[int, ...] = ()
    names: bool = False


def whose(by: Actor) -> Whose:
    """The supervisor's region, with names; a window's own hall, without. Raises Forbidden."""
    if posts := by.posts_for("supervision.view"):
        return Whose(regions=tuple(post.region_path for post in posts), names=True)
    if posts := by.posts_for("application.intake"):
        return Whose(halls=tuple(post.hall_id for post in posts if post.hall_id is not None))
    raise Forbidden(
        "no_intake_quality", "您的岗位不能查看收件质量", "由督查员和窗口人员查看；需要的，请向管理员申请岗位"
    )


@dataclass(frozen=True)
class Span:
    """Both days count."""

    first: date
    last: date

    @property
    def moments(self) -> tuple[datetime, datetime]:
        return _midnight(self.first), _midnight(self.last + timedelta(days=1))


def span(first: str, last: str, *, today: date) -> Span:
    """As typed; without any the last thirty days. Raises Refusal."""
    until = _day(last, "until") or today
    since = _day(first, "since") or until - timedelta(days=USUAL - 1)
    if since > until:
        raise Refusal("span_backwards", "开始日期不能晚于结束日期", "", "since")
    if (until - since).days >= LONGEST:
        raise Refusal("span_long", "一次最多看一年", "请把开始日期往后移", "since")
    return Span(since, until)


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refusal("date_form", "日期写成 2026-03-02 这样", "", field) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI)


@dataclass(frozen=True)
class Count:
    """窗口 or 事项: taken in, returned for correction."""

    key: int | None
    name: str
    taken: int
    returned: int

    @property
    def share(self) -> int:
        return law.share(self.returned, self.taken)


_WHERE = "w.at >= %s AND w.at < %s AND (w.region_path LIKE ANY(%s) OR w.hall_id = ANY(%s))"
_BY_HALL = f"""
SELECT w.hall_id, coalesce(h.name, '没有写明大厅的窗口'), count(*), count(w.returned_at)
FROM applications_windowintake w LEFT JOIN orgs_hall h ON h.id = w.hall_id
WHERE {_WHERE} GROUP BY w.hall_id, h.name ORDER BY count(*) DESC, 2 LIMIT 100"""  # noqa: S608 - no value is in it
_BY_ITEM = f"""
SELECT w.item_id, i.name, count(*), count(w.returned_at)
FROM applications_windowintake w JOIN catalog_item i ON i.id = w.item_id
WHERE {_WHERE} GROUP BY w.item_id, i.name ORDER BY count(w.returned_at) DESC, count(*) DESC, 2 LIMIT 100"""  # noqa: S608
_BY_CLERK = f"""
SELECT NULL, w.clerk, count(*), count(w.returned_at)
FROM applications_windowintake w WHERE {_WHERE} GROUP BY w.clerk ORDER BY count(w.returned_at) DESC, 2 LIMIT 100"""  # noqa: S608
_BY_POINT = f"""
SELECT m.name, w.point, count(*), count(*) FILTER (WHERE w.ticked)
FROM applications_intakefinding w JOIN applications_applicationmaterial m ON m.id = w.material_id
WHERE {_WHERE} GROUP BY m.name, w.point ORDER BY count(*) DESC, 1, 2 LIMIT 30"""  # noqa: S608


def by_hall(of: Whose, span: Span) -> list[Count]:
    return [Count(*row) for row in _rows(_BY_HALL, of, span)]


def by_item(of: Whose, span: Span) -> list[Count]:
    return [Count(*row) for row in _rows(_BY_ITEM, of, span)]


def by_clerk(of: Whose, span: Span) -> list[Count]:
    """For the supervisor alone."""
    return [Count(*row) for row in _rows(_BY_CLERK, of, span)] if of.names else []


@dataclass(frozen=True)
class Wanting:
    """A check point that was found wanting; in how many of them the window had ticked it."""

    material: str
    point: str
    times: int
    ticked: int


def by_point(of: Whose, span: Span) -> list[Wanting]:
    return [Wanting(*row) for row in _rows(_BY_POINT, of, span)]


def _rows(sql: str, of: Whose, span: Span) -> list[tuple[Any, ...]]:
    prefixes = [region.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for region in of.regions]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*span.moments, prefixes, list(of.halls)])
        return list(cursor.fetchall())


def findings(of: Whose, span: Span, *, limit: int, after: int | None = None) -> Sequence[IntakeFinding]:
    """The rows behind it, newest first."""
    mine = Q(hall_id__in=of.halls)
    for region in of.regions:
        mine |= Q(region_path__startswith=region)
    since, until = span.moments
    found = IntakeFinding.objects.select_related("application", "material", "hall", "item").filter(
        mine, at__gte=since, at__lt=until
    )
    if after is not None:
        found = found.filter(pk__lt=after)
    return list(found.order_by("-pk")[:limit])
