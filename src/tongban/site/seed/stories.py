"""What happens to cases: every kind and ending, told by the verbs. A story that reaches today stands where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tongban.applications import actions, pledges
from tongban.applications.actions import acceptance, deadlines
from tongban.applications.rules import State
from tongban.evaluations import actions as evaluations
from tongban.site.seed.making import Story, Unfit
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket

GOOD = ("办得很快", "窗口态度好", "一次就办成了", "材料清单写得清楚", "")
BAD = ("等得有点久", "来回跑了两趟", "解释得不清楚")
OPINION = "材料齐全，符合法定条件，建议准予。"


@dataclass(frozen=True)
class Kind:
    """A story, how often it is told, and whether it stops while something is still awaited."""

    name: str
    weight: int
    open: bool
    tell: Callable[[Story], None]


KINDS: dict[str, Kind] = {}


def kind(weight: int, *, open: bool = False) -> Callable[[Callable[[Story], None]], Callable[[Story], None]]:
    """Register a story under its function's name."""

    def register(tell: Callable[[Story], None]) -> Callable[[Story], None]:
        KINDS[tell.__name__] = Kind(tell.__name__, weight, open, tell)
        return tell

    return register


# Steps that stories share


def _awaiting_acceptance(s: Story, *, leave_out: bool = False) -> Story:
    """Handed in; Unfit where the platform accepts or decides by itself."""
    if s.content.accepted_by == "system":
        raise Unfit("accepted by the system")
    s.submit(leave_out=leave_out)
    return s.later(0, 3)


def _accepted(s: Story, *, leave_out: bool = False) -> Story:
    """Handed in, and accepted by whoever may."""
    s.submit(leave_out=leave_out)
    if s.status == State.SUBMITTED:
        s.later(0, 3).act(actions.accept, by=s.reviewer)
    if s.status != State.ACCEPTED:
        raise Unfit("decided when it was handed in")
    return s


def _separate(s: Story) -> Story:
    if s.content.review == "instant" or s.content.licence_pledge:
        raise Unfit("not reviewed")
    return s


def _reviewed(s: Story) -> Story:
    """Every review step; nothing where the acceptor may decide at once."""
    limit = s.content.promised.amount if s.content.promised and s.content.promised.unit == "working_day" else 5
    s.within(limit, share=s.rng.choice((0.5, 0.8, 0.8, 1.0, 1.2)))
    if s.content.review != "instant":
        while s.status == State.ACCEPTED:
            s.act(actions.review, passes=True, opinion=OPINION, by=s.reviewer)
    return s


def _decided(s: Story, *, granted: bool = True) -> Story:
    _reviewed(s)
    if s.content.decided_above:
        s.act(actions.forward, opinion=OPINION, by=s.decider)
        s.later(2, 8)
        reason = "" if granted else "上级机关认为现场条件不符合要求"
        s.act(actions.decide, granted=granted, reason=reason, document="渝审〔2026〕18 号", by=s.decider)
        return s
    s.act(actions.decide, granted=granted, reason="" if granted else "现场条件与申报内容不一致", by=s.decider)
    return s


def _handed_over(s: Story) -> Story:
    s.later(0, 2).act(actions.deliver, by=s.applicant)
    return s


def _verified(s: Story, *, holds: bool = True) -> Story:
    """What was pledged is looked into afterwards."""
    for one in s.commitments(*pledges.VERIFIED):
        note = "现场核查与承诺一致" if holds else "现场核查与承诺不一致"
        s.later(5, 15).act(actions.verify, one.number, holds=holds, note=note, by=s.reviewer)
    return s


def _to_the_end(s: Story) -> Story:
    return _verified(_handed_over(_decided(s)))


def _rated(s: Story, level: int, comment: str) -> Story:
    s.later(0, 1).act(evaluations.rate, level=level, comment=comment, by=s.applicant)
    return s


def _corrected(s: Story) -> Story:
    key = s.rng.choice(s.papers())
    gap = actions.Gap(points=["字迹清楚"], note="字迹不清，请重新提交")
    s.act(actions.correct, {key: gap}, by=s.reviewer)
    return s


# Before the acceptance


@kind(3, open=True)
def received(s: Story) -> None:
    _awaiting_acceptance(s)


@kind(1, open=True)
def prechecked(s: Story) -> None:
    _awaiting_acceptance(s).act(actions.precheck, note="材料基本齐全", by=s.reviewer)


@kind(2, open=True)
def correcting(s: Story) -> None:
    _corrected(_awaiting_acceptance(s))


@kind(14)
def supplemented(s: Story) -> None:
    """补正 answered, then handled."""
    _corrected(_awaiting_acceptance(s))
    given = {gap: str(s.citizen.file.public_id) for gap in _asked(s)}
    s.later(1, 4).act(actions.supplement, materials=given, by=s.applicant)
    s.later(0, 2).act(actions.accept, by=s.reviewer)
    _rated(_to_the_end(s), 4, "")


