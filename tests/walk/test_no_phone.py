"""The catalogue walked by somebody without a phone: what passes, what blocks and why, and that nothing stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests import people
from tests.people import Cast, publish
from tongban.analytics import phoneless
from tongban.analytics.models import PhonelessWalk
from tongban.applications import actions, rules
from tongban.applications.models import Application, Draft
from tongban.catalog.models import Edition, Item
from tongban.identity.models import Organisation, Person, StaffPost
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict
from tongban.site import no_phone, walking

PLACES = [{"name": "云江区行政服务中心", "address": "滨河路 1 号", "hours": "9:00—17:00"}]
PHONE = [{"title": "经营者", "fields": [{"key": "phone", "label": "手机号码", "kind": "phone"}]}]


def walked(cast: Cast, **change: Any) -> PhonelessWalk:
    """A guide that is published and walked."""
    edition = publish(cast.body, now=cast.now, code="990131009009", name="演练事项", places=PLACES, **change)
    no_phone.walk_catalogue(now=cast.now)
    return PhonelessWalk.objects.get(pk=edition.pk)


def test_a_guide_with_a_window_is_done_from_end_to_end(cast: Cast) -> None:
    found = walked(cast)

    assert (found.passed, found.really, found.blocked) == (True, True, [])
    assert found.situations == 2  # one for each answer of the one question


def test_nothing_of_the_walk_stays(cast: Cast) -> None:
    before = Person.objects.count(), Organisation.objects.count(), JournalEntry.objects.count()

    outcome = no_phone.walk_catalogue(now=cast.now)

    assert outcome.walked == 1
    assert not Application.objects.exists() and not Draft.objects.exists()
    after = Person.objects.count(), Organisation.objects.count(), JournalEntry.objects.count()
    assert after == (before[0], before[1], before[2] + 1)
    assert JournalEntry.objects.latest("pk").name == "analytics.CatalogueWalked"


def test_a_guide_without_a_place_is_blocked_and_says_so(cast: Cast) -> None:
    no_phone.walk_catalogue(now=cast.now)

    (line,) = phoneless.lines()
    assert (line.code, line.really) == (cast.guide.code, True)
    assert [one.rule for one in line.blocked] == ["place"]


def test_a_required_phone_stays_empty_at_the_window(cast: Cast) -> None:
    assert walked(cast, form=PHONE).passed


@pytest.mark.parametrize(
    "change",
    [
        {"accepted_by": "window"},
        {"accepted_by": "system"},
        {"review": "instant", "accepted_by": "window"},
        {"decided_above": "重庆市市场监督管理局"},
        {"follow": "decision"},
        {"audience": ["2"]},
        {"result": {"name": "告知书", "kind": "document"}},
        {"verify_days": 30},
        {"steps": [
            {"key": "first", "name": "初审", "role": "reviewer"}, {"key": "second", "name": "复审", "role": "reviewer"},
            {"key": "decide", "name": "决定", "role": "decider"},
        ]},
        {"materials": [{"key": "original", "name": "房产证", "give": "window"}], "online": False},
        {"questions": [], "materials": []},
    ],
    ids=lambda change: "-".join(change),
)  # fmt: skip
def test_whatever_the_edition_says_the_window_has_a_path(cast: Cast, change: dict[str, Any]) -> None:
    found = walked(cast, **change)

    assert found.blocked == []
    assert found.passed and found.really


def test_without_a_clerk_or_a_second_person_nobody_can_do_it(cast: Cast) -> None:
    StaffPost.objects.filter(role__in=("window", "decider")).delete()

    found = walked(cast)

    assert not found.passed
    assert [(rule, where) for rule, where, _, _ in found.blocked] == [("staff", "窗口收件"), ("staff", "决定")]


def test_a_step_that_is_refused_is_named_with_its_reason_and_situation(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: Any, **named: Any) -> Application:
        raise Conflict("window_closed", "窗口不能交付", "请到别处领取")

    monkeypatch.setattr(walking.counter, "hand_over", refused)

    found = walked(cast)

    ((rule, where, says, mend),) = found.blocked
    assert (rule, where, mend) == ("walk", "窗口交付结果", "请到别处领取")
    assert says == "窗口不能交付（情形：您的店属于哪一类？餐饮服务）"
    assert not Application.objects.exists()


def test_a_fault_of_the_platform_blocks_one_item_and_the_others_go_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = actions.review

    def breaks(number: str, **named: Any) -> Application:
        if Application.objects.get(number=number).title == "演练事项":
            raise ZeroDivisionError
        return real(number, **named)

    monkeypatch.setattr(walking.applications, "review", breaks)
    edition = publish(cast.body, now=cast.now, code="990131009009", name="演练事项", places=PLACES)

    outcome = no_phone.walk_catalogue(now=cast.now)

    assert (outcome.walked, outcome.broken) == (2, 1)
    assert edition.code in caplog.text
    assert PhonelessWalk.objects.get(pk=edition.pk).blocked[0][2] == no_phone.BROKEN


def test_the_walk_reaches_the_end_of_the_procedure(cast: Cast) -> None:
    """What is undone afterwards was really closed, with its result, and found by the code."""
    edition = publish(cast.body, now=cast.now, code="990131009009", name="演练事项", places=PLACES)
    staff = walking.Roster(now=cast.now).staff_for(edition)
    assert isinstance(staff, walking.Staff)
    situation = next(iter(no_phone.covering(walking.situations.combinations(edition.document))))

    case = walking.walk(edition, situation, staff=staff, whole=True, now=cast.now)

    assert case.status == rules.State.CLOSED
    assert (case.channel, case.person.phone) == ("counter", "")
    assert case.visits >= 3  # handed in, supplemented or supplied, taken


def test_only_what_is_new_is_walked_when_asked_so(cast: Cast) -> None:
    no_phone.walk_catalogue(now=cast.now)
    publish(cast.body, now=cast.now, code="990131009009", name="演练事项", places=PLACES)

    assert no_phone.walk_catalogue(now=cast.now, only_new=True).walked == 1
    assert no_phone.walk_catalogue(now=cast.now).walked == 2


def test_what_is_no_longer_published_is_forgotten(cast: Cast) -> None:
    no_phone.walk_catalogue(now=cast.now)
    publish(cast.body, now=cast.now, places=PLACES)  # a new version of the same guide

    no_phone.walk_catalogue(now=cast.now)

    assert PhonelessWalk.objects.count() == 1
    assert PhonelessWalk.objects.get().edition == Edition.objects.get(state="published")


def test_what_nobody_applies_for_is_not_walked(cast: Cast) -> None:
    Item.objects.create(code="990231001001", name="无照经营处罚", type_code="02")
    fine = publish(cast.body, now=cast.now, code="990231001001", name="无照经营处罚")

    assert phoneless.to_walk() == [cast.guide.pk]
    assert fine.type_code == "02"


def test_the_walk_goes_through_steps_of_every_kind(cast: Cast) -> None:
    people._staff("reviewer_two", "reviewer", cast.region, cast.body, None, cast.now)
    asks = {"asked": [cast.other_body.name, "市消防救援总队"]}
    kinds: dict[str, dict[str, Any]] = {
        "site": {"kind": "inspection"}, "ask": {"kind": "consultation", "beside": True, **asks},
        "sign": {"kind": "countersign", **asks}, "experts": {"kind": "expert"}, "notice": {"kind": "notice"},
        "hear": {"kind": "hearing"}, "last": {},
    }  # fmt: skip
    steps = [{"key": key, "name": key, "role": "reviewer", **more} for key, more in kinds.items()]
    found = walked(cast, steps=[*steps, {"key": "decide", "name": "决定", "role": "decider"}])

    assert found.blocked == []
    assert found.passed and found.really
