"""An edition is drafted, published once, and never changes; the one before it is withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.people import GUIDE, Cast, publish
from tongban.catalog import actions, queries
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Invalid, NotFound

BY = system("tests")


def draft(cast: Cast, **change: Any) -> Edition:
    content = Content.model_validate(GUIDE | change)
    return actions.draft(item=cast.guide.item, body=cast.body, content=content, by=BY, now=cast.now)


def test_a_draft_is_not_yet_public(cast: Cast) -> None:
    edition = draft(cast)

    assert (edition.state, edition.version, edition.published_at) == ("draft", 2, None)
    assert queries.edition("990131001001") == cast.guide


def test_a_draft_keeps_what_lists_and_indicators_need(cast: Cast) -> None:
    edition = draft(cast, promised={"amount": 7, "unit": "day"}, baseline_materials=9)

    assert (edition.statutory_days, edition.promised_days) == (20, 5)
    assert (edition.materials, edition.baseline_materials) == (4, 9)
    assert (edition.for_people, edition.for_enterprises, edition.online) == (True, True, True)
    assert edition.code == "market4990131001001"  # a body without a USCC is named by its key


def test_a_new_version_takes_the_place_of_the_old_one(cast: Cast) -> None:
    edition = draft(cast, phone="023-00000002")
    actions.publish(edition, by=BY, now=cast.now)

    assert queries.edition("990131001001") == edition
    old = Edition.objects.get(pk=cast.guide.pk)
    assert (old.state, old.withdrawn_at) == ("withdrawn", cast.now)
    names = list(JournalEntry.objects.filter(subject=edition.code).order_by("id").values_list("name", flat=True))
    assert names == ["catalog.Published", "catalog.Withdrawn", "catalog.Published"]


def test_an_edition_is_published_once(cast: Cast) -> None:
    with pytest.raises(Conflict, match="已经发布过"):
        actions.publish(cast.guide, by=BY, now=cast.now)


def test_a_draft_read_before_another_published_it_is_not_published_again(cast: Cast) -> None:
    edition = draft(cast)
    same = Edition.objects.get(pk=edition.pk)
    actions.publish(edition, by=BY, now=cast.now)

    with pytest.raises(Conflict):
        actions.publish(same, by=BY, now=cast.now)


def test_what_may_not_be_published_leaves_the_old_edition_in_force(cast: Cast) -> None:
    edition = draft(cast, promised={"amount": 99})

    with pytest.raises(Invalid, match="承诺时限长于法定时限"):
        actions.publish(edition, by=BY, now=cast.now)
    assert queries.edition("990131001001") == cast.guide


def test_a_withdrawn_item_says_so(cast: Cast) -> None:
    actions.withdraw(cast.guide, by=BY, now=cast.now)

    with pytest.raises(NotFound, match="没有发布的办事指南"):
        queries.edition(cast.guide.code)


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_only_what_is_in_force_is_withdrawn(cast: Cast, state: str) -> None:
    edition = draft(cast) if state == "draft" else cast.guide
    if state == "withdrawn":
        actions.withdraw(edition, by=BY, now=cast.now)

    with pytest.raises(Conflict, match="没有在公布"):
        actions.withdraw(edition, by=BY, now=cast.now)


CHANGES = {
    "content": "'{}'", "sha256": "'x'", "code": "'x'", "version": "9", "name": "'改名'", "published_at": "now()",
    "item_id": "item_id + 1", "body_id": "body_id + 1", "state": "'draft'",
}  # fmt: skip


@pytest.mark.parametrize("column", list(CHANGES))
def test_the_database_refuses_to_change_a_published_edition(cast: Cast, column: str) -> None:
    with pytest.raises(ProgrammingError, match=r"cannot (change|go back)"), transaction.atomic():
        _set(cast.guide, column, CHANGES[column])


def test_the_database_keeps_a_withdrawn_edition_withdrawn(cast: Cast) -> None:
    actions.withdraw(cast.guide, by=BY, now=cast.now)

    with pytest.raises(ProgrammingError, match="cannot go back"), transaction.atomic():
        _set(cast.guide, "state", "'published'")


def test_a_draft_may_still_be_written(cast: Cast) -> None:
    edition = draft(cast)

    _set(edition, "name", "'改名'")
    edition.refresh_from_db()
    assert edition.name == "改名"


def _set(edition: Edition, column: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE catalog_edition SET {column} = {value} WHERE id = %s", [edition.pk])  # noqa: S608


def test_the_database_keeps_one_edition_in_force(cast: Cast) -> None:
    edition = draft(cast)

    with pytest.raises(IntegrityError, match="edition_one_published"), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(state="published", published_at=cast.now)


def test_the_same_content_has_the_same_hash_and_other_content_another(cast: Cast) -> None:
    assert draft(cast).sha256 == cast.guide.sha256
    assert draft(cast, phone="023-00000002").sha256 != cast.guide.sha256


def test_two_bodies_have_editions_of_one_item(cast: Cast) -> None:
    other = publish(cast.other_body, now=cast.now)

    assert other.item == cast.guide.item
    assert Edition.objects.published().filter(item=other.item).count() == 2
