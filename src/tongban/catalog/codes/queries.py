"""The book of code sets as it stands."""

from __future__ import annotations

from collections import defaultdict

from tongban.catalog.codes.rules import Book, Place, Set
from tongban.catalog.models import CodeMapping, CodeSet, CodeValue
from tongban.kernel.refusals import NotFound


def book() -> Book:
    """Everything, in three queries: a few hundred rows that change a few times a year."""
    codes: dict[int, dict[str, str]] = defaultdict(dict)
    for one in CodeValue.objects.order_by("set_id", "position", "id"):
        codes[one.set_id][one.code] = one.name
    sets = {
        (one.system, one.key): Set(one.system, one.key, one.name, one.source, codes[one.pk])
        for one in CodeSet.objects.order_by("key", "system")
    }
    mapped: dict[tuple[Place, Place], dict[str, tuple[str, ...]]] = defaultdict(dict)
    rows = CodeMapping.objects.order_by("id").values_list(
        "source__set__system", "source__set__key", "source__code",
        "target__set__system", "target__set__key", "target__code",
    )  # fmt: skip
    for system, key, code, other, other_key, becomes in rows:
        pair = mapped[(system, key), (other, other_key)]
        pair[code] = (*pair.get(code, ()), becomes)
    return Book(sets, mapped)


def code_set(system: str, key: str) -> CodeSet:
    """Raises NotFound."""
    found = CodeSet.objects.filter(system=_plain(system), key=_plain(key)).first()
    if found is None:
        raise NotFound("code_set_unknown", "没有这个代码集", "请从代码与对照页选择")
    return found


def mappings(of: CodeSet) -> dict[str, list[CodeMapping]]:
    """By the other system: what this set's codes become there, with who said so and why."""
    found: dict[str, list[CodeMapping]] = defaultdict(list)
    rows = CodeMapping.objects.filter(source__set=of).select_related("source", "target__set")
    for one in rows.order_by("target__set__system", "source__position", "target__position", "id"):
        found[one.target.set.system].append(one)
    return found


def _plain(text: str) -> str:
    return text.replace("\0", "")
