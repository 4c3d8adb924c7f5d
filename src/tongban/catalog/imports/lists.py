"""Reading 事项清单: rows as people and other platforms write them become entries that can be used, or reasons why not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongban.catalog.coding import Scheme
from tongban.catalog.content.labels import TYPES
from tongban.kernel.tables import Column, Report, Row, Table
from tongban.kernel.typed import normalise
from tongban.orgs.imports import shaped_uscc

ITEMS = (
    Column("code", ("基本编码", "事项编码", "item_code")),
    Column("external_code", ("local_item_code", "地方编码", "原编码", "来源编码")),
    Column("name", ("事项名称", "item_name", "名称"), required=True),
    Column("type", ("type_code", "事项类型代码", "类型代码")),
    Column("type_name", ("item_type", "事项类型", "类型")),
    Column("body", ("department", "实施机构", "实施主体", "部门"), required=True),
    Column("uscc", ("dept_uscc", "统一社会信用代码", "实施主体编码")),
    Column("main", ("main_item", "group", "主项名称", "主项")),
    Column("audience", ("服务对象",)),
    Column("area", ("area_code", "区划代码", "行政区划代码")),
)

_TYPE_NAMES = {name: code for code, name in TYPES.items()} | {
    "其他类别事项": "10", "其他类别": "10", "其他权力": "10", "其他": "10", "公共服务事项": "20",
}  # fmt: skip
_AUDIENCES = {
    "自然人": "1", "个人": "1", "企业法人": "2", "企业": "2", "法人": "2", "事业法人": "3", "事业单位": "3",
    "社会组织法人": "4", "社会组织": "4", "行政机关": "5", "其他组织": "6",
} | {str(code): str(code) for code in range(1, 7)}  # fmt: skip
_EVERYONE = ("1", "2")
_NO_MAIN = {"未分类", "无", "-", "—", "/"}


@dataclass(frozen=True)
class Entry:
    """A row of the list, read and in order; `body` is still as the row names it."""

    line: int
    code: str
    external_code: str
    name: str
    type_code: str
    body: str
    uscc: str | None
    main_name: str
    audience: tuple[str, ...]


def entries(table: Table, scheme: Scheme, report: Report) -> list[Entry]:
    """The rows that can be used; the others are rejected, with the reason."""
    if "audience" not in table.columns:
        report.notes.append("文件没有服务对象一列，新事项暂按自然人和企业法人")
    found: list[Entry] = []
    first: dict[tuple[str, ...], Entry] = {}
    for row in table.rows:
        code, fault = shaped_uscc(row["uscc"])
        if fault and "uscc" in table.columns:
            report.warn(row.line, f"{row['body']}：{fault}")
        entry = Entry(
            line=row.line,
            code=normalise(row["code"]),
            external_code=row["external_code"],
            name=row["name"],
            type_code=_type(row),
            body=row["body"],
            uscc=code,
            main_name="" if row["main"] in _NO_MAIN else row["main"],
            audience=_audience(row["audience"]),
        )
        if reason := _fault(entry, row, scheme) or _repeats(entry, first):
            report.reject(row.line, reason)
        else:
            found.append(entry)
    return found


def _type(row: Row) -> str:
    """The type's code; empty when neither column says a type of A.1, or the two disagree."""
    said = [row[column] for column in ("type", "type_name") if row[column]]
    codes = {text.zfill(2) if text.isdigit() else _TYPE_NAMES.get(text, "") for text in said}
    code = codes.pop() if len(codes) == 1 else ""
    return code if code in TYPES else ""


def _audience(text: str) -> tuple[str, ...]:
    """服务对象 codes of A.4; empty when a word is unknown, everyone when nothing is said."""
    words = [word for word in re.split(r"[;；,，、|/\s^]+", text) if word]
    codes = [_AUDIENCES.get(word, "") for word in words]
    return tuple(sorted(set(codes))) if all(codes) and codes else () if codes else _EVERYONE


def _fault(entry: Entry, row: Row, scheme: Scheme) -> str:
    """Why the row can't be used; empty when it can."""
    if not entry.name:
        return "没有事项名称"
    if not entry.body:
        return "没有实施机构"
    if not entry.type_code:
        said = "、".join(filter(None, (row["type"], row["type_name"]))) or "空"
        return f"事项类型“{said}”不是 GB/T 39046 附录 A.1 的一种，或代码与名称不一致"
    if not entry.audience:
        return f"服务对象“{row['audience']}”不认识，请写 1 至 6 的代码，用分号隔开"
    if entry.code and (wrong := scheme.validate(entry.code)):
        return wrong.reason
    longest = {"事项名称": (entry.name, 200), "主项": (entry.main_name, 200), "来源编码": (entry.external_code, 80),
               "实施机构": (entry.body, 100)}  # fmt: skip
    return next((f"{what}超过 {most} 个字" for what, (text, most) in longest.items() if len(text) > most), "")


def _repeats(entry: Entry, first: dict[tuple[str, ...], Entry]) -> str:
    """Whether an earlier row already said this, or says something else under the same code (三级四同)."""
    if entry.external_code:
        mine: tuple[str, ...] = ("external", entry.external_code)
    else:
        mine = ("own", entry.code, entry.body) if entry.code else ("named", entry.name, entry.type_code, entry.body)
    if before := first.get(mine):
        what = entry.external_code or entry.code or entry.name
        return f"“{what}”与第 {before.line} 行重复"
    if entry.code:
        if (entry.code, entry.body) in first:
            return f"编码 {entry.code} 与第 {first[entry.code, entry.body].line} 行重复"
        same = first.setdefault((entry.code,), entry)
        if (same.name, same.type_code) != (entry.name, entry.type_code):
            return f"编码 {entry.code} 在第 {same.line} 行是“{same.name}”，同一编码的名称和类型应当相同"
        first[entry.code, entry.body] = entry
    first[mine] = entry
    return ""
