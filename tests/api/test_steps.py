"""环节 by API: a case through inspection, consultation and countersign, each by whose act it is."""

from __future__ import annotations

from typing import Any

import pytest

from tests import people
from tests.api.door import Door, door_of, must_be_problem
from tests.api.test_walk import PDF, submission
from tests.people import Cast

pytestmark = pytest.mark.api

CIVIL, FIRE = "云江区民政局", "重庆市消防救援总队"
OPINION = {"passes": True, "opinion": "材料齐全，符合规定"}
STEPS: list[dict[str, Any]] = [
    {"key": "site", "name": "现场核查", "role": "reviewer", "kind": "inspection"},
    {"key": "ask", "name": "征求意见", "role": "reviewer", "kind": "consultation", "beside": True, "asked": [CIVIL]},
    {"key": "sign", "name": "会签", "role": "reviewer", "kind": "countersign", "asked": [CIVIL, FIRE]},
    {"key": "decide", "name": "决定", "role": "decider"},
]


def test_a_case_goes_through_its_steps(cast: Cast, liu: Door, reviewer: Door, decider: Door, stranger: Door) -> None:
    people._staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)
    civil = door_of(cast.foreign_reviewer)
    edition = people.publish(cast.body, now=cast.now, code="990131009501", name="有环节的许可", steps=STEPS)
    made: Any = liu.post("/applications", submission(cast, item=edition.code), key="steps-0001")
    path = f"/applications/{made['number']}"
    reviewer.post(f"{path}/acceptance")

    assert [(one["key"], one["state"]) for one in reviewer.get(f"{path}/steps").body] == [
        ("site", "open"), ("ask", "open"), ("sign", "ahead"),
    ]  # fmt: skip
    must_be_problem(
        decider.post(f"{path}/decision", {"granted": True}), 409, "steps_missing", "现场核查、征求意见、会签"
    )
    must_be_problem(reviewer.post(f"{path}/review", OPINION), 409, "other_step_first", "现场核查")
    must_be_problem(reviewer.post(f"{path}/steps/sign/conclusion", OPINION), 409, "step_not_open", "还没有轮到")
    must_be_problem(stranger.get(f"{path}/steps"), 404, "application_unknown")

    photo = reviewer.upload(PDF, media_type="application/pdf")["id"]
    seen = {
        "place": "滨河路 8 号", "inspected_at": "2026-03-02T09:00:00", "record": "布局与图纸一致", "passes": True,
        "photos": [photo],
    }  # fmt: skip
    must_be_problem(
        reviewer.post(f"{path}/steps/site/inspections", {**seen, "colleagues": []}), 422, "two_inspectors", "两名以上"
    )
    assert reviewer.post(f"{path}/steps/site/inspections", {**seen, "colleagues": ["reviewer_two"]}).status == 201
    assert reviewer.post(f"{path}/steps/site/conclusion", OPINION).status == 201
    answered = civil.post(f"{path}/steps/ask/answer", {"agrees": True, "opinion": "没有意见"})
    assert (answered["body"], answered["late"]) == (CIVIL, False)
    assert reviewer.post(f"{path}/steps/ask/conclusion", OPINION).status == 201
    assert civil.post(f"{path}/steps/sign/answer", {"agrees": True, "opinion": "同意"}).status == 201
    on_paper = {"body": FIRE, "agrees": True, "opinion": "同意，消防函〔2026〕5 号"}
    assert reviewer.post(f"{path}/steps/sign/paper-answers", on_paper).status == 201
    assert reviewer.post(f"{path}/steps/sign/conclusion", OPINION)["state"] == "reviewed"

    told: Any = liu.get(f"{path}/steps").body
    assert [(one["state_name"], one["answers"]) for one in told] == [("已办", [])] * 3
    assert decider.post(f"{path}/decision", {"granted": True})["state"] == "granted"
    must_be_problem(
        civil.post(f"{path}/steps/sign/answer", {"agrees": False, "opinion": "改主意了，不同意"}),
        409,
        "act_out_of_turn",
    )


def test_a_case_of_plain_reviews_has_no_steps_to_tell(cast: Cast, liu: Door, reviewer: Door) -> None:
    made: Any = liu.post("/applications", submission(cast), key="steps-0002")
    path = f"/applications/{made['number']}"
    reviewer.post(f"{path}/acceptance")

    assert reviewer.get(f"{path}/steps").body == []
    must_be_problem(reviewer.post(f"{path}/steps/site/conclusion", OPINION), 409, "no_steps")
