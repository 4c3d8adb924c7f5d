"""Tries are counted by what they are for, within a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tongban.identity import limits
from tongban.identity.models import Attempt
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_what_was_typed_is_not_kept() -> None:
    limits.note("login:19900000001", now=NOW)

    (attempt,) = Attempt.objects.all()
    assert b"1990" not in bytes(attempt.what)
    assert len(bytes(attempt.what)) == 16


def test_other_tries_have_limits_of_their_own() -> None:
    for _ in range(3):
        limits.count("look-up:10.0.0.1", most=3, now=NOW)

    with pytest.raises(Refusal, match="太频繁"):
        limits.count("look-up:10.0.0.1", most=3, now=NOW)
    limits.count("look-up:10.0.0.2", most=3, now=NOW)


def test_the_last_quarter_of_an_hour_is_told_and_can_be_forgotten() -> None:
    for minute in (0, 10, 20):
        limits.note("login:liu", now=NOW + timedelta(minutes=minute))

    later = NOW + timedelta(minutes=20)
    assert limits.recent("login:liu", now=later) == [later, NOW + timedelta(minutes=10)]
    limits.forget("login:liu")
    assert limits.recent("login:liu", now=later) == []


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
    ],
)
def test_a_home_has_a_whole_network_and_counts_once(address: str, counts_as: str) -> None:
    assert limits.place(address) == counts_as


@pytest.mark.django_db(transaction=True)
def test_who_asks_at_the_same_moment_gets_no_more(together: Callable[..., list[object]]) -> None:
    got = together(*[lambda: limits.take("codes:10.0.0.1", most=2, now=NOW)] * 6)

    assert sorted(map(bool, got)) == [False] * 4 + [True] * 2
    assert Attempt.objects.count() == 2
