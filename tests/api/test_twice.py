"""The same thing twice, or by two at once: one case, one decision, and who came second is told."""

from __future__ import annotations

from datetime import datetime

import pytest

from conftest import Together
from tests.api.door import Answer, Door, door_of, must_be_problem
from tests.api.test_walk import submission
from tests.people import Cast
from tongban.applications.models import Application, Decision
from tongban.identity import actions as identity
from tongban.kernel import clock

pytestmark = pytest.mark.api


def test_a_repeated_post_gives_the_same_case(cast: Cast, liu: Door) -> None:
    first, again = (liu.post("/applications", submission(cast), key="bad-0011") for _ in range(2))

    assert first.status == again.status == 201
    moments = [datetime.fromisoformat(answer.body.pop("submitted_at")) for answer in (first, again)]
    assert first.body == again.body
    assert moments[0] == moments[1]
    assert Application.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(cast: Cast, liu: Door) -> None:
    liu.post("/applications", submission(cast), key="bad-0012")

    other = submission(cast, form={"name": "刘晓燕", "shop": "新灶火锅店", "area": "86"})

    must_be_problem(
        liu.post("/applications", other, key="bad-0012"), 422, "idempotency_mismatch", "已用于另一份内容不同的请求"
    )
    assert Application.objects.count() == 1


def test_a_key_is_needed_and_anothers_key_is_ones_own(cast: Cast, liu: Door, stranger: Door) -> None:
    body = submission(cast)

    must_be_problem(liu.post("/applications", body), 422, "request_malformed", "Idempotency-Key")
    must_be_problem(liu.post("/applications", body, key="short"), 422, "idempotency_key", "8 至 100 个字符")
    mine, theirs = liu.post("/applications", body, key="bad-0013"), stranger.post("/applications", body, key="bad-0013")
    assert mine["number"] != theirs["number"]


@pytest.mark.parametrize("step", ["acceptance", "decision"])
@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_one_is_told_what_happened(cast: Cast, together: Together, step: str) -> None:
    other = identity.open_account(username="decider2", password="x", person=None, now=cast.now)
    identity.appoint(account=other, role="decider", region=cast.region, body=cast.body, now=cast.now)
    reviewer, one, two = door_of(cast.reviewer), door_of(cast.decider), door_of(other)
    number = cast.submit(key="two-at-once").number
    body: dict[str, object] = {}
    if step == "decision":
        reviewer.post(f"/applications/{number}/acceptance")
        reviewer.post(f"/applications/{number}/review", {"passes": True, "opinion": "材料齐全，符合规定"})
        body = {"granted": True}

    def act(door: Door) -> Answer:
        with clock.at(cast.now):  # a thread begins with the real time
            return door.post(f"/applications/{number}/{step}", body)

    answers = together(lambda: act(one), lambda: act(two))

    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert won.status == 201
    must_be_problem(lost, 409, "act_out_of_turn", "办件现在是", "可能有同事刚办过这一步")
    assert Decision.objects.count() == (1 if step == "decision" else 0)


def test_a_page_older_than_the_case_cannot_act_on_it(cast: Cast, liu: Door, reviewer: Door) -> None:
    number = cast.submit().number
    reviewer.post(f"/applications/{number}/acceptance", {"version": 1})

    answer = liu.post(f"/applications/{number}/withdrawal", {"version": 1, "reason": ""})

    must_be_problem(answer, 409, "page_stale", "有了新的变化", "请刷新")
