"""申请表: typed fields on pages, one thing the citizen thinks about at a time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tongban.catalog.content.common import Condition, Key, Option, Part

FieldKind = Literal[
    "text", "long_text", "number", "money", "date", "choice", "id_number", "uscc", "phone", "address", "yes_no"
]
Prefill = Literal[
    "person.name", "person.id_number", "person.phone", "person.address", "organisation.name", "organisation.uscc"
]


class FormField(Part):
    """申请表字段: typed, checked by `rules.check_form`, prefilled from what the platform already knows."""

    key: Key
    label: str
    kind: FieldKind = "text"
    required: bool = True
    help: str = ""
    unit: str = ""
    options: tuple[Option, ...] = ()
    prefill: Prefill | None = None
    max_length: int = Field(default=100, ge=1, le=2000)
    minimum: int | None = None
    maximum: int | None = None
    when: Condition = {}

    @model_validator(mode="after")
    def choice_has_options(self) -> FormField:
        if (self.kind == "choice") != bool(self.options):
            raise ValueError(f"字段“{self.label}”：选择题要有选项，其他类型不能有选项")
        return self


class FormPage(Part):
    """One page of the form: one thing the citizen thinks about at a time."""

    title: str
    fields: tuple[FormField, ...] = Field(min_length=1)
