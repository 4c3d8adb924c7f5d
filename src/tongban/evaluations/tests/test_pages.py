"""The page on which a case is rated, and who never sees what was said."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import Application
from tongban.evaluations.models import Rating
from tongban.identity.models import Account


@pytest.fixture
def case(cast: Cast) -> Application:
    """Delivered."""
    made = cast.submit()
    actions.accept(made.number, by=cast.actor(cast.reviewer), now=cast.now)
    actions.review(made.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=cast.now)
    actions.decide(made.number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    return actions.deliver(made.number, by=cast.actor(cast.liu), now=cast.now)


def as_(who: Account) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_a_case_is_rated_once(cast: Cast, case: Application) -> None:
    client, path = as_(cast.liu), f"/my/applications/{case.number}/evaluation"

    assert "去评价" in client.get(f"/my/applications/{case.number}").content.decode()
    assert client.post(path, {"level": "5", "speed": "4", "comment": "等太久了"}).status_code == 302

    rating = Rating.objects.get(number=case.number)
    assert (rating.level, rating.aspects, rating.comment) == (5, {"speed": 4}, "等太久了")
    assert "您已经评价过了" in client.get(path).content.decode()
    assert "非常不满意" in client.get(f"/my/applications/{case.number}").content.decode()
    assert client.post(path, {"level": "1"}).status_code == 409


def test_without_a_level_the_words_stay(cast: Cast, case: Application) -> None:
    answer = as_(cast.liu).post(f"/my/applications/{case.number}/evaluation", {"comment": "窗口很好", "ease": "2"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_level"' in page
    assert "窗口很好</textarea>" in page
    assert '<option value="2" selected>' in page


def test_those_who_are_rated_never_see_the_rating(cast: Cast, case: Application) -> None:
    as_(cast.liu).post(f"/my/applications/{case.number}/evaluation", {"level": "5", "comment": "等太久了"})

    for who in (cast.reviewer, cast.decider, cast.clerk):
        for path in (f"/my/applications/{case.number}", f"/my/applications/{case.number}/evaluation"):
            page = as_(who).get(path).content.decode()
            assert "非常不满意" not in page
            assert "等太久了" not in page


def test_what_has_no_result_is_not_rated_yet(cast: Cast) -> None:
    case = cast.submit()

    assert "有了结果以后才能评价" in as_(cast.liu).get(f"/my/applications/{case.number}/evaluation").content.decode()
