"""The list of tasks under its filters, page by page off the indexes; and who holds what, due when.

The first few of each body (or region) and act, or of each holder, come straight off an index in the order of urgency. Where
rows have to be looked through, at most `WINDOW` of each are: a page may then hold less than it could, and says where to go
on; who has many kinds of tasks looks through fewer of each, `IN_ALL` together. So every page costs the same, however many
tasks there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, get_args

from django.db import connection

from tongban.flow import queries
from tongban.flow.models import NEVER, Task
from tongban.flow.queries import TaskLine
from tongban.flow.wanted import Wanted
from tongban.identity.actors import Actor
from tongban.identity.roles import ROLES, Act
from tongban.kernel.clock import SHANGHAI

WINDOW = 1000
IN_ALL = 6000
TOWNS = 16
"""So many regions a post over a district covers, about."""
BOUND = 100
"""Counts stop here: 99+."""


@dataclass(frozen=True)
class Page:
    lines: list[TaskLine]
    after: str
    """Where the list goes on; empty at its end."""
    looked_through: int = 0
    """Of a list that goes on though the page isn't full: how many of each kind were looked through."""


def find(
    wanted: Wanted, *, by: Actor, assigning: Collection[int] = (), today: date, limit: int = 30, after: str = ""
) -> Page:
    """What the actor may know of: what its posts let it do, what it holds (or stands in for), what it closed; and, where it
    assigns the tasks of a body, all of that body."""
    if wanted.whose == "done":
        return _done(wanted, by=by, today=today, limit=limit, after=after)
    behind = queries.place_of(after)
    if behind is None:
        return Page([], "")
    places, named = _places(wanted, by=by, assigning=assigning)
    if not places:
        return Page([], "")
    conditions, more = _conditions(wanted, today=today)
    looking = wanted.is_filtered or wanted.whose == "pool" or bool(wanted.act and wanted.whose in ("mine", "escalated"))
    window = _window(named) if looking else limit
    named |= {"due": behind[0], "id": behind[1], "limit": limit, "window": window, **more}
    statement = _STATEMENT.format(scanned=" UNION ALL ".join(places), wanted=" AND ".join(["true", *conditions]))
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        rows = cursor.fetchall()
    edge = next(((row[5], row[0]) for row in rows if row[-1]), None)
    found = [row[:-1] for row in rows if not row[-1] and (edge is None or (row[5], row[0]) <= edge)]
    lines = [queries.line(*row, today=today) for row in found]
    if len(lines) == limit:
        return Page(lines, lines[-1].after)
    return Page(lines, f"{edge[0].isoformat()}_{edge[1]}", window) if edge else Page(lines, "")


_COLUMNS = "id, subject, act, title, body_id, due_on, near_on, opened_at, step, held_by_id, seen_at, escalated_at, region_path, held_at, seen_by_id"
_SCAN = """SELECT task.* FROM {source} CROSS JOIN LATERAL (
  SELECT *, row_number() OVER (ORDER BY due_on, id) = %(window)s AS last FROM (
    SELECT {columns} FROM flow_task
    WHERE closed_at IS NULL AND {place} AND (due_on, id) > (%(due)s, %(id)s)
    ORDER BY due_on, id LIMIT %(window)s) scanned) task"""
_STATEMENT = f"""
WITH scanned AS MATERIALIZED ({{scanned}}),
found AS (SELECT DISTINCT {_COLUMNS} FROM scanned WHERE {{wanted}} ORDER BY due_on, id LIMIT %(limit)s),
edge AS (SELECT {_COLUMNS} FROM scanned WHERE last ORDER BY due_on, id LIMIT 1)
SELECT *, false FROM found UNION ALL SELECT *, true FROM edge ORDER BY due_on, id
"""  # noqa: S608 - nothing from outside


