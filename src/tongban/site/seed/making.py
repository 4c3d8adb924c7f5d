"""A case made by the verbs, step by step, at moments in the past: what a story is told with."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from tongban.applications import actions
from tongban.applications.models import Application, Commitment
from tongban.applications.rules import State
from tongban.catalog import rules as guide
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.flow.models import Clock
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.identity.queries import actor_of
from tongban.kernel import actors, calendar
from tongban.kernel.actors import Channel
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.refusals import Refusal
from tongban.kernel.workdays import WorkCalendar
from tongban.site.seed import filling
from tongban.site.seed.people import Citizen


class Unfit(Exception):
    """The story can't be told of this edition: it has no such step, paper or post."""


class NotYet(Exception):
    """The next step would lie in the future: here the story stands today."""


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
        actors: dict[int, Actor] = {}
        for post in StaffPost.objects.held_at(now).select_related("account").order_by("pk"):
            channel: Channel = "counter" if post.role == "window" else "web"
            actor = actors.setdefault(post.account_id, actor_of(post.account, now=now, channel=channel))
            posts.setdefault((post.body_id, post.role), []).append(actor)
        offered = Edition.objects.published().filter(connection="here", for_people=True).select_related("body", "item")
        editions = [one for one in offered.order_by("code") if (one.body_id, "decider") in posts]
        if not editions or (None, "window") not in posts:
            raise Refusal("demo_not_loaded", "还没有演示账号和事项", "请先运行 tongban prepare-demo")
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
    """One case on its way. Each step is a verb at `moment`; NotYet when that lies in the future."""

    office: Office
    rng: random.Random
    edition: Edition
    citizen: Citizen
    key: str
    moment: datetime
    after_each: Callable[[datetime], None] = lambda moment: None
    number: str = ""
    finished: bool = False
    handed_in: actions.Submission | None = None
    steps: list[str] = field(default_factory=list)

    @classmethod
    def begun(
        cls, office: Office, rng: random.Random, edition: Edition, citizen: Citizen, *, days_back: tuple[int, int]
    ) -> Story:
        """On a working day, so many days ago: from, to."""
        day = office.days.next_working(date_of(office.now) - timedelta(days=rng.randint(*days_back)))
        at = datetime.combine(day, time(9 + rng.randrange(6), rng.randrange(30)), SHANGHAI)
        return cls(office, rng, edition, citizen, f"seed-{rng.getrandbits(64):016x}", at)

    @property
    def content(self) -> Content:
        return self.edition.document

    @property
    def applicant(self) -> Actor:
        return actor_of(self.citizen.account, now=self.office.now, channel="web")

    @property
    def reviewer(self) -> Actor:
        try:
            return self.office.who("reviewer", self.edition)
        except Unfit:
            return self.decider

    @property
    def decider(self) -> Actor:
        return self.office.who("decider", self.edition)

    @property
    def head(self) -> Actor:
        return self.office.who("government_head" if self.content.joint else "head", self.edition)

    @property
    def status(self) -> State:
        return State(Application.objects.values_list("state", flat=True).get(number=self.number))

    def act(self, verb: Callable[..., Any], *arguments: object, by: actors.Actor, **named: object) -> Any:
        """One verb on this case, now in the story."""
        if self.moment > self.office.now:
            raise NotYet(verb.__name__)
        made = verb(self.number, *arguments, by=by, now=self.moment, **named)
        self._done(verb.__name__)
        return made

    def _done(self, name: str) -> None:
        self.steps.append(name)
        self.after_each(self.moment)
        self.moment += timedelta(minutes=self.rng.randint(5, 15))

    # Time

    def later(self, least: int, most: int) -> Story:
        """So many working days on, at some hour of the office day; within one day a little later."""
        return self.on(self._working_days_on(self.rng.randint(least, most)))

    def within(self, limit: int, *, share: float = 1.0) -> Story:
        """Within so many working days of what was promised."""
        return self.later(0, max(1, round(limit * share)))

    def past(self, day: date) -> Story:
        """The first working day after a day: when a deadline has passed."""
        return self.on(self.office.days.next_working(day + timedelta(days=1)))

    def on(self, day: date) -> Story:
        at = datetime.combine(day, time(9 + self.rng.randrange(6), self.rng.randrange(30)), SHANGHAI)
        if at > self.moment:
            self.moment = at
        elif self.moment.astimezone(SHANGHAI).time() > time(16, 0):
            self.moment = datetime.combine(self._working_days_on(1), time(9, self.rng.randrange(30)), SHANGHAI)
        else:
            self.moment += timedelta(minutes=5)
        return self

    def _working_days_on(self, count: int) -> date:
        day = date_of(self.moment)
        return next(islice(self.office.days.working_days_after(day), count - 1, None)) if count else day

    def due(self, kind: str) -> date:
        """The last day of the latest clock of a kind. Raises Unfit without one."""
        found = Clock.objects.filter(subject=self.number, kind=kind).order_by("-round").first()
        if found is None or found.due_on is None:
            raise Unfit(f"no {kind} clock runs")
        return found.due_on

    # Handing in

    def submission(self, *, by: Actor, leave_out: bool = False) -> actions.Submission:
        """What this citizen hands in: at a counter on paper. With `leave_out` without a paper that may follow."""
        answers = filling.answers_to(self.content, self.rng)
        materials = filling.materials_for(
            self.content, answers, file="paper" if by.is_staff else str(self.citizen.file.public_id),
            leave_out=leave_out,
        )  # fmt: skip
        if leave_out and not any(
            one.may_follow and one.required and one.give == "upload"
            for one in guide.materials_for(self.content, answers)
        ):
            raise Unfit("nothing may follow")
        form = filling.form_for(self.content, answers, self.citizen.person, self.rng, date_of(self.moment))
        self.handed_in = actions.Submission(
            edition=self.edition, person=self.citizen.person, answers=answers, form=form, materials=materials
        )
        return self.handed_in

    def submit(self, *, leave_out: bool = False, at_counter: bool | None = None) -> Story:
        if self.moment > self.office.now:
            raise NotYet("submit")
        by = self.applicant
        if self.rng.random() < 0.3 if at_counter is None else at_counter:
            by = self._clerk() or by
        handed_in = self.submission(by=by, leave_out=leave_out)
        self.number = actions.submit(handed_in, key=self.key, by=by, now=self.moment).number
        self._done("submit")
        return self

    def _clerk(self) -> Actor | None:
        try:
            return self.clerk()
        except Unfit:
            return None

    def clerk(self, *, second: bool = False) -> Actor:
        """Somebody at the window, for this citizen."""
        return replace(self.office.who("window", self.edition, second=second), on_behalf_of=self.citizen.who)

    def papers(self) -> list[str]:
        """Keys of the papers that were handed in. Raises Unfit without one."""
        assert self.handed_in  # noqa: S101 - after the submission
        found = [
            one.key
            for one in guide.materials_for(self.content, dict(self.handed_in.answers))
            if one.give == "upload" and one.key in self.handed_in.materials
        ]
        if not found:
            raise Unfit("no paper is asked for")
        return found

    def commitments(self, *kinds: str) -> list[Commitment]:
        return list(
            Commitment.objects.filter(application__number=self.number, kind__in=kinds, state__in=("open", "ordered"))
            .order_by("number")
        )  # fmt: skip


def told(tell: Callable[[Story], None], story: Story) -> bool:
    """Tell a story, as far as today; False, and nothing done, where it doesn't fit."""
    try:
        with transaction.atomic():
            try:
                tell(story)
                story.finished = True
            except NotYet:
                if not story.number:
                    raise Unfit("it would begin in the future") from None
    except Unfit:
        return False
    return True
