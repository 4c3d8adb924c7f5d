"""检索: find items by what people type, best match first; suggest while they type; say what is near when nothing is found.

Four looks, each only when those before found too little: every pair of characters in names and aliases; enough of what
the sentence says (`words.loose_query`); every pair anywhere in the guide; the same again with the spelling corrected.
Each look takes at most `MOST_MATCHED` entries from the index, so a word that every tenth item has costs no more.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F

from tongban.catalog import spelling, words
from tongban.catalog.facets import Filters, region_tags
from tongban.catalog.models import SearchWord
from tongban.orgs.models import Region

MOST = 100
MOST_MATCHED = 300
KEPT = 15
"""Seconds that suggestions are kept."""
ENOUGH = 5
"""With fewer than these the next look is taken."""


@dataclass(frozen=True)
class Found:
    """One line of a list of items. `after` continues the list behind it."""

    code: str
    name: str
    type_code: str
    body: str
    connection: str
    online: bool
    instant: bool
    visits: int
    promised_days: int | None
    after: str


@dataclass(frozen=True)
class Results:
    """A page of what was found. `corrected` is what was looked for instead, when the words as typed found nothing."""

    found: list[Found]
    corrected: str = ""


def find(
    *, typed: str = "", region: str = "", audience: str = "", here_only: bool = False, limit: int = 20, after: str = ""
) -> list[Found]:
    """Published items, best match first; without words, those that can be applied for here first."""
    filters = Filters(region=region, audience=audience, way="here" if here_only else "")
    return search(typed, filters, limit=limit, after=after).found


def search(typed: str, filters: Filters = Filters(), *, limit: int = 20, after: str = "") -> Results:  # noqa: B008
    """One page of the items that match, in order; `after` of the last line gets the next page.

    Words match at most 600 items: who wants more says more. Without words every item is listed.
    """
    limit = max(1, min(limit, MOST))
    typed = words.tidy(typed)
    narrowed = _narrowed(filters)
    if not typed:
        return Results(_listed(narrowed, limit, after))
    skip = int(after[1:]) if after[:1] == "s" and after[1:].isdecimal() and len(after) < 5 else 0
    keys, corrected = _matched(typed, narrowed)
    page = keys[skip : skip + limit]
    return Results(_lines(page, [f"s{skip + at}" for at in range(1, len(page) + 1)]), corrected)


def matching(typed: str) -> list[int]:
    """The editions in force that match, best first: at most 600 keys."""
    return _matched(words.tidy(typed), _narrowed(Filters()))[0]


def suggest(typed: str, *, limit: int = 8) -> list[str]:
    """Names to offer while someone types, each once: those that begin so or hold the words, then by place."""
    typed = words.tidy(typed)
    query = words.strict_query(typed)
    if not query or len(typed) > 30:
        return []
    found = _matches(_Look("vector", query), typed, _Narrowed(), limit * 4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT edition_id, name FROM catalog_searchentry WHERE edition_id = ANY(%s)", [found])
        names = dict(cursor.fetchall())
    return list(dict.fromkeys(names[key] for key in found))[:limit]


def suggested(typed: str) -> tuple[str, ...]:
    """`suggest`, kept for fifteen seconds: many people type the same first characters."""
    return _suggested(words.tidy(typed), int(time.monotonic() // KEPT))


@lru_cache(maxsize=2048)
def _suggested(typed: str, moment: int) -> tuple[str, ...]:
    return tuple(suggest(typed))


def nearest_themes(typed: str, limit: int = 6) -> list[str]:
    """Themes of the items that share any word with what was typed; empty when none does."""
    anything = " | ".join(term.query for term in _loose(words.tidy(typed)).terms if term.telling)
    near: list[str] = []
    if anything:
        with connection.cursor() as cursor:
            cursor.execute(_THEMES, {"query": anything, "most": MOST_MATCHED, "limit": limit})
            near = [theme for (theme,) in cursor.fetchall()]
    return near


_THEMES = """
SELECT substr(tag, 7) FROM (
  SELECT unnest(tags) AS tag FROM (
    SELECT tags FROM catalog_searchentry WHERE whole @@ %(query)s::tsquery LIMIT %(most)s) near) theme
