"""Reads for those who mend the search: words that found nothing, items with their aliases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from tongban.catalog.models import Alias, Edition
from tongban.identity.actors import Actor

DAYS = 30

_WORDS = """
SELECT words, sum(times)::int AS times, max("on") FROM catalog_missed WHERE "on" > %(since)s
GROUP BY words HAVING (sum(times), words) < (%(times)s, %(words)s) ORDER BY times DESC, words DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Row:
    """Words that found nothing in the last thirty days: how often, and when last."""

    words: str
    times: int
    last_on: date

    @property
    def after(self) -> str:
        return f"{self.times}-{self.words}"


def words_missed(*, today: date, limit: int, after: str = "") -> list[Row]:
    """The most wanted first; `after` of the last row continues. The table holds ninety days of at most 1000 words."""
    times, _, last = after.partition("-")
    told = times.isdecimal() and len(times) < 10
    values: dict[str, Any] = {
        "times": int(times) if told else 2**31, "words": last if told else "",
        "since": today - timedelta(days=DAYS), "limit": limit,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, values)
        return [Row(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Named:
    """An item with its aliases: those of its guide, which change with a new edition, and those that editors keep."""

    code: str
    name: str
    body: str
    own: tuple[str, ...]
    kept: tuple[str, ...]
    mine: bool
    """Whether the actor may change them."""


def with_aliases(codes: Sequence[str], *, by: Actor) -> list[Named]:
    """The items of these editions, each once, in order."""
    editions = Edition.objects.published().filter(code__in=codes).select_related("item", "body")
    by_code = {edition.code: edition for edition in editions}
    kept: dict[int, list[str]] = defaultdict(list)
    for item, said in (
        Alias.objects.filter(item__in=[one.item_id for one in by_code.values()])
        .order_by("pk")
        .values_list("item_id", "words")
    ):
        kept[item].append(said)
    found: dict[int, Named] = {}
    for edition in (by_code[code] for code in codes if code in by_code):
        mine = by.may("catalog.edit", body_id=edition.body_id, region_path=edition.region_path)
        found.setdefault(
            edition.item_id,
            Named(
                edition.item.code, edition.name, edition.body.short, edition.document.aliases,
                tuple(kept[edition.item_id]), mine,
            ),
        )  # fmt: skip
    return list(found.values())
