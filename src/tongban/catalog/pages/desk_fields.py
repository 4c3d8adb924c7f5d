"""Between a part of the document and a plain form: what the form shows, and what was typed as the part's JSON.

Names in the form are keys joined by `-` (`statutory-amount`), so that each control has an id of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from pydantic_core import PydanticUndefined

from tongban.catalog.conditions import Decider
from tongban.catalog.content import Part
from tongban.catalog.content.deciding import Known
from tongban.catalog.content.faults import part_of
from tongban.catalog.content.labels import ENTRIES, UNITS, Entry
from tongban.catalog.pages import desk_tests
from tongban.design.parts import Choice, Field
from tongban.kernel.refusals import Invalid, Refusal

SPARE_OPTIONS = 3
SPARE_CLAUSES = 1
MOST_CLAUSES = 10
MOST_OPTIONS = 60
TYPED_SOURCE = "licence"
SIMPLE = {"text": "text", "long_text": "long_text", "number": "number", "date": "date", "tick": "checkbox",
          "lines": "long_text", "fen": "money"}  # fmt: skip
Json = dict[str, Any]
Keep = Callable[[str, str], str]
"""(name of the upload, file that was there) → the file there is now: its public id, or `generated`."""


@dataclass(frozen=True)
class Clause:
    """One alternative of a condition: for each question its answers to tick."""

    title: str
    fields: Sequence[Field]
    spare: bool
    """Nothing is ticked yet, and it isn't the first."""


@dataclass(frozen=True)
class Control:
    """One entry as the form shows it: a field, or several under one legend."""

    kind: str
    label: str
    help: str = ""
    error: str = ""
    fields: Sequence[Field] = ()
    clauses: Sequence[Clause] = ()
    rows: Sequence[Sequence[Field]] = field(default=())
    id: str = ""


def controls(
    part: type[Part], values: Mapping[str, Any], *, keys: Sequence[str] = (), deciders: Sequence[Decider] = (),
    facts: Mapping[str, Known] | None = None, errors: Mapping[str, str] | None = None, prefix: str = "",
    loose: bool = False,
) -> list[Control]:  # fmt: skip
    """The form of a part. `values` is its JSON; `errors` by the key (`statutory`, `name`); `facts` are those that a
    rule may name; `loose`: the whole part may be left out.
    """
    made = []
    for entry in ENTRIES[part]:
        if entry.kind in ("key", "rows") or (keys and entry.key not in keys):
            continue
        error = _error(errors or {}, entry.key)
        entry = replace(entry, needed=False) if loose else entry
        name = f"{prefix}{entry.key}"
        if entry.kind == "tests":
            rows = desk_tests.rows(entry, values.get(entry.key), facts or {}, name)
            made.append(Control("tests", entry.label, entry.help, error, rows=rows, id=f"id_{name}"))
        else:
            made.append(_control(entry, values.get(entry.key), deciders, error, name))
    return made


def _error(errors: Mapping[str, str], key: str) -> str:
    return "；".join(dict.fromkeys(said for at, said in errors.items() if at == key or at.startswith(f"{key}.")))


def _control(entry: Entry, value: Any, deciders: Sequence[Decider], error: str, name: str) -> Control:
    label = entry.label + ("（必填）" if entry.needed else "")
    match entry.kind:
        case "limit":
            return Control("group", label, entry.help, error, _limit(entry, value, name), id=f"id_{name}")
        case "condition":
            return Control(
                "condition", label, entry.help, error, clauses=_clauses(value, deciders, name), id=f"id_{name}"
            )
        case "options":
            return Control("options", label, entry.help, error, rows=_options(value, name), id=f"id_{name}")
        case "attachments":
            return Control(
                "attachments", label, entry.help, error, rows=_attachments(entry, value, name), id=f"id_{name}"
            )
        case "part":
            inner = controls(part_of(entry), value or {}, prefix=f"{name}-", loose=not entry.needed)
            fields = [one for control in inner for one in control.fields]
            rows = [row for control in inner for row in control.rows]
            return Control("group", label, entry.help, error, fields, rows=rows, id=f"id_{name}")
        case "source":
            return Control("group", label, entry.help, error, _source(entry, value, name), id=f"id_{name}-group")
    return Control("field", label, fields=[_field(entry, value, error, name, label)])