WHERE tag LIKE 'theme:%%' GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %(limit)s
"""


def facets_in_use() -> dict[str, list[str]]:
    """`facets`, kept for a minute."""
    return _facets(int(time.monotonic() // (4 * KEPT)))


@lru_cache(maxsize=2)
def _facets(moment: int) -> dict[str, list[str]]:
    """The values that lists can be narrowed to, the most used first: kind (`theme`, `event`, `body`, `in`) → values."""
    with connection.cursor() as cursor:
        cursor.execute(_FACETS)
        found: dict[str, list[str]] = {}
        for tag, _ in cursor.fetchall():
            kind, _, value = tag.partition(":")
            found.setdefault(kind, []).append(value)
    return found


_FACETS = """
SELECT tag, count(*) AS items FROM catalog_searchentry, unnest(tags) AS tag
WHERE tag LIKE ANY (ARRAY['theme:%', 'event:%', 'body:%', 'in:%']) GROUP BY tag ORDER BY items DESC, tag
"""


@dataclass(frozen=True)
class _Narrowed:
    """Filters as SQL over `catalog_searchentry s`."""

    where: str = ""
    values: tuple[tuple[str, object], ...] = ()
    path: str = ""
    """The region's path: what is nearer comes first."""


def _narrowed(filters: Filters) -> _Narrowed:
    where, values, path = "", {}, ""
    if tags := filters.tags:
        where += " AND s.tags @> %(tags)s::varchar[]"
        values["tags"] = tags
    if filters.region:
        code = filters.region.strip("/")[:12]
        path = Region.objects.filter(code=code).values_list("path", flat=True).first() or ""
        where += " AND s.tags && %(regions)s::varchar[]"
        values["regions"] = region_tags(path) or [f"in:{code}"]
    return _Narrowed(where, tuple(values.items()), path)


@dataclass(frozen=True)
class _Look:
    """One way of looking: the column, the tsquery, and the terms that say how well an entry meets it."""

    column: str
    query: str
    terms: tuple[words.Term, ...] = ()


def _matched(typed: str, narrowed: _Narrowed) -> tuple[list[int], str]:
    """The editions that match, in order; and the corrected words when those as typed found nothing."""
    found = _looked_for(typed, narrowed)
    if found:
        return found, ""
    corrected = correct(typed)
    if corrected and (found := _looked_for(corrected, narrowed)):
        return found, corrected
    barely = _loose(typed, words.BARE_MINIMUM)
    return _matches(_Look("vector", barely.query, barely.terms), typed, narrowed, MOST_MATCHED), ""


def _looked_for(typed: str, narrowed: _Narrowed) -> list[int]:
    strict, loose = words.strict_query(typed), _loose(typed)
    looks = [_Look("vector", strict), _Look("vector", loose.query, loose.terms), _Look("whole", strict)]
    found: dict[int, None] = {}
    for look in looks:
        if len(found) < ENOUGH:
            found.update(dict.fromkeys(_matches(look, typed, narrowed, MOST_MATCHED)))
    return list(found)


def _loose(typed: str, minimum: float = words.MINIMUM) -> words.Loose:
    """What the sentence says, its words weighed by whether the catalogue uses them."""
    said = words.meanings(typed)
    known = set(SearchWord.objects.filter(key__in=said, word=F("key")).values_list("key", flat=True)) if said else set()
    return words.loose_query(said, known, minimum)


_MATCH = """
WITH met AS MATERIALIZED (
  (SELECT s.edition_id, s.name, s.words, s.vector, s.region_path, s.place FROM catalog_searchentry s
   WHERE s.{column} @@ {query}::tsquery {where} ORDER BY s.place LIMIT %(most)s)
  UNION ALL
  (SELECT s.edition_id, s.name, s.words, s.vector, s.region_path, s.place FROM catalog_searchentry s
   WHERE s.name LIKE %(head)s {where} LIMIT 50)
)
SELECT edition_id FROM met s
ORDER BY {score} CASE WHEN s.name = %(typed)s THEN 0 WHEN strpos(E'\\n' || s.words || E'\\n', %(line)s) > 0 THEN 1
       WHEN s.name LIKE %(head)s THEN 2 WHEN strpos(s.name, %(typed)s) > 0 THEN 3
       WHEN strpos(s.words, %(typed)s) > 0 THEN 4 ELSE 5 END,
  {near} s.place, length(s.name), s.edition_id
LIMIT %(limit)s
"""
_NEAR = """CASE WHEN %(path)s LIKE s.region_path || '%%' THEN length(%(path)s) - length(s.region_path) ELSE 99 END,"""


