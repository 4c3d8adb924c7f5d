"""部件: what components take. Plain frozen values, so that a template shows them and asks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Literal, TypeVar, cast

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

FieldKind = Literal[
    "text", "long_text", "number", "money", "date", "choice", "checks", "yes_no", "select", "file", "id_number",
    "uscc", "phone", "address", "checkbox", "password", "code", "search", "hidden",
]  # fmt: skip
T = TypeVar("T")
Tone = Literal["", "ok", "warn", "bad", "line"]

_INPUT: dict[str, dict[str, str]] = {
    "text": {"type": "text"},
    "address": {"type": "text", "autocomplete": "street-address"},
    "number": {"type": "text", "inputmode": "numeric"},
    "money": {"type": "text", "inputmode": "decimal"},
    "date": {"type": "date"},
    "id_number": {
        "type": "text", "maxlength": "24", "autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"
    },
    "uscc": {
        "type": "text", "maxlength": "24", "autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"
    },
    "phone": {"type": "tel", "inputmode": "tel", "maxlength": "24", "autocomplete": "tel"},
    "password": {"type": "password", "autocomplete": "current-password"},
    "code": {"type": "text", "inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"},
    "search": {"type": "search"},
    "file": {"type": "file"},
    "hidden": {"type": "hidden"},
}  # fmt: skip
GROUPS = ("choice", "checks", "yes_no")
"""Kinds drawn as several controls under one legend."""


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    help: str = ""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One question of a form. `source` says where a prefilled value came from; the citizen confirms it."""

    name: str
    label: str
    kind: FieldKind = "text"
    value: Any = ""
    """As typed, kept as it is when there is an error. `checks`: a list. `file`: the name of the file already given."""
    help: str = ""
    error: str = ""
    required: bool = True
    choices: Sequence[Choice] = ()
    source: str = ""
    unit: str = ""
    rows: int = 4
    long: bool = False
    """Choices below one another."""
    quiet: bool = False
    """One of many filters: that it may stay empty goes without saying."""
    attrs: Mapping[str, str | bool] = field(default_factory=dict)
    """Further attributes of the control: placeholder, maxlength, min, accept, hx-get…"""

    @classmethod
    def of(cls, thing: object = None, **changes: Any) -> Field:
        """A Field, a mapping, a bound Django field or any object with key, label, kind and options; then the changes.

        Names that a Field doesn't have become attributes of the control (`data_key` → `data-key`).
        """
        own = {known.name for known in fields(cls)}
        extra = {name.replace("_", "-"): value for name, value in changes.items() if name not in own}
        changes = {name: value for name, value in changes.items() if name in own}
        if "choices" in changes:
            changes["choices"] = choices_of(changes["choices"])
        if isinstance(thing, cls):
            made = replace(thing, **changes)
        else:
            made = cls(**({"name": "", "label": ""} | _facts(thing) | changes))
        return replace(made, attrs={**made.attrs, **extra}) if extra else made

    @property
    def id(self) -> str:
        return anchor(self.name)

    @property
    def height(self) -> int:
        """Rows of a long text: as many as there are lines, so that what is written is seen; at most twelve."""
        return max(self.rows, min(str(self.value or "").count("\n") + 2, 12))

    @property
    def described_by(self) -> str:
        said = (("help", self.help), ("source", self.source), ("error", self.error))
        return " ".join(f"{self.id}-{what}" for what, text in said if text)

    @property
    def grouped(self) -> bool:
        return self.kind in GROUPS

    @property
    def text(self) -> str:
        return shown(self.value)

    @property
    def ticked(self) -> bool:
        return str(self.value).lower() in ("true", "on", "yes", "1")

    @property
    def stacked(self) -> bool:
        """Choices below one another: asked for, many, or explained."""
        return self.long or len(self.choices) > 5 or any(choice.help for choice in self.choices)

    @property
    def suffix(self) -> str:
        return self.unit or ("元" if self.kind == "money" else "")

    @property
    def options(self) -> list[Option]:
        choices = (Choice("true", "是"), Choice("false", "否")) if self.kind == "yes_no" else self.choices
        chosen = _chosen(self.value, several=self.kind == "checks")
        return [
            Option(choice, f"{self.id}{f'-{n}' if n else ''}", choice.value in chosen)
            for n, choice in enumerate(choices)
        ]

    @property
    def control(self) -> SafeString:
        """The attributes of a single control, escaped."""
        given: dict[str, Any] = {"id": self.id, "name": self.name, "class": f"input input-{self.kind}"}
        given |= _INPUT.get(self.kind, {})
        if self.kind in _INPUT and self.kind not in ("file", "password"):
            given["value"] = self.text
        return flatatt(given | self._state() | dict(self.attrs))

    @property
    def tick(self) -> SafeString:
        return flatatt({"id": self.id, "name": self.name} | self._state() | dict(self.attrs))

    @property
    def group_control(self) -> SafeString:
        """The attributes that every control of a group shares."""
        return flatatt({"name": self.name} | dict(self.attrs))

    def _state(self) -> dict[str, Any]:
        """No `required` attribute: the browser's own bubble would hide our words beside the field."""
        state: dict[str, Any] = {}
        if self.described_by:
            state["aria-describedby"] = self.described_by
        if self.error:
            state["aria-invalid"] = "true"
        if self.required and self.kind not in ("hidden", "file", "checkbox"):
            state["aria-required"] = "true"
        return state


