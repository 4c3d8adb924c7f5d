"""What the form asks, given the answers and what is filled in so far; and what it takes. Pure.

Values as typed (strings from pages, JSON from the API) go in; values as stored come out. Stored: text as str, `number`
as int, `money` as int in fen, `decimal` and `percent` as str without idle zeros ("12.5"), `date` as ISO text, `yes_no`
as bool, `multi_choice` as a list of str, a repeating page as a list of dicts. Checking what is stored gives it back
unchanged. Typed money is a str in 元 ("12.50"); a number means fen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tongban.catalog.content import Clause, Condition, Content, FormField, FormPage
from tongban.catalog.content.forms import DAYS, DECIDING, PATTERNS, FieldKind
from tongban.catalog.rules import Answers, Said, asked, holds
from tongban.identity import id_types
from tongban.identity import rules as identifiers
from tongban.kernel.refusals import Invalid, Refusal

Value = str | int | bool | list[str]
Row = dict[str, Value]
Values = dict[str, Value | list[Row]]
LARGEST = 10**12 - 1
"""Numbers have at most twelve digits before the point."""
MOST = 10**18
"""No integer or float above this is looked at: Python refuses to print the largest."""
EMAIL = r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.\-]{0,180}[A-Za-z0-9])?\.[A-Za-z]{2,20}"
_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")
"""NUL, and halves of characters, which JSON can carry and UTF-8 can't."""
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")

PRIVATE_KINDS = frozenset({"id_number", "phone", "email"})
"""Kinds of fields whose values are masked wherever they are not needed."""


# What is asked


@dataclass(frozen=True)
class Block:
    """Fields that are filled in together: a page, or one row (from 0) of a page that repeats; with the values given."""

    fields: tuple[FormField, ...]
    given: Mapping[str, Any]
    page_key: str = ""
    row: int | None = None

    def where(self, field: FormField) -> str:
        """The place a fault names: `form.shop`, or `form.members.0.name`."""
        return f"form.{field.key}" if self.row is None else f"form.{self.page_key}.{self.row}.{field.key}"


@dataclass(frozen=True)
class Sheet:
    """A page of the form with what these answers call for: one block, or for a page that repeats one a row."""

    page: FormPage
    blocks: tuple[Block, ...]
    position: int = 0
    """Of the page in the form."""


def sheets(content: Content, answers: Answers, form: Mapping[str, Any]) -> list[Sheet]:
    """The pages that are asked, with their fields. An answer or choice that isn't asked for counts for nothing."""
    said = situation(content, answers)
    made = []
    for position, page in enumerate(content.form):
        if not holds(page.when, said):
            continue
        if page.repeat and page.key:
            rows = rows_of(form.get(page.key))[: page.repeat.maximum]
            blocks = tuple(
                Block(_fields(page, dict(said), row), row, page.key, number) for number, row in enumerate(rows)
            )
            made.append(Sheet(page, blocks, position))
        elif fields := _fields(page, said, form):
            made.append(Sheet(page, (Block(fields, form),), position))
    return made


def everything_said(content: Content, answers: Answers, form: Mapping[str, Any]) -> Said:
    """What the answers and the choices of the whole form say, to conditions that look back on it (环节)."""
    said = situation(content, answers)
    for page in content.form:
        if not page.repeat and holds(page.when, said):
            _fields(page, said, form)
    return said


def rows_of(given: Any) -> list[Mapping[str, Any]]:
    """The rows of a repeating page; none when what was given is no list of rows."""
    return [row for row in given if isinstance(row, Mapping)] if isinstance(given, list | tuple) else []


def _fields(page: FormPage, said: dict[str, str | tuple[str, ...]], given: Mapping[str, Any]) -> tuple[FormField, ...]:
    """The fields of a page or a row that are asked; what its choices say is added to `said`."""
    found = []
    for field in page.fields:
        if holds(field.when, said):
            found.append(field)
            say(field, given.get(field.key), said)
    return tuple(found)


def say(field: FormField, given: Any, said: dict[str, str | tuple[str, ...]]) -> None:
    if field.kind in DECIDING and (says := said_by(field, given)):
        said[field.key] = says


def situation(content: Content, answers: Answers) -> dict[str, str | tuple[str, ...]]:
    return {q.key: answers[q.key] for q in asked(content, answers) if q.key in answers}