def _matches(look: _Look, typed: str, narrowed: _Narrowed, limit: int) -> list[int]:
    """The best of one look, in order, none without a query. The head of names is looked at too, so that a whole name is never crowded out."""
    if not look.query:
        return []
    score, weights = _score(look.terms)
    sql = _MATCH.format(
        column=look.column,
        query=_literal(look.query),
        where=narrowed.where,
        score=score,
        near=_NEAR if narrowed.path else "",
    )
    values = dict(narrowed.values) | weights | {
        "typed": typed, "head": _like(typed) + "%", "line": f"\n{typed}\n", "path": narrowed.path,
        "most": MOST_MATCHED, "limit": limit,
    }  # fmt: skip
    return list(dict.fromkeys(key for (key,) in _run(sql, values)))


def _score(terms: Sequence[words.Term]) -> tuple[str, dict[str, object]]:
    """How much of the terms an entry meets, as SQL: in its name whole, elsewhere a little less."""
    parts: list[str] = []
    values: dict[str, object] = {}
    for at, term in enumerate(terms):
        parts.append(
            f"CASE WHEN s.name ~ %(forms{at})s THEN %(weight{at})s WHEN s.vector @@ %(term{at})s::tsquery "
            f"THEN 0.9 * %(weight{at})s ELSE 0 END"
        )
        values |= {f"forms{at}": "|".join(term.forms), f"weight{at}": term.weight, f"term{at}": term.query}
    return f"{' + '.join(parts)} DESC," if parts else "", values


def correct(typed: str) -> str:
    """What was typed with its spelling corrected by the catalogue's own words; empty when there is nothing to correct."""
    runs = list(words.RUNS.findall(typed))
    keys = {key for run in runs for several in spelling.windows(run).values() for key in several}
    if not keys or len(keys) > MOST_KEYS:
        return ""
    known: dict[str, list[str]] = {}
    for key, word in SearchWord.objects.filter(key__in=keys).values_list("key", "word")[: MOST_KEYS * 4]:
        known.setdefault(key, []).append(word)
    meant = [spelling.corrected(run, known) or run for run in runs]
    return " ".join(meant) if meant != runs else ""


MOST_KEYS = 3000


_LIST = """
SELECT s.edition_id, s.place FROM catalog_searchentry s
WHERE (s.place, s.edition_id) > (%(place)s, %(edition)s) {where} ORDER BY s.place, s.edition_id LIMIT %(limit)s
"""


def _listed(narrowed: _Narrowed, limit: int, after: str) -> list[Found]:
    place, _, last = after.removeprefix("b").partition("-")
    whole = after[:1] == "b" and place.isdecimal() and last.isdecimal() and len(place) < 6 and len(last) < 18
    values = dict(narrowed.values) | {
        "place": int(place) if whole else -1, "edition": int(last) if whole else 0, "limit": limit
    }  # fmt: skip
    rows = _run(_LIST.format(where=narrowed.where), values)
    return _lines([key for key, _ in rows], [f"b{place}-{key}" for key, place in rows])


_LINES = """
SELECT e.id, e.code, e.name, e.type_code, b.short, e.connection, e.online, e.instant, e.visits, e.promised_days
FROM catalog_edition e JOIN orgs_body b ON b.id = e.body_id WHERE e.id = ANY(%(keys)s)
"""


def _lines(keys: list[int], afters: Iterable[str]) -> list[Found]:
    rows = {row[0]: row[1:] for row in _run(_LINES, {"keys": keys})} if keys else {}
    return [Found(*(*rows[key], after)) for key, after in zip(keys, afters, strict=True)]


def _literal(query: str) -> str:
    """A tsquery of `words`, which holds words, quotes and operators only, as an SQL literal.

    Not a parameter: the planner must know how frequent these very words are, whether it has seen the statement or not.
    """
    return "'" + query.replace("'", "''") + "'"


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _run(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
