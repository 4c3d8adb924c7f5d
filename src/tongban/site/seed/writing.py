"""Many cases at once: clones of prototypes, week by week from the earliest, by COPY, with the chain of the journal.

Each batch is one transaction that holds the bookkeeper's lock: keys, chain and rows appear together. A thread writes a batch
while the next one is made, where there are many.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import accumulate

from django.db import connection, transaction

from tongban.kernel import bookkeeper, calendar, journal
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalLink
from tongban.site.seed import prototypes, templates
from tongban.site.seed.cloning import Applicant, Batch, Keys, add
from tongban.site.seed.people import MOST, citizens
from tongban.site.seed.prototypes import Prototype
from tongban.site.seed.shifting import WorkingDays
from tongban.site.seed.templates import Marked, Template

PER_WEEK = 400
MOST_WEEKS = 52
STILL_OPEN = 0.04
"""Of many cases so many still await somebody; more where the weeks are few."""
BATCH = 2000
IN_A_THREAD = 20_000

Progress = Callable[[int], None]


def write(cases: int, *, rng: random.Random, now: datetime, progress: Progress) -> int:
    """Write so many cases. Returns how many."""
    while bookkeeper.link_waiting():  # what was there before comes first in the chain
        pass
    people = citizens(min(MOST, max(60, cases // 20)), now=now)
    made = prototypes.make(min(300, max(100, cases // 100)), people=people, rng=rng, now=now)
    weeks = min(MOST_WEEKS, max(4, cases // PER_WEEK))
    today = date_of(now)
    days = WorkingDays(calendar.current(), today - timedelta(weeks=2 * weeks + 60), today + timedelta(days=1200))
    plan = _Plan([Marked(one, days) for one in made], weeks, cases, now)
    applicants = [Applicant.of(one) for one in people]
    writer = _Writer(threaded=cases > IN_A_THREAD)
    done = 0
    for batch in _batches(plan, applicants, rng):
        writer.write(batch)
        done += batch.cases
        progress(done)
    writer.finish()
    return done


class _Plan:
    """How many cases of which templates in which week."""

    def __init__(self, marked: list[Marked], weeks: int, cases: int, now: datetime) -> None:
        self.ended = [one for one in marked if not one.prototype.open]
        self.open = [one for one in marked if one.prototype.open]
        self.weeks, self.now = weeks, now
        self.cases = cases
        self.still_open = int(cases * max(STILL_OPEN, min(0.25, 1 / weeks))) if self.open else 0

    def __iter__(self) -> Iterator[tuple[list[Template], list[float], int]]:
        """From the earliest week to now: what may be cloned, how likely each is, and how many."""
        ended, done = self.cases - self.still_open, 0
        for week in range(self.weeks):
            wanted = ended * (week + 1) // self.weeks
            yield from self._of(self.ended, self.weeks - 1 - week, wanted - done)
            done = wanted
        yield from self._of(self.open, 0, self.still_open, moves=False)

    def _of(
        self, marked: list[Marked], week: int, count: int, *, moves: bool = True
    ) -> Iterator[tuple[list[Template], list[float], int]]:
        """`week`: how many before this one the case began; those that wait for somebody stay where they are."""
        found = [(one, self._template(one, week if moves else None)) for one in marked]
        there = [(one.prototype, template) for one, template in found if template]
        if there and count:
            yield [template for _, template in there], list(accumulate(_weights([one for one, _ in there]))), count

    def _template(self, one: Marked, week: int | None) -> Template | None:
        today = date_of(self.now)
        weeks = 0 if week is None else week - (today - one.first_day).days // 7
        template = one.template(weeks)
        if template is None or template.last_day > today:
            return None
        if template.submitted_on < today - bookkeeper.KEYS_KEPT:
            template.without_request()
        return template


def _weights(made: list[Prototype]) -> list[float]:
    """A kind weighs the same, however many prototypes it has."""
    count: dict[str, int] = {}
    for one in made:
        count[one.kind.name] = count.get(one.kind.name, 0) + 1
    return [one.kind.weight / count[one.kind.name] for one in made]


def _batches(plan: _Plan, applicants: list[Applicant], rng: random.Random) -> Iterator[Batch]:
    for found, weights, count in plan:
        for start in range(0, count, BATCH):
            chosen = rng.choices(found, cum_weights=weights, k=min(BATCH, count - start))
            keys = _reserved(chosen)
            batch = Batch(first_entry=keys.entry)
            for template in chosen:
                add(batch, template, rng.choice(applicants), keys, rng)
            yield batch


def _reserved(chosen: list[Template]) -> Keys:
    """Runs of keys and numbers that nobody else gets, out of the sequences."""
    numbers = [name[0] for template in chosen for name in template.numbered_on]
    return Keys(
        case=_run("applications_application_id_seq", len(chosen)),
        entry=_run("kernel_journalentry_id_seq", sum(template.entries for template in chosen)),
        number=_run("number_application", len(chosen)),
        licence=_run("number_licence", numbers.count("l")),
        ticket=_run("number_ticket", numbers.count("t")),
    )


def _run(sequence: str, count: int) -> int:
    """The first of so many values in a row: asked for again where another took one of them meanwhile."""
    while count:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(value), max(value) FROM (SELECT nextval(%s) AS value FROM generate_series(1, %s)) taken",
                [sequence, count],
            )
            first, last = cursor.fetchone()
        if last - first == count - 1:
            return int(first)
    return 0


class _Writer:
    """Writes batches in order: at once, or one behind in a thread with a connection of its own."""

    def __init__(self, *, threaded: bool) -> None:
        self.pool = ThreadPoolExecutor(1) if threaded else None
        self.waiting: Future[None] | None = None

    def write(self, batch: Batch) -> None:
        if self.pool is None:
            _write(batch)
            return
        if self.waiting:
            self.waiting.result()
        self.waiting = self.pool.submit(_write, batch)

    def finish(self) -> None:
        if self.pool is not None:
            if self.waiting:
                self.waiting.result()
            self.pool.submit(connection.close).result()
            self.pool.shutdown()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join([*prototypes.tables(), "kernel_journallink"]))


def _write(batch: Batch) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [bookkeeper.LEADER_LOCK])
        for table, model in prototypes.tables().items():
            if table in batch.texts:
                _copy(cursor, table, templates.columns_of(model), "".join(batch.texts[table]))
        _copy(cursor, "kernel_journallink", ["position", "entry_id", "hash"], _links(batch))


def _links(batch: Batch) -> str:
    last = JournalLink.objects.order_by("-position").first()
    position, previous = (last.position, bytes(last.hash)) if last else (0, journal.GENESIS)
    lines = []
    for at, content in enumerate(batch.entries):
        previous = journal.chained(content, previous)
        lines.append(f"{position + at + 1}\t{batch.first_entry + at}\t\\\\x{previous.hex()}\n")
    return "".join(lines)


def _copy(cursor: object, table: str, columns: list[str], text: str) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:  # type: ignore[attr-defined]
        copy.write(text)
