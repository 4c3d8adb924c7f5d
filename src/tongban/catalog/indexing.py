"""检索条目: what search reads, made from the editions in force, their aliases and how much they are used.

Everything here can be thrown away and made again (`refresh`); nothing here is the truth about an item.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from tongban.catalog import facets, spelling, words
from tongban.catalog.content import Content
from tongban.catalog.models import Alias, Edition, EditionQuerySet, Opened, SearchEntry, SearchWord
from tongban.kernel import clock

VERSION = 3
BATCH = 500
USED_WITHIN = timedelta(days=30)
MOST_TEXT = 4000
"""Characters of a guide's conditions and materials that are searched."""

_INDEX = """
INSERT INTO catalog_searchentry (edition_id, item_id, name, words, tags, region_path, place, made_by, vector, whole)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, array_to_tsvector(%s::text[]), array_to_tsvector(%s::text[]))
ON CONFLICT (edition_id) DO UPDATE SET name = excluded.name, words = excluded.words, tags = excluded.tags,
  region_path = excluded.region_path, place = excluded.place, made_by = excluded.made_by, vector = excluded.vector,
  whole = excluded.whole
"""


def index(editions: Sequence[Edition], *, now: datetime) -> None:
    """Make the entries of editions that were just published, and keep the words they bring. Of items that are not public
    there are none.

    The words come last and in order, so that two publications never wait for each other crosswise.
    """
    hidden = [edition.pk for edition in editions if not edition.item.is_public]
    if hidden:
        SearchEntry.objects.filter(pk__in=hidden).delete()
        editions = [edition for edition in editions if edition.item.is_public]
    items = {edition.item_id for edition in editions}
    aliases = _aliases(items)
    used = _used(items, now)
    with connection.cursor() as cursor:
        cursor.executemany(
            _INDEX, [_row(one, aliases.get(one.item_id, ()), used.get(one.item_id, 0)) for one in editions]
        )
    said = {text for one in editions for text in (one.name, *one.document.aliases)}
    keep_words(said | {text for several in aliases.values() for text in several})


def index_items(items: Iterable[int], *, now: datetime) -> None:
    """Make the entries of items' editions again: their aliases changed, or whether they are public."""
    index(list(_whole().filter(item__in=items)), now=now)


def keep_words(texts: Iterable[str]) -> None:
    """Keep keys for words that are not kept yet."""
    found = spelling.words_of(texts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM catalog_searchword WHERE key = word AND key = ANY(%s)", [list(found)])
        known = {word for (word,) in cursor.fetchall()}
    fresh = sorted(found - known)
    rows = [SearchWord(key=key, word=word) for word in fresh for key in sorted(spelling.keys_of(word))]
    SearchWord.objects.bulk_create(sorted(rows, key=lambda row: (row.key, row.word)), BATCH * 4, ignore_conflicts=True)


@transaction.atomic
def refresh(*, now: datetime, everything: bool = False) -> int:
    """Make again what another version of the indexing made, or everything; returns how many."""
    SearchEntry.objects.filter(item__is_public=False).delete()
    stale = Edition.objects.shown()
    if not everything:
        current = SearchEntry.objects.filter(made_by=VERSION).values("pk")
        stale = stale.exclude(pk__in=current)
    keys = list(stale.order_by("pk").values_list("pk", flat=True))
    if everything:
        SearchWord.objects.all().delete()
    for start in range(0, len(keys), BATCH):
        index(list(_whole().filter(pk__in=keys[start : start + BATCH])), now=now)
    return len(keys)


def place_again(*, now: datetime) -> int:
    """Move entries to where their recent use puts them; returns how many moved."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"since": clock.date_of(now - USED_WITHIN), "middle": facets.MIDDLE})
        return int(cursor.rowcount)


_PLACE = """
WITH used AS (SELECT item_id, sum(times) AS times FROM catalog_opened WHERE "on" >= %(since)s GROUP BY item_id),
  right_place AS (
    SELECT s.edition_id, %(middle)s
        + 100 * least(greatest(length(s.region_path) - length(replace(s.region_path, '/', '')) - 1, 0), 5)
        - CASE WHEN 'way:here' = ANY(s.tags) THEN 200 ELSE 0 END
        - 40 * CASE WHEN u.times IS NULL THEN 0 ELSE least(floor(log(2, u.times))::int + 1, 10) END AS place
    FROM catalog_searchentry s LEFT JOIN used u ON u.item_id = s.item_id)
UPDATE catalog_searchentry s SET place = r.place FROM right_place r
WHERE r.edition_id = s.edition_id AND s.place <> r.place
"""


def _whole() -> EditionQuerySet:
    return Edition.objects.published().select_related("item", "body").order_by("pk")


def _aliases(items: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for item, said in Alias.objects.filter(item__in=items).order_by("pk").values_list("item_id", "words"):
        found[item].append(said)
    return found


def _used(items: Iterable[int], now: datetime) -> dict[int, int]:
    recent = Opened.objects.filter(item__in=items, on__gte=clock.date_of(now - USED_WITHIN))
    return dict(recent.order_by().values_list("item_id").annotate(Sum("times")))


def _row(edition: Edition, aliases: Iterable[str], used: int) -> tuple[Any, ...]:
    content, item, body = edition.document, edition.item, edition.body
    called = [*dict.fromkeys((*content.aliases, *aliases))]
    others = " ".join((*called, item.main_name))
    about = " ".join((body.name, body.short, *content.themes, *item.themes, *content.life_events, content.subtitle))
    own = words.index_words(f"{edition.name} {others}")
    sounds = [sound for text in (edition.name, *called) for sound in words.index_sounds(text)]
    tags = facets.tags(content, body=body.key, region_path=edition.region_path, themes=item.themes)
    place = facets.place(connection=content.connection, region_path=edition.region_path, used=used)
    return (
        edition.pk, edition.item_id, edition.name, "\n".join((edition.name, *called)).lower(), tags,
        edition.region_path, place, VERSION, [*own, *sounds], [*own, *words.index_words(f"{about} {guide_text(content)}")],
    )  # fmt: skip


def guide_text(content: Content) -> str:
    """What a guide says that someone may search by: conditions, materials, situations, results, questions answered."""
    parts = (
        content.exercise, *content.conditions, *(one.name for one in content.materials),
        *(option.label for question in content.questions for option in question.options), content.result.name,
        *(one.question for one in content.faq),
    )  # fmt: skip
    return " ".join(parts)[:MOST_TEXT]
