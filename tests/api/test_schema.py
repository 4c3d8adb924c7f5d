"""Every operation of the OpenAPI schema, with what schemathesis makes of it: never a 5xx, every error a problem.

In process, in one transaction that is rolled back after each example, on a prepared case in every state. Half of the
examples are sent as they come; the others get a real number, item or code where one belongs, so that they go deeper. An operation gets 100 examples: 40 by a citizen, 40
by the member of staff whose act it is, 20 without a token; besides these the boundary values that schemathesis derives from the schema.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, cycle
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
from tongban.catalog.models import Edition
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.actors import system
from tongban.licences.models import Licence
from tongban.reporting import actions as reporting
from tongban.site.api import api
from tongban.site.wsgi import application

pytestmark = pytest.mark.api

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPEN = {
    "find_items", "suggest_items", "read_guide", "read_materials", "read_form_schema", "read_differences",
    "read_lists", "read_list", "read_codes", "verify_licence", "read_indicators",
}  # fmt: skip
"""Operations that anyone may call."""
ACTS_OF = {
    "decider": (
        "decide_application", "forward_application", "terminate_application", "make_result", "deliver_application",
        "amend_decision",
    ),
    "head": ("approve_extension", "decline_extension", "revoke_decision", "reopen_application", "approve_correction",
             "decline_correction"),
    "clerk_two": ("back_enter", "confirm_back_entry", "void_back_entry", "supply_papers"),
}  # fmt: skip
"""Whose act an operation is, where it isn't a reviewer's."""
KNOWN = {
    "cause": ("inspection", "hearing"),
    "ground": ("own_error", "duplicate", "deceit"),
    "kind": ("not_needed",),
    "reason": ("场所情况需要当面说明",),
    "opinion": ("材料齐全，符合规定",),
    "answer": ("期限内可以办结",),
    "grounds": ("当面与原件核对",),
    "of_version": (1, 9),
    "valid_until": ("2027-01-01", "0001-01-01", "9999-12-31"),
    "received_at": ("2026-02-27T10:00:00+08:00",),
    "inspected_at": ("2026-03-02T09:00:00+08:00", "0001-01-01T00:00:00"),
    "held_at": ("2026-03-20T09:30:00+08:00", "9999-12-31T23:59:59"),
    "colleagues": (["decider"], []),
    "chair": ("decider",),
    "from_on": ("2026-03-02",),
    "until_on": ("2026-03-09", "9999-12-31"),
}
"""What a body of that key may hold, so that an example goes deeper than the first check."""


class World:
    """A case in every state, and who calls."""

    def __init__(self, cast: Cast) -> None:
        whose = {act: door_of(getattr(cast, who)).token for who, acts in ACTS_OF.items() for act in acts}
        whose |= dict.fromkeys(("deliver_returned_cases", "fetch_handover"), door_of(_speaks(cast)).token)
        reviewer = door_of(cast.reviewer).token
        liu, manages = door_of(cast.liu).token, door_of(cast.administrator).token
        self.tokens = {
            "liu": defaultdict(lambda: liu),
            "staff": defaultdict(lambda: reviewer, whose),
            "administrator": defaultdict(lambda: manages),
        }
        """A citizen; of the staff who may do the operation; who manages the platform and may see no case."""
        self.item = cast.guide.code
        self.number = cycle(_cases(cast))
        self.stepped, self.steps = _stepped(cast), cycle(STEPS)
        licence = Licence.objects.order_by("pk").first()
        assert licence
        self.licence, self.code = str(licence.public_id), licence.code
        self.turn = 0

    def aim(self, case: schemathesis.Case) -> None:
        """Every other example meets something that exists."""
        self.turn += 1
        if self.turn % 2:
            return
        known = {"number": next(self.number), "licence_id": self.licence, "commitment": 1, "expert": 1, "objection": 1}
        if "{key}" in case.path:
            known |= {"number": self.stepped, "key": next(self.steps)}
        if "/materials/{key}" in case.path:
            known |= {"number": next(self.number), "key": "layout"}
        known["code"] = self.code if "/verify/" in case.path else self.item
        case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
        if isinstance(case.body, dict):
            for key in case.body.keys() & KNOWN.keys():
                case.body[key] = KNOWN[key][self.turn % len(KNOWN[key])]
        if isinstance(case.body, dict) and "item" in case.body:
            case.body = {**case.body, "item": self.item, "answers": {"kind": "catering"}}
            form = case.body.get("form")
            if isinstance(form, dict):
                case.body["form"] = dict(zip(("area", "name", "shop"), form.values(), strict=False))


STEPS = {
    "paper": {}, "site": {"kind": "inspection"}, "ask": {"kind": "consultation", "asked": ["市消防救援总队"]},
    "experts": {"kind": "expert"}, "notice": {"kind": "notice"}, "hear": {"kind": "hearing"},
}  # fmt: skip


def _speaks(cast: Cast) -> Account:
    """The account of a vertical system."""
    account = Account.objects.create(username="schema_system", created_at=cast.now)
    reporting.set_system("tax", name="电子税务局", account=account, by=system("tests"), now=cast.now)
    return account


def _stepped(cast: Cast) -> str:
    """A case with a step of every kind open."""
    steps = [{"key": key, "name": key, "role": "reviewer", "beside": True, **more} for key, more in STEPS.items()]
    edition = people.publish(
        cast.body, now=cast.now, code="990131009304", name="有环节的许可",
        steps=[*steps, {"key": "decide", "name": "决定", "role": "decider"}],
    )  # fmt: skip
    number = cast.submit(key="schema-steps", edition=edition).number
    return actions.accept(number, by=cast.actor(cast.reviewer), now=cast.now).number


def _cases(cast: Cast) -> list[str]:
    """One in each state of the procedure that something can still be done in, and some that ended."""
    reviewer, decider, head, clerk, liu = (
        cast.actor(who) for who in (cast.reviewer, cast.decider, cast.head, cast.clerk, cast.liu)
    )
    now, keys = cast.now, count()

    def submitted(edition: Edition = cast.guide) -> str:
        return cast.submit(key=f"schema-{next(keys)}", edition=edition).number

    def accepted(edition: Edition = cast.guide) -> str:
        return actions.accept(submitted(edition), by=reviewer, now=now).number

    def reviewed(edition: Edition = cast.guide) -> str:
        return actions.review(accepted(edition), passes=True, opinion="材料齐全，符合规定", by=reviewer, now=now).number

    def granted(edition: Edition = cast.guide) -> str:
        return actions.decide(reviewed(edition), granted=True, by=decider, now=now).number

    above = people.publish(
        cast.body, now=now, code="990131009301", name="转报的许可", decided_above="渝州市市场监督管理局"
    )
    pledged = people.publish(cast.body, now=now, code="990131009302", name="承诺的许可", verify_days=20)
    provisional = people.publish(cast.body, now=now, code="990131009303", name="容缺的许可", follow="decision")
    entered = actions.back_enter(
        cast.submission(), received_at=now - timedelta(days=3), reason="当天停电，先收了纸质材料", key="schema-entry",
        by=clerk, now=now,
    )  # fmt: skip
    correcting, prechecked, rejected, withdrawn = (submitted() for _ in range(4))
    actions.correct(correcting, {"layout": actions.Gap(note="请补交布局图")}, by=reviewer, now=now)
    actions.precheck(prechecked, by=reviewer, now=now)
    actions.reject(rejected, kind="not_needed", reason="依法不需要办理", by=reviewer, now=now)
    actions.withdraw(withdrawn, by=liu, now=now)
    suspended, extending, terminated = (accepted() for _ in range(3))
    for cause in ("hearing", "inspection"):
        actions.suspend(suspended, cause=cause, reason="依法需要的时间为三天", by=reviewer, now=now)
    actions.ask_extension(extending, days=5, reason="需要核实产权资料", by=reviewer, now=now)
    actions.terminate(terminated, ground="duplicate", reason="同一事项已经另案办理", by=decider, now=now)
    forwarded = actions.forward(reviewed(above), opinion="符合条件，报请决定", by=decider, now=now).number
    made, closed, revoked = granted(), granted(), granted(pledged)
    actions.make(made, by=decider, now=now)
    actions.deliver(closed, by=liu, now=now)
    actions.revoke(revoked, ground="deceit", reason="提交的材料系伪造", by=head, now=now)
    refused = actions.decide(reviewed(), granted=False, reason="场所不符合要求", by=decider, now=now).number
    return [
        entered.number, submitted(), prechecked, correcting, accepted(), accepted(provisional), suspended, extending,
        reviewed(), forwarded, granted(), granted(pledged), made, refused, rejected, closed, terminated, revoked,
        withdrawn,
    ]  # fmt: skip


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


@pytest.mark.parametrize("who", ["liu", "staff", "administrator"])
@schema.parametrize()
@settings(quickly, max_examples=10)
def test_an_operation_answers_anything_with_sense(
    case: schemathesis.Case, who: str, world: World, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        _send(case, world, token=world.tokens[who][case.operation.definition.raw["operationId"]])


@schema.parametrize()
@settings(quickly, max_examples=8)
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
