"""种子: cases of all kinds and endings for demos, screenshots and measuring. Deterministic: same seed, same cases.

Few are made one by one by the verbs (`stories`). Many are clones of a few hundred that the verbs made and the database took
back again (`prototypes`): the same rows with their own numbers, people and moments, every due date counted anew
(`templates`), written by COPY (`writing`). Refuses outside demo mode.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime

from django.conf import settings

from tongban.kernel.refusals import Refusal
from tongban.site.seed import writing
from tongban.site.seed.making import Office, Story, told
from tongban.site.seed.people import Citizen, citizens
from tongban.site.seed.stories import KINDS

BY_VERBS = 300
"""Below so many cases each is made by the verbs."""
PEOPLE = 40
DAYS_BACK = (1, 75)
OPEN_DAYS_BACK = (1, 12)
STILL_OPEN = 1 / 3
"""Of a few cases so many await somebody: there is something to try."""

__all__ = ["seed"]


def seed(*, cases: int, seed: int, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Make `cases` cases that began over the last weeks, or months where there are many. Returns how many.

    Raises Refusal outside demo mode.
    """
    if not settings.TONGBAN.demo:
        raise Refusal("demo_only", "种子数据只能装入演示环境", "正式环境的办件来自真实申请")
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    say = progress or (lambda made: None)
    if cases >= BY_VERBS:
        return writing.write(cases, rng=rng, now=now, progress=say)
    office, people = Office.ready(now), citizens(PEOPLE, now=now)
    for at in range(cases):
        _one(office, people, rng)
        say(at + 1)
    return cases


def _one(office: Office, people: list[Citizen], rng: random.Random) -> None:
    """One case of a kind by chance, of an edition that has such a thing."""
    while True:
        still_open = rng.random() < STILL_OPEN
        kinds = [one for one in KINDS.values() if one.open == still_open]
        one = rng.choices(kinds, [one.weight for one in kinds])[0]
        edition, citizen = rng.choice(office.editions), rng.choice(people)
        story = Story.begun(office, rng, edition, citizen, days_back=OPEN_DAYS_BACK if one.open else DAYS_BACK)
        if told(one.tell, story):
            return