def _field(entry: Entry, value: Any, error: str, name: str, label: str) -> Field:
    choices = [Choice(code, words) for code, words in entry.choices]
    kind = SIMPLE.get(entry.kind, entry.kind)
    shown: Any = "" if value is None else value
    if entry.kind == "lines":
        shown = "\n".join(value) if isinstance(value, list | tuple) else shown
    elif entry.kind == "fen" and isinstance(value, int):
        shown = f"{value / 100:.2f}".removesuffix(".00")
    elif entry.kind == "date":
        kind = "date"
    return Field.of(
        None, name=name, label=label, kind=kind, value=shown, help=entry.help, error=error,
        required=entry.needed or kind == "checkbox", choices=choices, unit=entry.unit, rows=3,
    )  # fmt: skip


def _limit(entry: Entry, value: Any, name: str) -> list[Field]:
    given = value if isinstance(value, Mapping) else {}
    return [
        Field(name=f"{name}-amount", label=f"{entry.label}：几", kind="number", value=given.get("amount", ""), required=False),
        Field(name=f"{name}-unit", label="单位", kind="select", value=given.get("unit") or "working_day",
              choices=tuple(Choice(*one) for one in UNITS)),
        Field(name=f"{name}-basis", label=f"{entry.label}的依据", value=given.get("basis", ""), required=False),
    ]  # fmt: skip


def _source(entry: Entry, value: Any, name: str) -> list[Field]:
    typed = str(value or "")
    of_licence = typed not in entry.words and bool(typed)
    choices = [*(Choice(*one) for one in entry.choices), Choice(TYPED_SOURCE, "证照上的信息（在旁边写明）")]
    _, _, fact = typed.partition(".")
    return [
        Field(name=name, label="从哪里带出", kind="select", value=TYPED_SOURCE if of_licence else typed, choices=choices,
              required=False),
        Field(name=f"{name}-fact", label="证照名称.信息名称", value=fact if of_licence else "", required=False,
              help="例如：营业执照.经营场所"),
    ]  # fmt: skip


def clauses_of(condition: Any) -> list[Mapping[str, Sequence[str]]]:
    if isinstance(condition, Mapping):
        return [condition] if condition else []
    return [one for one in condition or () if one]


def _clauses(value: Any, deciders: Sequence[Decider], name: str) -> list[Clause]:
    if not deciders:
        return []
    given = clauses_of(value)
    return [
        Clause(
            "勾选回答；一个也不勾，就是都需要" if at == 0 else "或者，在这种情况下",
            [
                Field(
                    name=f"{name}-{at}-{decider.key}", label=decider.text, kind="checks", required=True,
                    value=list((given[at] if at < len(given) else {}).get(decider.key, ())),
                    choices=tuple(Choice(answer, words) for answer, words in decider.answers.items()),
                )
                for decider in deciders
            ],
            spare=at >= len(given) and at > 0,
        )
        for at in range(min(len(given) + SPARE_CLAUSES, MOST_CLAUSES) if given else 1 + SPARE_CLAUSES)
    ]  # fmt: skip


def _options(value: Any, name: str) -> list[list[Field]]:
    given = list(value or ())
    spare = [{"value": "", "label": ""}] * max(SPARE_OPTIONS, 4 - len(given))
    return [
        [
            Field(name=f"{name}-value-{at}", label="", kind="hidden", value=option.get("value", "")),
            Field(name=f"{name}-label-{at}", label=f"选项 {at + 1}", value=option.get("label", ""), required=False),
        ]
        for at, option in enumerate([*given, *spare])
    ]


def _attachments(entry: Entry, value: Any, name: str) -> list[list[Field]]:
    kinds = tuple(
        Choice(code, words) for one in ENTRIES[part_of(entry)] if one.key == "kind" for code, words in one.choices
    )
    given = [*(value or ()), {}]
    return [
        [
            Field(name=f"{name}-name-{at}", label=f"第 {at + 1} 个的名称", value=one.get("name", ""), required=False,
                  help="" if one else "留空就不加"),
            Field(name=f"{name}-kind-{at}", label="种类", kind="select", value=one.get("kind", "blank"), choices=kinds),
            Field(name=f"{name}-kept-{at}", label="", kind="hidden", value=one.get("file", "")),
            Field(name=f"{name}-file-{at}", label="文件", kind="file", required=False,
                  value="平台按申请表生成" if one.get("file") == "generated" else one.get("name", "") if one else "",
                  help="不选文件，就由平台按申请表生成" if not one else ""),
        ]
        for at, one in enumerate(given)
    ]  # fmt: skip


# What was typed


