"""Part of every door: nobody floods an item; who comes to a window is heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.actions import limiting
from tongban.kernel.refusals import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_of_an_item_and_three_in_all(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "FOR_OTHERS", 1)  # the cast's case is a shop's
    settings.TONGBAN = replace(settings.TONGBAN, cases_of_item_a_day=2, cases_a_day=3)


def test_an_item_takes_so_many_a_day_and_says_when_again(cast: Cast) -> None:
    first, _ = cast.submit(key="often-01"), cast.submit(key="often-02")

    with pytest.raises(Refusal, match="同一事项 24 小时内最多提交 2 件") as no:
        cast.submit(key="often-03")
    assert (no.value.code, no.value.status) == ("submitted_often", 429)
    assert cast.submit(key="often-01").pk == first.pk  # said again, nothing done again
    assert cast.submit(key="often-03", now=cast.now + timedelta(hours=24)).number


def test_others_are_not_touched(cast: Cast) -> None:
    for key in ("often-01", "often-02"):
        cast.submit(key=key)

    assert cast.submit(key="often-03", by=cast.stranger, person=cast.stranger.person).number


def test_all_items_together_have_a_limit(cast: Cast, settings: Settings) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, cases_of_item_a_day=0)
    for key in ("often-01", "often-02", "often-03"):
        cast.submit(key=key)

    with pytest.raises(Refusal, match="24 小时内最多提交 3 件"):
        cast.submit(key="often-04")


def test_who_files_for_others_files_more(cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "FOR_OTHERS", 10)
    settings.TONGBAN = replace(settings.TONGBAN, cases_of_item_a_day=1)
    cast.submit(key="often-01")

    limiting.check(cast.guide, for_others=True, by=cast.actor(cast.liu), now=cast.now)
    with pytest.raises(Refusal):
        limiting.check(cast.guide, for_others=False, by=cast.actor(cast.liu), now=cast.now)


def test_a_window_has_no_limit_and_nobody_pays_more_than_one_query(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for key in ("often-01", "often-02"):
        cast.submit(key=key)

    clerk, stranger = cast.actor(cast.clerk), cast.actor(cast.stranger)
    with django_assert_num_queries(0):
        limiting.check(cast.guide, for_others=False, by=clerk, now=cast.now)
    with django_assert_num_queries(1):
        limiting.check(cast.guide, for_others=False, by=stranger, now=cast.now)


def test_an_address_that_sends_many_is_asked_to_wait_and_nothing_is_lost(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cast.liu.person
    draft = actions.open_draft(
        cast.guide, person=cast.liu.person, organisation=cast.shop, by=cast.actor(cast.liu), now=cast.now
    )
    monkeypatch.setattr("tongban.applications.pages.check.FROM_AN_ADDRESS", 1)
    client.force_login(cast.liu)
    answers = [client.post(f"/apply/{draft.public_id}/check").content.decode() for _ in range(2)]

    assert ["从这里提交的申请太多" in one for one in answers] == [False, True]
    assert "填写的内容已经保存" in answers[1]
