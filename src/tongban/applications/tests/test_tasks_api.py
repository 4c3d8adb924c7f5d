"""认领, 退回, 转交, 指派 through the API, and its lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.people import Cast, _staff
from tongban.identity import actions as identity
from tongban.identity.models import Account

REVIEW = {"act": "application.review"}


@pytest.fixture
def second(cast: Cast) -> Account:
    return _staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)


def asked(cast: Cast, account: Account, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    token = identity.make_token(account=account, label="tests", now=cast.now)
    client = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})
    address = f"/api/v1/tasks{path}"
    answer = client.post(address, body, content_type="application/json") if body is not None else client.get(address)
    return answer.status_code, answer.json()


def numbers(cast: Cast, account: Account, query: str) -> list[str]:
    status, said = asked(cast, account, query)
    assert status == 200, said
    return [line["number"] for line in said["tasks"]]


def test_claim_hand_over_release_and_assign(cast: Cast, second: Account) -> None:
    case = cast.accepted()

    status, said = asked(cast, cast.reviewer, f"/{case.number}/claim", REVIEW)
    assert (status, said["held_by"]) == (201, "reviewer")
    status, said = asked(cast, second, f"/{case.number}/claim", REVIEW)
    assert status == 409 and "reviewer已经认领" in said["title"] and said["code"] == "task_taken"

    over = {**REVIEW, "to": "reviewer_two", "reason": "外出开会"}
    assert asked(cast, cast.reviewer, f"/{case.number}/hand-over", over)[1]["held_by"] == "reviewer_two"
    assert numbers(cast, second, "?held_by=me") == [case.number]
    assert asked(cast, second, f"/{case.number}/release", REVIEW)[1]["held_by"] == ""
    assert asked(cast, cast.head, f"/{case.number}/assignment", {**REVIEW, "to": "reviewer"})[0] == 201
    assert numbers(cast, cast.reviewer, "?held_by=me") == [case.number]


def test_lists_by_holder_and_act(cast: Cast, second: Account) -> None:
    mine, pool = cast.accepted(), cast.submit(key="key-pool0")
    asked(cast, cast.reviewer, f"/{mine.number}/claim", REVIEW)

    assert numbers(cast, cast.reviewer, "?held_by=me") == [mine.number]
    assert numbers(cast, cast.reviewer, "?held_by=pool") == [pool.number]
    assert set(numbers(cast, cast.reviewer, "")) == {mine.number, pool.number}
    assert numbers(cast, cast.reviewer, "?act=application.accept") == [pool.number]
    assert numbers(cast, cast.reviewer, "?held_by=done") == [mine.number]
    assert numbers(cast, cast.stranger, "?held_by=pool") == numbers(cast, cast.foreign_reviewer, "?held_by=me") == []
    _, said = asked(cast, second, "?limit=2")
    assert {line["number"]: line["held_by"] for line in said["tasks"]}[mine.number] == "reviewer"


def test_a_list_goes_on(cast: Cast) -> None:
    for n in range(3):
        case = cast.accepted(key=f"key-on-{n}")
        asked(cast, cast.reviewer, f"/{case.number}/claim", REVIEW)

    _, first = asked(cast, cast.reviewer, "?held_by=me&limit=2")
    _, rest = asked(cast, cast.reviewer, f"?held_by=me&limit=2&after={first['next']}")

    assert len(first["tasks"]) == 2 and len(rest["tasks"]) == 1 and rest["next"] is None


@pytest.mark.parametrize("body", [{"act": "application.review", "to": "nobody", "reason": "外出开会"},
                                  {"act": "application.review\0", "to": "reviewer_two", "reason": "外出开会"},
                                  {"act": "application.review", "step": "\0", "to": "reviewer_two", "reason": "外出开会"},
                                  {"act": "nonsense", "to": "reviewer_two", "reason": "外出开会"}])  # fmt: skip
def test_nonsense_is_refused_with_a_reason(cast: Cast, second: Account, body: dict[str, str]) -> None:
    case = cast.accepted()

    status, said = asked(cast, cast.reviewer, f"/{case.number}/hand-over", body)

    assert status in (409, 422) and said["detail"]


def test_a_filter_that_is_unknown_is_refused(cast: Cast) -> None:
    assert asked(cast, cast.reviewer, "?held_by=everybody")[0] == 422
