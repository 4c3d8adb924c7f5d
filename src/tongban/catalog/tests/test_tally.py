"""记数: nothing of a person is kept, the table is bounded, and what was counted is written later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast
from tongban.catalog import missing, tally
from tongban.catalog.models import Missed, Opened


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    tally._missed.clear()
    tally._opened.clear()
    yield
    tally._missed.clear()
    tally._opened.clear()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("火箭发射", "火箭发射"),
        (" 火箭，发射！", "火箭发射"),
        ("500199198806142027", ""),
        ("50019919880614202X", ""),
        ("１３８００１３８０００", ""),
        ("刘晓燕 13800138000", "刘晓燕"),
        ("一三八零零一三八零零零", ""),
        ("liu@example.com", ""),
        ("店", ""),
        ("我" * 21, ""),
    ],
)
def test_numbers_and_addresses_are_not_kept(typed: str, kept: str) -> None:
    assert tally.without_persons(typed) == kept


@given(st.text(max_size=100))
def test_no_digit_is_ever_kept(typed: str) -> None:
    kept = tally.without_persons(typed)

    assert not any(char.isdigit() for char in kept)
    assert len(kept) <= tally.LONGEST


def test_a_search_in_vain_is_written_later_not_by_the_page(cast: Cast, client: Client) -> None:
    for _ in range(3):
        assert client.get("/items", {"q": "火箭发射"}).status_code == 200
    client.get("/api/v1/items", {"q": "火箭发射"})
    client.get("/items", {"q": "食品"})
    client.get("/items", {"q": "火箭发射", "way": "online"})  # narrowed: the words are not to blame
    assert not Missed.objects.exists()

    assert tally.flush(now=cast.now) == 1
    assert list(Missed.objects.values_list("words", "times")) == [("火箭发射", 4)]
    assert tally.flush(now=cast.now) == 0


def test_opened_guides_are_counted_by_item_and_day(cast: Cast, client: Client) -> None:
    client.get(f"/items/{cast.guide.code}")
    client.get(f"/items/{cast.guide.code}")
    tally.flush(now=cast.now)
    client.get(f"/items/{cast.guide.code}")
    tally.flush(now=cast.now)

    assert list(Opened.objects.values_list("item", "times")) == [(cast.guide.item_id, 3)]


def test_the_table_does_not_grow_without_bound(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "MOST_A_DAY", 2)
    for words in ("火箭甲", "火箭乙"):
        tally.missed(words)
    tally.flush(now=cast.now)
    for words in ("火箭甲", "火箭丙"):
        tally.missed(words)
    tally.flush(now=cast.now)
    assert dict(Missed.objects.values_list("words", "times")) == {"火箭甲": 2, "火箭乙": 1}

    tally.missed("火箭丁")
    tally.flush(now=cast.now + tally.KEPT + timedelta(days=1))
    assert list(Missed.objects.values_list("words", flat=True)) == ["火箭丁"]


def test_the_most_wanted_words_come_first_page_by_page(cast: Cast) -> None:
    today = cast.now.date()
    for at, words in enumerate(("火箭甲", "火箭乙", "火箭丙")):
        Missed.objects.create(words=words, on=today - timedelta(days=1), times=at + 1)
    Missed.objects.create(words="火箭甲", on=today, times=9)
    Missed.objects.create(words="很久以前", on=today - timedelta(days=40), times=99)

    rows = missing.words_missed(today=today, limit=2)
    assert (rows[0].words, rows[0].times, rows[0].last_on) == ("火箭甲", 10, today)
    assert [row.words for row in missing.words_missed(today=today, limit=2, after=rows[-1].after)] == ["火箭乙"]
