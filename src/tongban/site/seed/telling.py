"""A case told by the verbs, step by step, at moments in the past; each step's reactions run before the next."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from tongban.applications import actions
from tongban.applications.models import Application, Commitment
from tongban.applications.rules import State
from tongban.applications.step_rules import has_plan
from tongban.catalog import rules as guide
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.flow.models import Clock
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.identity.queries import actor_of
from tongban.kernel import actors, calendar, clock, jobs
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import reactions_to
from tongban.kernel.refusals import Refusal
from tongban.kernel.workdays import WorkCalendar
from tongban.notices import actions as notices
from tongban.site import makers
from tongban.site.seed.people import Citizen


class Unfit(Exception):
    """The story can't be told of this edition on these days: no such step, paper or post, or it would end in the future."""


NOT_TOLD = ("applications.make_out_", "applications.prove_")
"""Papers of seeded cases are made out when somebody prints them: a million cases would number five million."""


@dataclass
class Office:
    """Who handles what: the editions that can be handled to the end, and the people of the posts."""

    now: datetime
    days: WorkCalendar
    editions: list[Edition]
    posts: dict[tuple[int | None, str], list[Actor]]

    @classmethod
    def ready(cls, now: datetime) -> Office:
        """Raises Refusal where the demo's data are missing."""
        posts: dict[tuple[int | None, str], list[Actor]] = {}
        for post in StaffPost.objects.held_at(now).select_related("account").order_by("pk"):
            at_window = post.role == "window"
            actor = actor_of(post.account, now=now, channel="counter" if at_window else "web")
            posts.setdefault((post.body_id, post.role), []).append(actor)
        offered = Edition.objects.published().filter(connection="here", for_people=True).select_related("body", "item")
        editions = [
            one for one in offered.order_by("code") if (one.body_id, "decider") in posts and not has_plan(one.document)
        ]
        if not editions or (None, "window") not in posts:
            raise Refusal("demo_not_loaded", "还没有演示账号和事项", "请先运行 tongban prepare-demo")
        notices.all_current(None, now=now)  # the texts that messages will name
        return cls(now, calendar.current(), editions, posts)

    def who(self, role: str, edition: Edition, *, second: bool = False) -> Actor:
        """Who holds the post over the edition's cases; with `second` another one. Raises Unfit."""
        held = self.posts.get((edition.body_id, role)) or [
            actor
            for actor in self.posts.get((None, role), [])
            if any(edition.region_path.startswith(post.region_path) for post in actor.posts)
        ]
        if len(held) <= second:
            raise Unfit(f"nobody holds {role} of {edition.body_id}")
        return held[second]


