"""种子: cases of all kinds and endings for demos, screenshots and measuring. Deterministic: same seed, same cases.

Some are told by the verbs (`stories`) and taken back by the database (`prototypes`); what is written are clones of them: the
same rows with numbers, people, keys and seconds of their own (`templates`, `cloning`), by COPY (`writing`). ADR 8.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tongban.applications.models import Application
from tongban.identity.models import Account, Person
from tongban.kernel import bookkeeper
from tongban.kernel.refusals import Refusal
from tongban.site.seed import prototypes, writing
from tongban.site.seed.cloning import Applicant, Batch, Keys
from tongban.site.seed.people import USERNAME, citizens
from tongban.site.seed.prototypes import Prototype
from tongban.site.seed.telling import Office
from tongban.site.seed.templates import Template, template_of

OPEN = 25
"""Of a hundred cases so many still await somebody."""
MOST_PROTOTYPES = 150
BATCH = 2000
MANY = 10_000
"""From so many on, threads write and the tables are analysed."""

Progress = Callable[[int], None]

__all__ = ["OPEN", "seed"]


def seed(
    *, cases: int, seed: int, now: datetime, open_percent: int = OPEN, beside: bool = False,
    progress: Progress | None = None,
) -> int:  # fmt: skip
    """See to it that there are so many seeded cases; an interrupted run goes on where it stood. Returns how many were made.

    Raises Refusal outside demo mode, and where others than demo people have cases, unless `beside` says it may.
    """
    if not settings.TONGBAN.demo:
        raise Refusal("demo_only", "种子数据只能装入演示环境", "正式环境的办件来自真实申请")
    if not beside and _others_have_cases():
        hint = "换一个空的数据目录；确实要与它们放在一起，加上 --beside"
        raise Refusal("cases_not_ours", "这个数据库里有不是演示人员的办件，没有造种子办件", hint)
    first = Application.objects.filter(person__in=_people(username__startswith=USERNAME)).count()
    if first >= cases:
        return 0
    people = citizens(max(60, cases // 20), now=now)
    strays = max(1, len(people) // 20)
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    told = prototypes.make(
        min(cases, 60 + cases // 2000, MOST_PROTOTYPES), office=Office.ready(now), people=people[:-strays], rng=rng
    )
    chance = _Chance.of([_template(one, now) for one in told], open_percent / 100)
    applicants = [Applicant.of(one) for one in people]
    makes = _Making(chance, applicants[:-strays], applicants[-strays:], seed)
    done = first

    def written(batch: Batch) -> None:
        nonlocal done
        done += batch.cases
        if progress:
            progress(done)

    many = cases - first >= MANY
    writing.write(makes.batches(first, cases), threads=many, written=written)
    if many:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join([*prototypes.tables(), "kernel_journallink"]))
    return cases - first


def _others_have_cases() -> bool:
    return Application.objects.exclude(person__in=_people(demo=True)).exists()


def _people(**account: object) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=Account.objects.filter(**account).values("person"))


def _template(one: Prototype, now: datetime) -> Template:
    made = template_of(one)
    if made.received_on < (now - bookkeeper.KEYS_KEPT).date():
        made.texts.pop("kernel_idempotencykey", None)  # the bookkeeper would have forgotten it
    return made


@dataclass(frozen=True)
class _Chance:
    """Which prototype is cloned: a kind weighs the same, however many prototypes it has."""

    ended: list[Template]
    ended_up_to: list[float]
    open: list[Template]
    open_up_to: list[float]
    share_open: float

    @classmethod
    def of(cls, templates: list[Template], share_open: float) -> _Chance:
        count = Counter(one.prototype.kind.name for one in templates)
        groups: dict[bool, list[Template]] = {True: [], False: []}
        for one in templates:
            groups[one.prototype.kind.open].append(one)
        up_to = {
            of: list(accumulate(one.prototype.kind.weight / count[one.prototype.kind.name] for one in group))
            for of, group in groups.items()
        }
        share = share_open if all(groups.values()) else float(bool(groups[True]))
        return cls(groups[False], up_to[False], groups[True], up_to[True], share)

    def pick(self, rng: random.Random) -> Template:
        if rng.random() < self.share_open:
            return rng.choices(self.open, cum_weights=self.open_up_to)[0]
        return rng.choices(self.ended, cum_weights=self.ended_up_to)[0]


@dataclass(frozen=True)
class _Making:
    """Each case has chance of its own, by its number in the run: an interrupted run goes on as if it hadn't been."""

    chance: _Chance
    honest: list[Applicant]
    strays: list[Applicant]
    seed: int
    alike: dict[int, list[Applicant]] = field(default_factory=dict)
    """Who may have a clone of a template that asks who they are."""

    def batches(self, first: int, until: int) -> Iterator[Batch]:
        for start in range(first, until, BATCH):
            dice = [random.Random(f"{self.seed}/{at}") for at in range(start, min(start + BATCH, until))]  # noqa: S311
            chosen = [self.chance.pick(rng) for rng in dice]
            keys, batch = Keys(chosen), Batch()
            for rng, template in zip(dice, chosen, strict=True):
                batch.add(template, rng.choice(self._people_for(template)), keys, rng)
            yield batch

    def _people_for(self, template: Template) -> list[Applicant]:
        if id(template) not in self.alike:
            people = self.strays if template.prototype.kind.strays else self.honest
            self.alike[id(template)] = [one for one in people if template.fits(one.citizen)]
        return self.alike[id(template)]
