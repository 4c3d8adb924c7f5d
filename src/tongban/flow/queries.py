"""Reads that desk, counter and API share: who holds what, due when; and the day-by-day count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from tongban.flow import rules
from tongban.flow.models import NEVER, RUN_TOGETHER, Clock, ClockPause, Task
from tongban.identity.actors import Actor
from tongban.kernel import calendar
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.workdays import WorkCalendar


@dataclass(frozen=True)
class TaskLine:
    """One line of the list of what awaits someone; `after` continues the list behind it."""

    subject: str
    act: str
    title: str
    body_id: int
    due_on: date | None
    lamp: rules.Lamp
    opened_at: datetime
    after: str
    step: str = ""
    held_by: int | None = None
    seen_at: datetime | None = None
    escalated_at: datetime | None = None
    region_path: str = ""
    held_at: datetime | None = None
    seen_by: int | None = None
    closed_at: datetime | None = None

    @property
    def pk(self) -> int:
        return int(self.after.partition("_")[2])


def tasks(actor: Actor, *, today: date, limit: int = 20, after: str = "", act: str = "") -> list[TaskLine]:
    """What the actor's posts let them do, of all acts or of one."""
    powers = [(post, one) for post in actor.posts for one in post.role.acts if act in ("", one)]
    of_bodies = [(post.body_id, one) for post, one in powers if post.role.scope == "body" and post.body_id is not None]
    of_regions = [(post.region_path, one) for post, one in powers if post.role.scope != "body"]
    return first_of(of_bodies, of_regions, today=today, limit=limit, after=after)


def first_of(
    of_bodies: Sequence[tuple[int, str]],
    of_regions: Sequence[tuple[str, str]] = (),
    *,
    today: date,
    limit: int,
    after: str,
) -> list[TaskLine]:
    """Open tasks of these acts at these bodies or in these regions, most urgent first, behind `after`.

    The first few of each body (or region) and act come straight off an index, and the most urgent of them are the page:
    the same work for a hundred open tasks and for a million.
    """
    behind = place_of(after)
    if behind is None:
        return []
    named: dict[str, Any] = {
        "due": behind[0], "id": behind[1], "limit": max(1, min(limit, 100)),
        "bodies": [body for body, _ in of_bodies], "body_acts": [one for _, one in of_bodies],
        "regions": [path for path, _ in of_regions], "region_acts": [one for _, one in of_regions],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, named)
        return [line(*row, today=today) for row in cursor.fetchall()]


_OPEN = """CROSS JOIN LATERAL (
  SELECT id, subject, act, title, body_id, due_on, near_on, opened_at, step, held_by_id, seen_at, escalated_at,
    region_path, held_at, seen_by_id FROM flow_task
  WHERE closed_at IS NULL AND {place} AND act = wanted.act AND (due_on, id) > (%(due)s, %(id)s)
  ORDER BY due_on, id LIMIT %(limit)s) task"""
_FIRST = f"""
SELECT * FROM (
  SELECT task.* FROM unnest(%(bodies)s::bigint[], %(body_acts)s::text[]) wanted (body, act)
  {_OPEN.format(place="body_id = wanted.body")}
  UNION
  SELECT task.* FROM unnest(%(regions)s::text[], %(region_acts)s::text[]) wanted (path, act)
  JOIN orgs_region region ON starts_with(region.path, wanted.path)
  {_OPEN.format(place="region_path = region.path")}
) found ORDER BY due_on, id LIMIT %(limit)s
"""  # noqa: S608 - nothing from outside


def place_of(after: str) -> tuple[date, int] | None:
    """The place in the order of urgency behind which the list goes on; None when what was sent says none."""
    due, _, pk = after.partition("_")
    if not (pk.isdigit() and len(pk) < 18):
        return date.min, 0
    try:
        return date.fromisoformat(due), int(pk)
    except ValueError:
        return None


def line(
    pk: int, subject: str, act: str, title: str, body_id: int, stored: date, near_on: date | None, opened_at: datetime,
    step: str, held_by: int | None, seen_at: datetime | None, escalated_at: datetime | None, region_path: str,
    held_at: datetime | None, seen_by: int | None, closed_at: datetime | None = None, *, today: date,
) -> TaskLine:  # fmt: skip
    """A row as the statements here select it."""
    due_on = None if stored == NEVER else stored
    lamp = rules.lamp(today, due_on, near_on)
    after = f"{stored.isoformat()}_{pk}"
    return TaskLine(
        subject,
        act,
        title,
        body_id,
        due_on,
        lamp,
        opened_at,
        after,
        step,
        held_by,
        seen_at,
        escalated_at,
        region_path,
        held_at,
        seen_by,
        closed_at,
    )


def is_awaited(subject: str, *, act: str) -> bool:
    return Task.objects.open().filter(subject=subject, act=act).exists()


def awaited_steps(subject: str, act: str) -> set[str]:
    """The steps (`Task.step`) for which a task of this act is open."""
    return set(Task.objects.open().filter(subject=subject, act=act).values_list("step", flat=True))


def pauses_of(subject: str) -> list[rules.Pause]:
    return pauses_of_all([subject])[subject]


