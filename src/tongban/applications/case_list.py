"""办件清单: the cases of the posts one holds, by what one asks for, newest first.

However rarely a filter hits, a page costs the same: it looks through at most `LOOKED_THROUGH` rows that an index hands over
in order, shows what it found there, and goes on behind the last of them when asked.
"""

# ruff: noqa: S608 - the statement is put together from the words of this file; what a reader sends is a parameter

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from tongban.applications.models import Acceptance, Application, Decision, Review
from tongban.applications.procedure import State
from tongban.applications.scope import scope_of
from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.identity.queries import names_of
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.typed import normalise
from tongban.orgs.models import Body

LOOKED_THROUGH = 20_000
FEW = 5_000
"""Of so many cases of an item all are looked at."""
CHUNK = 1_000
FILTERS = (
    "number", "item", "state", "body", "channel", "from", "until", "closed_from", "closed_until", "overdue", "handler",
)  # fmt: skip
CHANNELS = {"web": "网上", "mobile": "手机", "counter": "综合窗口", "kiosk": "自助机", "api": "接口", "phone": "电话"}
UNDECIDED = (State.ACCEPTED, State.SUSPENDED, State.REVIEWED, State.FORWARDED)
"""States in which the promised limit runs."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for, as far as it means anything."""

    number: str = ""
    item: str = ""
    """A code, or part of a name."""
    state: str = ""
    body: str = ""
    channel: str = ""
    from_on: date | None = None
    until_on: date | None = None
    """The last day of receipt that counts."""
    closed_from: date | None = None
    closed_until: date | None = None
    overdue: bool = False
    handler: int | None = None

    @property
    def by_closing(self) -> bool:
        """Asked for by when they ended: then they come in that order."""
        return bool(self.closed_from or self.closed_until)


def wanted(given: Mapping[str, str]) -> Wanted:
    """From an address; what can't be read asks for nothing."""
    handler = given.get("handler", "")
    return Wanted(
        number=normalise(given.get("number", "")),
        item=given.get("item", "").strip(),
        state=given.get("state", "") if given.get("state") in set(State) else "",
        body=given.get("body", ""),
        channel=given.get("channel", "") if given.get("channel") in CHANNELS else "",
        from_on=_day(given.get("from", "")),
        until_on=_day(given.get("until", "")),
        closed_from=_day(given.get("closed_from", "")),
        closed_until=_day(given.get("closed_until", "")),
        overdue=given.get("overdue", "") in ("1", "on", "true"),
        handler=int(handler) if handler.isascii() and handler.isdigit() and len(handler) < 18 else None,
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1949 <= found.year < 2200 else None


def bodies_of(by: Actor) -> list[Body]:
    """Whose cases this actor sees by their posts, by name."""
    scope = scope_of(by)
    inside = Q(pk__in=scope.bodies)
    for region in scope.regions:
        inside |= Q(region__path__startswith=region)
    return list(Body.objects.filter(inside).order_by("name", "pk"))


@dataclass(frozen=True)
class Person:
    """Who applies: personal data, read only when a column wants them."""

    id: int
    name: str
    id_number: str
    phone: str


@dataclass(frozen=True)
class CaseLine:
    id: int
    number: str
    title: str
    code: str
    body_id: int
    body: str
    region_path: str
    state: State
    channel: str
    submitted_at: datetime
    promised_on: date | None
    statutory_on: date | None
    closed_at: datetime | None
    visits: int
    organisation: str
    overdue: bool
    person: Person | None = None
    handlers: tuple[str, ...] = ()
    """Who accepted, reviewed and decided it, by name."""


@dataclass(frozen=True)
class Page:
    lines: list[CaseLine]
    after: str
    """Continues the list; empty: nothing more."""
    looked_through: bool
    """The page ends because it had looked at enough rows, not because it is full."""


def page(
    by: Actor, asked: Wanted, *, today: date, after: str = "", limit: int = 30, people: bool = False,
    handlers: bool = False,
) -> Page:  # fmt: skip
    """`limit` cases behind `after`."""
    search = _search(by, asked, today=today, after=after, limit=limit + 1)
    if search is None:
        return Page([], "", looked_through=False)
    found = _run(*search.statement())
    last, looked = None, False
    if len(found) > limit:
        found = found[:limit]
        last = found[-1]
    elif search.rest and (end := _run(*search.end())):
        last, looked = end[0], True
    lines = _lines([pk for pk, _ in found], today=today, people=people, handlers=handlers)
    return Page(lines, _mark(*last) if last else "", looked)


def every(by: Actor, asked: Wanted, *, today: date, people: bool = False, handlers: bool = False) -> Iterator[CaseLine]:
    """All of them, a thousand at a time."""
    after = ""
    while True:
        found = page(by, asked, today=today, after=after, limit=CHUNK, people=people, handlers=handlers)
        yield from found.lines
        after = found.after
        if not after:
            return


def _mark(pk: int, at: datetime) -> str:
    return f"{at.astimezone(UTC).isoformat()}_{pk}"


def _place(after: str) -> tuple[datetime, int] | None:
    moment, _, pk = after.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(pk)) if at.tzinfo and at.year > 1900 and len(pk) < 18 else None
    except ValueError:
        return None