def typed(
    part: type[Part], data: QueryDict, keep: Keep, *, keys: Sequence[str] = (), prefix: str = "",
    facts: Mapping[str, Known] | None = None,
) -> Json:  # fmt: skip
    """The part's JSON as it was typed, for the keys that the form showed; what is no number stays the text it is."""
    return {
        entry.key: desk_tests.typed(data, facts or {}, f"{prefix}{entry.key}")
        if entry.kind == "tests"
        else _value(part, entry, data, keep, f"{prefix}{entry.key}")
        for entry in ENTRIES[part]
        if entry.kind not in ("key", "rows") and (not keys or entry.key in keys)
    }


def _value(part: type[Part], entry: Entry, data: QueryDict, keep: Keep, name: str) -> Any:
    text = _clean(data.get(name, ""))
    match entry.kind:
        case "tick":
            return bool(text)
        case "checks":
            return [one for one in data.getlist(name) if one in entry.words]
        case "lines":
            return [line.strip() for line in text.splitlines() if line.strip()]
        case "number":
            return _number(text) if text else _when_empty(part, entry)
        case "fen":
            return _fen(text)
        case "limit":
            return _limit_typed(data, name)
        case "condition":
            return _condition(data, name)
        case "options":
            return _options_typed(data, name)
        case "attachments":
            return _attachments_typed(data, keep, name)
        case "part":
            inner = typed(part_of(entry), data, keep, prefix=f"{name}-")
            first = next(iter(ENTRIES[part_of(entry)])).key
            return inner if inner[first] or entry.needed else None
        case "source":
            fact = _clean(data.get(f"{name}-fact", ""))
            return f"{TYPED_SOURCE}.{fact}" if text == TYPED_SOURCE else text or None
    return text or _when_empty(part, entry)


def _clean(text: str) -> str:
    return re.sub("[\0\ud800-\udfff]", "", text).strip()[:20_000]


def _when_empty(part: type[Part], entry: Entry) -> Any:
    """What an empty control means: the default, or an empty text where there is none."""
    default = part.model_fields[entry.key].get_default()
    if entry.kind in ("text", "long_text"):
        return None if default is None else ""
    return "" if default is PydanticUndefined else default


def _number(text: str) -> int | str:
    digits = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return int(digits) if re.fullmatch(r"-?[0-9]{1,9}", digits) else text


def _fen(text: str) -> int | str:
    try:
        amount = Decimal(unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("元").strip() or "0") * 100
    except InvalidOperation:
        return text
    return int(amount) if amount == amount.to_integral_value() and abs(amount) < 10**12 else text


def _limit_typed(data: QueryDict, name: str) -> Json | None:
    amount, basis = _clean(data.get(f"{name}-amount", "")), _clean(data.get(f"{name}-basis", ""))
    if not amount:
        return None
    return {"amount": _number(amount), "unit": data.get(f"{name}-unit", "working_day"), "basis": basis}


def _condition(data: QueryDict, name: str) -> Any:
    """Ticked answers, as the document keeps them: one clause plainly, several as a list; a clause without ticks falls."""
    found: list[dict[str, list[str]]] = []
    for at in range(MOST_CLAUSES):
        start = f"{name}-{at}-"
        clause = {key.removeprefix(start): data.getlist(key) for key in data if key.startswith(start)}
        if clause:
            found.append(clause)
    return found[0] if len(found) == 1 else found or {}


def _options_typed(data: QueryDict, name: str) -> list[Json]:
    rows = range(min(MOST_OPTIONS, sum(key.startswith(f"{name}-label-") for key in data)))
    given = [(_clean(data.get(f"{name}-value-{at}", "")), _clean(data.get(f"{name}-label-{at}", ""))) for at in rows]
    return [{"value": value, "label": label} for value, label in given if label]


def _attachments_typed(data: QueryDict, keep: Keep, name: str) -> list[Json]:
    found = []
    for at in range(min(20, sum(key.startswith(f"{name}-name-") for key in data))):
        called = _clean(data.get(f"{name}-name-{at}", ""))
        if called:
            file = keep(f"{name}-file-{at}", data.get(f"{name}-kept-{at}", ""))
            found.append({"name": called, "kind": data.get(f"{name}-kind-{at}", "blank"), "file": file})
    return found


def check_needed(part: type[Part], row: Mapping[str, Any], *, keys: Sequence[str] = ()) -> None:
    """Raises Invalid, naming what was left empty and may not be."""
    faults = [
        Refusal("entry_missing", f"请填写“{entry.label}”", "", entry.key)
        for entry in ENTRIES[part]
        if entry.needed and (not keys or entry.key in keys) and row.get(entry.key) in ("", None, [])
    ]
    if faults:
        raise Invalid(faults)