@dataclass(frozen=True)
class Option:
    """A choice with its id and whether it is chosen."""

    choice: Choice
    id: str
    chosen: bool


def anchor(name: str) -> str:
    """The id of a field's (first) control: what a fault in `form.phone` links to is `#id_phone`."""
    return "id_" + name.rpartition(".")[2].replace(" ", "_")


def choices_of(given: Sequence[Any]) -> tuple[Choice, ...]:
    """Choices from Choice, (value, label) pairs, or objects with value and label."""
    made = []
    for each in given:
        if isinstance(each, Choice):
            made.append(each)
        elif isinstance(each, tuple | list):
            made.append(Choice(*(str(word) for word in each)))
        else:
            made.append(Choice(str(each.value), str(each.label), str(getattr(each, "help", ""))))
    return tuple(made)


def shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _chosen(value: Any, *, several: bool) -> set[str]:
    if several:
        return {str(each) for each in value or ()}
    if isinstance(value, bool):
        return {str(value).lower()}
    return {{"yes": "true", "no": "false", "True": "true", "False": "false"}.get(str(value), ""), str(value)} - {""}


def _facts(thing: object) -> dict[str, Any]:
    if thing is None:
        return {}
    if isinstance(thing, BoundField):
        return _bound(thing)
    if isinstance(thing, Mapping):
        return dict(thing) | ({"choices": choices_of(thing["choices"])} if "choices" in thing else {})
    attrs: dict[str, str] = {}
    if maximum := getattr(thing, "max_length", None):
        attrs["maxlength"] = str(maximum)
    return {
        "name": getattr(thing, "key", None) or getattr(thing, "name", ""),
        "label": getattr(thing, "label", None) or getattr(thing, "text", ""),
        "kind": getattr(thing, "kind", "choice" if getattr(thing, "options", ()) else "text"),
        "required": getattr(thing, "required", True),
        "help": getattr(thing, "help", ""),
        "unit": getattr(thing, "unit", ""),
        "choices": choices_of(getattr(thing, "options", ())),
        "attrs": attrs if getattr(thing, "kind", "") in ("text", "long_text", "address") else {},
    }


def _bound(bound: BoundField) -> dict[str, Any]:
    inner, widget = bound.field, bound.field.widget
    attrs = {name: value for name, value in widget.attrs.items() if name != "class" and value is not None}
    return {
        "name": bound.html_name,
        "label": str(bound.label),
        "kind": getattr(inner, "kind", None) or _kind(inner, widget),
        "value": _value(bound),
        "help": str(bound.help_text),
        "error": "；".join(str(error) for error in bound.errors),
        "required": inner.required,
        "choices": choices_of([each for each in getattr(inner, "choices", ()) if str(each[0])]),
        "attrs": attrs,
    }


def _value(bound: BoundField) -> Any:
    value = bound.value()
    return getattr(value, "name", "") if isinstance(bound.field, forms.FileField) else value


