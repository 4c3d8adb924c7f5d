"""决定 and 送达: by another than who accepted or reviewed; a refusal says why; one licence; one of two wins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.people import Cast, publish
from tongban.applications import actions
from tongban.applications.models import Application, Decision
from tongban.flow.models import Clock, Task
from tongban.identity import actions as identity
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Refusal
from tongban.licences import actions as licences
from tongban.licences.models import Licence


def test_a_grant_issues_the_licence_in_the_same_transaction(cast: Cast) -> None:
    case = cast.granted()

    licence = Licence.objects.get()
    assert (case.state, licence.case_number, licence.title) == ("granted", case.number, "食品经营许可证")
    assert (licence.holder_name, licence.issued_on, licence.valid_until) == (
        "刘晓燕", date(2026, 3, 2), date(2031, 3, 1),
    )  # fmt: skip
    assert licence.particulars == {"姓名": "刘晓燕", "字号名称": "老灶火锅店", "经营面积": "86 平方米"}
    names = list(JournalEntry.objects.filter(subject=case.number).order_by("id").values_list("name", flat=True))
    assert names[-2:] == ["licences.Issued", "applications.Decided"]


def test_a_licence_that_cannot_be_issued_leaves_no_decision(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = cast.reviewed()

    def fail(**_: object) -> None:
        raise RuntimeError("no number left")

    monkeypatch.setattr(licences, "issue", fail)
    with pytest.raises(RuntimeError):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)

    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("reviewed", 0)


def test_an_enterprise_holds_its_own_licence(cast: Cast) -> None:
    cast.granted(organisation=cast.shop)

    licence = Licence.objects.get()
    assert (licence.organisation, licence.holder_name) == (cast.shop, "云江区老灶火锅店")


def test_an_item_without_a_licence_issues_none(cast: Cast) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001002", name="备案", result={"name": "备案回执"})
    cast.granted(edition=edition)

    assert not Licence.objects.exists()


def test_a_refusal_states_reason_and_remedies_and_issues_nothing(cast: Cast) -> None:
    case = actions.decide(
        cast.reviewed().number, granted=False, reason="经营场所不符合规定", by=cast.actor(cast.decider), now=cast.now
    )

    assert (case.state, case.decision.reason) == ("refused", "经营场所不符合规定")
    assert "行政复议" in case.decision.remedies
    assert not Licence.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "不行"])
def test_a_refusal_without_a_reason_is_refused(cast: Cast, reason: str) -> None:
    case = cast.reviewed()

    with pytest.raises(Refusal, match="不予许可的理由"):
        actions.decide(case.number, granted=False, reason=reason, by=cast.actor(cast.decider), now=cast.now)
    assert not Decision.objects.exists()


def test_a_decision_stops_the_clocks_and_awaits_delivery(cast: Cast) -> None:
    case = cast.granted()

    running = dict(Clock.objects.filter(stopped_on=None).values_list("kind", "due_on"))
    # ten days: 3–6, 9–13, 16, to deliver it and for the paper that may follow
    assert running == {"delivery": date(2026, 3, 16), "commitment": date(2026, 3, 16)}
    assert Clock.objects.filter(kind__in=("notice", "promised", "statutory"), stopped_on=date(2026, 3, 2)).count() == 3
    (task,) = Task.objects.open()
    assert (task.act, task.due_on) == ("application.deliver", date(2026, 3, 16))  # ten days: 3–6, 9–13, 16
    assert case.closed_at is None


def test_without_a_review_nothing_is_decided(cast: Cast) -> None:
    with pytest.raises(Conflict, match="还没有审查意见"):
        actions.decide(cast.accepted().number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_who_accepted_does_not_decide(cast: Cast) -> None:
    case = actions.accept(cast.submit().number, by=cast.actor(cast.decider), now=cast.now)
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=cast.now)

    with pytest.raises(Conflict, match="受理人不能"):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_who_reviewed_does_not_decide(cast: Cast) -> None:
    case = cast.accepted()
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.decider), now=cast.now)

    with pytest.raises(Conflict, match="审查人不能"):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_a_reviewer_has_no_power_to_decide(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        actions.decide(cast.reviewed().number, granted=True, by=cast.actor(cast.reviewer), now=cast.now)


def test_where_the_edition_says_so_one_person_accepts_and_decides(cast: Cast) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001003", name="即审即办", review="instant")
    decider = cast.actor(cast.decider)
    case = actions.accept(cast.submit(edition=edition).number, by=decider, now=cast.now)
    assert Task.objects.open().get().act == "application.decide"

    assert actions.decide(case.number, granted=True, by=decider, now=cast.now).state == "granted"


def test_a_stale_page_decides_nothing(cast: Cast) -> None:
    case = cast.reviewed()

    with pytest.raises(Conflict, match="新的变化"):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now, seen=case.version - 1)
    assert actions.decide(
        case.number, granted=True, by=cast.actor(cast.decider), now=cast.now, seen=case.version
    ).version == case.version + 1  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(
    cast: Cast, together: Callable[..., list[Any]]
) -> None:
    case = cast.reviewed()
    identity.appoint(account=cast.stranger, role="decider", region=cast.region, body=cast.body, now=cast.now)
    one, other = cast.actor(cast.decider), cast.actor(cast.stranger)

    outcomes = together(
        lambda: actions.decide(case.number, granted=True, by=one, now=cast.now),
        lambda: actions.decide(case.number, granted=False, reason="经营场所不符合规定", by=other, now=cast.now),
    )

    (won,) = [outcome for outcome in outcomes if isinstance(outcome, Application)]
    (lost,) = [outcome for outcome in outcomes if isinstance(outcome, Conflict)]
    assert won.state in ("granted", "refused")
    assert WORDS[won.state] in str(lost)
    assert "刷新页面" in lost.hint
    assert Decision.objects.count() == 1
    assert Licence.objects.count() == (won.state == "granted")


WORDS = {"granted": "准予，待送达", "refused": "不予许可，待送达"}


def test_the_applicant_takes_the_result_on_line(cast: Cast) -> None:
    case = actions.deliver(cast.granted().number, by=cast.actor(cast.liu), now=cast.now)

    assert (case.state, case.delivery.channel, case.visits, case.closed_at) == ("delivered", "download", 0, cast.now)
    assert not Task.objects.open().exists()


def test_the_window_hands_it_over(cast: Cast) -> None:
    case = actions.deliver(cast.granted().number, by=cast.actor(cast.clerk, channel="counter"), now=cast.now)

    assert (case.delivery.channel, case.visits) == ("window", 1)


def test_a_supervisor_sees_and_does_not_deliver(cast: Cast) -> None:
    with pytest.raises(Forbidden, match="送达的权限"):
        actions.deliver(cast.granted().number, by=cast.actor(cast.supervisor), now=cast.now)


def test_what_is_not_decided_is_not_delivered(cast: Cast) -> None:
    with pytest.raises(Conflict, match="不能送达"):
        actions.deliver(cast.reviewed().number, by=cast.actor(cast.liu), now=cast.now)


def test_a_delivered_case_is_not_delivered_again(cast: Cast) -> None:
    case = actions.deliver(cast.granted().number, by=cast.actor(cast.liu), now=cast.now)

    with pytest.raises(Conflict, match="“已送达”"):
        actions.deliver(case.number, by=cast.actor(cast.clerk), now=cast.now)
