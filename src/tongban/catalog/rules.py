"""What a guide asks for, given the answers: pure functions over an edition's content."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from tongban.catalog.content import Condition, Content, FormField, FormPage, Limit, Material, Question, Unit
from tongban.identity import rules as identifiers
from tongban.kernel.refusals import Invalid, Refusal

Answers = Mapping[str, str]
Value = str | int | bool
LARGEST = 10**18
_UNSTORABLE = re.compile("[\\0\\ud800-\\udfff]")
"""NUL, and halves of characters, which JSON can carry and UTF-8 can't."""


def holds(condition: Condition, answers: Answers) -> bool:
    """One clause holds: every question it names has one of the answers listed. No condition at all always holds."""
    clauses = (condition,) if isinstance(condition, dict) else condition
    return not clauses or any(
        all(answers.get(question) in wanted for question, wanted in clause.items()) for clause in clauses
    )


def asked(content: Content, answers: Answers) -> list[Question]:
    """The situation questions that these answers leave to be asked, in order."""
    found: list[Question] = []
    counted: dict[str, str] = {}  # an answer to a question that is no longer asked counts for nothing
    for question in content.questions:
        if holds(question.when, counted):
            found.append(question)
            if question.key in answers:
                counted[question.key] = answers[question.key]
    return found


def check_answers(content: Content, given: Answers) -> dict[str, str]:
    """The answers that count, complete. Raises Invalid naming each question that is open or answered wrongly."""
    answers: dict[str, str] = {}
    faults: list[Refusal] = []
    for question in content.questions:
        if not holds(question.when, answers):
            continue
        value = given.get(question.key, "")
        if value in {option.value for option in question.options}:
            answers[question.key] = value
        elif value:
            faults.append(
                Refusal(
                    "answer_unknown", f"“{question.text}”没有这个选项", "请从列出的选项中选", f"answers.{question.key}"
                )
            )
        else:
            faults.append(Refusal("answer_missing", f"请回答：{question.text}", "", f"answers.{question.key}"))
    if unknown := set(given) - {question.key for question in content.questions}:
        names = "、".join(sorted(unknown))
        faults.append(
            Refusal("question_unknown", f"这个事项没有情形问题：{names}", "请以办事指南列出的问题为准", "answers")
        )
    if faults:
        raise Invalid(faults)
    return answers


def materials_for(content: Content, answers: Answers) -> list[Material]:
    """The materials these answers call for, in the guide's order: exactly these, nothing more may be asked for."""
    return [material for material in content.materials if holds(material.when, answers)]


def pages_for(content: Content, answers: Answers) -> list[FormPage]:
    """The form's pages with the fields these answers call for; a page without fields is left out."""
    pages = []
    for page in content.form:
        fields = tuple(field for field in page.fields if holds(field.when, answers))
        if fields:
            pages.append(page.model_copy(update={"fields": fields}))
    return pages


def fields_for(content: Content, answers: Answers) -> list[FormField]:
    return [field for page in pages_for(content, answers) for field in page.fields]


def check_form(content: Content, answers: Answers, given: Mapping[str, Any]) -> dict[str, Value]:
    """The form's values, typed and clean. Raises Invalid with one fault a field, in the form's order."""
    return check_fields(fields_for(content, answers), given, known={f.key for p in content.form for f in p.fields})


