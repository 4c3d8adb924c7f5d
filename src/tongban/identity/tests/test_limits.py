"""Failed logins are counted by name: five in a quarter of an hour, whether or not the name exists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tongban.identity import actions, limits
from tongban.identity.models import Attempt
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def fail(username: str, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        actions.check_login_allowed(username=username, now=now)
        actions.note_login_failure(username=username, now=now)


def test_four_failures_are_forgiven_and_the_fifth_locks() -> None:
    fail("liu", 4)
    actions.check_login_allowed(username="liu", now=NOW)
    fail("liu", 1)

    with pytest.raises(Refusal, match="15 分钟"):
        actions.check_login_allowed(username="liu", now=NOW)


@pytest.mark.parametrize("same", ["LIU", " liu ", "Liu"])
def test_another_spelling_is_no_way_around(same: str) -> None:
    fail("liu", 5)

    with pytest.raises(Refusal):
        actions.check_login_allowed(username=same, now=NOW)


def test_another_name_is_not_locked() -> None:
    fail("liu", 5)

    actions.check_login_allowed(username="wang", now=NOW)


def test_a_name_that_does_not_exist_is_answered_the_same() -> None:
    fail("no-such-account", 5)

    with pytest.raises(Refusal) as refused:
        actions.check_login_allowed(username="no-such-account", now=NOW)
    assert refused.value.code == "login_locked"


def test_after_a_quarter_of_an_hour_it_is_open_again() -> None:
    fail("liu", 5)

    with pytest.raises(Refusal):
        actions.check_login_allowed(username="liu", now=NOW + timedelta(minutes=14, seconds=59))
    actions.check_login_allowed(username="liu", now=NOW + timedelta(minutes=15))


def test_old_failures_do_not_add_up() -> None:
    for minute in range(0, 100, 5):  # three within any quarter of an hour
        fail("liu", 1, NOW + timedelta(minutes=minute))

    actions.check_login_allowed(username="liu", now=NOW + timedelta(minutes=100))


def test_what_was_typed_is_not_kept() -> None:
    fail("19900000001", 1)

    (attempt,) = Attempt.objects.all()
    assert b"1990" not in bytes(attempt.what)
    assert len(bytes(attempt.what)) == 16


def test_other_tries_have_limits_of_their_own() -> None:
    for _ in range(3):
        limits.count("look-up:10.0.0.1", most=3, now=NOW)

    with pytest.raises(Refusal, match="太频繁"):
        limits.count("look-up:10.0.0.1", most=3, now=NOW)
    limits.count("look-up:10.0.0.2", most=3, now=NOW)
