"""零材料 and 一证一照: the list and the guide's page say the same of every demo guide, in every situation."""

from __future__ import annotations

import tomllib

import pytest

from tongban.catalog import plain, situations
from tongban.catalog.content import Content
from tongban.catalog.lists import Listed, lists_of
from tongban.site.demo.load import HERE

GUIDES = sorted((HERE / "guides").glob("*.toml"))


def listed(path: str) -> Listed:
    document = tomllib.loads((HERE / "guides" / path).read_text("utf-8"))
    head = {key: document.pop(key) for key in ("code", "name", "type", "body")}
    return Listed(head["name"], head["type"], Content.model_validate(document))


@pytest.mark.parametrize("path", [path.name for path in GUIDES])
def test_zero_material_is_said_in_every_situation_or_not_listed(path: str) -> None:
    one = listed(path)
    free = all(
        plain.needed(one.content, dict(each.answers)).nothing_to_prepare
        for each in situations.combinations(one.content)
    )

    assert ("no_material" in lists_of(one)) == free


@pytest.mark.parametrize("path", [path.name for path in GUIDES])
def test_one_licence_means_nothing_else_to_prepare(path: str) -> None:
    one = listed(path)
    if not one.content.one_licence:
        return
    assert "one_licence" in lists_of(one)
    for each in situations.combinations(one.content):
        assert plain.needed(one.content, dict(each.answers)).nothing_to_prepare


def test_the_demo_has_both_kinds() -> None:
    found = [set(lists_of(listed(path.name))) for path in GUIDES]

    assert sum("no_material" in one for one in found) >= 1
    assert sum("one_licence" in one for one in found) >= 1
    assert sum("by_rule" in one for one in found) >= 2
