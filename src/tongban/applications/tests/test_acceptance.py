"""受理, 补正, 不予受理: by whoever the edition empowers; all gaps told once; the clocks start."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.people import Cast, paper, publish
from tongban.applications import actions
from tongban.applications.actions import Gap
from tongban.applications.models import Application, Correction
from tongban.files import actions as files
from tongban.flow.models import Clock, Task
from tongban.identity.models import Account
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal

LAYOUT = {"layout": Gap(points=("标明各功能区面积",), note="请补测量尺寸")}


def test_acceptance_starts_both_clocks_and_names_the_day(cast: Cast) -> None:
    case = cast.accepted()

    assert (case.state, case.promised_on, case.statutory_on) == ("accepted", date(2026, 3, 9), date(2026, 3, 30))
    assert (case.acceptance.by, case.acceptance.at) == (f"staff:{cast.reviewer.pk}", cast.now)
    (task,) = Task.objects.open()
    assert (task.act, task.due_on, task.near_on) == ("application.review", date(2026, 3, 9), date(2026, 3, 9))


def test_a_case_accepted_after_hours_counts_from_the_next_working_day(cast: Cast) -> None:
    friday_evening = datetime(2026, 3, 6, 18, 0, tzinfo=SHANGHAI)
    case = actions.accept(cast.submit().number, by=cast.actor(cast.reviewer), now=friday_evening)

    assert case.promised_on == date(2026, 3, 16)  # counts as done on Monday 9; 10, 11, 12, 13, 16


def test_a_case_is_accepted_once(cast: Cast) -> None:
    case = cast.accepted()

    with pytest.raises(Conflict, match="“审查中”，不能受理"):
        actions.accept(case.number, by=cast.actor(cast.decider), now=cast.now)
    running = Clock.objects.filter(subject=case.number, kind__in=("promised", "statutory"))
    assert running.count() == 2


def test_the_window_accepts_only_where_the_edition_says_so(cast: Cast) -> None:
    delegated = publish(cast.body, now=cast.now, code="990131001002", name="窗口受理", accepted_by="window")
    theirs, ours = cast.submit(key="key-0001"), cast.submit(key="key-0002", edition=delegated)

    with pytest.raises(Forbidden, match="窗口只收件"):
        actions.accept(theirs.number, by=cast.actor(cast.clerk), now=cast.now)
    assert actions.accept(ours.number, by=cast.actor(cast.clerk), now=cast.now).state == "accepted"


def test_without_a_promise_the_law_is_the_promise(cast: Cast) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001003", name="无承诺", promised=None)
    case = cast.accepted(edition=edition)

    assert case.promised_on == case.statutory_on == date(2026, 3, 30)


def test_a_correction_tells_every_gap_and_stops_nothing_that_runs(cast: Cast) -> None:
    case = actions.correct(
        cast.submit().number, LAYOUT | {"licence": Gap(note="已过期")}, by=cast.actor(cast.clerk), now=cast.now
    )

    notice = Correction.objects.get()
    assert case.state == "correcting"
    assert notice.gaps == [
        {"key": "licence", "name": "营业执照", "points": [], "note": "已过期"},
        {"key": "layout", "name": "经营场所布局图", "points": ["标明各功能区面积"], "note": "请补测量尺寸"},
    ]
    assert notice.answer_by == date(2026, 3, 16)  # ten working days: 3–6, 9–13, 16
    assert dict(case.materials.values_list("key", "checked")) == {
        "form": True, "licence": False, "safety": True, "layout": False,
    }  # fmt: skip
    assert not Task.objects.open().exists()


@pytest.mark.parametrize("gaps", [{}, {"layout": Gap()}, {"layout": Gap(note="  ")}])
def test_a_correction_without_a_gap_is_refused(cast: Cast, gaps: dict[str, Gap]) -> None:
    with pytest.raises(Refusal, match="缺什么"):
        actions.correct(cast.submit().number, gaps, by=cast.actor(cast.reviewer), now=cast.now)


def test_a_correction_asks_for_nothing_beyond_the_guide(cast: Cast) -> None:
    case = cast.submit()
    with pytest.raises(Refusal, match="没有材料：marriage"):
        actions.correct(case.number, {"marriage": Gap(note="结婚证")}, by=cast.actor(cast.reviewer), now=cast.now)

    case.refresh_from_db()
    assert case.state == "submitted"


def test_after_acceptance_nothing_is_corrected(cast: Cast) -> None:
    with pytest.raises(Conflict, match="不能告知补正"):
        actions.correct(cast.accepted().number, LAYOUT, by=cast.actor(cast.reviewer), now=cast.now)


def test_what_was_asked_for_is_supplied_and_the_case_awaits_acceptance_again(cast: Cast) -> None:
    case = actions.correct(cast.submit().number, LAYOUT, by=cast.actor(cast.reviewer), now=cast.now)
    file = files.keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now)
    later = datetime(2026, 3, 5, 10, 0, tzinfo=SHANGHAI)

    case = actions.supplement(
        case.number, materials={"layout": str(file.public_id)}, by=cast.actor(cast.liu), now=later
    )

    row = case.materials.get(key="layout")
    assert (case.state, row.file, row.given, row.checked) == ("submitted", file, True, None)
    assert Correction.objects.get().answered_at == later
    (task,) = Task.objects.open()
    assert (task.act, task.due_on) == ("application.accept", date(2026, 3, 12))  # five days from Thursday 5


def test_half_of_what_was_asked_for_is_refused_with_the_rest(cast: Cast) -> None:
    case = actions.correct(
        cast.submit().number, LAYOUT | {"licence": Gap(note="已过期")}, by=cast.actor(cast.reviewer), now=cast.now
    )
    file = files.keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now)

    with pytest.raises(Invalid) as refused:
        actions.supplement(
            case.number, materials={"layout": str(file.public_id)}, by=cast.actor(cast.liu), now=cast.now
        )
    assert [fault.field for fault in refused.value.faults] == ["materials.licence"]
    case.refresh_from_db()
    assert case.state == "correcting"
    assert not case.materials.get(key="layout").given


def test_a_rejection_says_why_and_closes_the_case(cast: Cast) -> None:
    case = actions.reject(
        cast.submit().number, kind="wrong_body", reason="属于城管部门的职权", right_body="云江区城市管理局",
        by=cast.actor(cast.reviewer), now=cast.now,
    )  # fmt: skip

    assert (case.state, case.closed_at) == ("rejected", cast.now)
    assert (case.rejection.reason, case.rejection.right_body) == ("属于城管部门的职权", "云江区城市管理局")
    assert not Task.objects.open().exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "dislike"}, "kind"), ({"reason": "不行"}, "reason"), ({"kind": "wrong_body"}, "right_body"),
     ({"kind": "wrong_body", "right_body": "  "}, "right_body")],
)  # fmt: skip
def test_a_rejection_without_its_grounds_is_refused(cast: Cast, change: dict[str, str], field: str) -> None:
    case = cast.submit()
    usual = {"kind": "not_needed", "reason": "这件事不需要许可"}

    with pytest.raises(Refusal) as refused:
        actions.reject(case.number, **{**usual, **change}, by=cast.actor(cast.reviewer), now=cast.now)
    assert refused.value.field == field
    assert not JournalEntry.objects.filter(name="applications.Rejected").exists()


def test_a_page_older_than_the_case_accepts_nothing(cast: Cast) -> None:
    case = cast.submit()
    Application.objects.filter(pk=case.pk).update(version=2)

    with pytest.raises(Conflict, match="新的变化"):
        actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now, seen=1)


@pytest.mark.parametrize("number", ["", "5", "\0", "x" * 300, "50019920260302000000019"])
def test_a_number_that_nobody_has_is_not_found(cast: Cast, number: str) -> None:
    with pytest.raises(NotFound, match="没有这个办件"):
        actions.accept(number, by=cast.actor(cast.reviewer), now=cast.now)


def test_a_second_notice_may_not_name_what_the_first_did_not(cast: Cast) -> None:
    case = cast.submit()
    reviewer, now = cast.actor(cast.reviewer), cast.now
    actions.correct(case.number, LAYOUT, by=reviewer, now=now)
    actions.supplement(case.number, materials={"layout": "paper"}, by=cast.actor(cast.clerk), now=now)

    with pytest.raises(Conflict, match="不能再要求补正"):
        actions.correct(case.number, {"licence": actions.Gap(note="看不清")}, by=reviewer, now=now)


def test_nobody_handles_an_application_of_their_own(cast: Cast) -> None:
    case = cast.submit()
    cast.reviewer.person = cast.liu.person
    Account.objects.filter(pk=cast.liu.pk).update(person=None)
    cast.reviewer.save()

    with pytest.raises(Forbidden, match="应当回避"):
        actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
