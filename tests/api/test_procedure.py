"""The rest of the procedure by API: what may happen to a case beside the straight way, each by whose act it is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import people
from tests.api.door import Door, must_be_problem
from tests.api.test_walk import PDF, submission
from tests.people import Cast
from tongban.kernel import clock

pytestmark = pytest.mark.api


def path_of(made: object) -> str:
    return f"/applications/{made['number']}"  # type: ignore[index]


def test_prechecked_accepted_with_a_paper_missing_which_is_supplied(cast: Cast, liu: Door, reviewer: Door) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131009401", name="容缺的许可", follow="decision")
    path = path_of(liu.post("/applications", submission(cast, item=edition.code), key="proc-0001"))

    assert reviewer.post(f"{path}/precheck", {"note": "只差布局图"})["state"] == "prechecked"
    assert reviewer.post(f"{path}/acceptance")["state"] == "accepted"
    promised = liu.get(f"{path}/commitments").body
    assert [(one["kind_name"], one["materials"], one["due_on"], one["state"]) for one in promised] == [
        ("容缺受理", ["layout"], "2026-03-16", "open"),
    ]
    assert "视为撤回申请" in promised[0]["text"]
    opinion = {"passes": True, "opinion": "材料齐全，符合规定"}
    must_be_problem(reviewer.post(f"{path}/review", opinion), 409, "provision_open", "经营场所布局图")

    file = liu.upload(PDF, media_type="application/pdf")["id"]
    assert liu.post(f"{path}/supply", {"materials": {"layout": file}})["state"] == "accepted"
    assert [one["state_name"] for one in liu.get(f"{path}/commitments").body] == ["已履行"]
    assert reviewer.post(f"{path}/review", opinion)["state"] == "reviewed"


def test_the_limit_is_extended_once_by_the_head_and_the_clock_says_so(
    cast: Cast, liu: Door, reviewer: Door, decider: Door, head: Door
) -> None:
    path = path_of(liu.post("/applications", submission(cast), key="proc-0002"))
    before = reviewer.post(f"{path}/acceptance")
    ask = {"days": 10, "reason": "需要核实场所产权资料"}

    must_be_problem(reviewer.post(f"{path}/extension", {**ask, "days": 11}), 422, "extension_days", "1 至 10")
    assert reviewer.post(f"{path}/extension", ask).status == 201
    assert head.post(f"{path}/extension/refusal", {"answer": "先把现有资料核完"}).status == 201
    assert reviewer.post(f"{path}/extension", ask).status == 201
    assert decider.post(f"{path}/extension/approval").status == 403
    extended = head.post(f"{path}/extension/approval")
    must_be_problem(reviewer.post(f"{path}/extension", ask), 409, "extended_already", "只能延长一次")

    assert (before["promised_on"], extended["promised_on"], extended["statutory_on"]) == (
        "2026-03-09", "2026-03-23", "2026-04-14",
    )  # fmt: skip
    sheet = next(one for one in liu.get(f"{path}/clock").body if one["kind"] == "promised")
    assert (sheet["extension"], sheet["round"], sheet["kind_name"]) == (
        {"amount": 10, "unit": "working_day"}, 1, "承诺时限",
    )  # fmt: skip
    assert [day["article"] for day in sheet["days"] if day["number"] == 6] == ["《行政许可法》第四十二条"]


def test_two_causes_stop_the_clock_until_the_last_has_ended(cast: Cast, liu: Door, reviewer: Door) -> None:
    path = path_of(liu.post("/applications", submission(cast), key="proc-0003"))
    reviewer.post(f"{path}/acceptance")

    assert liu.post(f"{path}/hearing", {"reason": "想当面说明场所情况"}).status == 201
    must_be_problem(liu.post(f"{path}/hearing", {"reason": "想当面说明场所情况"}), 409, "hearing_asked", "已经申请过")
    for cause in ("hearing", "inspection"):
        assert reviewer.post(f"{path}/suspension", {"cause": cause, "reason": "需要三个工作日"})["state"] == "suspended"

    assert reviewer.delete(f"{path}/suspension?cause=hearing")["state"] == "suspended"
    must_be_problem(reviewer.delete(f"{path}/suspension?cause=tender"), 409, "cause_not_running", "没有正在进行")
    assert reviewer.delete(f"{path}/suspension")["state"] == "accepted"


def test_reviewed_here_and_decided_above(cast: Cast, liu: Door, reviewer: Door, decider: Door) -> None:
    edition = people.publish(
        cast.body, now=cast.now, code="990131009402", name="转报的许可", decided_above="渝州市市场监督管理局"
    )
    path = path_of(liu.post("/applications", submission(cast, item=edition.code), key="proc-0004"))
    reviewer.post(f"{path}/acceptance")
    reviewer.post(f"{path}/review", {"passes": True, "opinion": "材料齐全，符合规定"})

    must_be_problem(decider.post(f"{path}/decision", {"granted": True}), 409, "decided_above", "渝州市市场监督管理局")
    assert decider.post(f"{path}/forwarding", {"opinion": "符合条件，报请决定"})["state"] == "forwarded"
    must_be_problem(decider.post(f"{path}/decision", {"granted": True}), 422, "document_missing", "文号")
    answer = {"granted": True, "document": "渝市监许〔2026〕18 号"}
    assert decider.post(f"{path}/decision", answer)["state"] == "granted"


def test_made_delivered_verified_and_then_closed(
    cast: Cast, liu: Door, reviewer: Door, decider: Door, head: Door
) -> None:
    edition = people.publish(cast.body, now=cast.now, code="990131009403", name="承诺的许可", verify_days=20)
    made = liu.post("/applications", submission(cast, item=edition.code), key="proc-0005")
    path = path_of(made)
    reviewer.post(f"{path}/acceptance")
    file = liu.upload(PDF, media_type="application/pdf")["id"]
    liu.post(f"{path}/supply", {"materials": {"layout": file}})
    reviewer.post(f"{path}/review", {"passes": True, "opinion": "材料齐全，符合规定"})
    decider.post(f"{path}/decision", {"granted": True})

    assert decider.post(f"{path}/making", {"note": "JY2026000018"})["state"] == "made"
    assert liu.post(f"{path}/delivery")["state"] == "delivered"
    pledge = next(one for one in liu.get(f"{path}/commitments").body if one["kind"] == "fact_pledge")
    found = f"{path}/commitments/{pledge['number']}/verification"
    assert reviewer.post(f"{path}/commitments/99/verification", {"holds": True, "note": "现场相符"}).status == 404
    ordered = reviewer.post(found, {"holds": False, "note": "制度没有上墙", "rectify_days": 10})
    assert (ordered.status, ordered["state"]) == (201, "delivered")
    assert reviewer.post(found, {"holds": True, "note": "已经整改到位"})["state"] == "closed"

    amended = decider.post(f"{path}/amendment", {"was": "1号", "becomes": "11号", "reason": "门牌号写错了"})
    assert (amended["state"], amended["round"]) == ("closed", 1)
    assert head.post(f"{path}/revocation", {"ground": "deceit", "reason": "提交的材料系伪造"})["state"] == "revoked"
    order = {"ground": "judgment", "reason": "判决重新作出决定"}
    must_be_problem(head.post(f"{path}/reopening", order), 422, "document_missing", "文号")
    again = head.post(f"{path}/reopening", {**order, "document": "（2026）渝0199行初3号行政判决书"})
    assert (again["state"], again["round"], again["promised_on"]) == ("accepted", 2, "2026-03-09")
    assert {one["round"] for one in liu.get(f"{path}/clock").body if one["kind"] == "promised"} == {1, 2}


def test_a_case_with_nothing_left_to_decide_is_terminated(cast: Cast, liu: Door, reviewer: Door, decider: Door) -> None:
    path = path_of(liu.post("/applications", submission(cast), key="proc-0006"))
    reviewer.post(f"{path}/acceptance")

    must_be_problem(
        decider.post(f"{path}/termination", {"ground": "bored", "reason": "不想再办下去"}),
        422,
        "ground_unknown",
        "只有",
    )
    ended = decider.post(f"{path}/termination", {"ground": "duplicate", "reason": "同一事项已经另案办理"})

    assert (ended["state"], ended["state_name"]) == ("terminated", "已终止")


def test_a_paper_case_is_entered_by_one_and_confirmed_by_another(
    cast: Cast, liu: Door, clerk: Door, clerk_two: Door, reviewer: Door
) -> None:
    assert cast.liu.person
    entry = submission(
        cast, name="刘晓燕", id_number=cast.liu.person.id_number, received_at="2026-02-27T10:00:00+08:00",
        reason="当天停电，先收了纸质材料",
    )  # fmt: skip
    naive = clerk.post("/back-entries", {**entry, "received_at": "2026-02-27T10:00:00"}, key="proc-0007")
    someone = clerk.post("/back-entries", {**entry, "name": "刘小燕"}, key="proc-0007")
    tomorrow = (clock.now() + timedelta(days=1)).isoformat()
    assert clerk.post("/back-entries", {**entry, "received_at": tomorrow}, key="proc-0007")["code"] == "time_in_future"
    assert (naive["code"], someone["code"]) == ("request_malformed", "name_differs")

    made = clerk.post("/back-entries", entry, key="proc-0007")
    again = clerk.post("/back-entries", entry, key="proc-0007")
    path = f"/back-entries/{made['number']}"

    assert (made.status, made["state"], again["number"]) == (201, "recorded", made["number"])
    must_be_problem(clerk.post(f"{path}/confirmation"), 403, "second_person", "另一个人")
    confirmed = clerk_two.post(f"{path}/confirmation")
    assert (confirmed["state"], confirmed["submitted_at"]) == ("submitted", "2026-02-27T02:00:00Z")
    assert reviewer.post(f"{path_of(made)}/acceptance")["state"] == "accepted"

    wrong = clerk.post("/back-entries", {**entry, "form": {**entry["form"], "area": "87"}}, key="proc-0008")  # type: ignore[dict-item]
    assert clerk_two.delete(f"/back-entries/{wrong['number']}")["state"] == "void"


def test_a_correction_gives_the_days_it_names(cast: Cast, liu: Door, reviewer: Door) -> None:
    path = path_of(liu.post("/applications", submission(cast), key="proc-0009"))
    gaps = {"gaps": {"layout": {"note": "请补交布局图"}}}

    must_be_problem(reviewer.post(f"{path}/correction", {**gaps, "days": 61}), 422, "correction_days", "60")
    assert reviewer.post(f"{path}/correction", {**gaps, "days": 3})["state"] == "correcting"

    sheet = next(one for one in liu.get(f"{path}/clock").body if one["kind"] == "correction")
    assert (sheet["amount"], sheet["due_on"], sheet["used"]) == (3, "2026-03-05", 0)
