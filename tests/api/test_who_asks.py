"""Who asks: without a token, with a wrong one, or about a case that isn't theirs."""

from __future__ import annotations

import pytest

from tests.api.door import Door, door_of, must_be_problem
from tests.people import Cast
from tongban.applications.models import Application

pytestmark = pytest.mark.api


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/applications"), ("get", "/applications/1"), ("get", "/tasks"), ("post", "/files"),
        ("get", "/licences/00000000-0000-0000-0000-000000000000"), ("post", "/applications/1/decision"),
        ("delete", "/applications/1/suspension"), ("post", "/applications/1/evaluation"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("db")
def test_without_a_token_nothing_is_told(nobody: Door, method: str, path: str) -> None:
    answer = getattr(nobody, method)(path)

    must_be_problem(answer, 401, "token_missing", "请带上访问令牌")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_or_wrong_token_is_said(cast: Cast) -> None:
    for door in (door_of(cast.liu, days=0), Door("no-such-token"), Door("\u00e9"), Door("x" * 5000)):
        must_be_problem(door.get("/tasks"), 401, "token_unknown", "访问令牌无效或已过期")


def test_a_closed_account_has_no_token(cast: Cast, liu: Door) -> None:
    cast.liu.is_active = False
    cast.liu.save()

    must_be_problem(liu.get("/tasks"), 401, "token_unknown")


@pytest.mark.parametrize("path", ["", "/timeline", "/clock"])
def test_anothers_case_does_not_exist(cast: Cast, stranger: Door, path: str) -> None:
    answer = stranger.get(f"/applications/{cast.submit().number}{path}")

    must_be_problem(answer, 404, "application_unknown", "没有这个办件，或者您无权查看")


@pytest.mark.parametrize("who", ["stranger", "foreign_reviewer", "administrator"])
@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("acceptance", {}), ("correction", {"gaps": {"layout": {"note": "缺"}}}), ("review", {"passes": True, "opinion": "材料齐全了"}),
        ("decision", {"granted": True}), ("delivery", {}), ("withdrawal", {}), ("evaluation", {"level": 1}),
        ("supplement", {"materials": {}}), ("rejection", {"kind": "not_needed", "reason": "不需要办理"}),
        ("suspension", {"cause": "hearing", "reason": "需要听证三天"}),
    ],
)  # fmt: skip
def test_nobody_acts_on_anothers_case(cast: Cast, who: str, step: str, body: dict[str, object]) -> None:
    number = cast.submit().number

    answer = door_of(getattr(cast, who)).post(f"/applications/{number}/{step}", body)

    must_be_problem(answer, 404, "application_unknown")
    assert Application.objects.get(number=number).version == 1
