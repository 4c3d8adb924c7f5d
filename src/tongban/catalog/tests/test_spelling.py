"""错字: one wrong, missing, extra or swapped character finds its word; nonsense is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog import spelling, words

NAMES = (
    "食品经营许可新办",
    "居民身份证办理",
    "最低生活保障",
    "不动产转移登记",
    "林木采伐许可证",
    "结婚登记",
    "劳动仲裁",
)
WORDS = sorted(spelling.words_of(NAMES))


def known(*more: str) -> dict[str, list[str]]:
    kept: dict[str, list[str]] = {}
    for word in (*WORDS, *more):
        for key in spelling.keys_of(word):
            kept.setdefault(key, []).append(word)
    return kept


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("最底生活保障", "最低生活保障"),  # sounds the same
        ("结昏登记", "结婚登记"),
        ("劳动冲裁", "劳动仲裁"),  # looks the same
        ("采伐许可症", "采伐许可证"),
        ("不动转移登记", "不动产转移登记"),  # missing
        ("居民身身份证", "居民身份证"),  # too many
        ("shengfenzheng", "shenfenzheng"),
        ("jiehunn", "jiehun"),
        ("jeihun", "jiehun"),  # swapped
    ],
)
def test_a_slip_is_corrected(typed: str, meant: str) -> None:
    assert spelling.corrected(typed, known()) == meant


@pytest.mark.parametrize("typed", ["火箭发射", "结婚登记", "居民身份证", "qwertyuiop", "外太空殖民", "登", "j"])
def test_what_is_right_or_unknown_is_left_alone(typed: str) -> None:
    assert spelling.corrected(typed, known()) == ""


@given(st.text(alphabet="食品经营许可证登记", min_size=3, max_size=6), st.data())
def test_a_word_and_its_slip_share_a_key(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    slips = {word[:at] + word[at + 1 :], word[:at] + "错" + word[at + 1 :], word[:at] + "多" + word[at:]}

    for slip in slips:
        assert spelling.one_mistake(slip, word) or slip == word
        if len(slip) > spelling.SHORTEST:
            assert spelling.keys_of(slip) & spelling.keys_of(word)


@given(st.text(alphabet="食品经营abc登记 ", max_size=30))
def test_any_run_is_corrected_or_left_alone_and_never_far(typed: str) -> None:
    for run in words.RUNS.findall(typed):
        meant = spelling.corrected(run, known())
        assert abs(len(meant) - len(run)) <= 2 + len(run) // 4 or not meant


@given(st.text(max_size=30))
def test_keys_fit_their_column(text: str) -> None:
    for word in spelling.words_of([text]):
        assert len(word) <= 24
        assert all(len(key) <= 60 for key in spelling.keys_of(word))
