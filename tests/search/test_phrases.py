"""The way people ask, over the demo's whole catalogue: the item they mean is among the first five.

`phrases.csv`: a phrase, and the items (one or several) that answer it. `held_out.csv` was written after everyone stopped
tuning words and aliases; since then only words of the language were added, never a phrase or an alias for one of its items.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tongban.catalog import searching
from tongban.catalog.aliases import import_aliases
from tongban.catalog.imports import import_guides, import_items
from tongban.catalog.models import Alias, Item
from tongban.kernel import clock
from tongban.orgs.imports import import_bodies, import_regions
from tongban.site.demo.load import HERE

pytestmark = pytest.mark.django_db
FIRST = 5
PHRASES = Path(__file__).with_name("phrases.csv")
HELD_OUT = Path(__file__).with_name("held_out.csv")


@pytest.fixture(scope="module", autouse=True)
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo's items, guides and aliases, loaded once by the product's own importers."""
    now = clock.now()
    with django_db_blocker.unblock(), transaction.atomic():
        import_regions(HERE / "regions.csv", now=now)
        import_bodies(HERE / "bodies.csv", now=now)
        import_items(HERE / "items.csv", now=now)
        import_guides(HERE / "guides", now=now)
        import_aliases(HERE / "aliases.csv", now=now)
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(("file", "share"), [(PHRASES, 0.9), (HELD_OUT, 0.8)])
def test_what_people_ask_for_is_among_the_first_five(file: Path, share: float) -> None:
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    names = dict(Item.objects.values_list("code", "name"))
    misses = []
    for row in rows:
        wanted = {names[code] for code in row["items"].split("|")}
        found = [one.name for one in searching.search(row["phrase"], limit=FIRST).found]
        if not wanted & set(found):
            misses.append(f"{row['phrase']}: {'、'.join(sorted(wanted))} wanted, {'、'.join(found) or 'nothing'} found")
    hit = 1 - len(misses) / len(rows)
    print(f"{file.name}: {hit:.1%} of {len(rows)}", *misses, sep="\n  ")

    assert len(rows) >= (100 if file is PHRASES else 40)
    assert hit >= share, "\n".join(misses)


@pytest.mark.parametrize(
    "typed",
    [
        "火箭发射",
        "火星移民怎么申请",
        "zzzz",
        "量子纠缠",
        "今天天气怎么样",
        "时光机",
        "你好",
        "qwerty",
        "asdfgh",
        "阿凡达",
        "哈利波特",
        "嘎嘎串串屋",
    ],
)
def test_nonsense_finds_nothing(typed: str) -> None:
    assert [one.name for one in searching.search(typed).found] == []


def test_the_phrases_are_not_the_aliases() -> None:
    """A test of words that were put there for it would say nothing."""
    aliases = set(Alias.objects.values_list("words", flat=True))
    phrases = [row["phrase"] for file in (PHRASES, HELD_OUT) for row in csv.DictReader(file.open(encoding="utf-8"))]

    assert sum(phrase in aliases for phrase in phrases) <= 3