def _run(sql: str, values: Mapping[str, Any]) -> list[tuple[int, datetime]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(pk, at) for pk, at in cursor.fetchall()]


@dataclass
class _Search:
    """`first`: what an index narrows to, in its order; `rest`: what each row is then looked at for."""

    order: str
    limit: int
    first: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def statement(self) -> tuple[str, dict[str, Any]]:
        rest = f"WHERE {' AND '.join(self.rest)}" if self.rest else ""
        sql = f"SELECT a.id, a.{self.order} FROM ({self._inner()}) a {rest} ORDER BY a.{self.order} DESC, a.id DESC LIMIT %(limit)s"
        return sql, self.values | {"limit": self.limit, "most": LOOKED_THROUGH if self.rest else self.limit}

    def end(self) -> tuple[str, dict[str, Any]]:
        """The last row that a page may look at, if there are so many."""
        return (
            f"SELECT a.id, a.{self.order} FROM ({self._inner()}) a OFFSET %(skip)s",
            self.values | {"most": LOOKED_THROUGH, "skip": LOOKED_THROUGH - 1},
        )

    def _inner(self) -> str:
        where = " AND ".join(self.first) or "true"
        return f"SELECT * FROM applications_application a WHERE {where} ORDER BY a.{self.order} DESC, a.id DESC LIMIT %(most)s"


def _search(by: Actor, asked: Wanted, *, today: date, after: str, limit: int) -> _Search | None:
    """None: nothing can be found."""
    made = _Search("closed_at" if asked.by_closing else "submitted_at", limit)
    if not _narrow_to_scope(made, by, asked.body) or not _narrow_to_item(made, asked.item):
        return None
    if after:
        place = _place(after)
        if place is None:
            return None
        made.first.append(f"(a.{made.order}, a.id) < (%(after_at)s, %(after_id)s)")
        made.values |= {"after_at": place[0], "after_id": place[1]}
    if asked.number:
        made.first.append("a.number = %(number)s")
        made.values["number"] = asked.number
    if asked.overdue:
        made.first.append(f"a.number IN ({_LATE})")
        made.rest.append("a.state = ANY(%(undecided)s) AND a.promised_on < %(today)s")
        made.values |= {"today": today, "undecided": [state.value for state in UNDECIDED]}
    _between(made, "submitted_at", asked.from_on, asked.until_on, first=not asked.by_closing)
    if asked.by_closing:
        _between(made, "closed_at", asked.closed_from, asked.closed_until, first=True)
        made.first.append("a.closed_at IS NOT NULL")
    for column in ("state", "channel"):
        if value := getattr(asked, column):
            made.rest.append(f"a.{column} = %({column})s")
            made.values[column] = value
    if asked.handler is not None:
        made.rest.append(_HANDLED)
        made.values["handler"] = f"staff:{asked.handler}"
    return made


_LATE = (
    "SELECT c.subject FROM flow_clock c WHERE c.kind = 'promised' AND c.stopped_on IS NULL AND c.due_on < %(today)s "
    "ORDER BY c.due_on, c.id LIMIT 20000"
)
_HANDLED = (
    "(EXISTS (SELECT 1 FROM applications_acceptance h WHERE h.application_id = a.id AND h.by = %(handler)s)"
    " OR EXISTS (SELECT 1 FROM applications_review h WHERE h.application_id = a.id AND h.by = %(handler)s)"
    " OR EXISTS (SELECT 1 FROM applications_decision h WHERE h.application_id = a.id AND h.by = %(handler)s))"
)


