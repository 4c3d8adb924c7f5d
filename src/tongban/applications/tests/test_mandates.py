"""授权书: given by the head for items that may be decided on the spot; without one the window is told what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.people import Cast, _staff, publish
from tongban.applications import actions, mandated
from tongban.applications.models import Acceptance, Application, Decision, Mandate
from tongban.catalog.models import Edition
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound

CARD = "992014046000"
INSTANT: dict[str, Any] = {
    "review": "instant", "questions": [], "materials": [], "result": {"name": "社会保障卡", "kind": "document"},
}  # fmt: skip


@pytest.fixture
def card(cast: Cast) -> Edition:
    return publish(cast.body, now=cast.now, code=CARD, name="社会保障卡补领", **INSTANT)


def give(cast: Cast, **change: Any) -> Mandate:
    given = {
        "body": cast.body, "hall": cast.hall, "item_codes": [CARD], "acts": ["accept", "decide"], "document": "云江市监授〔2026〕3 号",
        "from_at": cast.now - timedelta(days=1), "until_at": cast.now + timedelta(days=365), **change,
    }  # fmt: skip
    return actions.grant_mandate(**given, by=cast.actor(cast.head), now=cast.now)


def handed_in(cast: Cast, edition: Edition) -> Application:
    return cast.submit(edition=edition, answers={}, materials={}, by=cast.clerk)


def accepted(cast: Cast, edition: Edition) -> str:
    return actions.accept(handed_in(cast, edition).number, by=cast.actor(cast.reviewer), now=cast.now).number


def test_a_window_with_a_mandate_accepts_and_decides_on_the_spot(cast: Cast, card: Edition) -> None:
    mandate, clerk = give(cast), cast.actor(cast.clerk, "counter")
    number = handed_in(cast, card).number

    actions.accept(number, by=clerk, now=cast.now)
    actions.decide(number, granted=True, by=clerk, now=cast.now)

    decision = Decision.objects.get(application__number=number)
    assert (decision.by, decision.granted) == (clerk.who, True)
    assert Acceptance.objects.get(application__number=number).by == clerk.who
    assert JournalEntry.objects.get(subject=number, name="applications.Decided").facts["mandate"] == mandate.pk


def test_a_mandate_may_name_one_clerk_and_no_other(cast: Cast, card: Edition) -> None:
    give(cast, hall=None, account=cast.clerk)
    one, two = cast.actor(cast.clerk), cast.actor(cast.clerk_two)
    number = accepted(cast, card)

    with pytest.raises(Forbidden) as refusal:
        actions.decide(number, granted=True, by=two, now=cast.now)
    actions.decide(number, granted=True, by=one, now=cast.now)

    assert "没有给您的窗口出具授权书" in refusal.value.reason


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (None, "市场监督管理局没有给您的窗口出具授权书，窗口不能作出决定"),
        ({"item_codes": ["990131001777"]}, "授权书里没有“社会保障卡补领”"),
        ({"acts": ["accept"]}, "只授权窗口受理“社会保障卡补领”，没有授权作出决定"),
        ({"from_at": timedelta(days=2)}, "2026年3月4日才生效"),
        ({"until_at": timedelta(hours=1)}, "已于2026年3月2日到期"),
        ({"revoked": True}, "已于2026年3月2日撤销"),
    ],
)
def test_without_it_the_window_is_told_what_is_missing(
    cast: Cast, card: Edition, change: dict[str, Any] | None, says: str
) -> None:
    publish(cast.body, now=cast.now, code="990131001777", name="别的即办", **INSTANT)
    if change is not None:
        periods = {key: cast.now + value for key, value in change.items() if isinstance(value, timedelta)}
        mandate = give(cast, **{key: value for key, value in change.items() if key != "revoked"} | periods)
        if "revoked" in change:
            actions.revoke_mandate(mandate.pk, by=cast.actor(cast.head), now=cast.now)
    number = accepted(cast, card)
    later = cast.now + timedelta(hours=2)

    with pytest.raises(Forbidden) as refusal:
        actions.decide(number, granted=True, by=cast.actor(cast.clerk), now=later)

    assert refusal.value.code == "mandate_missing"
    assert says in refusal.value.reason
    assert not Decision.objects.exists()


def test_an_item_reviewed_separately_is_decided_at_no_window(cast: Cast) -> None:
    number = cast.reviewed().number

    with pytest.raises(Forbidden, match="受理和审查分开"):
        actions.decide(number, granted=True, by=cast.actor(cast.clerk), now=cast.now)


def test_a_window_accepts_by_mandate_what_the_guide_leaves_to_the_department(cast: Cast, card: Edition) -> None:
    number = handed_in(cast, card).number
    with pytest.raises(Forbidden, match="由主管部门受理"):
        actions.accept(number, by=cast.actor(cast.clerk), now=cast.now)

    give(cast, acts=["accept"])

    assert actions.accept(number, by=cast.actor(cast.clerk), now=cast.now).state == "accepted"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hall": None}, "window"),
        ({"account": "clerk"}, "window"),
        ({"hall": None, "account": "reviewer"}, "window"),
        ({"item_codes": []}, "items"),
        ({"item_codes": ["990131001001"]}, "items"),  # reviewed separately
        ({"acts": []}, "acts"),
        ({"acts": ["review"]}, "acts"),
        ({"document": "  "}, "document"),
        ({"until_at": timedelta(days=-2)}, "until"),
        ({"until_at": timedelta(days=1200)}, "until"),
    ],
)
def test_a_mandate_is_complete_and_for_items_on_the_spot(
    cast: Cast, card: Edition, change: dict[str, Any], field: str
) -> None:
    change = {key: cast.now + one if isinstance(one, timedelta) else one for key, one in change.items()}
    if "account" in change:
        change["account"] = getattr(cast, change["account"])

    with pytest.raises(Invalid) as refusal:
        give(cast, **change)

    assert [fault.field for fault in refusal.value.faults] == [field]
    assert not Mandate.objects.exists()


@pytest.mark.parametrize("who", ["decider", "clerk", "supervisor", "foreign_reviewer", "government_head"])
def test_only_the_head_of_the_body_gives_and_revokes(cast: Cast, card: Edition, who: str) -> None:
    mandate, by = give(cast), cast.actor(getattr(cast, who))

    with pytest.raises(NotFound):
        actions.revoke_mandate(mandate.pk, by=by, now=cast.now)
    with pytest.raises(Forbidden):
        actions.grant_mandate(
            body=cast.body, hall=cast.hall, item_codes=[CARD], acts=["decide"], document="1", from_at=cast.now,
            until_at=cast.now + timedelta(days=9), by=by, now=cast.now,
        )  # fmt: skip


def test_a_mandate_is_revoked_once_and_leaves_its_trace(cast: Cast, card: Edition) -> None:
    mandate, head = give(cast), cast.actor(cast.head)
    actions.revoke_mandate(mandate.pk, by=head, now=cast.now)

    with pytest.raises(Conflict):
        actions.revoke_mandate(mandate.pk, by=head, now=cast.now)

    mandate.refresh_from_db()
    assert (mandate.revoked_by, mandate.revoked_at) == (head.who, cast.now)
    names = JournalEntry.objects.filter(subject=str(mandate.pk)).order_by("id").values_list("name", flat=True)
    assert list(names) == ["applications.MandateGranted", "applications.MandateRevoked"]


def test_one_s_own_case_is_decided_by_somebody_else(cast: Cast, card: Edition) -> None:
    account = _staff("window_liu", "window", cast.region, None, cast.hall, cast.now)
    number = accepted(cast, card)
    account.person, cast.liu.person = cast.liu.person, None
    cast.liu.save()
    account.save()
    give(cast, hall=None, account=account)

    with pytest.raises(Forbidden, match="回避"):
        actions.decide(number, granted=True, by=cast.actor(account), now=cast.now)


def test_the_desk_offers_the_decision_to_the_window_that_may_take_it(
    cast: Cast, card: Edition, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    number = accepted(cast, card)
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.clerk)

    before = client.get(f"/desk/cases/{number}").content.decode()
    give(cast)
    after = client.get(f"/desk/cases/{number}").content.decode()

    assert ("准予" in before, "准予" in after) == (False, True)
    assert mandated.is_window(cast.actor(cast.clerk))
