"""委托通知: both sides are told, once each; the agent of a case is told what the applicant is told."""

from __future__ import annotations

import pytest

from tests.people import Cast
from tongban.delegation import actions as delegation
from tongban.delegation.tests.scenes import given_by_liu
from tongban.kernel import bookkeeper, jobs
from tongban.notices.models import Message

pytestmark = pytest.mark.django_db


def settle() -> None:
    while bookkeeper.link_waiting():
        jobs.run_waiting()


def _told(cast: Cast) -> set[tuple[str, str]]:
    return {(one.kind, one.person.name) for one in Message.objects.select_related("person").order_by("pk")}


def test_both_sides_learn_that_it_began_and_that_it_ended(cast: Cast) -> None:
    power = given_by_liu(cast)
    settle()
    assert _told(cast) == {("power_began", "刘晓燕"), ("power_began", "王强")}

    delegation.revoke(power.public_id, by=cast.actor(cast.liu), now=cast.now)
    settle()
    assert {("power_ended", "刘晓燕"), ("power_ended", "王强")} <= _told(cast)
    text = Message.objects.filter(kind="power_ended").order_by("pk")[0].text
    assert "委托人已撤销" in text


def test_who_files_for_another_is_told_what_the_applicant_is_told(cast: Cast) -> None:
    power = given_by_liu(cast)
    cast.submit(key="by-wang-1", by=cast.stranger, power=power)
    settle()
    assert {("received", "刘晓燕"), ("received", "王强")} <= _told(cast)