def _window(named: dict[str, Any]) -> int:
    """How many of each kind are looked through."""
    kinds = len(named.get("bodies", ())) + len(named.get("holders", ())) + TOWNS * len(named.get("regions", ()))
    return min(WINDOW, max(30, IN_ALL // max(kinds, 1)))


def _scan(source: str, place: str) -> str:
    return _SCAN.format(source=source, place=place, columns=_COLUMNS)


_OF_BODIES = _scan(
    "unnest(%(bodies)s::bigint[], %(body_acts)s::text[]) wanted (body, act)",
    "body_id = wanted.body AND act = wanted.act",
)
_OF_REGIONS = _scan(
    """unnest(%(regions)s::text[], %(region_acts)s::text[]) wanted (path, act)
       JOIN orgs_region region ON starts_with(region.path, wanted.path)""",
    "region_path = region.path AND act = wanted.act",
)
_OF_HOLDERS = _scan("unnest(%(holders)s::bigint[]) wanted (holder)", "held_by_id = wanted.holder")
_ESCALATED = _scan("unnest(%(bodies)s::bigint[]) wanted (body)", "body_id = wanted.body AND escalated_at IS NOT NULL")


def _places(wanted: Wanted, *, by: Actor, assigning: Collection[int]) -> tuple[list[str], dict[str, Any]]:
    """Where to look: the scans, and what they need."""
    if wanted.whose == "mine":
        return [_OF_HOLDERS], {"holders": [by.account_id, *by.stands_in_for]}
    if wanted.whose == "escalated" and assigning:
        return [_ESCALATED], {"bodies": list(assigning)}
    if wanted.whose == "body" and assigning:
        acts = [one for one in get_args(Act) if one.startswith("application.") and wanted.act in ("", one)]
        pairs = [(body, one) for body in assigning for one in acts]
        return [_OF_BODIES], {"bodies": [body for body, _ in pairs], "body_acts": [one for _, one in pairs]}
    powers = [(post, one) for post in by.posts for one in post.role.acts if wanted.act in ("", one)]
    of_bodies = [(post.body_id, one) for post, one in powers if post.role.scope == "body" and post.body_id is not None]
    of_regions = [(post.region_path, one) for post, one in powers if post.role.scope != "body"]
    places = [scan for scan, pairs in ((_OF_BODIES, of_bodies), (_OF_REGIONS, of_regions)) if pairs]
    return places, {
        "bodies": [body for body, _ in of_bodies], "body_acts": [one for _, one in of_bodies],
        "regions": [path for path, _ in of_regions], "region_acts": [one for _, one in of_regions],
    }  # fmt: skip


def _conditions(wanted: Wanted, *, today: date) -> tuple[list[str], dict[str, Any]]:
    """What a row has to be like, beside its place."""
    found: list[str] = []
    if wanted.whose == "pool":
        found.append("held_by_id IS NULL")
    if wanted.act and wanted.whose in ("mine", "escalated"):
        found.append("act = %(act)s")
    if wanted.words:
        found.append("position(%(words)s IN title) > 0")
    if wanted.step:
        found.append("position(%(step)s IN coalesce(substring(title FROM '（([^（]*)）$'), '')) > 0")
    if wanted.seen:
        found.append("seen_at IS NULL" if wanted.seen == "no" else "seen_at IS NOT NULL")
    if wanted.holder is not None:
        found.append("held_by_id = %(holder)s")
    if wanted.opened_from:
        found.append("opened_at >= %(opened_from)s")
    if wanted.opened_until:
        found.append("opened_at < %(opened_until)s")
    if wanted.lamp:
        found.append(_LAMPS[wanted.lamp])
    return found, {
        "act": wanted.act, "words": wanted.words, "step": wanted.step, "holder": wanted.holder, "today": today,
        "never": NEVER, "opened_from": _begins(wanted.opened_from),
        "opened_until": _begins(wanted.opened_until + timedelta(days=1)) if wanted.opened_until else None,
    }  # fmt: skip


def _begins(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI) if day else None


_LAMPS = {
    "over": "due_on < %(today)s",
    "near": "due_on >= %(today)s AND due_on < %(never)s AND near_on <= %(today)s",
    "ok": "due_on >= %(today)s AND due_on < %(never)s AND (near_on IS NULL OR near_on > %(today)s)",
    "paused": "due_on = %(never)s",
}


def _done(wanted: Wanted, *, by: Actor, today: date, limit: int, after: str) -> Page:
    """What the actor's acts closed, the latest first."""
    conditions, more = _conditions(wanted, today=today)
    moment, _, pk = after.partition("_")
    if after and not (pk.isdigit() and len(pk) < 18 and _moment(moment)):
        return Page([], "")
    behind = "AND (closed_at, id) < (%(closed)s, %(id)s)" if after else ""
    act = "AND act = %(act)s" if wanted.act else ""
    with connection.cursor() as cursor:
        cursor.execute(
            _DONE.format(behind=behind, wanted=" AND ".join([f"true {act}", *conditions])),
            {"me": by.account_id, "closed": moment, "id": int(pk or 0), "limit": limit, "window": WINDOW, **more},
        )
        lines = [queries.line(*row, today=today) for row in cursor.fetchall()]
    last = lines[-1] if len(lines) == limit else None
    return Page(lines, f"{last.closed_at.isoformat()}_{last.pk}" if last and last.closed_at else "")


_DONE = f"""
SELECT * FROM (
  SELECT {_COLUMNS}, closed_at FROM flow_task WHERE closed_by_id = %(me)s {{behind}}
  ORDER BY closed_at DESC, id DESC LIMIT %(window)s) looked
WHERE {{wanted}} ORDER BY closed_at DESC, id DESC LIMIT %(limit)s
"""  # noqa: S608 - nothing from outside


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def of_subject(subject: str, *, today: date) -> list[TaskLine]:
    """The open tasks of one subject, most urgent first."""
    columns = [name.strip() for name in _COLUMNS.split(",")]
    rows = Task.objects.open().filter(subject=subject).order_by("due_on", "id").values_list(*columns)
    return [queries.line(*row, today=today) for row in rows]


# Who holds what, due when


@dataclass(frozen=True)
class Holder:
    """`account` None: the pool. Counts stop at `BOUND`."""

    account: int | None
    held: int
    overdue: int
    next_due: date | None


def holders(bodies: Sequence[int], *, today: date, now: datetime) -> list[Holder]:
    """Of these bodies: the pool, and everybody who has a post there, in one statement. Who has most overdue comes first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _HOLDERS,
            {
                "bodies": list(bodies),
                "today": today,
                "now": now,
                "bound": BOUND,
                "never": NEVER,
                "acts": list(get_args(Act)),
                "roles": [
                    key for key, role in ROLES.items() if any(act.startswith("application.") for act in role.acts)
                ],
            },
        )
        return [Holder(*row) for row in cursor.fetchall()]


_COUNTED = """
  (SELECT count(*) FROM (SELECT 1 FROM flow_task WHERE {mine} ORDER BY due_on, id LIMIT %(bound)s) held),
  (SELECT count(*) FROM (SELECT 1 FROM flow_task WHERE {mine} AND due_on < %(today)s ORDER BY due_on, id LIMIT %(bound)s) late),
  (SELECT due_on FROM flow_task WHERE {mine} AND due_on < %(never)s ORDER BY due_on, id LIMIT 1)"""
_HELD = "closed_at IS NULL AND held_by_id = person.id AND body_id = ANY(%(bodies)s)"
_POOL = """
  SELECT NULL::bigint, sum(least(held, %(bound)s))::int, sum(least(late, %(bound)s))::int, min(next_due)
  FROM unnest(%(bodies)s::bigint[]) body (id) CROSS JOIN LATERAL (
    SELECT count(*) held, count(*) FILTER (WHERE due_on < %(today)s) late, min(due_on) FILTER (WHERE due_on < %(never)s) next_due
    FROM (
      SELECT first.due_on FROM unnest(%(acts)s::text[]) wanted (act) CROSS JOIN LATERAL (
        SELECT due_on FROM flow_task
        WHERE closed_at IS NULL AND body_id = body.id AND act = wanted.act AND held_by_id IS NULL
        ORDER BY due_on, id LIMIT %(bound)s) first) pool) counted"""
_HOLDERS = f"""
SELECT * FROM (
  SELECT person.id, {_COUNTED.format(mine=_HELD)}
  FROM (SELECT DISTINCT account_id AS id FROM identity_staffpost
        WHERE body_id = ANY(%(bodies)s) AND role = ANY(%(roles)s) AND from_at <= %(now)s AND (until_at IS NULL OR until_at > %(now)s)) person
  UNION ALL {_POOL}
) found (account, held, overdue, next_due) ORDER BY account IS NOT NULL, overdue DESC, next_due, account
"""  # noqa: S608 - nothing from outside
