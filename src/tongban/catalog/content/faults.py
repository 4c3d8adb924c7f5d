"""What a filled-in form gets wrong, in an editor's words: pydantic's errors, each with its place in the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

from tongban.catalog.content.common import Part
from tongban.catalog.content.edition import Content
from tongban.catalog.content.labels import ENTRIES, Entry, entries_of, name_of
from tongban.kernel.refusals import Invalid, Refusal


def read(given: Mapping[str, Any]) -> Content:
    """The document, typed. Raises Invalid: one fault a place, `field` is the way there (`materials.3.name`)."""
    try:
        return Content.model_validate(given)
    except ValidationError as error:
        raise Invalid([_fault(given, one) for one in error.errors()]) from error


def _fault(given: Mapping[str, Any], error: Mapping[str, Any]) -> Refusal:
    place = tuple(step for step in error["loc"] if not str(step).startswith("function-"))
    field = ".".join(map(str, place))
    where = _where(given, place)
    words = _words(error)
    return Refusal("edition_content", f"{where}：{words}" if where else words, "", field)


def _where(given: Any, place: tuple[int | str, ...]) -> str:
    """材料 第 4 项“布局图” 办理说明."""
    part: type[Part] | None = Content
    said: list[str] = []
    row_of: type[Part] | None = None
    for step in place:
        if isinstance(step, int):
            given = given[step] if isinstance(given, list | tuple) and step < len(given) else None
            name = name_of(row_of, given) if row_of and isinstance(given, dict) else ""
            said.append(f"第 {step + 1} 项" + (f"“{name[:30]}”" if name else ""))
            part = row_of
        else:
            entry = entries_of(part).get(step) if part in ENTRIES and part else None
            given = given.get(step) if isinstance(given, dict) else None
            said.append(entry.label if entry else "")
            row_of = part = entry.of if entry else None
    return " ".join(filter(None, said))


def _words(error: Mapping[str, Any]) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(context.get("error", error["msg"]))
        case "string_too_long":
            return f"最多 {context.get('max_length')} 个字"
        case "string_too_short" | "missing":
            return "请填写"
        case "too_short":
            return f"至少要有 {context.get('min_length')} 项"
        case "greater_than_equal":
            return f"不能小于 {context.get('ge')}"
        case "less_than_equal":
            return f"不能大于 {context.get('le')}"
        case "int_type" | "int_parsing" | "int_from_float":
            return "应为整数"
        case "date_parsing" | "date_type" | "date_from_datetime_parsing":
            return "应为日期，例如 2026-03-05"
        case "enum" | "literal_error":
            return "请从列出的选项中选"
        case "string_pattern_mismatch":
            return "写法不对"
    return f"不能这样填（{error['msg']}）"


def part_of(entry: Entry) -> type[Part]:
    """The part of an entry that has one."""
    assert entry.of is not None  # noqa: S101 - rows and parts say of what
    return entry.of


def blank(part: type[Part]) -> dict[str, Any]:
    """A row as it begins: the defaults, and nothing where something must be entered."""
    made: dict[str, Any] = {}
    for key, field in part.model_fields.items():
        if not field.is_required():
            value = field.get_default(call_default_factory=True)
            made[key] = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        else:
            made[key] = _first(field.annotation)
    return made


def _first(annotation: Any) -> Any:
    if get_origin(annotation) is tuple:
        return []
    values = [value for value in get_args(annotation) if isinstance(value, str)]
    return cast(Any, values[0]) if values else ""