@dataclass
class Story:
    """One case on its way: each step is a verb at `moment`, on whole minutes."""

    office: Office
    rng: random.Random
    edition: Edition
    citizen: Citizen
    moment: datetime
    key: str
    number: str = ""
    handed_in: actions.Submission | None = None
    seen: int = 0
    """The last journal entry whose reactions ran."""

    @classmethod
    def begun(
        cls, office: Office, rng: random.Random, edition: Edition, citizen: Citizen, *, days_back: tuple[int, int]
    ) -> Story:
        """On a working day so many days ago: from, to."""
        day = office.days.next_working(date_of(office.now) - timedelta(days=rng.randint(*days_back)))
        at = datetime.combine(day, time(9 + rng.randrange(6), rng.randrange(30)), SHANGHAI)
        last = JournalEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return cls(office, rng, edition, citizen, at, f"seed-{rng.getrandbits(64):016x}", seen=last)

    # Who

    @property
    def content(self) -> Content:
        return self.edition.document

    @property
    def applicant(self) -> Actor:
        return actor_of(self.citizen.account, now=self.office.now, channel="web")

    @property
    def reviewer(self) -> Actor:
        has_one = (self.edition.body_id, "reviewer") in self.office.posts
        return self.office.who("reviewer" if has_one else "decider", self.edition)

    @property
    def decider(self) -> Actor:
        return self.office.who("decider", self.edition)

    @property
    def head(self) -> Actor:
        return self.office.who("government_head" if self.content.joint else "head", self.edition)

    def clerk(self, *, second: bool = False) -> Actor:
        """Somebody at the window, for this citizen."""
        return replace(self.office.who("window", self.edition, second=second), on_behalf_of=self.citizen.who)

    # What

    @property
    def status(self) -> State:
        return State(Application.objects.values_list("state", flat=True).get(number=self.number))

    def act(self, verb: Callable[..., Any], *arguments: object, by: actors.Actor, **named: object) -> Any:
        """One verb on this case, now in the story."""
        return self.do(verb, self.number, *arguments, by=by, **named)

    def do(self, verb: Callable[..., Any], *arguments: object, **named: object) -> Any:
        """One verb, now in the story. Raises Unfit in the future."""
        if self.moment > self.office.now:
            raise Unfit("it would lie in the future")
        made = verb(*arguments, now=self.moment, **named)
        self._react()
        self.moment += timedelta(minutes=self.rng.randint(5, 15))
        return made

    def _react(self) -> None:
        with clock.at(self.moment):
            while entries := list(
                JournalEntry.objects.filter(pk__gt=self.seen).order_by("pk").values_list("pk", "name")
            ):
                for entry, name in entries:
                    for reaction in reactions_to(name):
                        if not reaction.startswith(NOT_TOLD):
                            jobs.run_reaction(reaction, entry)
                    self.seen = entry

    # When

    def later(self, least: int, most: int) -> Story:
        """So many working days on, at some hour of the office day; within one day a little later."""
        days = self.rng.randint(least, most)
        day = date_of(self.moment)
        return self.on(next(islice(self.office.days.working_days_after(day), days - 1, None)) if days else day)

    def past(self, day: date) -> Story:
        """The first working day after a day: when a deadline has passed."""
        return self.on(self.office.days.next_working(day + timedelta(days=1)))

    def on(self, day: date) -> Story:
        at = datetime.combine(day, time(9 + self.rng.randrange(6), self.rng.randrange(30)), SHANGHAI)
        self.moment = at if at > self.moment else self.moment + timedelta(minutes=5)
        return self

    def due(self, kind: str) -> date:
        """The last day of the latest clock of a kind. Raises Unfit without one."""
        found = Clock.objects.filter(subject=self.number, kind=kind).order_by("-round").first()
        if found is None or found.due_on is None:
            raise Unfit(f"no {kind} clock runs")
        return found.due_on

    def must_be_in_time(self) -> None:
        """What awaits somebody is not what the platform would end today. Raises Unfit."""
        ending = ("notice", "correction", "commitment")
        late = Clock.objects.filter(subject=self.number, kind__in=ending, stopped_on=None)
        if late.filter(due_on__lt=date_of(self.office.now)).exists():
            raise Unfit("its deadline passed")

    # Papers

    def submit(self, *, leave_out: bool = False, pledged: bool = False, at_counter: bool | None = None) -> Story:
        at_counter = self.rng.random() < 0.3 if at_counter is None else at_counter
        by = self.clerk() if at_counter and not pledged else self.applicant
        handed_in = self.submission(by=by, leave_out=leave_out, pledged=pledged)
        self.number = self.do(actions.submit, handed_in, key=self.key, by=by).number
        return self

    def submission(self, *, by: Actor, leave_out: bool = False, pledged: bool = False) -> actions.Submission:
        """What this citizen hands in: at a counter on paper. With `leave_out` without the papers that may follow."""
        content, person, day = self.content, self.citizen.person, date_of(self.moment)
        answers: dict[str, str] = {}
        for question in content.questions:
            if guide.holds(question.when, answers):
                answers[question.key] = self.rng.choice(question.options).value
        given: dict[str, str] = {}
        may_follow = False
        for one in guide.materials_for(content, answers):
            if one.give == "pledge":
                given[one.key] = "pledge"
            elif one.give == "upload" and not (leave_out and one.may_follow):
                given[one.key] = "paper" if by.is_staff else str(self.citizen.file.public_id)
            may_follow |= one.give == "upload" and one.may_follow and one.required
        if leave_out and not may_follow:
            raise Unfit("nothing may follow")
        form = makers.form(content, answers, value=lambda field: makers.value(field, person, self.rng, day))
        self.handed_in = actions.Submission(
            edition=self.edition, person=person, answers=answers, form=form, materials=given, pledged=pledged
        )
        return self.handed_in

    def papers(self) -> list[str]:
        """Keys of the papers that were handed in. Raises Unfit without one."""
        assert self.handed_in  # noqa: S101 - after the submission
        needed = guide.materials_for(self.content, dict(self.handed_in.answers))
        found = [one.key for one in needed if one.give == "upload" and one.key in self.handed_in.materials]
        if not found:
            raise Unfit("no paper is asked for")
        return found

    def uploaded(self, keys: list[str]) -> dict[str, str]:
        return {key: str(self.citizen.file.public_id) for key in keys}

    def commitments(self, *kinds: str) -> list[Commitment]:
        still_open = Commitment.objects.filter(
            application__number=self.number, kind__in=kinds, state__in=("open", "ordered")
        )
        return list(still_open.order_by("number"))
