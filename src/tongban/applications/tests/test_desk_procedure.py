"""The rarer acts at the desk: each through its form, and what the case's page says of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import Cast, publish
from tongban.applications import actions
from tongban.applications.models import Application, Commitment, Correction, Extension, Suspension
from tongban.catalog import actions as catalog
from tongban.identity.models import Account, StaffPost
from tongban.kernel.actors import system

ABOVE = "重庆市市场监督管理局"


def at(account: Account) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def url(case: Application, act: str = "") -> str:
    return f"/desk/cases/{case.number}" + (f"/{act}" if act else "")


def again(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def do(account: Account, case: Application, act: str, **typed: str) -> tuple[int, str]:
    answer = at(account).post(url(case, act), {"version": again(case).version, **typed})
    return answer.status_code, answer.content.decode()


def shown(account: Account, case: Application) -> str:
    return at(account).get(url(case)).content.decode()


def test_the_correction_gives_the_days_that_were_typed(cast: Cast) -> None:
    case = cast.submit()

    wrong, page = do(cast.reviewer, case, "correction", **{"note.layout": "请补画", "correction_days": "99"})
    done, _ = do(cast.reviewer, case, "correction", **{"note.layout": "请补画", "correction_days": "3"})

    assert (wrong, done) == (422, 302)
    assert 'href="#id_correction_days"' in page and 'value="99"' in page
    assert str(Correction.objects.get(application=case).answer_by) == "2026-03-05"


def test_an_acceptance_says_before_which_papers_follow_until_when_and_what_else(cast: Cast) -> None:
    strict = publish(cast.body, now=cast.now, code="990131009001", name="容缺事项", follow="decision", follow_days=7)
    case = cast.submit(edition=strict)

    page = shown(cast.reviewer, case)

    assert "现在受理是容缺受理" in page and "经营场所布局图" in page
    assert "7 个工作日" in page and "3月11日" in page and "视为申请人撤回申请" in page


def test_the_last_opinion_waits_for_the_papers_and_the_page_says_so(cast: Cast) -> None:
    strict = publish(cast.body, now=cast.now, code="990131009001", name="容缺事项", follow="decision")
    case = cast.accepted(edition=strict)

    assert "容缺受理的材料还没有补齐：经营场所布局图" in shown(cast.reviewer, case)


def test_a_decision_before_its_time_says_why_not(cast: Cast) -> None:
    case = cast.accepted()

    page = shown(cast.decider, case)

    assert "还没有审查意见，不能作出决定" in page
    assert "不能作出决定" not in shown(cast.reviewer, case)


def test_the_head_approves_what_the_reviewer_asked_for(cast: Cast) -> None:
    case = cast.accepted()

    asked = do(cast.reviewer, case, "extension-request", extension_days="5", extension_reason="需要现场核查两处仓库")
    listed = at(cast.head).get("/desk?act=application.extend").content.decode()
    silent, page = do(cast.head, case, "extension-refusal", extension_answer="")
    approved = do(cast.head, case, "extension")

    assert (asked[0], silent, approved[0]) == (302, 422, 302)
    assert case.number in listed and 'href="#id_extension_answer"' in page
    assert Extension.objects.get(application=case).state == "approved"
    assert "已经延长过一次，不能再延长" in shown(cast.reviewer, case)


def test_the_head_of_the_government_approves_for_joint_handling(cast: Cast) -> None:
    joint = publish(cast.body, now=cast.now, code="990131009002", name="联合事项", joint=True)
    case = cast.accepted(edition=joint)
    do(cast.reviewer, case, "extension-request", extension_days="15", extension_reason="需要现场核查两处仓库")

    assert "批准延期 <kbd>" not in shown(cast.head, case)
    assert "批准延期" in shown(cast.government_head, case)
    assert do(cast.government_head, case, "extension")[0] == 302


def test_a_review_leaves_the_head_what_awaits_them(cast: Cast) -> None:
    case = cast.accepted()
    do(cast.reviewer, case, "extension-request", extension_days="5", extension_reason="需要现场核查两处仓库")
    do(cast.reviewer, case, "review", passes="yes", opinion="材料齐全，符合规定")

    assert case.number in at(cast.head).get("/desk").content.decode()


def test_one_of_two_causes_ends_and_the_clock_stands_still(cast: Cast) -> None:
    case = cast.accepted()
    for cause in ("test", "expert_review"):
        do(cast.reviewer, case, "suspension", cause=cause, suspension_reason="需要送检，约五个工作日")

    page = shown(cast.reviewer, case)
    do(cast.reviewer, case, "resumption", ended="test")
    between = again(case).state
    do(cast.reviewer, case, "resumption")

    assert "2 项正在进行" in page and '<option value="test">' not in page
    assert (between, again(case).state) == ("suspended", "accepted")
    assert Suspension.objects.filter(application=case, ended_at=None).count() == 0


def test_a_special_procedure_of_the_edition_is_offered_with_its_law(cast: Cast) -> None:
    special = [{"kind": "2", "name": "现场勘验", "basis": "《食品经营许可和备案管理办法》第二十条"}]
    case = cast.accepted(edition=publish(cast.body, now=cast.now, code="990131009003", special_procedures=special))

    offered = shown(cast.reviewer, case)
    do(cast.reviewer, case, "suspension", cause="现场勘验", suspension_reason="两处仓库，约三个工作日")

    assert "现场勘验（《食品经营许可和备案管理办法》第二十条）" in offered
    assert "《食品经营许可和备案管理办法》第二十条" in shown(cast.reviewer, case)
    assert again(case).state == "suspended"


def test_a_hearing_that_was_asked_for_shows_its_deadline(cast: Cast) -> None:
    case = cast.accepted()
    actions.ask_hearing(case.number, reason="对现场核查有异议", by=cast.actor(cast.liu), now=cast.now)

    page = shown(cast.reviewer, case)

    assert "申请人要求听证" in page and "对现场核查有异议" in page and "3月30日" in page
    assert "待举行听证" in at(cast.reviewer).get("/desk?act=application.suspend").content.decode()


def test_what_is_decided_above_is_passed_up_and_written_down_with_its_document(cast: Cast) -> None:
    case = cast.reviewed(edition=publish(cast.body, now=cast.now, code="990131009004", decided_above=ABOVE))

    before = shown(cast.decider, case)
    forwarded, _ = do(cast.decider, case, "forwarding", forwarding_opinion="材料齐全，建议准予")
    silent, page = do(cast.decider, case, "decision", granted="yes")
    written, _ = do(cast.decider, case, "decision", granted="yes", decision_document="渝市监许〔2026〕18 号")

    assert f"转报{ABOVE}" in before and 'name="granted"' not in before
    assert (forwarded, silent, written) == (302, 422, 302)
    assert 'href="#id_decision_document"' in page
    assert "渝市监许〔2026〕18 号" in shown(cast.decider, case)


def test_a_pledge_is_ordered_to_be_put_right_and_then_broken(cast: Cast) -> None:
    pledged = publish(cast.body, now=cast.now, code="990131009005", verify_days=20)
    case = cast.granted(edition=pledged, materials={"safety": "pledge", "layout": ""})
    number = Commitment.objects.get(application=case, kind="fact_pledge").number
    act, name = f"commitments/{number}/verification", f"verify-{number}-"

    silent, page = do(cast.reviewer, case, act)
    endless, days = do(cast.reviewer, case, act, **{f"{name}result": "order", f"{name}note": "制度不全，限期整改"})
    ordered, _ = do(
        cast.reviewer, case, act,
        **{f"{name}result": "order", f"{name}days": "10", f"{name}note": "制度不全，限期整改"},
    )  # fmt: skip
    offered = shown(cast.reviewer, case)
    do(cast.reviewer, case, act, **{f"{name}result": "broken", f"{name}note": "逾期没有整改"})

    assert (silent, endless, ordered) == (422, 422, 302)
    assert f'href="#id_{name}result"' in page and f'href="#id_{name}days"' in days
    assert "责令整改" in offered and 'value="order"' not in offered
    assert Commitment.objects.get(application=case, number=number).state == "broken"


def test_a_decision_is_made_into_paper_amended_revoked_and_handled_again(cast: Cast) -> None:
    case = cast.granted()

    made, _ = do(cast.decider, case, "making", making_note="NO.0007")
    amended, _ = do(
        cast.decider, case, "amendment", amend_was="老灶", amend_becomes="老灶火锅", amend_reason="字号漏写两个字"
    )
    revoked, _ = do(
        cast.head, case, "revocation", revocation_ground="procedure", revocation_reason="没有现场核查就作出决定"
    )
    nameless, page = do(
        cast.head, case, "reopening", reopening_ground="judgment", reopening_reason="按判决重新作出决定"
    )
    reopened, _ = do(
        cast.head, case, "reopening", reopening_ground="judgment", reopening_document="（2026）渝0199行初7号",
        reopening_reason="按判决重新作出决定",
    )  # fmt: skip

    assert (made, amended, revoked, nameless, reopened) == (302, 302, 302, 422, 302)
    assert 'href="#id_reopening_document"' in page and "按判决重新作出决定" in page
    record = shown(cast.reviewer, case)
    assert all(
        words in record for words in ("NO.0007", "老灶火锅", "撤销决定：违反法定程序", "第 2 轮办理", "渝0199行初7号")
    )


def test_a_case_with_nothing_left_to_decide_is_terminated_on_a_ground(cast: Cast) -> None:
    case = cast.accepted()

    groundless, page = do(cast.decider, case, "termination", termination_reason="同一事项已另行办理")
    done, _ = do(
        cast.decider, case, "termination", termination_ground="duplicate", termination_reason="同一事项已另行办理"
    )

    assert (groundless, done) == (422, 302)
    assert 'href="#id_termination_ground"' in page and 'id="termination" open' in page
    assert again(case).state == "terminated"


def test_a_stale_page_says_who_did_what_meanwhile_and_keeps_the_words(cast: Cast) -> None:
    case = cast.submit()
    page = at(cast.reviewer).get(url(case))
    seen = {"version": page.context["case"].version, "entry": page.context["entry"]}
    actions.precheck(case.number, by=cast.actor(cast.clerk), now=cast.now)
    actions.accept(case.number, by=cast.actor(cast.decider), now=cast.now)

    answer = at(cast.reviewer).post(url(case, "correction"), {**seen, "note.layout": "写到一半的说明"})

    told = answer.content.decode().split("打开页面后发生的变化")[1].split("</section>")[0]
    assert answer.status_code == 409
    assert "clerk　预审" in told and "decider　受理" in told and "提交" not in told
    assert "写到一半的说明" in told and "审查中" in told


def test_a_case_goes_on_under_its_guide_when_that_is_withdrawn_and_says_so(cast: Cast) -> None:
    case = cast.accepted()
    assert "按收件时的办事指南" not in shown(cast.reviewer, case)

    catalog.withdraw(cast.guide, by=system("tests"), now=cast.now)

    assert "本办件按收件时的办事指南（第 1 版）办理" in shown(cast.reviewer, case)
    assert "不再接收新的申请" in shown(cast.reviewer, case)


def test_a_renamed_body_shows_its_present_name(cast: Cast) -> None:
    case = cast.accepted()
    shown(cast.reviewer, case)
    type(cast.body).objects.filter(pk=cast.body.pk).update(name="云江区市场监督管理委员会")

    assert "云江区市场监督管理委员会" in shown(cast.reviewer, case)


def test_tasks_that_nobody_can_do_are_listed_for_the_supervisor(cast: Cast) -> None:
    case, other = cast.submit(), cast.reviewed(key="key-other")
    supervisor = at(cast.supervisor)
    assert "没有空缺" in supervisor.get("/desk/vacant").content.decode()

    StaffPost.objects.filter(body=cast.body, role="decider").delete()

    page = supervisor.get("/desk/vacant").content.decode()
    assert other.number in page and case.number not in page
    assert "待决定" in page and "云江区市场监督管理局" in page


def test_the_list_of_vacancies_asks_as_often_for_many_as_for_one(cast: Cast) -> None:
    def queries(posts: Client) -> int:
        with CaptureQueriesContext(connection) as asked:
            posts.get("/desk/vacant")
        return len(asked)

    supervisor = at(cast.supervisor)
    cast.submit()
    StaffPost.objects.filter(body=cast.body).delete()
    queries(supervisor)
    one = queries(supervisor)
    for nth in range(4):
        cast.submit(key=f"key-many{nth}")

    assert queries(supervisor) == one


@pytest.mark.parametrize(
    ("role", "most"),
    [("reviewer", 7), ("decider", 12), ("head", 2), ("government_head", 0), ("clerk", 4), ("supervisor", 0)],
)
def test_a_button_that_can_be_pressed_never_meets_a_want_of_power(cast: Cast, role: str, most: int) -> None:
    """What the page offers and what the verb allows are decided apart; here they are compared."""
    account: Account = getattr(cast, role)
    offered = set()
    for case in (
        cast.submit(key="key-submitted"), cast.accepted(key="key-accepted"), cast.reviewed(key="key-reviewed"),
        cast.granted(key="key-granted"),
    ):  # fmt: skip
        buttons = re.findall(rf'<button[^>]*formaction="{url(case)}/([a-z-]+)"([^>]*)>', shown(account, case))
        for act in (act for act, rest in buttons if " disabled" not in rest and act != "viewer"):  # a look, no act
            offered.add(act)
            assert do(account, case, act)[0] in (302, 409, 422), (case.state, act)

    assert len(offered) == most, sorted(offered)
