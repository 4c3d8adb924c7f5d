"""What happens to cases before they are decided: received, corrected, rejected, suspended, extended, and left there."""

from __future__ import annotations

from tongban.applications import actions
from tongban.applications.actions import acceptance, deadlines
from tongban.applications.models import Correction
from tongban.site.seed.steps import (
    OPINION,
    by_people,
    is_reviewed,
    kind,
    rate,
    to_acceptance,
    to_correction,
    to_review,
    to_suspension,
    to_the_end,
)
from tongban.site.seed.telling import Story

# Before the acceptance


@kind(3, by_people, open=True)
def received(s: Story) -> None:
    s.submit()


@kind(1, by_people, open=True)
def prechecked(s: Story) -> None:
    s.submit().later(0, 1).act(actions.precheck, note="材料基本齐全", by=s.reviewer)


@kind(2, by_people, open=True)
def correcting(s: Story) -> None:
    to_correction(s)


@kind(14, by_people)
def supplemented(s: Story) -> None:
    """补正 answered, then handled."""
    to_correction(s)
    notice = Correction.objects.filter(application__number=s.number).latest("at")
    given = s.uploaded([gap["key"] for gap in notice.gaps])
    s.later(1, 4).act(actions.supplement, materials=given, by=s.applicant)
    s.later(0, 2).act(actions.accept, by=s.reviewer)
    rate(to_the_end(s), 2, "")


@kind(4, by_people)
def lapsed(s: Story) -> None:
    """补正不来."""
    to_correction(s)
    s.past(s.due("correction")).act(acceptance.lapse, by=deadlines.BY)


@kind(4, by_people)
def rejected(s: Story) -> None:
    reason = "经核对，申请事项不在本机关职权范围内"
    s.submit().later(0, 3).act(
        actions.reject, kind="wrong_body", reason=reason, right_body="市级主管部门", by=s.reviewer
    )


@kind(1, by_people)
def deemed_accepted(s: Story) -> None:
    """视为受理: nobody answered within the five days."""
    s.submit()
    s.past(s.due("notice")).act(acceptance.deem_accepted, by=deadlines.BY)
    to_the_end(s)


@kind(3)
def withdrawn(s: Story) -> None:
    to_acceptance(s).later(0, 2).act(actions.withdraw, reason="不办了", by=s.applicant)


# Under review


@kind(3, open=True)
def accepted(s: Story) -> None:
    to_acceptance(s)


@kind(1, open=True)
def asked_by_message(s: Story) -> None:
    """留言 with a picture, that awaits its answer."""
    to_acceptance(s).act(
        actions.write_message, text="请问还要等多久？照片里是补充说明。", file=s.citizen.file, by=s.applicant
    )


@kind(2, is_reviewed)
def answered_by_message(s: Story) -> None:
    to_acceptance(s).later(0, 1).act(actions.write_message, text="请问需要到现场吗？", by=s.applicant)
    s.later(0, 1).act(actions.write_message, text="不需要到现场，请等候结果。", by=s.reviewer)
    s.act(actions.read_messages, by=s.applicant)
    to_the_end(s)


@kind(2, is_reviewed, open=True)
def suspended(s: Story) -> None:
    to_suspension(s)


@kind(5, is_reviewed)
def resumed(s: Story) -> None:
    """依法暂停, two causes that overlap, then resumed and handled."""
    to_suspension(s).later(1, 3).act(actions.suspend, cause="expert_review", reason="需要专家评审", by=s.reviewer)
    s.later(2, 5).act(actions.resume, cause="inspection", by=s.reviewer)
    s.later(1, 4).act(actions.resume, by=s.reviewer)
    to_the_end(s)


@kind(2, is_reviewed)
def heard(s: Story) -> None:
    """听证: asked for, held, and decided."""
    to_acceptance(s).later(0, 1).act(actions.ask_hearing, reason="涉及相邻关系，申请听证", by=s.applicant)
    s.later(3, 8).act(actions.suspend, cause="hearing", reason="举行听证会", by=s.reviewer)
    s.later(1, 3).act(actions.resume, by=s.reviewer)
    to_the_end(s)


@kind(1, is_reviewed, open=True)
def extension_asked(s: Story) -> None:
    why = "情况复杂，需要补充调查"
    to_acceptance(s).later(0, 2).act(actions.ask_extension, days=5, reason=why, by=s.reviewer)


@kind(2, is_reviewed)
def extended(s: Story) -> None:
    """延长 declined once, asked for again, approved."""
    to_acceptance(s).act(actions.ask_extension, days=8, reason="情况复杂，需要补充调查", by=s.reviewer)
    s.act(actions.decline_extension, answer="理由不充分，请说明", by=s.head)
    s.act(actions.ask_extension, days=5, reason="需要向外省核实材料真伪", by=s.reviewer)
    s.act(actions.extend, by=s.head)
    to_the_end(s)


@kind(2, is_reviewed, open=True)
def reviewed(s: Story) -> None:
    to_review(to_acceptance(s))


@kind(1, lambda content: bool(content.decided_above), open=True)
def forwarded(s: Story) -> None:
    """转报: reviewed here, awaited from above."""
    to_review(to_acceptance(s)).act(actions.forward, opinion=OPINION, by=s.decider)


@kind(2)
def terminated(s: Story) -> None:
    why = "申请人已经死亡，继承人不再申请"
    to_acceptance(s).later(0, 3).act(actions.terminate, ground="applicant_gone", reason=why, by=s.decider)
