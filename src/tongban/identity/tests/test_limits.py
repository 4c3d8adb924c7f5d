"""Tries are counted by what they are for, within a quarter of an hour."""

from __future__ import annotations

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