def _asked(s: Story) -> list[str]:
    from tongban.applications.models import Correction

    notice = Correction.objects.filter(application__number=s.number).latest("at")
    return [gap["key"] for gap in notice.gaps]


@kind(4)
def lapsed(s: Story) -> None:
    """补正不来."""
    _corrected(_awaiting_acceptance(s))
    s.past(s.due("correction")).act(acceptance.lapse, by=deadlines.BY)


@kind(4)
def rejected(s: Story) -> None:
    _awaiting_acceptance(s).act(
        actions.reject, kind="wrong_body", reason="经核对，申请事项不在本机关职权范围内", right_body="市级主管部门",
        by=s.reviewer,
    )  # fmt: skip


@kind(1)
def deemed_accepted(s: Story) -> None:
    """视为受理: nobody answered within the five days."""
    _awaiting_acceptance(s)
    s.past(s.due("notice")).act(acceptance.deem_accepted, by=deadlines.BY)
    _to_the_end(s)


@kind(3)
def withdrawn(s: Story) -> None:
    _accepted(s).later(0, 2).act(actions.withdraw, reason="不办了", by=s.applicant)


# Under review


@kind(3, open=True)
def accepted(s: Story) -> None:
    _accepted(s)


@kind(2, open=True)
def suspended(s: Story) -> None:
    _accepted(_separate(s)).later(0, 2).act(
        actions.suspend, cause="inspection", reason="需要检验，预计十个工作日", by=s.reviewer
    )


@kind(5)
def resumed(s: Story) -> None:
    """依法暂停, two causes that overlap, then resumed and handled."""
    _accepted(_separate(s)).later(0, 2).act(
        actions.suspend, cause="inspection", reason="需要检验，预计十个工作日", by=s.reviewer
    )
    s.later(1, 3).act(actions.suspend, cause="expert_review", reason="需要专家评审", by=s.reviewer)
    s.later(2, 5).act(actions.resume, cause="inspection", by=s.reviewer)
    s.later(1, 4).act(actions.resume, by=s.reviewer)
    _to_the_end(s)


@kind(2)
def heard(s: Story) -> None:
    """听证: asked for, held, and decided."""
    _accepted(_separate(s)).later(0, 1).act(actions.ask_hearing, reason="涉及相邻关系，申请听证", by=s.applicant)
    s.later(3, 8).act(actions.suspend, cause="hearing", reason="举行听证会", by=s.reviewer)
    s.later(1, 3).act(actions.resume, by=s.reviewer)
    _to_the_end(s)


@kind(1, open=True)
def extension_asked(s: Story) -> None:
    _accepted(_separate(s)).later(1, 2).act(
        actions.ask_extension, days=5, reason="情况复杂，需要补充调查", by=s.reviewer
    )


@kind(2)
def extended(s: Story) -> None:
    """延长 declined once, asked for again, approved."""
    _accepted(_separate(s)).later(0, 1).act(
        actions.ask_extension, days=8, reason="情况复杂，需要补充调查", by=s.reviewer
    )
    s.later(0, 1).act(actions.decline_extension, answer="理由不充分，请说明", by=s.head)
    s.later(0, 1).act(actions.ask_extension, days=5, reason="需要向外省核实材料真伪", by=s.reviewer)
    s.later(0, 1).act(actions.extend, by=s.head)
    _to_the_end(s)


@kind(2, open=True)
def reviewed(s: Story) -> None:
    _reviewed(_accepted(_separate(s)))


@kind(1, open=True)
def forwarded(s: Story) -> None:
    """转报: reviewed here, awaited from above."""
    if not s.content.decided_above:
        raise Unfit("decided here")
    _reviewed(_accepted(s)).act(actions.forward, opinion=OPINION, by=s.decider)


@kind(2)
def terminated(s: Story) -> None:
    _accepted(s).later(1, 4).act(
        actions.terminate, ground="applicant_gone", reason="申请人已经死亡，继承人不再申请", by=s.decider
    )


# Papers that follow, and pledges


@kind(1, open=True)
def provisional(s: Story) -> None:
    """容缺受理: the paper is still awaited."""
    _accepted(s, leave_out=True)


@kind(3)
def provided(s: Story) -> None:
    """容缺受理: the paper came."""
    _accepted(s, leave_out=True)
    s.later(1, 4).act(actions.supply, materials=_missing(s), by=s.applicant)
    _to_the_end(s)


@kind(1)
def not_provided(s: Story) -> None:
    """容缺受理: the paper never came."""
    _accepted(s, leave_out=True)
    if s.content.follow != "decision":
        raise Unfit("papers follow after the decision")
    s.past(s.due("commitment")).act(actions.break_late, by=deadlines.BY)


def _missing(s: Story) -> dict[str, str]:
    asked = [key for one in s.commitments("provision", "later") for key in one.materials]
    return {key: str(s.citizen.file.public_id) for key in asked}


