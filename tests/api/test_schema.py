"""Every operation of the OpenAPI schema, with what schemathesis makes of it: never a 5xx, every error a problem.

In process, in one transaction that is rolled back after each example, on a prepared case in every state. Half of the
examples are sent as they come; the others get a real number, item or code where one belongs, so that they go deeper. An operation gets 145 examples: 60 by a citizen, 60
by a reviewer, 25 without a token; besides these the boundary values that schemathesis derives from the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests import people
from tests.api.door import Door, door_of
from tests.people import Cast
from tongban.applications import actions
from tongban.kernel import clock
from tongban.licences.models import Licence
from tongban.site.api import api
from tongban.site.wsgi import application

pytestmark = pytest.mark.api

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPEN = {
    "find_items", "suggest_items", "read_guide", "read_materials", "read_form_schema", "read_differences",
    "read_lists", "read_list", "read_codes", "verify_licence", "read_indicators",
}  # fmt: skip
"""Operations that anyone may call."""


class World:
    """A case in every state, and who calls."""

    def __init__(self, cast: Cast) -> None:
        self.tokens = {"liu": door_of(cast.liu).token, "reviewer": door_of(cast.reviewer).token}
        self.item = cast.guide.code
        self.number = cycle(_cases(cast))
        licence = Licence.objects.get()
        self.licence, self.code = str(licence.public_id), licence.code
        self.turn = 0

    def aim(self, case: schemathesis.Case) -> None:
        """Every other example meets something that exists."""
        self.turn += 1
        if self.turn % 2:
            return
        known = {"number": next(self.number), "licence_id": self.licence}
        known["code"] = self.code if "/verify/" in case.path else self.item
        case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
        if isinstance(case.body, dict) and "item" in case.body:
            case.body = {**case.body, "item": self.item, "answers": {"kind": "catering"}}
            form = case.body.get("form")
            if isinstance(form, dict):
                case.body["form"] = dict(zip(("area", "name", "shop"), form.values(), strict=False))


def _cases(cast: Cast) -> list[str]:
    reviewer, decider, liu = (cast.actor(who) for who in (cast.reviewer, cast.decider, cast.liu))
    numbers = [cast.submit(key=f"schema-{at}").number for at in range(8)]
    submitted, correcting, accepted, suspended, reviewed, granted, delivered, withdrawn = numbers
    now = cast.now
    actions.correct(correcting, {"layout": actions.Gap(note="请补交布局图")}, by=reviewer, now=now)
    for number in (accepted, suspended, reviewed, granted, delivered):
        actions.accept(number, by=reviewer, now=now)
    actions.suspend(suspended, cause="hearing", reason="需要举行听证", by=reviewer, now=now)
    for number in (reviewed, granted, delivered):
        actions.review(number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=now)
    actions.decide(granted, granted=True, by=decider, now=now)
    actions.decide(delivered, granted=False, reason="场所不符合要求", by=decider, now=now)
    actions.deliver(delivered, by=liu, now=now)
    actions.withdraw(withdrawn, by=liu, now=now)
    return [submitted, correcting, accepted, suspended, reviewed, granted, delivered]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Prepared once; a request ends by closing old connections, which would end our transaction."""
    now = datetime(2026, 3, 2, 9, 30, tzinfo=clock.SHANGHAI)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), clock.at(now), transaction.atomic():
        yield World(people.make(now=now))
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


quickly = settings(
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("who", ["liu", "reviewer"])
@schema.parametrize()
@settings(quickly, max_examples=60)
def test_an_operation_answers_anything_with_sense(
    case: schemathesis.Case, who: str, world: World, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        _send(case, world, token=world.tokens[who])


@schema.parametrize()
@settings(quickly, max_examples=25)
def test_without_a_token_only_open_operations_answer(
    case: schemathesis.Case, world: World, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        response = _send(case, world, token="")

    if case.operation.definition.raw["operationId"] not in OPEN and response.status_code != 405:
        no_such_address = response.status_code == 404 and response.json()["code"] == "page_not_found"
        assert response.status_code == 401 or no_such_address, response.text


def _send(case: schemathesis.Case, world: World, *, token: str) -> Any:
    """Send it, undo it, and look at the answer."""
    world.aim(case)
    with transaction.atomic():
        response = case.call(headers={"Authorization": f"Bearer {token}"} if token else {})
        transaction.set_rollback(True)
    assert response.status_code < 500, response.text
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"], response.text
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["code"]
        assert problem["title"]
    case.validate_response(response, checks=[response_schema_conformance])
    return response


@pytest.mark.django_db  # one test that says so: else no database is made for the session
def test_the_schema_is_there_for_anyone(nobody: Door) -> None:
    served = nobody.get("/openapi.json")

    assert (served.status, served["openapi"]) == (200, "3.1.0")


def test_only_these_operations_are_open_to_anyone() -> None:
    open_to_anyone = {
        operation["operationId"]
        for operations in api.get_openapi_schema()["paths"].values()
        for operation in operations.values()
        if not operation.get("security")
    }

    assert open_to_anyone <= OPEN
