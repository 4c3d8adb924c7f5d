"""What every part of the document is made of: strict frozen models, keys, limits, conditions, pointers to files."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Clause = dict[Key, tuple[str, ...]]
"""Every question named must have one of the answers listed; an empty clause always holds."""
Condition = Clause | tuple[Clause, ...]
"""One clause, or several of which one must hold (all-of inside, any-of outside)."""


class Part(BaseModel):
    """A piece of the document: frozen, and strict about what it may contain."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Unit(StrEnum):
    """计时单位: a limit keeps the unit its law gives."""

    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"
    HOUR = "hour"


class Limit(Part):
    """时限: an amount in its unit. `amount` 0 means decided on the spot (即办)."""

    amount: int = Field(ge=0, le=999)
    unit: Unit = Unit.WORKING_DAY
    basis: str = ""


class Option(Part):
    value: Key
    label: str


class Question(Part):
    """情形问题: one question whose answer chooses materials, fields and fees."""

    key: Key
    text: str
    help: str = ""
    options: tuple[Option, ...] = Field(min_length=2)
    when: Condition = {}


class Attachment(Part):
    """A file that the guide offers: an empty form, a filled example, a sample of the result.

    `file` is the public id of a stored file, or `generated` for what the platform draws itself.
    """

    name: str = Field(max_length=100)
    kind: Literal["blank", "example", "sample"]
    file: str = Field(max_length=64)


def named(condition: Condition) -> list[tuple[str, tuple[str, ...]]]:
    """Every question a condition names, with the answers it wants."""
    clauses = (condition,) if isinstance(condition, dict) else condition
    return [pair for clause in clauses for pair in clause.items()]


def unique(what: str, keys: list[str]) -> None:
    """Raises ValueError naming the keys that come twice."""
    if twice := sorted({k for k in keys if keys.count(k) > 1}):
        raise ValueError(f"{what}的标识重复：{'、'.join(twice)}")