@kind(2)
def pledge_broken(s: Story) -> None:
    """告知承诺: put right on order, or not."""
    if not s.content.verify_days:
        raise Unfit("nothing is verified afterwards")
    _handed_over(_decided(_accepted(s)))
    found = s.commitments(*pledges.VERIFIED)
    if not found:
        raise Unfit("nothing is verified afterwards")
    s.later(3, 8).act(
        actions.verify, found[0].number, holds=False, note="现场核查与承诺不一致", rectify_days=10, by=s.reviewer
    )
    _verified(s, holds=s.rng.random() < 0.5)


# Decided


@kind(2, open=True)
def granted(s: Story) -> None:
    _decided(_accepted(s))


@kind(1, open=True)
def made(s: Story) -> None:
    _decided(_accepted(s)).later(0, 1).act(actions.make, note="", by=s.decider)


@kind(1, open=True)
def refused(s: Story) -> None:
    _decided(_accepted(s), granted=False)


@kind(5)
def refused_and_delivered(s: Story) -> None:
    _handed_over(_decided(_accepted(s), granted=False))


@kind(60)
def delivered(s: Story) -> None:
    _to_the_end(_accepted(s))


@kind(90)
def rated(s: Story) -> None:
    _rated(_to_the_end(_accepted(s)), s.rng.choices((1, 2, 3), (62, 30, 8))[0], s.rng.choice(GOOD))


@kind(20)
def handed_over_at_the_window(s: Story) -> None:
    """Printed, fetched, rated."""
    _decided(_accepted(s)).later(0, 1).act(actions.make, note=f"{s.rng.randrange(10**6):06d}", by=s.decider)
    s.later(0, 3).act(actions.deliver, by=s.decider)
    _rated(_verified(s), 1, s.rng.choice(GOOD))


@kind(1, open=True)
def rated_badly(s: Story) -> None:
    _rated(_to_the_end(_accepted(s)), 4 + s.rng.randrange(2), s.rng.choice(BAD))


@kind(3)
def rated_badly_and_visited(s: Story) -> None:
    """差评: rectified, then visited by another."""
    _rated(_to_the_end(_accepted(s)), 4 + s.rng.randrange(2), s.rng.choice(BAD))
    ticket = Ticket.objects.get(subject=s.number).number
    _on_ticket(s.later(1, 6), tickets.rectify, ticket, measures="已电话致歉，并简化了材料核对", by=s.reviewer)
    _on_ticket(
        s.later(1, 3), tickets.visit, ticket, satisfied=s.rng.random() < 0.9, note="电话回访，申请人表示认可",
        by=s.decider,
    )  # fmt: skip


def _on_ticket(s: Story, verb: Callable[..., object], ticket: str, **named: object) -> None:
    """A verb of the ticket, at the story's moment."""

    def on_the_ticket(_number: str, **rest: object) -> object:
        return verb(ticket, **rest)

    s.act(on_the_ticket, **named)  # type: ignore[arg-type]


# From paper, and afterwards


@kind(1, open=True)
def recorded(s: Story) -> None:
    """补录 that awaits the second person."""
    _entered(s)


@kind(2)
def entered(s: Story) -> None:
    """补录, confirmed and handled."""
    _entered(s).later(0, 1).act(actions.confirm_entry, by=s.clerk(second=True))
    s.later(0, 1).act(actions.accept, by=s.reviewer)
    _to_the_end(s)


@kind(1)
def void(s: Story) -> None:
    _entered(s).later(0, 1).act(actions.void_entry, by=s.clerk(second=True))


def _entered(s: Story) -> Story:
    """Taken on paper a day or two before it is entered."""
    s.clerk(second=True)
    received_at, by = s.moment, s.clerk()
    handed_in = s.submission(by=by)
    s.later(1, 2)

    def back_enter(_number: str, **rest: object) -> None:
        case = actions.back_enter(
            handed_in,
            received_at=received_at,
            reason="停电期间纸质收件，事后补录",
            key=s.key,
            **rest,  # type: ignore[arg-type]
        )
        s.number = case.number

    s.act(back_enter, by=by)
    return s


@kind(1)
def amended(s: Story) -> None:
    """更正 of what was written wrongly."""
    _handed_over(_decided(_accepted(s))).later(1, 5).act(
        actions.amend, was="正街一号", becomes="正街十一号", reason="决定书地址有笔误", by=s.decider
    )
    _verified(s)


@kind(1)
def revoked(s: Story) -> None:
    """撤销."""
    _handed_over(_decided(_accepted(s))).later(3, 9).act(
        actions.revoke, ground="deceit", reason="申请人提供的材料系伪造，依法撤销", by=s.head
    )


@kind(1)
def reopened(s: Story) -> None:
    """重新办理 after a reconsideration: refused first, then granted."""
    _handed_over(_decided(_accepted(s), granted=False)).later(5, 10).act(
        actions.reopen, ground="reconsideration", document="云江府复〔2026〕12 号", reason="复议决定撤销原决定，责令重新办理",
        by=s.head,
    )  # fmt: skip
    s.moment += timedelta(minutes=5)
    _to_the_end(s)