def pauses_of_all(subjects: Sequence[str]) -> dict[str, list[rules.Pause]]:
    """By subject, in order; one query."""
    found: dict[str, list[rules.Pause]] = {subject: [] for subject in subjects}
    columns = ("subject", "from_on", "until_on", "article", "from_at", "until_at")
    rows = ClockPause.objects.filter(subject__in=subjects).order_by("from_on", "id").values_list(*columns)
    for subject, from_on, until_on, article, from_at, until_at in rows:
        found[subject].append(rules.Pause(from_on, until_on, article=article, from_at=from_at, until_at=until_at))
    return found


def pauses_that_bind(one: Clock, pauses: Sequence[rules.Pause]) -> list[rules.Pause]:
    """Of a subject's pauses those that concern the clock: none but that of the promised and the statutory limit, and not
    those that began when it had stopped (a case that is handled again may be suspended again)."""
    if one.kind not in RUN_TOGETHER:
        return []
    return [pause for pause in pauses if _began_in_time(pause, one)]


def _began_in_time(pause: rules.Pause, one: Clock) -> bool:
    if one.stopped_at and pause.from_at:
        return pause.from_at < one.stopped_at
    return one.stopped_on is None or pause.from_on < one.stopped_on


def reckon(
    one: Clock, pauses: Sequence[rules.Pause], days: WorkCalendar, *, until: date | None = None
) -> rules.Reckoning:
    """What the law makes of a clock's row under a calendar."""
    if one.unit != "hour":
        return rules.reckon(
            one.started_on, one.limit, days, pauses,
            extension=one.extension, until=until, near_percent=one.near_percent,
        )  # fmt: skip
    due_at = due_at_of(one, pauses, days)
    if due_at is None:
        return rules.Reckoning([], None, None)
    due_on = date_of(due_at)
    return rules.Reckoning(
        [rules.Day(due_on, 1, "按小时计算", rules.FIRST_DAY, not days.is_known(one.started_on))], due_on, None
    )


def due_at_of(one: Clock, pauses: Sequence[rules.Pause], days: WorkCalendar) -> datetime | None:
    """For a limit in hours: the moment it runs out."""
    started_at = one.started_at or datetime.combine(one.started_on, rules.OFFICE_OPENS, SHANGHAI)
    return rules.due_at(rules.starts_at(started_at, days), one.limit, pauses, extension=one.extension)


@dataclass(frozen=True)
class Sheet:
    """时限计算单: one clock, every day counted or not, by which article."""

    kind: str
    kind_name: str
    round: int
    limit: rules.Limit
    extension: rules.Limit | None
    started_on: date
    due_on: date | None
    due_at: datetime | None
    stopped_on: date | None
    until: date
    """The day it stopped, else today."""
    provisional: bool
    calendar_version: int
    days: list[rules.Day]
    lamp: rules.Lamp

    @property
    def used(self) -> int:
        """Days of the limit that were used until it stopped, or until today."""
        return rules.days_used(self.days, self.until)


def sheets(subject: str, *, today: date) -> list[Sheet]:
    """The clocks of a subject in the order they were started; the promised one before the statutory."""
    pauses = pauses_of(subject)
    clocks = Clock.objects.filter(subject=subject).order_by("round", "started_on", "kind", "id")
    return [_sheet(clock, pauses, today) for clock in clocks]


def _sheet(clock: Clock, pauses: list[rules.Pause], today: date) -> Sheet:
    reckoned = reckon(
        clock,
        pauses_that_bind(clock, pauses),
        calendar.of_version(clock.calendar_version),
        until=max(clock.stopped_on or today, clock.started_on),
    )
    return Sheet(
        kind=clock.kind,
        kind_name=clock.get_kind_display(),
        round=clock.round,
        limit=clock.limit,
        extension=clock.extension,
        started_on=clock.started_on,
        due_on=clock.due_on,
        due_at=clock.due_at,
        stopped_on=clock.stopped_on,
        until=clock.stopped_on or today,
        provisional=clock.provisional,
        calendar_version=clock.calendar_version,
        days=reckoned.days,
        lamp=rules.lamp(clock.stopped_on or today, clock.due_on, clock.near_on),
    )


@dataclass(frozen=True)
class Due:
    """A clock that ran out."""

    id: int
    subject: str
    kind: str
    due_on: date


def ran_out(kind: str, *, today: date, after: Due | None = None, limit: int = 500) -> list[Due]:
    """Clocks of a kind that still run though their last day is past, longest past first, behind `after`."""
    found = Clock.objects.filter(kind=kind, stopped_on=None, due_on__lt=today)
    if after:
        found = found.filter(Q(due_on__gt=after.due_on) | Q(due_on=after.due_on, pk__gt=after.id))
    rows = found.order_by("due_on", "pk").values_list("pk", "subject", "kind", "due_on")[:limit]
    return [Due(pk, subject, kind, due_on) for pk, subject, kind, due_on in rows if due_on]


def under_an_older_calendar(limit: int = 500) -> list[str]:
    """Subjects with a running clock that was counted before the last calendar was imported."""
    older = Clock.objects.filter(stopped_on=None, calendar_version__lt=calendar.current().version)
    return list(dict.fromkeys(older.order_by("calendar_version", "id").values_list("subject", flat=True)[:limit]))
