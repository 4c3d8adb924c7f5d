"""Reads of the flow: what passed each step in a period and how long it took, what waits there now, and the cases behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from tongban.analytics import rules
from tongban.analytics.models import FlowCount, FlowDay, FlowRows
from tongban.analytics.stretches import STEPPED, STEPS, percentile
from tongban.applications.models import Application
from tongban.applications.rules import SUSPENSION_CAUSES
from tongban.applications.step_rules import steps_of
from tongban.catalog.models import Edition, Item
from tongban.catalog.queries import edition_by_id
from tongban.identity.actors import Actor
from tongban.identity.roles import ROLES
from tongban.kernel.refusals import NotFound
from tongban.orgs.models import Body

PERIODS = {"30": "最近 30 天", "90": "最近 90 天"}
ROLE_NAMES = {"system": "平台（视为、到期）", "applicant": "申请人", "": "已撤销的岗位"}
LONGEST = 20
PIECES = 50
"""Of the rows behind a number so many are read at once."""


@dataclass(frozen=True)
class Span:
    """统计期: both days belong to it."""

    key: str
    label: str
    first: date
    last: date


def span(key: str, *, today: date) -> Span:
    """The last 30 or 90 days, or a month (`2026-03`). Raises NotFound."""
    key = key or "30"
    if key in PERIODS:
        return Span(key, PERIODS[key], today - timedelta(days=int(key) - 1), today)
    month = rules.period(key, today=today)
    if not (month.from_on and month.until_on) or len(key) != 7:
        raise NotFound("period_unknown", "没有这个统计期", "请选择最近 30 天、90 天，或者一个月份")
    return Span(key, month.label, month.from_on, month.until_on - timedelta(days=1))


def bodies_of(by: Actor) -> list[Body]:
    """Whose flow this actor reads, by name."""
    inside = Q(pk__in=())
    for post in by.posts_for("flow.view"):
        inside |= Q(pk=post.body_id) if post.role.scope == "body" else Q(region__path__startswith=post.region_path)
    return list(Body.objects.filter(inside).order_by("name", "pk"))


@dataclass
class Passed:
    """What passed: how many took how long."""

    days: dict[int, int] = field(default_factory=dict)
    hours: dict[int, int] = field(default_factory=dict)
    late: int = 0
    waiting: int = 0

    def add(self, counts: dict[str, Any]) -> None:
        for held, more in ((self.days, counts["days"]), (self.hours, counts["hours"])):
            for number, cases in more.items():
                held[int(number)] = held.get(int(number), 0) + cases
        self.late += counts["late"]

    @property
    def cases(self) -> int:
        return sum(self.days.values())

    @property
    def half(self) -> int | None:
        return percentile(self.days, 50)

    @property
    def most(self) -> int | None:
        return percentile(self.days, 90)

    @property
    def hours_half(self) -> int | None:
        return percentile(self.hours, 50)

    @property
    def hours_most(self) -> int | None:
        return percentile(self.hours, 90)

    @property
    def late_share(self) -> float | None:
        return self.late / self.cases if self.cases else None


@dataclass(frozen=True)
class Line:
    key: str
    name: str
    passed: Passed


@dataclass(frozen=True)
class Flow:
    """One period of some bodies."""

    steps: list[Line]
    items: list[Line]
    posts: list[Line]
    counted_at: datetime | None


def flow(bodies: Sequence[Body], period: Span, *, item: int | None = None, now: datetime) -> Flow:
    """By step, by item and by the post that acted; of one item where it is asked for."""
    by: dict[str, defaultdict[str, Passed]] = {what: defaultdict(Passed) for what in ("step", "item", "role")}
    for counts in _days(bodies, period).values_list("counts", flat=True):
        for key, held in counts.items():
            step, item_id, role = key.rsplit("|", 2)
            if item is not None and int(item_id) != item:
                continue
            by["step"][step].add(held)
            if step.partition(":")[0] in _OF_THE_BODY:
                by["item"][item_id].add(held)
                by["role"][role].add(held)
    for step, cases in waiting(bodies, item=item).items():
        by["step"][step].waiting = cases
    names = _item_names(by["item"])
    done = FlowCount.objects.order_by("pk").first()
    return Flow(
        steps=[Line(key, name_of(key), by["step"][key]) for key in sorted(by["step"], key=_order)],
        items=_slowest_first(Line(key, names.get(key, ""), one) for key, one in by["item"].items()),
        posts=_slowest_first(Line(key, _role(key), one) for key, one in by["role"].items()),
        counted_at=done.counted_at if done else None,
    )


_OF_THE_BODY = ("accept", "review", "decide", "extend", "make", "deliver")


def _days(bodies: Sequence[Body], period: Span) -> Any:
    return FlowDay.objects.filter(
        body__in=[one.pk for one in bodies], day__gte=period.first, day__lte=period.last
    ).order_by("-day", "body")


def name_of(key: str) -> str:
    """A step as people call it: 审查·现场核查."""
    step, _, name = key.partition(":")
    name = SUSPENSION_CAUSES.get(name, name) if step == "pause" else name
    said = STEPS.get(step, step)
    return f"{said}·{name}" if name and name != said else said


def _order(key: str) -> tuple[int, str]:
    step, _, name = key.partition(":")
    return list(STEPS).index(step) if step in STEPS else len(STEPS), name


def _slowest_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda one: (-(one.passed.most or 0), -one.passed.cases, one.name))


def _item_names(ids: Iterable[str]) -> dict[str, str]:
    rows = Item.objects.filter(pk__in=[int(one) for one in ids]).order_by("pk")
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def _role(key: str) -> str:
    return ROLES[key].name if key in ROLES else ROLE_NAMES.get(key, key)


# What waits now

_ACTS = {
    "application.accept": "accept", "application.review": "review", "application.decide": "decide",
    "application.deliver": "deliver", "application.extend": "extend", "application.extend_joint": "extend",
}  # fmt: skip
_BY_ITEM = "AND EXISTS (SELECT 1 FROM catalog_edition e WHERE e.id = a.edition_id AND e.item_id = %(item)s)"
_MOVING = "AND NOT EXISTS (SELECT 1 FROM flow_clockpause p WHERE p.subject = t.subject AND p.until_on IS NULL)"
"""What lawfully stands still waits there and nowhere else."""
_TASKS = """
SELECT t.act, '', count(*) FROM flow_task t {join}
WHERE t.closed_at IS NULL AND t.body_id = ANY(%(bodies)s) AND t.act = ANY(%(acts)s) AND t.act <> 'application.review' {moving} {item}
GROUP BY 1
"""
_STEPS = """
SELECT t.act, s.name, count(*) FROM flow_task t JOIN applications_application a ON a.number = t.subject
JOIN applications_casestep s ON s.application_id = a.id AND s.key = t.step AND s.closed_at IS NULL AND NOT s.returned
WHERE t.closed_at IS NULL AND t.body_id = ANY(%(bodies)s) AND t.act = 'application.review' AND t.step <> '' {moving} {item}
GROUP BY 1, 2
"""
_REVIEWS = """
SELECT a.edition_id, (SELECT count(*) FROM applications_review r WHERE r.application_id = a.id AND r.round = a.round), count(*)
FROM flow_task t JOIN applications_application a ON a.number = t.subject
WHERE t.closed_at IS NULL AND t.body_id = ANY(%(bodies)s) AND t.act = 'application.review' AND t.step = '' {moving} {item}
GROUP BY 1, 2
"""
_CORRECTING = """
SELECT 'correct', '', count(*) FROM flow_clock c JOIN applications_application a ON a.number = c.subject
WHERE c.kind = 'correction' AND c.stopped_on IS NULL AND a.body_id = ANY(%(bodies)s) {item}
"""
_PAUSED = """
SELECT 'pause', p.cause, count(*) FROM flow_clockpause p JOIN applications_application a ON a.number = p.subject
WHERE p.until_on IS NULL AND a.body_id = ANY(%(bodies)s) {item} GROUP BY 1, 2
"""
_ASKED = """
SELECT 'ask', w.body_name, count(*) FROM applications_stepanswer w JOIN applications_casestep s ON s.id = w.step_id
JOIN applications_application a ON a.id = s.application_id
WHERE w.at IS NULL AND w.silent_at IS NULL AND NOT s.returned AND s.closed_at IS NULL AND a.body_id = ANY(%(bodies)s) {item}
GROUP BY 1, 2
"""
_JOIN = "JOIN applications_application a ON a.number = t.subject"


def waiting(bodies: Sequence[Body], *, item: int | None = None) -> dict[str, int]:
    """Step → cases that stand there now; off the indexes of what is open."""
    values: dict[str, Any] = {"bodies": [one.pk for one in bodies], "acts": list(_ACTS), "item": item}
    extra = {"item": _BY_ITEM if item is not None else "", "join": _JOIN if item is not None else "", "moving": _MOVING}
    found: defaultdict[str, int] = defaultdict(int)
    with connection.cursor() as cursor:
        for sql in (_TASKS, _STEPS, _CORRECTING, _PAUSED, _ASKED):
            cursor.execute(sql.format(**extra), values)
            for act, name, cases in cursor.fetchall():
                step = _ACTS.get(act, act)
                found[f"{step}:{name}" if name and step in STEPPED else step] += cases
        cursor.execute(_REVIEWS.format(**extra), values)
        for edition, done, cases in cursor.fetchall():
            found[f"review:{_review_name(edition, done)}"] += cases
    return {step: cases for step, cases in found.items() if cases}


def _review_name(edition: int, done: int) -> str:
    """Of plain reviews in a row, that which comes next."""
    steps = steps_of(edition_by_id(edition).document)
    return steps[done].name if done < len(steps) else "复核意见" if done else "审查"


@dataclass(frozen=True)
class Waiting:
    """A case that waits, and since when."""

    number: str
    title: str
    step: str
    since: datetime
    due_on: date | None
    body: str


_LONGEST = """
SELECT t.subject, t.title, t.act, t.opened_at, NULLIF(t.due_on, '9999-12-31'), b.short
FROM flow_task t JOIN orgs_body b ON b.id = t.body_id {join}
WHERE t.closed_at IS NULL AND t.body_id = ANY(%(bodies)s) AND t.act = ANY(%(acts)s) {moving} {item}
ORDER BY t.opened_at, t.id LIMIT %(limit)s
"""


def longest(bodies: Sequence[Body], *, item: int | None = None, step: str = "", limit: int = LONGEST) -> list[Waiting]:
    """What has waited longest, of all steps or of one."""
    acts = [act for act, one in _ACTS.items() if step in ("", one)]
    values: dict[str, Any] = {"bodies": [one.pk for one in bodies], "acts": acts, "item": item, "limit": limit}
    extra = {"item": _BY_ITEM if item is not None else "", "join": _JOIN if item is not None else "", "moving": _MOVING}
    with connection.cursor() as cursor:
        cursor.execute(_LONGEST.format(**extra), values)
        return [
            Waiting(number, title, STEPS[_ACTS[act]], since, due_on, body)
            for number, title, act, since, due_on, body in cursor.fetchall()
        ]


# The cases behind a number


@dataclass(frozen=True)
class Row:
    """One case that passed a step."""

    number: str
    title: str
    body: str
    step: str
    on: date
    days: int
    late: bool


def rows(by: Actor, bodies: Sequence[Body], period: Span, step: str, *, item: int | None = None) -> Iterator[Row]:
    """Newest first; only those that the actor may see."""
    written = FlowRows.objects.filter(
        body__in=[one.pk for one in bodies], day__gte=period.first, day__lte=period.last
    ).order_by("-day", "-pk")
    pieces, at = written.values_list("day", "rows"), 0
    while some := list(pieces[at : at + PIECES]):
        at += PIECES
        held = [
            (pk, days, late, key.rsplit("|", 2)[0], day)
            for day, of_keys in some
            for key, cases in of_keys.items()
            if _meets(key, step, item)
            for pk, days, late in cases
        ]
        visible = Application.objects.visible_to(by).filter(pk__in={pk for pk, *_ in held}).order_by("pk")
        known = {row[0]: row[1:] for row in visible.values_list("pk", "number", "title", "body__short")}
        for pk, days, late, name, day in held:
            if pk in known:
                number, title, body = known[pk]
                yield Row(number, title, body, name_of(name), day, days, late)


def _meets(key: str, step: str, item: int | None) -> bool:
    name, item_id, _ = key.rsplit("|", 2)
    return name == step and (item is None or int(item_id) == item)


def items_of(bodies: Sequence[Body]) -> list[tuple[str, str]]:
    """The items that these bodies offer: base code and name, by name."""
    found = Edition.objects.filter(body__in=[one.pk for one in bodies], state="published").order_by("item__name")
    return list(dict.fromkeys(found.values_list("item__code", "item__name")))


def item_named(code: str) -> Item | None:
    return Item.objects.filter(code=code).first() if code else None
