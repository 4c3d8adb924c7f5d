from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.authentication.totp_rules import Digest, address_of, code_at, step_of, step_typed, text_of

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SEEDS: dict[Digest, bytes] = {
    "sha1": b"12345678901234567890",
    "sha256": b"12345678901234567890123456789012",
    "sha512": b"1234567890123456789012345678901234567890123456789012345678901234",
}


@pytest.mark.parametrize(
    ("seconds", "sha1", "sha256", "sha512"),
    [
        (59, "94287082", "46119246", "90693936"),
        (1111111109, "07081804", "68084774", "25091201"),
        (1111111111, "14050471", "67062674", "99943326"),
        (1234567890, "89005924", "91819424", "93441116"),
        (2000000000, "69279037", "90698825", "38618901"),
        (20000000000, "65353130", "77737706", "47863826"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    step = step_of(datetime.fromtimestamp(seconds, UTC))
    made = [code_at(SEEDS[digest], step, digits=8, digest=digest) for digest in SEEDS]

    assert made == [sha1, sha256, sha512]


@pytest.mark.parametrize(
    "code", ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"]
)
def test_the_vectors_of_rfc_4226(code: str) -> None:
    assert code in [code_at(SEEDS["sha1"], counter) for counter in range(10)]


@given(st.binary(min_size=20, max_size=20), st.integers(-90, 90))
def test_a_clock_may_be_wrong_by_half_a_minute(secret: bytes, seconds: int) -> None:
    typed = code_at(secret, step_of(NOW + timedelta(seconds=seconds)))
    heard = step_typed(secret, typed, now=NOW, last_step=0)

    if abs(step_of(NOW + timedelta(seconds=seconds)) - step_of(NOW)) <= 1:
        assert heard is not None


@given(st.binary(min_size=20, max_size=20))
def test_a_used_step_is_not_heard_again(secret: bytes) -> None:
    typed = code_at(secret, step_of(NOW))
    step = step_typed(secret, typed, now=NOW, last_step=0)
    assert step is not None

    again = step_typed(secret, typed, now=NOW + timedelta(seconds=29), last_step=step)
    assert again is None or again > step  # two steps with one code: one in a million


def test_the_address_says_whose_it_is() -> None:
    made = address_of(SEEDS["sha1"], name="liu_xiaoyan", issuer="云江政务服务")

    assert text_of(SEEDS["sha1"]) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert made.startswith("otpauth://totp/%E4%BA%91") and ":liu_xiaoyan?secret=GEZDGNBV" in made