def _kind(inner: forms.Field, widget: forms.Widget) -> FieldKind:
    if widget.is_hidden:
        return "hidden"
    by_widget: tuple[tuple[type[forms.Widget], FieldKind], ...] = (
        (forms.CheckboxSelectMultiple, "checks"),
        (forms.SelectMultiple, "checks"),
        (forms.RadioSelect, "choice"),
        (forms.NullBooleanSelect, "yes_no"),
        (forms.Select, "select"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Textarea, "long_text"),
        (forms.PasswordInput, "password"),
        (forms.FileInput, "file"),
        (forms.DateInput, "date"),
    )
    for cls, kind in by_widget:
        if isinstance(widget, cls):
            return kind
    return "number" if isinstance(inner, forms.IntegerField) else "text"


@dataclass(frozen=True)
class Fault:
    """One line of the error summary."""

    field: str
    message: str

    @property
    def target(self) -> str:
        return f"#{anchor(self.field)}" if self.field else ""


def faults_of(errors: object) -> list[Fault]:
    """From a form, a mapping of names to messages, refusals (field, reason), an Invalid with `faults`, or pairs."""
    if not errors:
        return []
    if isinstance(errors, forms.BaseForm):
        prefix = f"{errors.prefix}-" if errors.prefix else ""
        errors = {
            ("" if name == "__all__" else prefix + name): [str(each) for each in messages]
            for name, messages in errors.errors.items()
        }
    if isinstance(errors, Mapping):
        return [
            Fault("" if name == "__all__" else str(name), str(message))
            for name, messages in errors.items()
            for message in ([messages] if isinstance(messages, str) else messages)
        ]
    if hasattr(errors, "faults"):
        return faults_of(list(errors.faults))
    if isinstance(errors, str) or not isinstance(errors, Sequence):
        return [_fault(errors)]
    return [_fault(each) for each in errors]


def _fault(each: Any) -> Fault:
    if isinstance(each, Fault):
        return each
    if isinstance(each, tuple | list):
        return Fault(str(each[0]), str(each[1]))
    return Fault(getattr(each, "field", ""), str(getattr(each, "reason", None) or each))


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stop of 办件进度: who, where, when, and when the next is expected."""

    title: str
    state: Literal["done", "now", "todo", "paused", "stopped"] = "todo"
    at: datetime | None = None
    where: str = ""
    note: str = ""
    expected: str = ""


@dataclass(frozen=True, kw_only=True)
class Fact:
    label: str
    value: Any
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Material:
    """材料 and how it is given; `deferrable` is 可容缺, `fault` what the window found wanting."""

    name: str
    give: str
    requirement: str = ""
    deferrable: bool = False
    required: bool = True
    url: str = ""
    link: str = ""
    state: str = ""
    tone: Tone = ""

    @property
    def free(self) -> bool:
        """免提交: the citizen prepares nothing."""
        return self.give in FREE


@dataclass(frozen=True)
class Way:
    """怎么给, in words."""

    label: str
    tone: Tone = ""


WAYS: dict[str, Way] = {
    "generated": Way("系统生成", "ok"),
    "library": Way("免提交", "ok"),
    "share": Way("免提交", "ok"),
    "pledge": Way("告知承诺", "line"),
    "upload": Way("上传"),
    "post": Way("邮寄"),
    "window": Way("窗口交"),
}
FREE = ("generated", "library", "share", "pledge")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One line of 核对: what was answered, where it came from, where to change it."""

    label: str
    value: Any
    change_url: str = ""
    source: str = ""


@dataclass(frozen=True)
class Cell:
    """A table's cell that is more than text."""

    text: Any
    url: str = ""
    tone: Tone | None = None
    lamp: str = ""
    number: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Folds into cards on a phone. The first cell of a row names it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str = ""
    nothing: str = "没有记录"
    numeric: Sequence[str] = ()
    """The columns set to the right."""


@dataclass(frozen=True)
class Lamp:
    state: str
    text: str


LAMPS = {
    "ok": "正常", "near": "临期", "over": "超期", "paused": "暂停计时", "done": "已办结", "none": "不计时"
}  # fmt: skip


def as_part(cls: type[T], thing: Any) -> T:
    """A mapping becomes the part, a part (or anything that looks like one) stays what it is."""
    return cls(**thing) if isinstance(thing, Mapping) else cast(T, thing)
