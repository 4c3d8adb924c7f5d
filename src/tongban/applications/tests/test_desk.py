"""The desk: what awaits me, and each act through its form."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import Application, Correction
from tongban.identity.models import Account


def at(account: Account | None) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    return client


@pytest.fixture
def desk(cast: Cast) -> Client:
    return at(cast.reviewer)


def url(case: Application, act: str = "") -> str:
    return f"/desk/cases/{case.number}" + (f"/{act}" if act else "")


def again(case: Application) -> Application:
    return Application.objects.get(pk=case.pk)


def accepted(cast: Cast) -> Application:
    return actions.accept(cast.submit().number, by=cast.actor(cast.reviewer), now=cast.now)


def reviewed(cast: Cast) -> Application:
    opinion = "材料齐全，符合规定"
    return actions.review(
        accepted(cast).number, passes=True, opinion=opinion, by=cast.actor(cast.reviewer), now=cast.now
    )


TICKED = {
    "checking": "1", "met.licence": ["在有效期内"],
    "met.layout": ["标明各功能区面积", "标明洗手、清洗水池位置"],
}  # fmt: skip


def test_the_list_shows_the_cases_of_my_body_most_urgent_first(cast: Cast, desk: Client) -> None:
    late = cast.submit(key="key-late1", now=cast.now - timedelta(days=20))
    fresh = cast.submit(key="key-fresh")

    shown = desk.get("/desk").content.decode()

    assert shown.index(late.number) < shown.index(fresh.number)
    assert "lamp-over" in shown and "lamp-ok" in shown
    assert late.number not in at(cast.foreign_reviewer).get("/desk").content.decode()


def test_a_kind_shows_only_its_tasks(cast: Cast, desk: Client) -> None:
    case = cast.submit()

    assert case.number in desk.get("/desk?act=application.accept").content.decode()
    assert "没有待办的办件" in desk.get("/desk?act=application.review").content.decode()


def test_the_list_goes_on_behind_its_last_line(cast: Cast, desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.applications.pages.desk.PER_PAGE", 2)
    cases = [cast.submit(key=f"key-0000{n}") for n in range(3)]

    first = desk.get("/desk")
    onward = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = desk.get(f"/desk{onward}").content.decode()

    assert cases[2].number not in first.content.decode()
    assert cases[2].number in second and cases[0].number not in second


@pytest.mark.parametrize("after", ["x", "2026-02-30_1", "9999-12-31_99999999999999999999", "_"])
def test_a_broken_page_mark_is_no_error(cast: Cast, desk: Client, after: str) -> None:
    assert desk.get("/desk", {"after": after}).status_code == 200


def test_a_case_shows_all_there_is_with_private_data_masked(cast: Cast, desk: Client) -> None:
    case = cast.submit()
    assert cast.liu.person

    shown = desk.get(url(case)).content.decode()

    assert "老灶火锅店" in shown and "餐饮服务" in shown and "在有效期内" in shown
    assert cast.liu.person.id_number not in shown and cast.liu.person.phone not in shown
    assert cast.liu.person.id_number[-4:] in shown


def test_all_points_ticked_is_accepted(cast: Cast, desk: Client) -> None:
    case = cast.submit()

    answer = desk.post(url(case, "acceptance"), {**TICKED, "version": case.version})

    assert answer.status_code == 302
    assert again(case).state == "accepted"


def test_an_unticked_point_stands_in_the_way_of_acceptance_and_ticks_stay(cast: Cast, desk: Client) -> None:
    case = cast.submit(materials={"safety": "pledge"})

    answer = desk.post(url(case, "acceptance"), {"checking": "1", "version": case.version, "note.licence": "看不清"})

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "还有 1 个审查要点没有勾选" in shown and 'value="看不清"' in shown
    assert again(case).state == "submitted"


def test_unticked_points_become_the_one_notice(cast: Cast, desk: Client) -> None:
    case = cast.submit()

    answer = desk.post(
        url(case, "correction"),
        {"checking": "1", "version": case.version, "missing.layout": "1", "note.licence": "请换发新证"},
    )

    assert answer.status_code == 302
    gaps = {gap["key"]: gap for gap in Correction.objects.get(application=case).gaps}
    assert gaps["licence"]["points"] == ["在有效期内"] and gaps["licence"]["note"] == "请换发新证"
    assert gaps["layout"]["note"] == "请补交这份材料"
    assert set(gaps) == {"licence", "layout"}


def test_a_notice_may_also_name_its_points(cast: Cast, desk: Client) -> None:
    case = cast.submit()

    desk.post(url(case, "correction"), {"version": case.version, "unmet.layout": ["标明各功能区面积"]})

    [gap] = Correction.objects.get(application=case).gaps
    assert (gap["key"], gap["points"]) == ("layout", ["标明各功能区面积"])


def test_nothing_wrong_is_nothing_to_correct(cast: Cast, desk: Client) -> None:
    case = cast.submit()

    answer = desk.post(url(case, "correction"), {**TICKED, "version": case.version})

    assert answer.status_code == 422
    assert 'href="#id_gaps"' in answer.content.decode()


def test_a_rejection_names_the_right_body_and_keeps_what_was_typed(cast: Cast, desk: Client) -> None:
    case = cast.submit()
    typed = {"version": case.version, "kind": "wrong_body", "rejection_reason": "这件事归住建部门管理"}

    refused = desk.post(url(case, "rejection"), typed)
    done = desk.post(url(case, "rejection"), {**typed, "right_body": "云江区住房和城乡建设委员会"})

    shown = refused.content.decode()
    assert refused.status_code == 422
    assert 'href="#id_right_body"' in shown and "这件事归住建部门管理" in shown
    assert done.status_code == 302
    assert again(case).state == "rejected"
    assert "这件事归住建部门管理" in desk.get(url(case)).content.decode()


def test_a_short_reason_is_said_beside_its_field(cast: Cast, desk: Client) -> None:
    case = cast.submit()

    answer = desk.post(
        url(case, "rejection"), {"version": case.version, "kind": "not_needed", "rejection_reason": "否"}
    )

    assert 'href="#id_rejection_reason"' in answer.content.decode()


def test_a_review_may_be_a_template_alone(cast: Cast, desk: Client) -> None:
    case = accepted(cast)

    answer = desk.post(url(case, "review"), {"version": case.version, "passes": "yes", "template": "meets"})

    assert answer.status_code == 302
    assert again(case).state == "reviewed"
    assert "建议准予" in desk.get(url(case)).content.decode()


def test_the_decider_grants_and_delivers(cast: Cast) -> None:
    case, decider = reviewed(cast), at(cast.decider)

    granted = decider.post(url(case, "decision"), {"version": case.version, "granted": "yes"})
    delivered = decider.post(url(case, "delivery"), {"version": again(case).version})

    assert (granted.status_code, delivered.status_code) == (302, 302)
    assert again(case).state == "delivered"


def test_a_refusal_without_a_reason_is_not_made(cast: Cast) -> None:
    case = reviewed(cast)

    answer = at(cast.decider).post(url(case, "decision"), {"version": case.version, "granted": "no"})

    assert answer.status_code == 422
    assert 'href="#id_decision_reason"' in answer.content.decode()


def test_who_accepted_sees_why_they_may_not_decide(cast: Cast) -> None:
    case = actions.accept(cast.submit().number, by=cast.actor(cast.decider), now=cast.now)
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=cast.now)

    shown = at(cast.decider).get(url(case)).content.decode()

    assert "受理人不能对同一办件作出决定" in shown


def test_the_clock_stands_still_and_runs_on(cast: Cast, desk: Client) -> None:
    case = accepted(cast)
    cause = {"version": case.version, "cause": "inspection", "suspension_reason": "送检，约需七个工作日"}

    suspended = desk.post(url(case, "suspension"), cause)
    shown = desk.get(url(case)).content.decode()
    resumed = desk.post(url(case, "resumption"), {"version": again(case).version})

    assert (suspended.status_code, resumed.status_code) == (302, 302)
    assert "暂停计时：检验" in shown and "lamp-paused" in shown
    assert again(case).state == "accepted"


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("correction", {"checking": "1", "note.licence": "请换发新证"}),
        ("rejection", {"kind": "not_needed", "rejection_reason": "依法不需要取得许可"}),
    ],
)
def test_a_stale_page_is_told_so_and_keeps_what_was_typed(
    cast: Cast, desk: Client, act: str, typed: dict[str, str]
) -> None:
    case = cast.submit()

    answer = desk.post(url(case, act), {**typed, "version": case.version + 1})

    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "有了新的变化" in shown and "重新打开这一页" in shown
    assert list(typed.values())[-1] in shown
    assert again(case).state == "submitted"


def test_an_act_out_of_turn_is_told_so(cast: Cast, desk: Client) -> None:
    case = accepted(cast)

    answer = desk.post(url(case, "acceptance"), {"version": case.version})

    assert answer.status_code == 409
    assert "不能受理" in answer.content.decode()


ACTS = ["acceptance", "correction", "rejection", "review", "decision", "suspension", "resumption", "delivery"]


def test_a_foreign_reviewer_finds_no_case(cast: Cast) -> None:
    case, foreign = cast.submit(), at(cast.foreign_reviewer)

    assert foreign.get(url(case)).status_code == 404
    for act in ACTS:
        assert foreign.post(url(case, act), {"checking": "1"}).status_code == 404, act
    assert again(case).state == "submitted"


def test_citizens_and_the_anonymous_stay_outside(cast: Cast) -> None:
    case = cast.submit()

    assert at(cast.liu).get("/desk").status_code == 403
    assert at(cast.liu).get(url(case)).status_code == 403
    assert at(None).get(url(case))["Location"].startswith("/login")


def test_the_window_sees_that_the_department_accepts(cast: Cast) -> None:
    case = cast.submit()

    shown = at(cast.clerk).get(url(case)).content.decode()

    assert "这个事项由主管部门受理，窗口只收件" in shown


def test_pages_ask_the_database_a_bounded_number_of_times(cast: Cast, desk: Client) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        return len(queries)

    case = cast.submit(key="key-0000a")
    few = asked("/desk")
    for n in range(5):
        cast.submit(key=f"key-0000{n}")

    assert asked("/desk") == few <= 8
    assert (
        asked(url(case)) <= 33
    )  # the first look and who looked are written; four for the materials, six for the papers
    assert asked(url(accepted(cast))) <= 41


def test_an_opinion_that_contradicts_its_conclusion_is_not_taken(cast: Cast, desk: Client) -> None:
    case = accepted(cast)

    answer = desk.post(
        url(case, "review"), {"version": case.version, "passes": "yes", "template": "fails", "opinion": "面积不足"}
    )

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_passes"' in shown and "面积不足" in shown
    assert again(case).state == "accepted"


@pytest.mark.parametrize("act", ACTS)
def test_who_reloads_an_acts_address_sees_the_case(cast: Cast, desk: Client, act: str) -> None:
    case = cast.submit()

    assert desk.get(url(case, act))["Location"] == url(case)
    assert again(case).state == "submitted"


def test_enter_in_a_field_keeps_what_was_typed_and_does_nothing(cast: Cast, desk: Client) -> None:
    case = cast.submit()
    page = desk.get(url(case)).content.decode()

    answer = desk.post(url(case), {"checking": "1", "met.licence": "在有效期内", "note.safety": "请签名"})

    first_button = page.split('id="case"')[1].split("<button")[1].split(">")[0]
    assert f'formaction="{url(case)}"' in first_button
    assert answer.status_code == 200
    assert 'value="请签名"' in answer.content.decode() and "data-tick checked" in answer.content.decode()
    assert again(case).state == "submitted"


def test_who_handles_no_cases_begins_the_day_where_their_work_is(cast: Cast) -> None:
    assert at(cast.editor).get("/desk").headers["Location"] == "/desk/catalog"
    assert at(cast.administrator).get("/desk").headers["Location"] == "/desk/operations"
    assert at(cast.supervisor).get("/desk").status_code == 200
