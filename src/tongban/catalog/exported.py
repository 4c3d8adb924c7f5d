"""质量工作表 as a table, by the same choices as the page."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.catalog import worklist
from tongban.catalog.quality import RULES, WEIGHTS
from tongban.catalog.worklist import Line
from tongban.exports.lists import Asked, Column, Listed, declare


def _lines(asked: Asked) -> Iterator[Line]:
    chosen, _ = worklist.asked(asked.filters, worklist.bodies_of(asked.by))
    return worklist.all_lines(chosen)


def _said(asked: Asked) -> list[tuple[str, str]]:
    bodies = worklist.bodies_of(asked.by)
    _, chosen = worklist.asked(asked.filters, bodies)
    names = {"body": {one.key: one.name for one in bodies}, "rule": {key: one.name for key, one in RULES.items()},
             "weight": {str(key): name for key, name in WEIGHTS.items()}}  # fmt: skip
    titles = {"body": "部门", "rule": "规则", "weight": "分量"}
    return [(titles[name], names[name][value]) for name, value in chosen.items()]


declare(Listed(
    key="quality", name="指南问题清单", page="/desk/catalog/quality/findings",
    may=lambda by: bool(by.posts_for("catalog.edit")), filters=("body", "rule", "weight"), rows=_lines, said=_said,
    columns=(
        Column("body", "部门", lambda row: row.body),
        Column("code", "实施编码", lambda row: row.code),
        Column("name", "事项", lambda row: row.name),
        Column("weight", "分量", lambda row: WEIGHTS[row.rule.weight]),
        Column("rule", "规则", lambda row: row.rule.name),
        Column("place", "位置", lambda row: row.place_words),
        Column("says", "问题", lambda row: row.says),
        Column("mend", "怎么改", lambda row: row.mend),
    ),
))  # fmt: skip
