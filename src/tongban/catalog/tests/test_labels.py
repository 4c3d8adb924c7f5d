"""Every key of the document can be read and edited: nothing is left out of the forms."""

from __future__ import annotations

from typing import get_args

import pytest

from tongban.catalog.content import Content, Part
from tongban.catalog.content.labels import ENTRIES, SECTIONS, name_of
from tongban.catalog.content.materials import Give

PARTS = [Content, *(part for part in Part.__subclasses__() if part is not Content)]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_of_every_part_has_words(part: type[Part]) -> None:
    assert {entry.key for entry in ENTRIES[part]} == set(part.model_fields)


def test_every_key_of_an_edition_stands_on_exactly_one_page() -> None:
    keys = [key for section in SECTIONS for key in section.keys]

    assert sorted(keys) == sorted(Content.model_fields)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_value_that_a_choice_allows_has_words(part: type[Part]) -> None:
    for entry in ENTRIES[part]:
        if entry.kind in ("select", "checks") and entry.choices:
            allowed = set(_values(part.model_fields[entry.key].annotation))
            known = set(entry.words)
            assert not allowed or allowed <= known | {""} or allowed == known, entry.key


def _values(annotation: object) -> list[str]:
    if annotation is Give or (isinstance(annotation, type) and hasattr(annotation, "__members__")):
        return [str(one.value) for one in annotation]  # type: ignore[attr-defined]
    found = []
    for one in get_args(annotation):
        found += [one] if isinstance(one, str) else _values(one)
    return found


def test_a_row_is_called_by_what_people_call_it() -> None:
    assert name_of(Content.model_fields["faq"].annotation.__args__[0], {"question": "要多久？"}) == "要多久？"  # type: ignore[union-attr]
