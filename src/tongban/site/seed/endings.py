"""How cases end: papers that follow and pledges, decisions handed over and rated, paper cases, and what comes afterwards."""

from __future__ import annotations

from datetime import timedelta

from tongban.applications import actions, pledges
from tongban.applications.actions import deadlines
from tongban.applications.rules import State
from tongban.evaluations import complaints
from tongban.site.seed.steps import (
    BAD,
    GOOD,
    by_people,
    by_rule,
    follows_first,
    hand_over,
    has_follower,
    is_verified,
    kind,
    rate,
    to_acceptance,
    to_decision,
    to_entry,
    to_the_end,
)
from tongban.site.seed.telling import Story, Unfit
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket

# Papers that follow, and pledges


@kind(1, has_follower, open=True)
def provisional(s: Story) -> None:
    """容缺受理: the paper is still awaited."""
    to_acceptance(s, leave_out=True)


@kind(3, follows_first)
def provided(s: Story) -> None:
    """容缺受理: the paper came."""
    to_acceptance(s, leave_out=True)
    asked = [key for one in s.commitments("provision") for key in one.materials]
    s.later(1, 4).act(actions.supply, materials=s.uploaded(asked), by=s.applicant)
    to_the_end(s)


@kind(2, lambda content: content.follow == "after" and has_follower(content))
def provided_later(s: Story) -> None:
    """容缺后补: decided, and the paper came afterwards."""
    to_the_end(to_acceptance(s, leave_out=True))


@kind(1, follows_first)
def not_provided(s: Story) -> None:
    """容缺受理: the paper never came."""
    to_acceptance(s, leave_out=True)
    s.past(s.due("commitment")).act(actions.break_late, by=deadlines.BY)


@kind(2, lambda content: content.licence_pledge)
def pledged(s: Story) -> None:
    """涉企经营许可告知承诺: signed, decided on the spot, verified afterwards."""
    to_acceptance(s, pledged=True).act(actions.decide, granted=True, by=s.decider)
    hand_over(s)


@kind(1, lambda content: content.licence_pledge)
def pledge_withdrawn(s: Story) -> None:
    to_acceptance(s, pledged=True).act(actions.withdraw_pledge, by=s.applicant)
    s.later(0, 1).act(actions.withdraw, reason="不办了", by=s.applicant)


@kind(1, is_verified, strays=True)
def pledge_broken(s: Story) -> None:
    """告知承诺: not as pledged, not put right on order: a record."""
    to_decision(to_acceptance(s)).later(0, 1).act(actions.deliver, by=s.applicant)
    found = s.commitments(*pledges.VERIFIED)
    if not found:
        raise Unfit("nothing was pledged")
    wrong = "现场核查与承诺不一致"
    s.later(3, 8).act(actions.verify, found[0].number, holds=False, note=wrong, rectify_days=10, by=s.reviewer)
    s.later(5, 10).act(actions.verify, found[0].number, holds=False, note=wrong, by=s.reviewer)


# Decided


@kind(25, by_rule)
def decided_by_rule(s: Story) -> None:
    """秒批, or what its table leaves to people."""
    s.submit(at_counter=False)
    if s.status == State.ACCEPTED:
        to_decision(s)
    rate(hand_over(s), 1, s.rng.choice(GOOD))


@kind(2, open=True)
def granted(s: Story) -> None:
    to_decision(to_acceptance(s))


@kind(1, open=True)
def made(s: Story) -> None:
    to_decision(to_acceptance(s)).later(0, 1).act(actions.make, note="", by=s.decider)


@kind(1, open=True)
def refused(s: Story) -> None:
    to_decision(to_acceptance(s), granted=False)


@kind(5)
def refused_and_delivered(s: Story) -> None:
    hand_over(to_decision(to_acceptance(s), granted=False))


@kind(50)
def delivered(s: Story) -> None:
    to_the_end(to_acceptance(s))


@kind(80)
def rated(s: Story) -> None:
    rate(to_the_end(to_acceptance(s)), s.rng.choices((1, 2, 3), (62, 30, 8))[0], s.rng.choice(GOOD))


@kind(20)
def handed_over_at_the_window(s: Story) -> None:
    """Printed, fetched, rated."""
    blank = f"{s.rng.randrange(10**6):06d}"
    to_decision(to_acceptance(s)).later(0, 1).act(actions.make, note=blank, by=s.decider)
    rate(hand_over(s, at_window=True), 1, s.rng.choice(GOOD))


@kind(1, open=True)
def rated_badly(s: Story) -> None:
    rate(to_the_end(to_acceptance(s)), 4 + s.rng.randrange(2), s.rng.choice(BAD))


@kind(3)
def rated_badly_and_visited(s: Story) -> None:
    """差评: rectified, then visited by another."""
    rate(to_the_end(to_acceptance(s)), 4 + s.rng.randrange(2), s.rng.choice(BAD))
    _answered(s)


@kind(1)
def complained(s: Story) -> None:
    """投诉, answered and visited."""
    to_acceptance(s).later(0, 2).act(complaints.complain, about="slow", words="一直没有消息", by=s.applicant)
    _answered(s)
    to_the_end(s)


def _answered(s: Story) -> None:
    ticket = Ticket.objects.get(subject=s.number).number
    s.later(0, 2).do(tickets.rectify, ticket, measures="已电话致歉，并简化了材料核对", by=s.reviewer)
    satisfied = s.rng.random() < 0.9
    s.later(0, 1).do(tickets.visit, ticket, satisfied=satisfied, note="电话回访，申请人表示认可", by=s.decider)


# From paper, and afterwards


@kind(1, open=True)
def recorded(s: Story) -> None:
    """补录 that awaits the second person."""
    to_entry(s)


@kind(2, by_people)
def entered(s: Story) -> None:
    """补录, confirmed and handled."""
    to_entry(s).later(0, 1).act(actions.confirm_entry, by=s.clerk(second=True))
    s.later(0, 1).act(actions.accept, by=s.reviewer)
    to_the_end(s)


@kind(1)
def void(s: Story) -> None:
    to_entry(s).later(0, 1).act(actions.void_entry, by=s.clerk(second=True))


@kind(1)
def amended(s: Story) -> None:
    """更正 of what was written wrongly."""
    why = "决定书地址有笔误"
    to_the_end(to_acceptance(s)).act(actions.amend, was="正街一号", becomes="正街十一号", reason=why, by=s.decider)


@kind(1)
def revoked(s: Story) -> None:
    """撤销."""
    why = "申请人提供的材料系伪造，依法撤销"
    to_the_end(to_acceptance(s)).later(1, 5).act(actions.revoke, ground="deceit", reason=why, by=s.head)


@kind(1)
def reopened(s: Story) -> None:
    """重新办理 after a reconsideration: refused first, then granted."""
    order, why = "云江府复〔2026〕12 号", "复议决定撤销原决定，责令重新办理"
    hand_over(to_decision(to_acceptance(s), granted=False)).later(3, 6).act(
        actions.reopen, ground="reconsideration", document=order, reason=why, by=s.head
    )
    s.moment += timedelta(minutes=5)
    to_the_end(s)
