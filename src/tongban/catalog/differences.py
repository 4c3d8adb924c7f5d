"""对比: what differs between two contents, each difference with its place in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tongban.catalog import rules
from tongban.catalog.conditions import in_words
from tongban.catalog.content import Content, Part
from tongban.catalog.content.deciding import facts_of
from tongban.catalog.content.deciding import in_words as test_in_words
from tongban.catalog.content.labels import ENTRIES, Entry, name_of

Kind = Literal["changed", "added", "removed", "moved"]
KINDS: dict[Kind, str] = {"changed": "修改", "added": "新增", "removed": "删去", "moved": "换了顺序"}


@dataclass(frozen=True)
class Difference:
    """One difference: where, and how it reads before and after. What was not there before reads as an empty text."""

    place: tuple[str, ...]
    """The way there in words: 材料, 营业执照, 办理说明."""
    kind: Kind
    before: str
    after: str

    @property
    def where(self) -> str:
        return " → ".join(self.place)

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]


def differences(before: Content, after: Content) -> list[Difference]:
    """In the order in which editors fill in the document; none when the two say the same."""
    return _parts(Content, before, after, (), before, after)


def _parts(
    cls: type[Part], before: Part, after: Part, place: tuple[str, ...], old: Content, new: Content
) -> list[Difference]:
    found: list[Difference] = []
    for entry in ENTRIES[cls]:
        one, other = getattr(before, entry.key), getattr(after, entry.key)
        if one == other or entry.kind == "key":
            continue
        here = (*place, entry.label)
        if entry.kind in ("rows", "attachments") and entry.of:
            found += _rows(entry.of, one, other, here, old, new)
        elif entry.kind == "part" and entry.of and one and other:
            found += _parts(entry.of, one, other, here, old, new)
        else:
            was, now = say(entry, one, old), say(entry, other, new)
            found.append(Difference(here, "changed" if was and now else "added" if now else "removed", was, now))
    return found


def _rows(
    cls: type[Part], before: Sequence[Part], after: Sequence[Part], place: tuple[str, ...], old: Content, new: Content
) -> list[Difference]:
    """Rows are the same by their key, else by what people call them, else by their place."""
    one, other = _known(cls, before), _known(cls, after)
    found: list[Difference] = []
    for key, row in one.items():
        here = (*place, name_of(cls, row))
        if key not in other:
            found.append(Difference(here, "removed", _whole(cls, row, old), ""))
        elif row != other[key]:
            found += _parts(cls, row, other[key], here, old, new)
    for key, row in other.items():
        if key not in one:
            found.append(Difference((*place, name_of(cls, row)), "added", "", _whole(cls, row, new)))
    stayed_before = [name_of(cls, row) for key, row in one.items() if key in other]
    order = [key for key in other if key in one]
    if order != [key for key in one if key in other]:
        names = [name_of(cls, other[key]) for key in order]
        found.append(Difference(place, "moved", "、".join(stayed_before), "、".join(names)))
    return found


def _known(cls: type[Part], rows: Sequence[Part]) -> dict[str, Part]:
    known: dict[str, Part] = {}
    for row in rows:
        key = str(getattr(row, "key", "") or name_of(cls, row))
        while key in known:
            key += "′"
        known[key] = row
    return known


def _whole(cls: type[Part], row: Part, content: Content) -> str:
    """All that a row says and that differs from what an empty one would."""
    said = []
    for entry in ENTRIES[cls]:
        value = getattr(row, entry.key)
        field = cls.model_fields[entry.key]
        if entry.kind != "key" and (field.is_required() or value != field.get_default()):
            said.append(f"{entry.label}：{say(entry, value, content)}")
    return "\n".join(said)


def say(entry: Entry, value: Any, content: Content) -> str:
    """A value as people read it, in one or several lines; empty when there is none."""
    if value is None or value == () or value == "":
        return ""
    match entry.kind:
        case "tick":
            return "是" if value else "否"
        case "fen":
            return f"{value / 100:,.2f} 元"
        case "limit":
            return rules.limit_words(value) + (f"（{value.basis}）" if value.basis else "")
        case "condition":
            return in_words(content, value) or "都需要"
        case "options":
            return "、".join(name_of(type(each), each) for each in value)
        case "checks" | "lines":
            return "\n".join(entry.words.get(str(each), str(each)) for each in value)
        case "select" | "source":
            return entry.words.get(str(value), str(value))
        case "tests":
            fixed = facts_of(content.questions, content.form)
            return "\n".join(test_in_words(each, fixed) for each in value)
        case "part":
            return _whole(type(value), value, content)
        case "rows" | "attachments":
            return "、".join(name_of(type(each), each) for each in value)
    return f"{value} {entry.unit}".strip()


def by_section(found: Sequence[Difference]) -> Mapping[str, list[Difference]]:
    """Grouped by the first word of their place, in order."""
    groups: dict[str, list[Difference]] = {}
    for one in found:
        groups.setdefault(one.place[0], []).append(one)
    return groups
