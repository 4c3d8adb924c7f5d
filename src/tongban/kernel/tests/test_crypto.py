"""Encrypted at rest: what was changed, moved or has no key does not open; the blind index tells equal from unequal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import crypto

COLUMN = "identity.Person.phone"


@pytest.fixture
def keys(settings: Any) -> Iterator[Callable[..., None]]:
    """Use these keys, the last being the current one."""

    def use(**keys: str) -> None:
        held = replace(settings.TONGBAN_SECRETS, encryption=keys, encryption_current=list(keys)[-1])
        settings.TONGBAN_SECRETS = held
        crypto._cipher.cache_clear()

    yield use
    crypto._cipher.cache_clear()


@given(st.binary(max_size=300))
def test_what_was_encrypted_opens_again(plain: bytes) -> None:
    assert crypto.decrypt(crypto.encrypt(plain, column=COLUMN), column=COLUMN) == plain


def test_the_ciphertext_shows_nothing_and_differs_every_time() -> None:
    first, second = (crypto.encrypt(b"19900000001", column=COLUMN) for _ in range(2))

    assert b"1990" not in first
    assert first != second


def test_a_value_moved_to_another_column_does_not_open() -> None:
    stored = crypto.encrypt(b"19900000001", column=COLUMN)

    with pytest.raises(crypto.Unreadable, match=r"identity\.Person\.name"):
        crypto.decrypt(stored, column="identity.Person.name")


@given(st.binary(min_size=1, max_size=40), st.data())
def test_a_value_with_any_bit_changed_does_not_open(plain: bytes, data: st.DataObject) -> None:
    stored = bytearray(crypto.encrypt(plain, column=COLUMN))
    bit = data.draw(st.integers(0, len(stored) * 8 - 1))
    stored[bit // 8] ^= 1 << bit % 8

    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(bytes(stored), column=COLUMN)


@given(st.binary(max_size=60))
def test_noise_does_not_open(noise: bytes) -> None:
    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(noise, column=COLUMN)


def test_a_value_cut_short_does_not_open() -> None:
    stored = crypto.encrypt(b"19900000001", column=COLUMN)

    for length in range(len(stored)):
        with pytest.raises(crypto.Unreadable):
            crypto.decrypt(stored[:length], column=COLUMN)


def test_a_new_key_encrypts_and_the_old_one_still_opens(keys: Callable[..., None]) -> None:
    keys(one="11" * 32)
    old = crypto.encrypt(b"before", column=COLUMN)
    keys(one="11" * 32, two="22" * 32)
    new = crypto.encrypt(b"after", column=COLUMN)

    assert crypto.decrypt(old, column=COLUMN) == b"before"
    assert crypto.decrypt(new, column=COLUMN) == b"after"
    assert (old[1:4], new[1:4]) == (b"one", b"two")


def test_without_its_key_a_value_does_not_open(keys: Callable[..., None]) -> None:
    keys(one="11" * 32)
    stored = crypto.encrypt(b"before", column=COLUMN)
    keys(two="22" * 32)

    with pytest.raises(crypto.Unreadable, match="no encryption key 'one'"):
        crypto.decrypt(stored, column=COLUMN)


def test_with_another_key_of_the_same_name_a_value_does_not_open(keys: Callable[..., None]) -> None:
    keys(one="11" * 32)
    stored = crypto.encrypt(b"before", column=COLUMN)
    keys(one="33" * 32)

    with pytest.raises(crypto.Unreadable):
        crypto.decrypt(stored, column=COLUMN)


@given(st.text(max_size=30), st.text(max_size=30))
def test_the_blind_index_is_equal_for_equal_values_only(one: str, other: str) -> None:
    index = crypto.blind_index(one, purpose="phone")

    assert len(index) == 16
    assert (index == crypto.blind_index(other, purpose="phone")) == (one == other)
    assert index != crypto.blind_index(one, purpose="id_tail")


def test_the_blind_index_depends_on_the_secret(settings: Any) -> None:
    before = crypto.blind_index("19900000001", purpose="phone")
    settings.TONGBAN_SECRETS = replace(settings.TONGBAN_SECRETS, blind_index="44" * 32)

    assert crypto.blind_index("19900000001", purpose="phone") != before
