"""种子: cases of all kinds, made by the same verbs as real ones, at times in the past. Deterministic: same seed, same cases.

For demos, screenshots and measuring; refuses outside demo mode.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from django.conf import settings
from PIL import Image, ImageDraw

from tongban.applications import actions
from tongban.applications.models import Application
from tongban.catalog import rules as guide
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.evaluations import actions as evaluations
from tongban.files import actions as files
from tongban.files.rules import PNG
from tongban.identity import actions as identity
from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost
from tongban.identity.queries import actor_of
from tongban.kernel import calendar
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Refusal
from tongban.kernel.workdays import WorkCalendar
from tongban.site import makers

SURNAMES, GIVEN = "陈林黄张李王吴刘蔡杨许郑谢洪郭邱曾廖赖徐", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
WORDS = ("办得很快", "窗口态度好", "一次就办成了", "等得有点久", "材料清单写得清楚", "")
DAYS_BACK = 75
PEOPLE = 40


def seed(*, cases: int, seed: int, now: datetime, progress: Callable[[int], None] | None = None) -> int:
    """Make `cases` cases that began over the last weeks. Returns how many. Raises Refusal outside demo mode."""
    if not settings.TONGBAN.demo:
        raise Refusal("demo_only", "种子数据只能装入演示环境", "正式环境的办件来自真实申请")
    maker = _Maker.ready(random.Random(seed), now)  # noqa: S311 - repeatable, not secret
    for at in range(cases):
        maker.make()
        if progress:
            progress(at + 1)
    return cases


@dataclass
class _Maker:
    rng: random.Random
    now: datetime
    days: WorkCalendar
    editions: list[Edition]
    people: list[Account]
    staff: dict[tuple[int, str], Account]
    clerk: Account
    made: int = 0
    pictures: dict[str, str] = field(default_factory=dict)

    @classmethod
    def ready(cls, rng: random.Random, now: datetime) -> _Maker:
        posts = StaffPost.objects.held_at(now).select_related("account__person").order_by("pk")
        staff = {(post.body_id, post.role): post.account for post in posts if post.body_id}
        offered = Edition.objects.published().filter(connection="here", for_people=True).select_related("body", "item")
        editions = [e for e in offered.order_by("code") if (e.body_id, "decider") in staff]
        clerk = next((post.account for post in posts if post.role == "window"), None)
        if clerk is None or not editions:
            raise Refusal("demo_not_loaded", "还没有演示账号和事项", "请先运行 tongban prepare-demo")
        people = [_citizen(rng, number, now) for number in range(PEOPLE)]
        return cls(rng, now, calendar.current(), editions, people, staff, clerk)

    def make(self) -> None:
        """One case, on its way as far as time and chance take it."""
        self.made += 1
        rng, edition = self.rng, self.rng.choice(self.editions)
        citizen = rng.choice(self.people)
        person = citizen.person
        assert person  # noqa: S101 - made with one
        moment = self._working_moment(self.now - timedelta(days=rng.randint(1, DAYS_BACK)))
        by = actor_of(citizen, now=self.now, channel="web")
        if rng.random() < 0.3:
            by = replace(
                actor_of(self.clerk, now=self.now, channel="counter"), on_behalf_of=f"person:{person.public_id}"
            )
        answers = _answers(edition.document, rng)
        handed_in = actions.Submission(
            edition=edition,
            person=person,
            answers=answers,
            form=makers.form(
                edition.document,
                answers,
                value=lambda field: makers.value(field, person, rng, moment.date()),
            ),
            materials=self._materials(edition.document, answers, by, moment),
        )
        case = actions.submit(handed_in, key=f"seed-{self.made:08d}-{rng.random()}", by=by, now=moment)
        self._go_on(case, citizen, moment)

    def _go_on(self, case: Application, citizen: Account, moment: datetime) -> None:
        """Accept, review, decide, deliver, rate: each a while later, and none in the future."""
        rng, content = self.rng, case.edition.document
        reviewer, decider = (self._actor(self.staff.get((case.body_id, role))) for role in ("reviewer", "decider"))
        if decider is None:
            return
        reviewer = reviewer or decider
        applicant = actor_of(citizen, now=self.now, channel="web")
        if case.status == "submitted":
            moment = self._later(moment, 0, 3)
            if moment > self.now:
                return
            if rng.random() < 0.15:
                answered = self._corrected(case, applicant, reviewer, moment)
                if answered is None:
                    return
                moment = answered
            if rng.random() < 0.05:
                reason = "经核对，申请事项不在本机关职权范围内"
                actions.reject(
                    case.number, kind="wrong_body", reason=reason, right_body="市级主管部门", by=reviewer, now=moment
                )
                return
            actions.accept(case.number, by=reviewer, now=moment)
        if case.status in ("granted", "refused"):  # by the edition's decision table
            self._hand_over(case, applicant, moment)
            return
        limit = content.promised.amount if content.promised else 5
        moment = self._later(moment, 0, max(1, round(limit * rng.choice((0.5, 0.8, 1.0, 1.0, 1.3)))))
        if moment > self.now or rng.random() < 0.08:
            return
        if content.review != "instant":
            for _ in range(max(1, sum(step.role == "reviewer" for step in content.steps))):
                actions.review(
                    case.number, passes=True, opinion="材料齐全，符合法定条件，建议准予。", by=reviewer, now=moment
                )
                moment += timedelta(minutes=40)
        if moment > self.now:
            return
        granted = rng.random() > 0.06
        actions.decide(
            case.number, granted=granted, reason="" if granted else "现场条件与申报内容不一致", by=decider, now=moment
        )
        self._hand_over(case, applicant, moment)

    def _hand_over(self, case: Application, applicant: Actor, moment: datetime) -> None:
        """Deliver a while later, and perhaps be rated."""
        rng = self.rng
        moment = self._later(moment, 0, 2)
        if moment > self.now or rng.random() < 0.1:
            return
        actions.deliver(case.number, by=applicant, now=moment)
        if rng.random() < 0.6:
            level = rng.choices((1, 2, 3, 4, 5), (62, 28, 6, 3, 1))[0]
            evaluations.rate(
                case.number, level=level, comment=rng.choice(WORDS), by=applicant, now=self._later(moment, 0, 1)
            )

    def _corrected(self, case: Application, applicant: Actor, reviewer: Actor, moment: datetime) -> datetime | None:
        """One notice for a paper that was handed in, answered a few days later. None while it still waits."""
        papers = [one.key for one in guide.materials_for(case.edition.document, case.answers) if one.give == "upload"]
        if not papers:
            return moment
        key = self.rng.choice(papers)
        actions.correct(case.number, {key: actions.Gap(note="字迹不清，请重新提交")}, by=reviewer, now=moment)
        moment = self._later(moment, 1, 4)
        if moment > self.now:
            return None
        actions.supplement(case.number, materials={key: self._picture(applicant, moment)}, by=applicant, now=moment)
        moment = self._later(moment, 0, 2)
        return moment if moment <= self.now else None

    def _actor(self, account: Account | None) -> Actor | None:
        return actor_of(account, now=self.now, channel="web") if account else None

    def _working_moment(self, moment: datetime) -> datetime:
        day = self.days.next_working(moment.astimezone(SHANGHAI).date())
        return datetime.combine(day, time(9 + self.rng.randrange(7), self.rng.randrange(60)), SHANGHAI)

    def _later(self, moment: datetime, least: int, most: int) -> datetime:
        """Some working days on, at some hour of the office day, and after `moment`."""
        later = self._working_moment(moment + timedelta(days=self.rng.randint(least, most)))
        return later if later > moment else moment + timedelta(minutes=25)

    def _materials(self, content: Content, answers: dict[str, str], by: Actor, moment: datetime) -> dict[str, str]:
        given: dict[str, str] = {}
        for material in guide.materials_for(content, answers):
            if material.give == "pledge":
                given[material.key] = "pledge"
            elif material.give == "upload":
                given[material.key] = "paper" if by.is_staff else self._picture(by, moment)
        return given

    def _picture(self, by: Actor, moment: datetime) -> str:
        """One picture for each uploader, as a stand-in for a scan."""
        if by.who not in self.pictures:
            picture = Image.new("RGB", (600, 400), "white")
            ImageDraw.Draw(picture).rectangle((20, 20, 580, 380), outline="black", width=3)
            out = io.BytesIO()
            picture.save(out, "PNG")
            self.pictures[by.who] = str(files.keep(out.getvalue(), kind=PNG, by=by, now=moment).public_id)
        return self.pictures[by.who]


def _citizen(rng: random.Random, number: int, now: datetime) -> Account:
    """演示市民, by number: found again on the next run."""
    username = f"seed_citizen_{number:03d}"
    if found := Account.objects.select_related("person").filter(username=username).first():
        return found
    name = rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2))))
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(20_000))
    seventeen = f"500199{born:%Y%m%d}{number:03d}"
    person = identity.register_person(
        name=name, id_number=makers.id_number(seventeen), phone=f"199{9_000_0000 + number:08d}",
        address=f"云江区听澜街道正街{number + 1}号", now=now,
    )  # fmt: skip
    account = Account(username=username, person=person, created_at=now, demo=True)
    account.set_unusable_password()
    account.save()
    return account


def _answers(content: Content, rng: random.Random) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question in content.questions:
        if guide.holds(question.when, answers):
            answers[question.key] = rng.choice(question.options).value
    return answers
