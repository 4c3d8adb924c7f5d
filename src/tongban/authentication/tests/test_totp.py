"""An authenticator is guessed at for a bounded number of times, over days; then it proves nothing until its owner comes another
way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.people import Cast
from tongban.authentication import recovery, totp
from tongban.authentication.models import Totp
from tongban.authentication.totp_rules import MOST_WRONG, code_at, step_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal


@pytest.fixture
def secret(cast: Cast) -> bytes:
    made = totp.begin(cast.liu, now=cast.now)
    totp.confirm(cast.liu, code_at(made, step_of(cast.now)), by=cast.actor(cast.liu), now=cast.now)
    return made


def guess(cast: Cast, secret: bytes, times: int) -> None:
    """Wrong codes, one an hour."""
    for hour in range(times):
        at = cast.now + timedelta(hours=hour + 1)
        right = {code_at(secret, step_of(at) + step) for step in (-1, 0, 1)}
        wrong = next(f"{number:06}" for number in range(9) if f"{number:06}" not in right)
        with pytest.raises(Refusal, match="动态口令不对"):
            totp.prove(cast.liu, wrong, now=at)


def test_after_many_wrong_codes_over_days_the_right_one_is_not_heard(cast: Cast, secret: bytes) -> None:
    guess(cast, secret, MOST_WRONG)
    later = cast.now + timedelta(days=9)

    with pytest.raises(Refusal) as no:
        totp.prove(cast.liu, code_at(secret, step_of(later)), now=later)

    assert no.value.code == "totp_locked"
    assert JournalEntry.objects.get(name="authentication.FactorLocked").facts == {
        "account": cast.liu.pk, "kind": "totp",
    }  # fmt: skip


def test_the_right_code_begins_the_count_anew(cast: Cast, secret: bytes) -> None:
    guess(cast, secret, MOST_WRONG - 1)
    later = cast.now + timedelta(days=9)
    totp.prove(cast.liu, code_at(secret, step_of(later)), now=later)

    assert Totp.objects.get().wrong == 0


def test_a_code_from_paper_opens_it_again(cast: Cast, secret: bytes) -> None:
    code = recovery.make(cast.liu, by=cast.actor(cast.liu), now=cast.now)[0]
    guess(cast, secret, MOST_WRONG)
    later = cast.now + timedelta(days=9)

    recovery.use(cast.liu, code, now=later)

    totp.prove(cast.liu, code_at(secret, step_of(later)), now=later)


def test_what_is_no_code_is_not_counted(cast: Cast, secret: bytes) -> None:
    with pytest.raises(Refusal):
        totp.prove(cast.liu, "12345", now=cast.now)

    assert Totp.objects.get().wrong == 0