def check_fields(fields: list[FormField], given: Mapping[str, Any], *, known: set[str]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    faults: list[Refusal] = []
    for field in fields:
        try:
            value = clean(field, given.get(field.key))
        except Refusal as refusal:
            faults.append(refusal)
        else:
            if value is not None:
                values[field.key] = value
    if unknown := {str(key) for key in given} - known:
        names = "、".join(sorted(unknown))
        faults.append(Refusal("field_unknown", f"申请表没有这些字段：{names}", "请以办事指南的表单为准", "form"))
    if faults:
        raise Invalid(faults)
    return values


def clean(field: FormField, given: Any) -> Value | None:
    """One value, typed; None when left empty and not required. Raises Refusal naming the field."""
    where = f"form.{field.key}"
    if given is None or (isinstance(given, str) and not given.strip()):
        if field.required:
            raise Refusal("field_missing", f"请填写“{field.label}”", field.help, where)
        return None
    if not isinstance(given, str | int | bool) or (isinstance(given, int) and abs(given) > LARGEST):
        raise Refusal("field_type", f"“{field.label}”的类型不对", "请填写一个值", where)
    if field.kind == "yes_no":
        return _yes_no(field, given, where)
    text = str(given).strip()
    if _UNSTORABLE.search(text):
        raise Refusal("field_characters", f"“{field.label}”含有不能保存的字符", "请重新输入", where)
    if len(text) > field.max_length:
        raise Refusal(
            "field_too_long", f"“{field.label}”最多 {field.max_length} 个字，现在有 {len(text)} 个", "", where
        )
    match field.kind:
        case "id_number":
            return identifiers.id_number(text, field=where)
        case "uscc":
            return identifiers.organisation_code(text, field=where)
        case "phone":
            return identifiers.phone(text, field=where)
        case "number" | "money":
            return _number(field, text, where)
        case "date":
            return _date(field, text, where)
        case "choice":
            if text not in {option.value for option in field.options}:
                raise Refusal("choice_unknown", f"“{field.label}”没有这个选项", "请从列出的选项中选", where)
    return text


def _yes_no(field: FormField, given: str | int | bool, where: str) -> bool:
    chosen = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}.get(
        str(given).strip().lower()
    )
    if chosen is None:
        raise Refusal("choice_unknown", f"“{field.label}”请选“是”或“否”", "", where)
    return chosen


def _number(field: FormField, text: str, where: str) -> int:
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"-?[0-9]{1,12}", digits):  # “8.6” is no whole number, and never 86
        raise Refusal(
            "number_form", f"“{field.label}”应为整数", f"单位：{field.unit}" if field.unit else "只填数字", where
        )
    number = int(digits)
    if field.minimum is not None and number < field.minimum:
        raise Refusal("number_too_small", f"“{field.label}”不能小于 {field.minimum}", "", where)
    if field.maximum is not None and number > field.maximum:
        raise Refusal("number_too_large", f"“{field.label}”不能大于 {field.maximum}", "", where)
    return number


def _date(field: FormField, text: str, where: str) -> str:
    try:
        return date.fromisoformat(
            text.replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
        ).isoformat()
    except ValueError as error:
        raise Refusal("date_form", f"“{field.label}”的日期不对", "例如 2026-03-05", where) from error


PRIVATE_KINDS = frozenset({"id_number", "phone"})
"""Kinds of fields whose values are masked wherever they are not needed."""


def shown(field: FormField, value: Value) -> str:
    """A stored value as people read it."""
    if field.kind == "yes_no":
        return "是" if value else "否"
    if field.kind == "choice":
        return next((option.label for option in field.options if option.value == value), str(value))
    return f"{value} {field.unit}".strip()


def limit_words(limit: Limit | None) -> str:
    """The limit as people read it: 20 个工作日, 30 日, 3 个月, 当场办结."""
    if limit is None:
        return "无"
    if limit.amount == 0:
        return "当场办结"
    return f"{limit.amount} " + {Unit.WORKING_DAY: "个工作日", Unit.DAY: "日", Unit.MONTH: "个月"}[limit.unit]


def roughly_working_days(limit: Limit) -> int:
    """A limit in working days for comparing limits of different units (a month is 21, seven days are five)."""
    if limit.unit == Unit.MONTH:
        return limit.amount * 21
    return limit.amount if limit.unit == Unit.WORKING_DAY else -(-limit.amount * 5 // 7)


def check_publishable(content: Content, *, today: date | None = None) -> None:
    """What no edition may be published with. Raises Invalid. `today`: where the basis must be in force."""
    faults: list[Refusal] = [
        Refusal(
            "basis_expired", f"设定依据{basis}已于 {basis.valid_until} 失效", "请换成现行有效的依据，或删去", "basis"
        )
        for basis in content.basis
        if today and basis.valid_until and basis.valid_until < today
    ]
    statutory, promised = content.statutory, content.promised
    if statutory and promised and roughly_working_days(promised) > roughly_working_days(statutory):
        faults.append(Refusal("promised_too_long", "承诺时限长于法定时限", "请改短承诺时限", "promised"))
    if content.instant and promised and promised.amount:
        faults.append(Refusal("instant_limit", "即办件的承诺时限应为当场办结", "请改为 0，或改为承诺件", "promised"))
    if content.online and content.visits:
        faults.append(Refusal("online_visits", "全程网办的事项，到现场次数应为 0", "", "visits"))
    if faults:
        raise Invalid(faults)