def _narrow_to_scope(made: _Search, by: Actor, body: str) -> bool:
    """By one's posts, and to one body when it is asked for: a few bodies off an index, a region row by row."""
    scope = scope_of(by)
    if body:
        found = next((one for one in bodies_of(by) if one.key == body), None)
        if found is None:
            return False
        made.first.append("a.body_id = %(body)s")
        made.values["body"] = found.pk
    if scope.bodies and not scope.regions:
        bodies = sorted(scope.bodies)
        made.first.append("a.body_id = %(of_body)s" if len(bodies) == 1 else "a.body_id = ANY(%(of_bodies)s)")
        made.values |= {"of_body": bodies[0]} if len(bodies) == 1 else {"of_bodies": bodies}
        return True
    if not scope.regions:
        return False
    inside = ["starts_with(a.region_path, %(region" + str(at) + ")s)" for at, _ in enumerate(scope.regions)]
    made.values |= {f"region{at}": path for at, path in enumerate(scope.regions)}
    if scope.bodies:
        inside.append("a.body_id = ANY(%(of_bodies)s)")
        made.values["of_bodies"] = sorted(scope.bodies)
    made.rest.append(f"({' OR '.join(inside)})")
    return True


def _narrow_to_item(made: _Search, item: str) -> bool:
    """Of an item with few cases all of them, off an index; of one with many, they are met soon anyway."""
    if not item:
        return True
    named = Q(code=item) | Q(item__code=item) | Q(name__icontains=item)
    editions = list(Edition.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:FEW])
    if not editions:
        return False
    made.values["editions"] = editions
    with connection.cursor() as cursor:
        cursor.execute(_CASES_OF, {"editions": editions, "few": FEW + 1})
        (cases,) = cursor.fetchone()
    (made.first if cases <= FEW else made.rest).append("a.edition_id = ANY(%(editions)s)")
    return True


_CASES_OF = (
    "SELECT count(*) FROM (SELECT 1 FROM applications_application WHERE edition_id = ANY(%(editions)s) LIMIT %(few)s) a"
)


def _between(made: _Search, column: str, first_on: date | None, last_on: date | None, *, first: bool) -> None:
    where = made.first if first else made.rest
    if first_on:
        where.append(f"a.{column} >= %({column}_from)s")
        made.values[f"{column}_from"] = datetime.combine(first_on, time.min, SHANGHAI)
    if last_on:
        where.append(f"a.{column} < %({column}_until)s")
        made.values[f"{column}_until"] = datetime.combine(last_on + timedelta(days=1), time.min, SHANGHAI)


# What a line shows


_COLUMNS = (
    "pk", "number", "title", "edition__code", "body_id", "body__short", "region_path", "state", "channel",
    "submitted_at", "promised_on", "statutory_on", "closed_at", "visits", "organisation__name",
)  # fmt: skip
_PRIVATE = ("person_id", "person__name", "person__id_number", "person__phone")


def _lines(ids: Sequence[int], *, today: date, people: bool, handlers: bool) -> list[CaseLine]:
    columns = (*_COLUMNS, *_PRIVATE) if people else _COLUMNS
    rows = {row[0]: row for row in Application.objects.filter(pk__in=ids).order_by("pk").values_list(*columns)}
    named = _handlers(ids) if handlers else {}
    return [_line(rows[pk], today, named.get(pk, ())) for pk in ids if pk in rows]


def _line(row: tuple[Any, ...], today: date, handlers: tuple[str, ...]) -> CaseLine:
    pk, number, title, code, body_id, body, region_path, state, channel = row[:9]
    submitted_at, promised_on, statutory_on, closed_at, visits, organisation = row[9:15]
    late = State(state) in UNDECIDED and promised_on is not None and promised_on < today
    return CaseLine(
        pk, number, title, code, body_id, body, region_path, State(state), channel, submitted_at, promised_on,
        statutory_on, closed_at, visits, organisation or "", overdue=late,
        person=Person(*row[15:]) if len(row) > 15 else None, handlers=handlers,
    )  # fmt: skip


def _handlers(ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    who: dict[int, dict[str, None]] = {}
    for model in (Acceptance, Review, Decision):
        done = model._default_manager.filter(application__in=ids).order_by("pk")
        for pk, by in done.values_list("application_id", "by"):
            who.setdefault(pk, {})[by] = None
    names = names_of(by for each in who.values() for by in each)
    return {pk: tuple(names[by] for by in each) for pk, each in who.items()}