def said_by(field: FormField, given: Any) -> str | tuple[str, ...]:
    """What a choice says to the conditions after it: `yes` or `no`, an option, several; empty when it says nothing."""
    if field.kind == "yes_no":
        chosen = _truth(given)
        return "" if chosen is None else "yes" if chosen else "no"
    if field.kind == "multi_choice":
        ticked = given if isinstance(given, list | tuple) else ()
        return tuple(value for value in ticked if isinstance(value, str) and value in field.answers)
    return given.strip() if isinstance(given, str) and given.strip() in field.answers else ""


def pages_for(content: Content, answers: Answers, form: Mapping[str, Any] | None = None) -> list[FormPage]:
    """The form's pages with the fields called for; a page without fields is left out.

    Without `form`, a condition on a choice of the form itself is taken to hold: what may still be asked. A repeating
    page always keeps the fields that its rows decide upon.
    """
    if form is not None:
        return [
            sheet.page if sheet.page.repeat else sheet.page.model_copy(update={"fields": sheet.blocks[0].fields})
            for sheet in sheets(content, answers, form)
        ]
    inside = {field.key for page in content.form for field in page.fields}
    said = situation(content, answers)
    made = []
    for page in content.form:
        fields = tuple(field for field in page.fields if _may_hold(field.when, said, inside))
        if fields and _may_hold(page.when, said, inside):
            made.append(page.model_copy(update={"fields": fields}))
    return made


def _may_hold(condition: Condition, said: Said, inside: Collection[str]) -> bool:
    clauses = (condition,) if isinstance(condition, dict) else condition
    return not clauses or any(holds({k: v for k, v in clause.items() if k not in inside}, said) for clause in clauses)


def fields_for(content: Content, answers: Answers, form: Mapping[str, Any] | None = None) -> list[FormField]:
    """The fields of `pages_for`, those of repeating pages among them."""
    return [field for page in pages_for(content, answers, form) for field in page.fields]


def kept(content: Content, answers: Answers, form: Mapping[str, Any]) -> dict[str, Any]:
    """Of what was typed, only what is asked for."""
    made: dict[str, Any] = {}
    for sheet in sheets(content, answers, form):
        if sheet.page.repeat and sheet.page.key:
            made[sheet.page.key] = [_given(block) for block in sheet.blocks]
        else:
            made |= _given(sheet.blocks[0])
    return made


def _given(block: Block) -> dict[str, Any]:
    return {field.key: block.given[field.key] for field in block.fields if field.key in block.given}


def filled(
    content: Content, answers: Answers, *, value: Callable[[FormField], Any], rows: Callable[[FormPage], int]
) -> dict[str, Any]:
    """A form with a `value` in every field that is then asked, and so many `rows` on a page that repeats: examples."""
    said = situation(content, answers)
    form: dict[str, Any] = {}
    for page in content.form:
        if not holds(page.when, said):
            continue
        if page.repeat and page.key:
            form[page.key] = [_filled(page, dict(said), value) for _ in range(rows(page))]
        else:
            form |= _filled(page, said, value)
    return form


