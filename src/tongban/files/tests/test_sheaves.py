"""Pages for one material, from a phone by a short link: put in order, turned, bound into one PDF, and taken once."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tongban.files import actions
from tongban.files.actions import sheaves
from tongban.files.models import Sheaf, SheafPage, StoredFile
from tongban.files.tests.samples import pdf, picture
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound, Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LIU, STRANGER = Actor(who="person:liu", channel="web"), Actor(who="person:stranger", channel="web")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)


def opened(now: datetime = NOW, by: Actor = LIU) -> Sheaf:
    return sheaves.open_sheaf(subject="draft/1/layout", label="经营场所布局图", back="/there", by=by, now=now)


def filled(*sizes: tuple[int, int]) -> tuple[Sheaf, list[SheafPage]]:
    sheaf = opened()
    return sheaf, [sheaves.add_page(sheaf, picture("PNG", size), by=LIU, now=NOW) for size in sizes]


def widths(file: StoredFile) -> list[int]:
    with pikepdf.open(io.BytesIO(actions.read(file))) as document:
        return [int(page.Resources.XObject.P.Width) for page in document.pages]


def test_pages_are_put_in_order_turned_removed_and_bound() -> None:
    sheaf, (_, second, third) = filled((10, 5), (20, 5), (30, 5))
    sheaves.move_page(sheaf, third.pk, up=True)
    sheaves.move_page(sheaf, third.pk, up=True)
    sheaves.move_page(sheaf, third.pk, up=True)  # it is the first already
    sheaves.move_page(sheaf, second.pk, up=False)  # it is the last already
    for _ in range(5):
        sheaves.turn_page(sheaf, third.pk)
    sheaves.remove_page(sheaf, second.pk)

    file = sheaves.bind_sheaf(sheaf, by=LIU, now=NOW)

    assert widths(file) == [30, 10]
    assert (file.pages, file.uploaded_by, file.state) == (2, "person:liu", "clean")
    with pikepdf.open(io.BytesIO(actions.read(file))) as document:
        assert float(document.pages[0].MediaBox[2]) < 600, "lying pages turned once stand upright"
    assert sheaves.bind_sheaf(sheaf, by=LIU, now=NOW) == file, "asked again, the same"


def test_what_was_bound_is_given_to_the_room_that_asked_once() -> None:
    sheaf, _ = filled((10, 5))
    assert not sheaves.any_bound([sheaf.subject])
    file = sheaves.bind_sheaf(sheaf, by=LIU, now=NOW)
    assert sheaves.any_bound([sheaf.subject])

    assert sheaves.take_bound([sheaf.subject, "draft/2/other"], now=NOW) == {sheaf.subject: file}
    assert sheaves.take_bound([sheaf.subject], now=NOW) == {}
    assert opened().pk != sheaf.pk, "a new start is a new sheaf"


def test_the_link_opens_the_sheaf_for_whoever_asked_for_it() -> None:
    sheaf = opened()

    found, by = sheaves.by_link(sheaves.token_of(sheaf), now=NOW)

    assert (found, by.who, by.channel) == (sheaf, "person:liu", "mobile")
    assert sheaves.open_sheaves([sheaf.subject], by=LIU)[sheaf.subject].seen_at == NOW


def code(token: str, now: datetime = NOW) -> str:
    with pytest.raises(Refusal) as no:
        sheaves.by_link(token, now=now)
    assert no.value.hint
    return no.value.code


def test_a_link_ends_after_ten_minutes_by_a_new_one_and_when_it_was_used() -> None:
    sheaf, _ = filled((10, 5))
    old = sheaves.token_of(sheaf)
    assert code(old, NOW + timedelta(minutes=10)) == "link_expired"
    again = opened(NOW + timedelta(minutes=10))
    assert (again.pk, again.pages.count()) == (sheaf.pk, 1), "the pages are still there"

    assert code(old) == "link_unknown"
    sheaves.bind_sheaf(again, by=LIU, now=NOW)
    assert code(sheaves.token_of(again)) == "link_used"


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"),
        lambda t: t.partition(":")[0],
        lambda _: "x",
        lambda t: "0" + t[1:] if t[0] != "0" else "1" + t[1:],
    ],
)
def test_a_link_that_we_did_not_sign_opens_nothing(change: Any) -> None:
    assert code(change(sheaves.token_of(opened()))) == "link_unknown"


def test_while_pictures_come_the_link_lasts_but_no_longer_than_an_hour() -> None:
    sheaf = opened()
    for minutes in range(0, 70, 5):
        now = NOW + timedelta(minutes=minutes)
        if minutes >= 60:
            assert code(sheaves.token_of(sheaf), now) == "link_expired"
            continue
        one, by = sheaves.by_link(sheaves.token_of(sheaf), now=now)
        sheaves.add_page(one, picture("PNG"), by=by, now=now)


@pytest.mark.parametrize("content", [pdf(), b"MZ"])
def test_only_pictures_become_pages(content: bytes) -> None:
    with pytest.raises(Refusal):
        sheaves.add_page(opened(), content, by=LIU, now=NOW)
    assert not SheafPage.objects.exists()


def test_a_file_that_is_no_page_is_not_slipped_in() -> None:
    file = actions.keep_upload(picture("PNG"), by=LIU, now=NOW)

    with pytest.raises(Refusal, match="只收照片"):
        sheaves.place_page(opened(), file, now=NOW)


def test_a_page_that_is_not_clean_stands_in_the_way_and_is_named() -> None:
    sheaf, (_, second) = filled((10, 5), (20, 5))
    for state, words in (("quarantined", "第 2 页还在检查"), ("infected", "第 2 页没有通过检查")):
        StoredFile.objects.filter(pk=second.file_id).update(state=state)
        with pytest.raises(Refusal, match=words):
            sheaves.bind_sheaf(sheaf, by=LIU, now=NOW)

    sheaves.remove_page(sheaf, second.pk)
    assert widths(sheaves.bind_sheaf(sheaf, by=LIU, now=NOW)) == [10]


def test_nothing_and_too_much_are_refused(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sheaf = opened()
    with pytest.raises(Refusal, match="还没有照片"):
        sheaves.bind_sheaf(sheaf, by=LIU, now=NOW)
    monkeypatch.setattr(sheaves, "MOST_PAGES", 1)
    sheaves.add_page(sheaf, picture("PNG"), by=LIU, now=NOW)

    with pytest.raises(Refusal, match="最多 1 页"):
        sheaves.add_page(sheaf, picture("PNG"), by=LIU, now=NOW)


def test_after_it_was_bound_nothing_changes() -> None:
    sheaf, (page,) = filled((10, 5))
    sheaves.bind_sheaf(sheaf, by=LIU, now=NOW)

    for act in (
        lambda: sheaves.turn_page(sheaf, page.pk),
        lambda: sheaves.remove_page(sheaf, page.pk),
        lambda: sheaves.add_page(sheaf, picture("PNG"), by=LIU, now=NOW),
    ):
        with pytest.raises(Conflict):
            act()


def test_a_stranger_finds_no_sheaf() -> None:
    sheaf = opened()

    with pytest.raises(NotFound):
        sheaves.own_sheaf(sheaf.public_id, by=STRANGER)
    assert sheaves.open_sheaves([sheaf.subject], by=STRANGER) == {}
