"""挑选的演示办件: a few cases from `chosen.toml`, so that every login finds something to look at and to do.

Made by the same verbs as real ones, at working days before now; a case that is there already is left alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from tongban.applications import actions, prefill
from tongban.applications.models import Application
from tongban.catalog import indexing, tally
from tongban.catalog import queries as catalog
from tongban.catalog import rules as guide
from tongban.catalog.content import Content
from tongban.catalog.models import Item, Opened
from tongban.evaluations import actions as evaluations
from tongban.files import actions as files
from tongban.identity.actions import register_person
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Organisation, Person
from tongban.identity.queries import actor_of
from tongban.kernel import calendar
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Refusal
from tongban.site.demo.pictures import picture

CHOSEN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
CLERK = "wang_min"
Story = Mapping[str, Any]
"""One `[[cases]]` or one of its acts, as written in the file."""


def make(*, now: datetime) -> int:
    """Make the chosen cases that are not there yet; returns how many. Raises Refusal outside demo mode."""
    if not settings.TONGBAN.demo:
        raise Refusal("demo_only", "演示办件只能装入演示环境", "正式环境的办件来自真实申请")
    narrator = _Narrator(now)
    made = sum(narrator.tell(story) for story in sorted(CHOSEN["cases"], key=lambda one: -one["ago"]))
    if not Opened.objects.exists():
        _open_guides(now=now)
    return made


def _open_guides(*, now: datetime) -> None:
    for item, code in Item.objects.filter(code__in=CHOSEN["opened"]).order_by("pk").values_list("pk", "code"):
        for _ in range(CHOSEN["opened"][code]):
            tally.opened(item)
    tally.flush(now=now)
    indexing.place_again(now=now)


@dataclass
class _Narrator:
    now: datetime

    @transaction.atomic
    def tell(self, story: Story) -> bool:
        """The whole story of a case, or nothing when its applicant has such a case already."""
        person = self._person(story["applicant"])
        if Application.objects.filter(person=person, edition__item__code=story["item"]).exists():
            return False
        moment = self._working_day(story["ago"], at=0)
        case = actions.submit(
            self._handed_in(story, moment), key=f"chosen-{story['key']}", by=self._by(story), now=moment
        )
        for at, act in enumerate(story["acts"], start=1):
            ACTS[act["do"]](case, act, self._actor(act["by"]), self._working_day(act["ago"], at=at))
        return True

    def _handed_in(self, story: Story, moment: datetime) -> actions.Submission:
        edition, person = catalog.edition(story["item"]), self._person(story["applicant"])
        shop = Organisation.objects.get(memberships__person=person) if story.get("for_shop") else None
        hints = prefill.hints(
            edition, person=person, organisation=shop, today=moment.astimezone(SHANGHAI).date(), logged_in=True
        )
        known = {where.removeprefix("form."): hint.value for where, hint in hints.items()}
        answers = story["answers"]
        return actions.Submission(
            edition=edition, person=person, organisation=shop, answers=answers,
            form=known | {key: self._value(value) for key, value in story["form"].items()},
            materials=self._materials(edition.document, answers, self._by(story), moment),
        )  # fmt: skip

    def _value(self, value: Any) -> Any:
        """As written; so many days back become a date."""
        if isinstance(value, int):
            return (self.now.astimezone(SHANGHAI).date() + timedelta(days=value)).isoformat()
        return value

    def _materials(self, content: Content, answers: Mapping[str, str], by: Actor, moment: datetime) -> dict[str, str]:
        """Pledges ticked; what is uploaded is a picture, at the window the paper itself."""
        given: dict[str, str] = {}
        for material in guide.materials_for(content, answers):
            if material.give == "pledge":
                given[material.key] = "pledge"
            elif material.give == "upload":
                stored = None if by.is_staff else files.keep_upload(picture(), by=by, now=moment)
                given[material.key] = str(stored.public_id) if stored else "paper"
        return given

    def _by(self, story: Story) -> Actor:
        """The applicant on line, or the clerk at the counter on their behalf."""
        if not story.get("window"):
            return self._actor(story["applicant"])
        person = self._person(story["applicant"])
        return replace(self._actor(CLERK), channel="counter", on_behalf_of=f"person:{person.public_id}")

    def _person(self, key: str) -> Person:
        """One of the cast, or one of `[[people]]`: found, or registered."""
        account = Account.objects.select_related("person").filter(username=key).first()
        if account and account.person:
            return account.person
        given = next(one for one in CHOSEN["people"] if one["key"] == key)
        return Person.objects.with_id("id_card", given["id_number"]).first() or register_person(
            name=given["name"], id_number=given["id_number"], phone=given["phone"], address=given["address"],
            now=self.now,
        )  # fmt: skip

    def _actor(self, username: str) -> Actor:
        return actor_of(Account.objects.get(username=username), now=self.now, channel="web")

    def _working_day(self, ago: int, *, at: int) -> datetime:
        """That many working days before today, at a quarter past ten; each act of a day forty minutes after the one before."""
        days, day = calendar.current(), self.now.astimezone(SHANGHAI).date()
        for _ in range(ago):
            day -= timedelta(days=1)
            while not days.is_working(day):
                day -= timedelta(days=1)
        return datetime.combine(day, time(10, 15), SHANGHAI) + timedelta(minutes=40 * at)


def _correct(case: Application, act: Story, by: Actor, now: datetime) -> None:
    actions.correct(case.number, {key: actions.Gap(**gap) for key, gap in act["gaps"].items()}, by=by, now=now)


def _inspect(case: Application, act: Story, by: Actor, now: datetime) -> None:
    found = actions.Findings(
        place=act["place"], inspected_at=now - timedelta(minutes=30), record=act["record"], passes=True,
        colleagues=list(Account.objects.filter(username__in=act["colleagues"]).values_list("pk", flat=True)),
    )  # fmt: skip
    photo = files.keep_upload(picture(), by=by, now=now)
    actions.inspect(case.number, act["step"], found, photos=[photo], by=by, now=now)


ACTS: dict[str, Callable[[Application, Story, Actor, datetime], object]] = {
    "accept": lambda case, act, by, now: actions.accept(case.number, by=by, now=now),
    "correct": _correct,
    "suspend": lambda case, act, by, now: actions.suspend(
        case.number, cause=act["cause"], reason=act["reason"], by=by, now=now
    ),
    "review": lambda case, act, by, now: actions.review(
        case.number, passes=act["passes"], opinion=act["opinion"], by=by, now=now
    ),
    "complete_step": lambda case, act, by, now: actions.complete_step(
        case.number, act["step"], passes=True, opinion=act["opinion"], by=by, now=now
    ),
    "inspect": _inspect,
    "respond": lambda case, act, by, now: actions.respond(
        case.number, act["step"], agrees=act["agrees"], opinion=act["opinion"], by=by, now=now
    ),
    "decide": lambda case, act, by, now: actions.decide(case.number, granted=act["granted"], by=by, now=now),
    "deliver": lambda case, act, by, now: actions.deliver(case.number, by=by, now=now),
    "rate": lambda case, act, by, now: evaluations.rate(
        case.number, level=act["level"], comment=act["comment"], by=by, now=now
    ),
}