def _filled(
    page: FormPage, said: dict[str, str | tuple[str, ...]], value: Callable[[FormField], Any]
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for field in page.fields:
        if holds(field.when, said):
            made[field.key] = value(field)
            say(field, made[field.key], said)
    return made


# What it takes


PHONELESS: frozenset[FieldKind] = frozenset({"phone", "email"})
"""What nobody must have to be served at a window: kinds that may stay empty there, whatever the form says."""


def check_form(
    content: Content,
    answers: Answers,
    given: Mapping[str, Any],
    *,
    today: date,
    excused: Collection[FieldKind] = (),
) -> Values:
    """The form's values, typed and clean. Raises Invalid with one fault a field, in the form's order.

    A value for a field that isn't asked is dropped; one for a field that there isn't is refused. Fields of the
    `excused` kinds may stay empty.
    """
    values: Values = {}
    faults: list[Refusal] = []
    for sheet in sheets(content, answers, given):
        if sheet.page.repeat and sheet.page.key:
            faults += _row_faults(sheet.page, given.get(sheet.page.key))
            values[sheet.page.key] = [_clean_block(one, faults, today=today, excused=excused) for one in sheet.blocks]
        else:
            values |= _clean_block(sheet.blocks[0], faults, today=today, excused=excused)
    known = {page.key for page in content.form if page.repeat} | {
        field.key for page in content.form if not page.repeat for field in page.fields
    }
    if unknown := {str(key) for key in given} - {str(key) for key in known}:
        faults.append(_unknown(unknown, "form"))
    if faults:
        raise Invalid(faults)
    return values


def check_sheet(sheet: Sheet, given: Mapping[str, Any], *, today: date) -> list[Refusal]:
    """The faults of one page, as it is filled in."""
    faults: list[Refusal] = []
    if sheet.page.repeat and sheet.page.key:
        faults += _row_faults(sheet.page, given.get(sheet.page.key))
    for block in sheet.blocks:
        _clean_block(block, faults, today=today)
    return faults


def _row_faults(page: FormPage, given: Any) -> list[Refusal]:
    """How many rows there are, and that each is a row of this page."""
    repeat, where = page.repeat, f"form.{page.key}"
    assert repeat is not None  # noqa: S101 - asked for by the callers
    if given is not None and given != "" and (
        not isinstance(given, list | tuple) or not all(isinstance(row, Mapping) for row in given)
    ):  # fmt: skip
        return [Refusal("rows_form", f"“{page.title}”应为一行一行的内容", "每行是一组字段", where)]
    rows = rows_of(given)
    faults = []
    if len(rows) < repeat.minimum:
        faults.append(
            Refusal("rows_too_few", f"“{page.title}”至少填 {repeat.minimum} 位{repeat.row}，现在有 {len(rows)} 位",
                    f"请点“添加{repeat.row}”", where)
        )  # fmt: skip
    if len(rows) > repeat.maximum:
        faults.append(
            Refusal("rows_too_many", f"“{page.title}”最多填 {repeat.maximum} 位{repeat.row}，现在有 {len(rows)} 位",
                    "请删去多的；确实更多的，请到窗口办理", where)
        )  # fmt: skip
    known = {field.key for field in page.fields}
    for number, row in enumerate(rows[: repeat.maximum]):
        if unknown := {str(key) for key in row} - known:
            faults.append(_unknown(unknown, f"{where}.{number}"))
    return faults


def _unknown(keys: Collection[str], where: str) -> Refusal:
    return Refusal("field_unknown", f"申请表没有这些字段：{'、'.join(sorted(keys))}", "请以办事指南的表单为准", where)


def _clean_block(block: Block, faults: list[Refusal], *, today: date, excused: Collection[FieldKind] = ()) -> Row:
    values: Row = {}
    for field in block.fields:
        if field.kind in excused and _is_empty(block.given.get(field.key)):
            continue
        try:
            value = clean(field, block.given.get(field.key), today=today, where=block.where(field))
        except Refusal as refusal:
            faults.append(refusal)
        else:
            if value is not None:
                values[field.key] = value
    return values


def _is_empty(given: Any) -> bool:
    return given is None or given in ([], ()) or (isinstance(given, str) and not given.strip())


def clean(field: FormField, given: Any, *, today: date, where: str = "") -> Value | None:
    """One value as stored; None when left empty and not required. Raises Refusal naming the field."""
    where = where or f"form.{field.key}"
    if _is_empty(given):
        if field.required:
            do = "请选择" if field.kind in DECIDING else "请填写"
            raise Refusal("field_missing", f"{do}“{field.label}”", field.help, where)
        return None
    if field.kind == "multi_choice":
        return _several(field, given, where)
    numbers = field.kind in ("number", "decimal", "percent", "money")
    if not isinstance(given, str | int | float if numbers else str | int) or (
        not isinstance(given, str) and not abs(given) <= MOST
    ):
        raise Refusal("field_type", f"“{field.label}”的类型不对", "请填写一个值", where)
    if field.kind == "yes_no":
        return _yes_no(field, given, where)
    if numbers:
        return _amount(field, given, where)
    text = str(given).strip()
    if _UNSTORABLE.search(text):
        raise Refusal("field_characters", f"“{field.label}”含有不能保存的字符", "请重新输入", where)
    match field.kind:
        case "id_number":
            return id_types.any_number(text, field=where)
        case "uscc":
            return identifiers.organisation_code(text, field=where)
        case "phone":
            return identifiers.phone(text, field=where)
        case "date":
            return _date(field, text, where, today=today)
        case "choice":
            if text not in field.answers:
                raise Refusal("choice_unknown", f"“{field.label}”没有这个选项", "请从列出的选项中选", where)
            return text
    return _words(field, text, where)


def _words(field: FormField, text: str, where: str) -> str:
    if len(text) > field.max_length:
        raise Refusal(
            "field_too_long", f"“{field.label}”最多 {field.max_length} 个字，现在有 {len(text)} 个", "请写短一些", where
        )
    if len(text) < field.min_length:
        raise Refusal(
            "field_too_short", f"“{field.label}”至少 {field.min_length} 个字，现在有 {len(text)} 个", "请写完整", where
        )
    if field.kind == "email":
        text = unicodedata.normalize("NFKC", text)
        if not re.fullmatch(EMAIL, text):
            raise Refusal("email_form", f"“{field.label}”不是电子邮箱地址", "例如 name@example.com", where)
    name, pattern, hint = PATTERNS[field.pattern]
    if pattern and not re.fullmatch(pattern, text):
        raise Refusal("field_pattern", f"“{field.label}”的格式不对，应为{name}", field.example or hint, where)
    return text


def _truth(given: Any) -> bool | None:
    words = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
    return words.get(str(given).strip().lower())


def _yes_no(field: FormField, given: object, where: str) -> bool:
    chosen = _truth(given)
    if chosen is None:
        raise Refusal("choice_unknown", f"“{field.label}”请选“是”或“否”", "", where)
    return chosen


def _several(field: FormField, given: Any, where: str) -> list[str]:
    """In the order of the options."""
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) for one in given):
        raise Refusal("field_type", f"“{field.label}”的类型不对", "请从列出的选项中选一个或几个", where)
    if set(given) - field.answers or len(set(given)) < len(given):
        raise Refusal("choice_unknown", f"“{field.label}”没有这个选项", "请从列出的选项中选", where)
    if field.minimum is not None and len(given) < field.minimum:
        raise Refusal("choices_too_few", f"“{field.label}”至少选 {field.minimum} 项", "", where)
    if field.maximum is not None and len(given) > field.maximum:
        raise Refusal("choices_too_many", f"“{field.label}”最多选 {field.maximum} 项", "", where)
    return [option.value for option in field.options if option.value in given]


