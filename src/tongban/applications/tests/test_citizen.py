"""The applicant's pages in the wider procedure: what is said in each state, and what can be done from there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people
from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import Application, Commitment, HearingRequest
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.actors import system


def at(account: Account) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def shown(cast: Cast, case: Application, page: str = "", who: Account | None = None) -> str:
    answer = at(who or cast.liu).get(f"/my/applications/{case.number}{page}")
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


@pytest.fixture
def provisional(cast: Cast) -> Application:
    edition = people.publish(cast.body, now=cast.now, code="990131009601", name="容缺的许可", follow="decision")
    return cast.accepted(key="citizen-prov", edition=edition)


def test_what_may_follow_is_supplied_from_its_page(cast: Cast, provisional: Application) -> None:
    page, path = shown(cast, provisional), f"/my/applications/{provisional.number}/supply"
    assert "容缺受理：请补交材料" in page
    assert "请在3月16日前补交：经营场所布局图。补齐后才能作出决定" in page
    assert path in page
    assert "视为撤回申请" in shown(cast, provisional, "/supply")

    liu = at(cast.liu)
    assert liu.post(path).status_code == 422
    plan = SimpleUploadedFile("图.pdf", people.paper("plan"), content_type="application/pdf")
    assert liu.post(path, {"file.layout": plan}).status_code == 302

    assert Commitment.objects.get(application=provisional).state == "kept"
    assert "请补交材料" not in shown(cast, provisional)
    assert liu.get(path).status_code == 422


def test_staff_see_what_is_told_but_not_the_button(cast: Cast, provisional: Application) -> None:
    page = shown(cast, provisional, who=cast.reviewer)

    assert "容缺受理：请补交材料" in page
    assert "去补交" not in page
    assert "您还可以" not in page


def test_a_hearing_is_asked_for_before_the_decision(cast: Cast) -> None:
    case = cast.accepted()
    path = f"/my/applications/{case.number}/hearing"
    assert "您不用交任何费用" in shown(cast, case, "/hearing")
    liu = at(cast.liu)

    short = liu.post(path, {"reason": "不服"})
    assert short.status_code == 422
    assert "不服</textarea>" in short.content.decode()
    assert liu.post(path, {"reason": "想当面说明场所情况"}).status_code == 302

    assert HearingRequest.objects.get().reason == "想当面说明场所情况"
    page = shown(cast, case)
    assert "听证申请已收到" in page
    assert "3月30日前举行" in page
    assert path not in page


def test_suspensions_extension_and_message_are_told_with_their_reasons(cast: Cast) -> None:
    case, reviewer = cast.accepted(), cast.actor(cast.reviewer)
    actions.ask_extension(case.number, days=5, reason="需要核实产权资料", by=reviewer, now=cast.now)
    actions.extend(case.number, by=cast.actor(cast.head), now=cast.now)
    for cause in ("inspection", "expert_review"):
        actions.suspend(case.number, cause=cause, reason=f"{cause} 需要三个工作日", by=reviewer, now=cast.now)

    page = shown(cast, case)

    for words in (
        "依法暂停：检验",
        "依法暂停：专家评审",
        "inspection 需要三个工作日",
        "经批准延长 5 个工作日",
        "需要核实产权资料",
    ):
        assert words in page
    assert "chen" not in page


def test_who_handles_it_is_a_post_never_a_name(cast: Cast) -> None:
    cast.body.phone, cast.body.address = "023-00000009", "滨河路 2 号"
    cast.body.save()
    submitted, reviewed = cast.submit(key="citizen-post-1"), cast.reviewed(key="citizen-post-2")

    assert "后台审批人员" in shown(cast, submitted)
    page = shown(cast, reviewed)

    for words in ("云江区市场监督管理局", "首席代表", "023-00000009", "滨河路 2 号"):
        assert words in page
    assert cast.decider.username not in page


def test_remedies_are_dated_from_the_delivery(cast: Cast) -> None:
    case = actions.decide(
        cast.reviewed().number,
        granted=False,
        reason="场所面积不足，不符合要求",
        by=cast.actor(cast.decider),
        now=cast.now,
    )
    assert "送达后这里会算出具体的日期" in shown(cast, case, "/remedies")

    actions.deliver(case.number, by=cast.actor(cast.liu), now=cast.now + timedelta(days=8))

    page = shown(cast, case, "/remedies")
    assert "2026年5月9日" in page  # a Saturday that is worked for the holidays
    assert "2026年9月10日" in page
    assert "云江区人民政府" in page
    assert "refusal.pdf" in page


def test_silence_past_the_limit_can_be_appealed(cast: Cast) -> None:
    case = cast.accepted()
    assert at(cast.liu).get(f"/my/applications/{case.number}/remedies").status_code == 422

    with clock.at(cast.now + timedelta(days=60)):
        page = shown(cast, case, "/remedies")
        assert "权利救济" in shown(cast, case)

    assert "到期没有作出决定" in page
    assert "应当先申请行政复议" in page


def test_a_rejection_is_appealed_from_its_day(cast: Cast) -> None:
    case = actions.reject(
        cast.submit().number, kind="not_needed", reason="依法不需要办理", by=cast.actor(cast.reviewer), now=cast.now
    )

    assert "2026年5月6日" in shown(cast, case, "/remedies"), "1 to 5 May are holidays"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("deemed", "已依法视为受理"),
        ("lapsed", "逾期未补正，办件已终结"),
        ("forwarded", "已转报上级决定"),
        ("made", "带身份证到窗口领取"),
        ("terminated", "同一事项已经另案办理"),
        ("revoked", "准予决定已被撤销"),
        ("reopened", "正在重新办理（第 2 轮）"),
        ("recorded", "窗口补录的纸质办件，等待复核"),
    ],
)
def test_each_state_says_what_it_means(cast: Cast, state: str, words: str) -> None:
    assert words in shown(cast, _in(cast, state))


def _in(cast: Cast, state: str) -> Application:
    reviewer, decider, head, now = *(cast.actor(who) for who in (cast.reviewer, cast.decider, cast.head)), cast.now
    match state:
        case "deemed":
            return (
                actions.deem_accepted(cast.submit().number, by=system("t"), now=now + timedelta(days=8))
                or cast.submit()
            )
        case "lapsed":
            number = cast.submit().number
            actions.correct(number, {"layout": actions.Gap(note="请补交")}, days=3, by=reviewer, now=now)
            return actions.lapse(number, by=system("t"), now=now + timedelta(days=8)) or cast.submit()
        case "forwarded":
            edition = people.publish(cast.body, now=now, code="990131009602", name="转报的", decided_above="市局")
            return actions.forward(cast.reviewed(edition=edition).number, opinion="报请决定，请审", by=decider, now=now)
        case "made":
            return actions.make(cast.granted().number, by=decider, now=now)
        case "terminated":
            number = cast.accepted().number
            return actions.terminate(number, ground="duplicate", reason="同一事项已经另案办理", by=decider, now=now)
        case "revoked":
            return actions.revoke(cast.granted().number, ground="deceit", reason="提交的材料系伪造", by=head, now=now)
        case "reopened":
            return actions.reopen(cast.granted().number, ground="own_error", reason="适用条款有误", by=head, now=now)
        case _:
            return actions.back_enter(
                cast.submission(), received_at=now - timedelta(days=1), reason="当天停电，先收了纸质", key="citizen-1",
                by=cast.actor(cast.clerk), now=now,
            )  # fmt: skip


def test_the_page_asks_no_more_of_the_database_than_it_must(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    case, reviewer = cast.accepted(), cast.actor(cast.reviewer)
    for cause in ("inspection", "expert_review"):
        actions.suspend(case.number, cause=cause, reason="需要三个工作日", by=reviewer, now=cast.now)
    liu = at(cast.liu)

    with django_assert_max_num_queries(44):
        liu.get(f"/my/applications/{case.number}")
