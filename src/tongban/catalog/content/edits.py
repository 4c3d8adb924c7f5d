"""改动: what an editor does to a document, as pure functions from one document's JSON to the keys that change.

Rows are named by their place, counted from 0; fields of the form by page and place. Keys of rows are made here from
what people call them (pinyin), so that an editor never sees one, and never change afterwards: drafts and conditions
keep meaning what they meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from pypinyin import Style, lazy_pinyin

Json = dict[str, Any]
LONGEST = 40


def key_for(label: str, taken: Collection[str], *, otherwise: str = "k") -> str:
    """A key that is free: 您的店属于哪一类？ → nin_de_dian_shu_yu_na_yi_lei; with a number when that is taken."""
    syllables = lazy_pinyin(label[:LONGEST], style=Style.NORMAL, errors=str)
    words = re.findall("[a-z0-9]+", " ".join(syllables).lower())
    key = ""
    for word in words:
        if len(key) + len(word) + 1 > LONGEST - 4:
            break
        key = f"{key}_{word}" if key else word
    key = re.sub("^[^a-z]+", "", key) or otherwise
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key}_{number}"
    return found


def taken(content: Mapping[str, Any]) -> set[str]:
    """Keys that are in use: one space for the whole document, so that no condition can be read two ways."""
    found: set[str] = set()
    for rows in ("questions", "materials", "steps", "decision_table"):
        found.update(row["key"] for row in content.get(rows, ()))
    for page in content.get("form", ()):
        found.update(field["key"] for field in page["fields"])
        if page.get("key"):
            found.add(page["key"])
    return found


def put(rows: list[Json], at: int | None, row: Json) -> list[Json]:
    """The row in the place of the one at `at`, or behind all of them."""
    return [*rows, row] if at is None else [*rows[:at], row, *rows[at + 1 :]]


def removed(rows: list[Json], at: int) -> list[Json]:
    return [*rows[:at], *rows[at + 1 :]]


def moved(rows: list[Json], at: int, by: int) -> list[Json]:
    """Nearer to the beginning (-1) or the end (+1); as they are when there is no such place."""
    to = at + by
    if not (0 <= at < len(rows) and 0 <= to < len(rows)):
        return rows
    made = list(rows)
    made[at], made[to] = made[to], made[at]
    return made


def with_keys(row: Json, label: str, content: Mapping[str, Any]) -> Json:
    """The row with a key, if it has none yet, and with values for its new options."""
    made = dict(row)
    if not made.get("key"):
        made["key"] = key_for(label, taken(content))
    if "options" in made:
        known = {option["value"] for option in made["options"] if option.get("value")}
        options = []
        for option in made["options"]:
            value = option.get("value") or key_for(option["label"], known, otherwise="answer")
            known.add(value)
            options.append({"value": value, "label": option["label"]})
        made["options"] = options
    return made


def put_field(form: list[Json], at: tuple[int, int] | None, field: Json, page: int | None, title: str) -> list[Json]:
    """A field in its place, or moved to the end of another page; `page` None begins a page of that title."""
    pages = [dict(one, fields=list(one["fields"])) for one in form]
    if at is not None and page == at[0]:
        pages[page]["fields"][at[1]] = field
        return pages
    if page is None:
        pages.append({"title": title, "fields": [field]})
    else:
        pages[page]["fields"].append(field)
    return removed_field(pages, at) if at is not None else pages


def removed_field(form: list[Json], at: tuple[int, int]) -> list[Json]:
    """Without the field; its page goes with its last field."""
    pages = [dict(one, fields=list(one["fields"])) for one in form]
    del pages[at[0]]["fields"][at[1]]
    return [page for page in pages if page["fields"]]


def moved_field(form: list[Json], at: tuple[int, int], by: int) -> list[Json]:
    """Within its page, and over the page's edge into the next one."""
    page, place = at
    pages = [dict(one, fields=list(one["fields"])) for one in form]
    fields = pages[page]["fields"]
    if 0 <= place + by < len(fields):
        pages[page]["fields"] = moved(fields, place, by)
    elif 0 <= page + by < len(pages):
        field = fields.pop(place)
        onto = pages[page + by]["fields"]
        onto.insert(0 if by > 0 else len(onto), field)
    return [one for one in pages if one["fields"]]
