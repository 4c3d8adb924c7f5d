"""The kinds of stories, and the steps that they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tongban.applications import actions, pledges
from tongban.applications.rules import State
from tongban.catalog.content import Content
from tongban.evaluations import actions as evaluations
from tongban.site.seed.telling import Story, Unfit

GOOD = ("办得很快", "窗口态度好", "一次就办成了", "材料清单写得清楚", "")
BAD = ("等得有点久", "来回跑了两趟", "解释得不清楚")
OPINION = "材料齐全，符合法定条件，建议准予。"


@dataclass(frozen=True)
class Kind:
    """A story, how often it is told, and of which guides; `open`: it stops while something is awaited; `strays`: it ends
    with a bad credit record, so the applicant is one who pledges nothing else."""

    name: str
    weight: int
    tell: Callable[[Story], None]
    fits: Callable[[Content], bool]
    open: bool = False
    strays: bool = False


KINDS: dict[str, Kind] = {}


def anything(content: Content) -> bool:
    return True


def by_people(content: Content) -> bool:
    return content.accepted_by != "system"


def is_reviewed(content: Content) -> bool:
    return content.review != "instant"


def by_rule(content: Content) -> bool:
    return bool(content.decision_table)


def has_follower(content: Content) -> bool:
    return any(one.may_follow and one.required and one.give == "upload" for one in content.materials)


def follows_first(content: Content) -> bool:
    return content.follow == "decision" and has_follower(content)


def is_verified(content: Content) -> bool:
    return content.verify_days > 0


def kind(
    weight: int, fits: Callable[[Content], bool] = anything, *, open: bool = False, strays: bool = False
) -> Callable[[Callable[[Story], None]], Callable[[Story], None]]:
    """Register a story under its function's name."""

    def register(tell: Callable[[Story], None]) -> Callable[[Story], None]:
        KINDS[tell.__name__] = Kind(tell.__name__, weight, tell, fits, open, strays)
        return tell

    return register


# Steps that stories share


def to_acceptance(s: Story, *, leave_out: bool = False, pledged: bool = False) -> Story:
    """Handed in, and accepted by whoever may."""
    s.submit(leave_out=leave_out, pledged=pledged)
    if s.status == State.SUBMITTED:
        s.later(0, 3).act(actions.accept, by=s.reviewer)
    if s.status != State.ACCEPTED:
        raise Unfit("decided when it was handed in")
    return s


def to_review(s: Story) -> Story:
    limit = s.content.promised.amount if s.content.promised and s.content.promised.unit == "working_day" else 5
    s.later(0, max(1, round(limit * s.rng.choice((0.5, 0.8, 0.8, 1.0, 1.2)))))
    if s.content.review != "instant":
        while s.status == State.ACCEPTED:
            s.act(actions.review, passes=True, opinion=OPINION, by=s.reviewer)
    return s


def to_decision(s: Story, *, granted: bool = True) -> Story:
    to_review(s)
    reason = "" if granted else "现场条件与申报内容不一致"
    if s.content.decided_above:
        s.act(actions.forward, opinion=OPINION, by=s.decider)
        s.later(2, 8).act(
            actions.decide, granted=granted, reason=reason, document="渝审〔2026〕18 号", by=s.decider
        )  # fmt: skip
    else:
        s.act(actions.decide, granted=granted, reason=reason, by=s.decider)
    return s


def to_the_end(s: Story, *, at_window: bool = False) -> Story:
    """Decided, handed over, and what was pledged looked into."""
    return hand_over(to_decision(s), at_window=at_window)


def hand_over(s: Story, *, at_window: bool = False) -> Story:
    s.later(0, 2).act(actions.deliver, by=s.decider if at_window else s.applicant)
    for one in s.commitments(*pledges.VERIFIED):
        s.later(5, 15).act(actions.verify, one.number, holds=True, note="现场核查与承诺一致", by=s.reviewer)
    later = [key for one in s.commitments("later") for key in one.materials]
    if later:
        s.later(0, 2).act(actions.supply, materials=s.uploaded(later), by=s.applicant)
    return s


def rate(s: Story, level: int, comment: str) -> Story:
    s.later(0, 1).act(evaluations.rate, level=level, comment=comment, by=s.applicant)
    return s


def to_correction(s: Story) -> Story:
    s.submit()
    key = s.rng.choice(s.papers())
    points = next(one.check_points for one in s.content.materials if one.key == key)
    gap = actions.Gap(points=list(points[:1]), note="字迹不清，请重新提交")
    s.later(0, 3).act(actions.correct, {key: gap}, by=s.reviewer)
    return s


def to_suspension(s: Story) -> Story:
    why = "需要检验，预计十个工作日"
    to_acceptance(s).later(0, 2).act(actions.suspend, cause="inspection", reason=why, by=s.reviewer)
    return s


def to_entry(s: Story) -> Story:
    """Taken on paper a day or two before it is entered."""
    by, received_at = s.clerk(), s.moment
    handed_in = s.submission(by=by)
    why = "停电期间纸质收件，事后补录"
    made = s.later(1, 2).do(actions.back_enter, handed_in, received_at=received_at, reason=why, key=s.key, by=by)
    s.number = made.number
    return s
