"""What an applicant of the seed answers, fills in and hands over: valid by the guide's own rules."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from stdnum.cn import uscc

from tongban.catalog import forming
from tongban.catalog import rules as guide
from tongban.catalog.content import Content, FormField
from tongban.identity.models import Person

PATTERNED = {
    "chinese_name": "陈小禾", "postcode": "400000", "plate": "渝A12345", "vin": "LSVAM4187C2184847",
    "passport": "E12345678", "bank_card": "6222020200012345678", "digits": "123456", "letters_digits": "A12345",
}  # fmt: skip
"""A text of each pattern."""


def answers_to(content: Content, rng: random.Random) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question in content.questions:
        if guide.holds(question.when, answers):
            answers[question.key] = rng.choice(question.options).value
    return answers


def form_for(
    content: Content, answers: dict[str, str], person: Person, rng: random.Random, day: date
) -> dict[str, Any]:
    return forming.filled(
        content,
        answers,
        value=lambda field: _value(field, person, rng, day),
        rows=lambda page: max(page.repeat.minimum, min(2, page.repeat.maximum)) if page.repeat else 0,
    )


def materials_for(content: Content, answers: dict[str, str], *, file: str, leave_out: bool = False) -> dict[str, str]:
    """What is handed in: `file` (an id, or `paper`) for each upload; with `leave_out` not those that may follow."""
    given: dict[str, str] = {}
    for material in guide.materials_for(content, answers):
        if material.give == "pledge":
            given[material.key] = "pledge"
        elif material.give == "upload" and not (leave_out and material.may_follow):
            given[material.key] = file
    return given


def _value(field: FormField, person: Person, rng: random.Random, day: date) -> str | list[str]:
    known = {"id_number": person.id_number, "phone": person.phone, "address": person.address}
    if field.prefill == "person.name":
        return str(person.name)
    match field.kind:
        case "id_number" | "phone" | "address":
            return str(known[field.kind])
        case "uscc":
            return _uscc()
        case "number" | "money" | "decimal" | "percent":
            low, high = field.minimum or 1, field.maximum or 200
            return str(rng.randint(low, max(low, min(high, low + 200))))
        case "date":
            first, last = forming.days_between(field, day)
            return min(max(day, first), last).isoformat()
        case "choice":
            return str(rng.choice(field.options).value)
        case "multi_choice":
            return [option.value for option in field.options[: max(1, field.minimum or 1)]]
        case "yes_no":
            return rng.choice(("true", "false"))
        case "email":
            return "seed@example.com"
    if field.pattern:
        return PATTERNED[field.pattern]
    text = person.name if "姓名" in field.label else "按申请人陈述填写"
    return (text * (field.min_length // len(text) + 1))[: max(field.min_length, min(field.max_length, len(text)))]


def _uscc() -> str:
    first = "92500199MA5U00009"
    return first + str(uscc.calc_check_digit(first))