def places_of(field: FormField) -> int:
    """Digits after the point that may be typed."""
    return {"number": 0, "money": 2}.get(field.kind, field.decimals)


def bounds(field: FormField) -> tuple[int, int]:
    """The least and the greatest amount, both included, in the field's own unit (money in 元)."""
    low, high = (0, 100) if field.kind == "percent" else (-LARGEST, LARGEST)
    return low if field.minimum is None else field.minimum, high if field.maximum is None else field.maximum


def _amount(field: FormField, given: str | int | float, where: str) -> int | str:
    places = places_of(field)
    number = (
        None
        if isinstance(given, bool)
        else _decimal(given.strip().removesuffix("%") if isinstance(given, str) and field.kind == "percent" else given)
    )
    if number is not None and field.kind == "money" and not isinstance(given, str):
        number = number / 100 if number == number.to_integral_value() else None
    if number is None or abs(number) >= LARGEST + 1 or number != round(number, places):
        what = f"最多有 {places} 位小数的数" if places else "整数"
        unit = "元" if field.kind == "money" else field.unit
        raise Refusal("number_form", f"“{field.label}”应为{what}", f"单位：{unit}" if unit else "只填数字", where)
    low, high = bounds(field)
    unit = f" {field.unit}" if field.unit else ""
    if number < low:
        raise Refusal("number_too_small", f"“{field.label}”不能小于 {low}{unit}", "请核对后修改", where)
    if number > high:
        raise Refusal("number_too_large", f"“{field.label}”不能大于 {high}{unit}", "请核对后修改", where)
    if field.kind == "money":
        return int(number * 100)
    return int(number) if not places else _plain(number)


def _decimal(given: str | int | float) -> Decimal | None:
    """The number that was typed, with full-width digits and group commas; None when it is none."""
    text = re.sub(r"[\s,]", "", unicodedata.normalize("NFKC", str(given)))
    if isinstance(given, str) and not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", text):
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**21 else None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _date(field: FormField, text: str, where: str, *, today: date) -> str:
    found = _DATE.fullmatch(unicodedata.normalize("NFKC", text))
    try:
        if not found:
            raise ValueError(text)
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        raise Refusal("date_form", f"“{field.label}”的日期不对", "例如 2026-03-05", where) from None
    first, last = days_between(field, today)
    if day < first or day > last:
        rule = f"应是{DAYS[field.day]}" if field.day else ""
        span = [f"不早于 {first}" if first > date.min else "", f"不晚于 {last}" if last < date.max else ""]
        says = rule or "，".join(filter(None, span))
        raise Refusal("date_out_of_range", f"“{field.label}”{says}", "、".join(filter(None, span)), where)
    return day.isoformat()


