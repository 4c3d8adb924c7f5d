"""One value in one cell, written as people write it, and read back: what a cell can't say is a CellError."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Kind = Literal["text", "number", "yes_no", "date", "choice", "choices", "lines", "limit", "condition", "options"]
EMPTY = "（空）"
"""Nothing, said where leaving the cell empty means the usual text."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_UNITS = {
    "个工作日": "working_day", "工作日": "working_day", "日": "day", "天": "day", "个自然日": "day",
    "自然日": "day", "个月": "month", "月": "month", "个小时": "hour", "小时": "hour",
}  # fmt: skip
YES = {"是": True, "1": True, "true": True, "有": True, "否": False, "0": False, "false": False, "无": False}


class CellError(ValueError):
    """Says what is wrong and what may stand there."""


@dataclass(frozen=True)
class Leaf:
    """How one key of a part stands in its cell."""

    kind: Kind
    choices: Mapping[str, str] = field(default_factory=dict)
    """Stored value → words, for `choice` and `choices`."""
    open: bool = False
    """Whether a value that isn't listed is taken as typed."""
    usual: Any = None
    """What an empty cell means; `...` where it must be filled."""

    def words(self, value: str) -> str:
        """`1 自然人` for codes, the words alone for keys."""
        name = self.choices.get(value, value)
        return f"{value} {name}" if value[:1].isdigit() and name != value else name

    @property
    def offered(self) -> tuple[str, ...]:
        if self.kind == "yes_no":
            return "是", "否"
        return tuple(self.words(value) for value in self.choices if value)


def escape(text: str) -> str:
    """What no cell can hold, by number: `\\x0d`; a backslash twice."""
    text = text.replace("\\", "\\\\")
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x};", text)


def unescape(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16)) if int(found[1], 16) < 0x110000 else found[0]
        return {"n": "\n", "e": ""}.get(found[2], found[2])

    return re.sub(r"\\(?:x([0-9a-fA-F]{2,6});|(.))", one, text, flags=re.DOTALL)


def write(leaf: Leaf, value: Any) -> str:
    """The cell for a stored value; limits and conditions are written by those who know more than the value."""
    match leaf.kind:
        case "yes_no":
            return "" if value is None else "是" if value else "否"
        case "number" | "date":
            return "" if value is None else str(value)
        case "choice":
            return "" if value is None else escape(leaf.words(value)) if value else _blank(leaf)
        case "choices":
            return "；".join(leaf.words(one) for one in value)
        case "lines":
            return "\n".join(_line(one) for one in value)
        case "options":
            return "\n".join(f"{one['value']}={_line(one['label'])}" for one in value)
    if not value:
        return "" if value is None else _blank(leaf)
    text = escape(value)
    return f"\\{text}" if text == EMPTY else text


def _blank(leaf: Leaf) -> str:
    return "" if leaf.usual in ("", None) else EMPTY


def _line(text: str) -> str:
    return escape(text).replace("\n", "\\n") or "\\e"


def read(leaf: Leaf, cell: str) -> Any:
    """The value a cell says. Raises CellError. Empty cells are the caller's: they mean the usual."""
    if cell == EMPTY:
        return ""
    match leaf.kind:
        case "yes_no":
            if cell.lower() not in YES:
                raise CellError(f"“{cell[:20]}”应写“是”或“否”")
            return YES[cell.lower()]
        case "number":
            if not re.fullmatch(r"-?[0-9]{1,12}", cell):
                raise CellError(f"“{cell[:20]}”不是整数")
            return int(cell)
        case "date":
            return _date(cell)
        case "choice":
            return _choice(leaf, unescape(cell))
        case "choices":
            return [_choice(leaf, one) for one in re.split(r"[；;、，,\n]", cell) if one.strip()]
        case "lines":
            return [unescape(line.strip()) for line in cell.split("\n") if line.strip()]
        case "options":
            return [_option(line) for line in cell.split("\n") if line.strip()]
    return unescape(cell)


def _date(cell: str) -> str:
    try:
        year, month, day = (int(part) for part in re.split(r"[-/.年月]", cell.rstrip("日")))
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise CellError(f"“{cell[:20]}”不是日期，例如 2026-03-05") from error


def _choice(leaf: Leaf, cell: str) -> str:
    """By the words, by `1 自然人`, or by the stored value; a leading zero that Excel took is given back."""
    cell = cell.strip()
    for value, words in leaf.choices.items():
        if cell in (value, words, leaf.words(value)) or (cell.isdigit() and value == cell.zfill(2)):
            return value
    if leaf.open and cell:
        return cell
    shown = "、".join(leaf.offered[:12])
    raise CellError(f"“{cell[:20]}”不是可选的值，可以写：{shown}")


def _option(line: str) -> dict[str, str]:
    value, equals, label = line.partition("=")
    if not equals:
        raise CellError(f"选项“{line[:20]}”应写成 标识=名称，一行一个")
    return {"value": value.strip(), "label": unescape(label)}


def write_limit(limit: Mapping[str, Any] | None) -> str:
    """20个工作日, 30日, 3个月. Its basis stands in a column of its own."""
    names = {"working_day": "个工作日", "day": "日", "month": "个月", "hour": "小时"}
    return f"{limit['amount']}{names[limit['unit']]}" if limit else ""


def read_limit(cell: str) -> dict[str, Any]:
    """Raises CellError. 即办 and 当场办结 are no days at all."""
    text = re.sub(r"\s", "", cell)
    if text in ("即办", "当场办结", "当场"):
        return {"amount": 0, "unit": "working_day"}
    found = re.fullmatch(r"([0-9]{1,3})(\D+)", text)
    if not found or found[2] not in _UNITS:
        raise CellError(f"“{cell[:20]}”不是时限，请写 20个工作日、30日、3个月 或 即办")
    return {"amount": int(found[1]), "unit": _UNITS[found[2]]}
