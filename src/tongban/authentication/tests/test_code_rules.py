from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.authentication.code_rules import BETWEEN, DAY, MOST_A_DAY, check_may_send, message, typed_code
from tongban.channels.rules import sms_parts
from tongban.kernel.refusals import Refusal

START = datetime(2026, 3, 2, tzinfo=UTC)
moments = st.integers(0, 3 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))


@given(st.lists(moments, max_size=60).map(sorted))
def test_however_it_is_asked_no_day_and_no_minute_gets_more_than_its_share(asked: list[datetime]) -> None:
    sent: list[tuple[str, datetime]] = []
    for now in asked:
        try:
            check_may_send("sign_in", sent, now=now)
        except Refusal:
            continue
        sent.append(("sign_in", now))

    times = [at for _, at in sent]
    assert all(later - earlier >= BETWEEN for earlier, later in pairwise(times))
    assert all(last - first >= DAY for first, last in zip(times, times[MOST_A_DAY:], strict=False))


@given(st.integers(1, 60))
def test_who_waits_as_long_as_was_said_is_served(seconds: int) -> None:
    sent = [("sign_in", START)]
    now = START + BETWEEN - timedelta(seconds=seconds)
    with pytest.raises(Refusal, match=f" {seconds} 秒"):
        check_may_send("sign_in", sent, now=now)

    check_may_send("sign_in", sent, now=now + timedelta(seconds=seconds))


@given(st.text(max_size=12))
def test_whatever_is_typed_is_six_digits_or_refused(typed: str) -> None:
    try:
        digits = typed_code(typed)
    except Refusal as no:
        assert no.code == "code_form"
    else:
        assert len(digits) == 6 and digits.isascii() and digits.isdigit()


def test_a_message_costs_one_sms_and_says_not_to_tell() -> None:
    text = message("012345", "phone")

    assert "012345" in text and "不要告诉任何人" in text
    assert sms_parts("【通办】" + text) == 1