def days_between(field: FormField, today: date) -> tuple[date, date]:
    """The first and the last day that the field takes, both included."""
    first, last = field.earliest or date.min, field.latest or date.max
    shift = {"past": -1, "future": 1}.get(field.day, 0)
    limit = date.fromordinal(today.toordinal() + shift)
    if field.day in ("past", "not_future"):
        last = min(last, limit)
    if field.day in ("future", "not_past"):
        first = max(first, limit)
    return first, last


# How it is shown


def shown(field: FormField, value: Value) -> str:
    """A stored value as people read it."""
    if field.kind == "yes_no":
        return "是" if value else "否"
    if field.kind in ("choice", "multi_choice"):
        names = {option.value: option.label for option in field.options}
        chosen = value if isinstance(value, list) else [str(value)]
        return "、".join(names.get(one, one) for one in chosen)
    if field.kind == "money" and isinstance(value, int):
        return f"{_yuan(value)} {field.unit or '元'}"
    if field.kind == "percent":
        return f"{value}%"
    return f"{value} {field.unit}".strip()


def _yuan(fen: int) -> str:
    """12, 12.50, -0.05."""
    whole, rest = divmod(abs(fen), 100)
    return ("-" if fen < 0 else "") + str(whole) + (f".{rest:02d}" if rest else "")


def typed(field: FormField, value: Any) -> Any:
    """A stored value as one would have typed it: what an earlier case fills in."""
    if field.kind == "money" and isinstance(value, int) and not isinstance(value, bool):
        return _yuan(value)
    if field.kind == "yes_no":
        return "true" if value else "false"
    return value if isinstance(value, list) else str(value)


def shown_as_typed(field: FormField, given: Any, *, today: date) -> str:
    """What was typed as people read it; what is still wrong as it was typed."""
    try:
        value = clean(field, given, today=today)
    except Refusal:
        return "、".join(str(one) for one in given) if isinstance(given, list | tuple) else str(given)
    return "" if value is None else shown(field, value)


@dataclass(frozen=True)
class Line:
    """One stored value as people read it; the label of a row's field carries the row: 家庭成员 2：姓名."""

    label: str
    text: str
    field: FormField
    row: int | None = None


def lines(content: Content, answers: Answers, values: Mapping[str, Any], *, masked: bool = False) -> list[Line]:
    """The form as it was handed in, in its order; with `masked`, identifiers, phones and mailboxes are veiled."""
    made = []
    for sheet in sheets(content, answers, values):
        for block in sheet.blocks:
            row = f"{sheet.page.repeat.row} {block.row + 1}：" if sheet.page.repeat and block.row is not None else ""
            for field in block.fields:
                if field.key in block.given:
                    value = block.given[field.key]
                    text = shown(field, veiled(field, value) if masked else value)
                    made.append(Line(row + field.label, text, field, block.row))
    return made


def veiled(field: FormField, value: Value) -> Value:
    """The value without what identifies or reaches a person."""
    match field.kind:
        case "id_number":
            return identifiers.mask_id(str(value))
        case "phone":
            return identifiers.mask_phone(str(value))
        case "email":
            return f"{str(value)[:1]}***@{str(value).rpartition('@')[2]}"
    return value


def masked(content: Content, values: Mapping[str, Any]) -> dict[str, Any]:
    """Stored values, in their shape, with `veiled` where it applies."""
    fields = {field.key: field for page in content.form for field in page.fields}

    def one(key: str, value: Any) -> Any:
        if isinstance(value, list) and key not in fields:
            return [{inner: one(inner, each) for inner, each in row.items()} for row in value]
        return veiled(fields[key], value) if key in fields else value

    return {key: one(key, value) for key, value in values.items()}


def said_when(content: Content, condition: Condition) -> str:
    """A condition in words: “经营类型”为餐饮; empty when it always holds."""
    questions = {q.key: (q.text, {o.value: o.label for o in q.options}) for q in content.questions}
    fields = {
        field.key: (field.label, {o.value: o.label for o in field.options} | {"yes": "是", "no": "否"})
        for page in content.form
        for field in page.fields
        if field.kind in DECIDING
    }
    known = questions | fields

    def words(clause: Clause) -> str:
        said = []
        for key, wanted in clause.items():
            text, labels = known.get(key, (key, {}))
            said.append(f"“{text.rstrip('？?')}”为{'或'.join(labels.get(value, value) for value in wanted)}")
        return "，且".join(said)

    clauses = (condition,) if isinstance(condition, dict) else condition
    return "；或者".join(filter(None, (words(clause) for clause in clauses)))
