"""Made-up values that a form takes: for demo cases, and for walking the catalogue with somebody who doesn't exist."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from stdnum.cn import uscc as gb32100
from stdnum.iso7064 import mod_11_2

from tongban.catalog import forming
from tongban.catalog.content import Content, FormField
from tongban.identity.models import Person

PATTERNED = {
    "chinese_name": "陈小禾", "postcode": "400000", "plate": "渝A12345", "vin": "LSVAM4187C2184847",
    "passport": "E12345678", "bank_card": "6222020200012345678", "digits": "123456", "letters_digits": "A12345",
}  # fmt: skip
"""A text of each pattern."""


def id_number(seventeen: str) -> str:
    """With its 18th character (GB 11643)."""
    return seventeen + str(mod_11_2.calc_check_digit(seventeen))


def uscc(seventeen: str) -> str:
    """With its check character (GB 32100)."""
    return seventeen + str(gb32100.calc_check_digit(seventeen))


def form(
    content: Content, answers: Mapping[str, str], *, value: Callable[[FormField], str | list[str]]
) -> dict[str, Any]:
    """A value in every field that is asked, and two rows on a page that repeats, as far as it takes them."""
    return forming.filled(
        content,
        answers,
        value=value,
        rows=lambda page: max(page.repeat.minimum, min(2, page.repeat.maximum)) if page.repeat else 0,
    )


def value(field: FormField, person: Person, rng: random.Random, day: date) -> str | list[str]:
    """What that person could write on that day, as typed."""
    known = {"id_number": person.id_number, "phone": person.phone, "address": person.address}
    if field.prefill == "person.name":
        return str(person.name)
    match field.kind:
        case "id_number" | "phone" | "address":
            return str(known[field.kind])
        case "uscc":
            return uscc("92500199MA5U00009")
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
    return text(field, person)


def text(field: FormField, person: Person) -> str:
    if field.pattern:
        return PATTERNED[field.pattern]
    words = str(person.name) if "姓名" in field.label else "按申请人陈述填写"
    return (words * (field.min_length // len(words) + 1))[: max(field.min_length, min(field.max_length, len(words)))]
