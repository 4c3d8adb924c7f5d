"""When what a list means has changed, the stored answers follow: by the version of the lists' text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from tests.people import Cast, publish
from tongban.catalog import lists, relisting
from tongban.catalog.models import DerivedBy, Edition


@pytest.fixture(autouse=True)
def current(cast: Cast) -> None:
    relisting.refresh(now=cast.now)


def meaning(monkeypatch: pytest.MonkeyPatch, key: str, *, version: str, holds: bool) -> None:
    """Another version of the program, to which that list means something else."""
    monkeypatch.setitem(lists.LISTS, key, replace(lists.LISTS[key], holds=lambda one: holds))
    monkeypatch.setattr(relisting, "VERSION", version)


def test_what_is_current_is_left_alone(cast: Cast) -> None:
    assert relisting.is_current()
    with_queries = relisting.refresh(now=cast.now)
    assert with_queries == 0


def test_a_list_that_means_something_else_is_written_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "by_rule" not in Edition.objects.get(pk=cast.guide.pk).lists
    meaning(monkeypatch, "by_rule", version="next", holds=True)
    assert not relisting.is_current()

    changed = relisting.refresh(now=cast.now)

    assert changed == 1 and relisting.is_current()
    assert "by_rule" in Edition.objects.get(pk=cast.guide.pk).lists
    assert DerivedBy.objects.get().version == "next"


def test_versions_that_were_withdrawn_and_drafts_follow_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(cast.body, now=cast.now, phone="023-00000009")
    meaning(monkeypatch, "by_rule", version="next", holds=True)

    assert relisting.refresh(now=cast.now) == 2
    assert relisting.refresh(now=cast.now) == 0


def test_everything_is_written_again_when_asked_for(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_edition SET lists = ARRAY['power']::varchar[]")

    assert relisting.refresh(now=cast.now) == 0  # the mark says that all is well
    assert relisting.refresh(now=cast.now, everything=True) == 1
    assert len(Edition.objects.get(pk=cast.guide.pk).lists) > 1


def test_who_is_interrupted_begins_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(cast.other_body, now=cast.now, code="991111001001", name="社会团体登记")
    meaning(monkeypatch, "by_rule", version="next", holds=True)
    monkeypatch.setattr(relisting, "BATCH", 1)
    real, written = relisting._write, []

    def breaks(batch: list[Edition]) -> int:
        if written:
            raise KeyboardInterrupt
        written.append(batch)
        return real(batch)

    monkeypatch.setattr(relisting, "_write", breaks)
    with pytest.raises(KeyboardInterrupt):
        relisting.refresh(now=cast.now)
    assert not relisting.is_current()

    monkeypatch.setattr(relisting, "_write", real)
    assert relisting.refresh(now=cast.now) == 1
    assert relisting.is_current()


def test_the_health_check_tells_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.site import doctor

    assert doctor._derived().well
    meaning(monkeypatch, "by_rule", version="next", holds=True)

    found = doctor._derived()

    assert not found.well and "公开清单" in found.says and "tongban reindex" in found.mend
