"""Who guesses waits longer and longer; whose name it is signs in from the own browser meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tongban.authentication import chores, slowing
from tongban.authentication.pages import onward
from tongban.authentication.slowing import Place
from tongban.authentication.slowing_rules import LONGEST, minutes_until, opens_at
from tongban.identity import limits
from tongban.identity.models import Attempt
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HERE, THERE = Place("10.0.0.1"), Place("10.0.0.2")
db = pytest.mark.django_db
moments = st.integers(0, 900).map(lambda seconds: NOW + timedelta(seconds=seconds))


@given(st.lists(moments, max_size=30), st.integers(1, 10))
def test_nobody_waits_more_than_a_quarter_of_an_hour_and_the_first_tries_are_free(
    failures: list[datetime], free: int
) -> None:
    opens = opens_at(failures, free=free)

    if len(failures) < free:
        assert opens is None
    else:
        assert opens is not None and timedelta(0) < opens - max(failures) <= LONGEST


@given(st.lists(moments, min_size=1, max_size=30), st.integers(1, 10))
def test_one_more_wrong_try_never_shortens_the_wait(failures: list[datetime], free: int) -> None:
    failures.sort()
    before, after = opens_at(failures[:-1], free=free), opens_at(failures, free=free)

    assert before is None or (after is not None and after >= before)


@given(st.integers(1, 3600))
def test_who_waits_the_minutes_that_were_said_waited_long_enough(seconds: int) -> None:
    opens = NOW + timedelta(seconds=seconds)

    assert NOW + timedelta(minutes=minutes_until(opens, now=NOW)) >= opens


def fail(name: str, times: int, place: Place = HERE, now: datetime = NOW) -> None:
    for _ in range(times):
        slowing.note(name, place, now=now)


def waits(name: str, place: Place = HERE, now: datetime = NOW) -> bool:
    try:
        slowing.check(name, place, now=now)
    except Refusal as no:
        assert no.code == "login_slowed"
        return True
    return False


@db
def test_four_failures_are_free_and_each_one_after_doubles_the_wait() -> None:
    fail("liu", 4)
    assert not waits("liu")
    now = NOW
    for minutes in (1, 2, 4, 8):
        fail("liu", 1, now=now)
        assert waits("liu", now=now + timedelta(minutes=minutes, seconds=-1))
        assert not waits("liu", now=now + timedelta(minutes=minutes))
        now += timedelta(minutes=minutes)


@db
@pytest.mark.parametrize("same", ["LIU", " liu ", "Liu"])
def test_another_spelling_is_no_way_around(same: str) -> None:
    fail("liu", 5)

    assert waits(same)


@db
def test_another_name_and_another_place_do_not_wait() -> None:
    fail("liu", 5)

    assert not waits("wang") and not waits("liu", THERE)


@db
def test_a_name_that_does_not_exist_waits_the_same() -> None:
    fail("no-such-account", 5)

    assert waits("no-such-account")


@db
def test_one_place_that_tries_many_names_waits_for_all_of_them() -> None:
    for number in range(50):
        fail(f"name-{number}", 1)

    assert waits("liu") and not waits("liu", THERE)


@db
def test_many_places_that_try_one_name_wait_and_its_owner_does_not() -> None:
    mine = Place("10.0.0.9", slowing.device_for("liu"))
    for number in range(20):
        fail("liu", 1, Place(f"10.1.0.{number}"))

    assert waits("liu", THERE)
    assert not waits("liu", mine)
    fail("liu", 5, mine)
    assert waits("liu", mine)  # a stolen cookie opens nothing


@db
def test_a_cookie_is_of_one_name_and_can_not_be_made_up() -> None:
    cookie = slowing.device_for("liu")
    nonce, _, sign = cookie.partition(".")

    assert slowing.knows(cookie, " LIU")
    assert not any(slowing.knows(one, "wang") for one in (cookie, "", ".", nonce))
    assert not slowing.knows(f"{nonce}x.{sign}", "liu") and not slowing.knows("吗.吗", "liu")
    assert "liu" not in cookie


@db
def test_what_was_right_in_the_end_is_forgiven_here_only() -> None:
    fail("liu", 4)
    slowing.forgive("liu", HERE)
    fail("liu", 4)

    assert not waits("liu")


@db
def test_tries_that_no_limit_asks_about_are_forgotten() -> None:
    limits.note("login:a", now=NOW - timedelta(days=2))
    limits.note("login:b", now=NOW)

    chores.forget_tries(NOW)

    assert list(Attempt.objects.order_by("pk").values_list("at", flat=True)) == [NOW]


@pytest.mark.parametrize(
    ("secure", "url", "safe"),
    [(True, "http://testserver/my", ""), (True, "https://testserver/my", "same"), (True, "/my", "same"),
     (False, "http://testserver/my", "same"), (False, "//evil.example/", "")],
)  # fmt: skip
def test_one_is_sent_on_to_our_own_pages_and_not_out_of_encryption(secure: bool, url: str, safe: str) -> None:
    request = RequestFactory().get("/login", secure=secure)

    assert onward.safe(request, url) == (url if safe else "")
