"""What an edition (实施清单) says: one typed document, the same for page, counter, kiosk, API and PDF.

The document is stored whole with its edition, because a published edition never changes and is always read whole.
Field names follow GB/T 39046-2020 table 4 where it names them; unknown keys are refused, so a misspelt key in an
imported guide is an error with its place, not silence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Condition = dict[Key, tuple[str, ...]]
"""Every question named must have one of the answers listed; an empty condition always holds."""


class Part(BaseModel):
    """A piece of the document: frozen, and strict about what it may contain."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Unit(StrEnum):
    """计时单位: a limit keeps the unit its law gives."""

    WORKING_DAY = "working_day"
    DAY = "day"
    MONTH = "month"


class Limit(Part):
    """时限: an amount in its unit. `amount` 0 means decided on the spot (即办)."""

    amount: int = Field(ge=0, le=999)
    unit: Unit = Unit.WORKING_DAY
    basis: str = ""


class Option(Part):
    value: Key
    label: str


class Question(Part):
    """情形问题: one question whose answer chooses materials, fields and steps."""

    key: Key
    text: str
    help: str = ""
    options: tuple[Option, ...] = Field(min_length=2)
    when: Condition = {}


class Give(StrEnum):
    """怎么给: how a material reaches the body."""

    GENERATED = "generated"  # 系统生成: printed from the form
    LIBRARY = "library"  # 免提交: fetched from the licence library or a data share
    PLEDGE = "pledge"  # 告知承诺
    UPLOAD = "upload"  # 上传
    WINDOW = "window"  # 窗口交原件


class Origin(StrEnum):
    """材料来源."""

    APPLICANT = "applicant"  # 申请人自备
    GOVERNMENT = "government"  # 政府部门核发
    OTHER = "other"


class Material(Part):
    """材料."""

    key: Key
    name: str = Field(max_length=200)
    give: Give
    required: bool = True
    origin: Origin = Origin.APPLICANT
    copies: int = Field(default=1, ge=0, le=20)
    requirement: str = ""
    check_points: tuple[str, ...] = ()
    basis: str = ""
    may_follow: bool = False
    """可容缺: may be supplied after acceptance."""
    pledge_text: str = ""
    when: Condition = {}


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


class Step(Part):
    """环节: review, approval and so on, in order; `role` is the role that does it (identity.roles)."""

    key: Key
    name: str = Field(max_length=60)
    role: Literal["reviewer", "decider"]
    limit: Limit | None = None
    standard: str = ""


class Place(Part):
    """办理地点."""

    name: str
    address: str
    hours: str
    windows: str = ""


class Answered(Part):
    """常见问题."""

    question: str
    answer: str


class Fee(Part):
    """收费: amount in fen, with its basis."""

    name: str
    amount_fen: int = Field(ge=0)
    basis: str


class Result(Part):
    """办理结果: what the applicant holds in the end."""

    name: str = Field(max_length=100)
    kind: Literal["licence", "document", "none"] = "document"
    valid_months: int | None = Field(default=None, ge=1, le=1200)


class Content(Part):
    """实施清单 of one body for one item."""

    subtitle: str = ""
    audience: tuple[str, ...] = Field(min_length=1)
    """服务对象, codes of GB/T 39046-2020 A.4."""
    themes: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    """Citizens' words for the item, for search."""
    instant: bool = False
    """即办件; otherwise 承诺件."""
    statutory: Limit | None = None
    promised: Limit | None = None
    visits: int = Field(default=0, ge=0, le=9)
    online: bool = False
    """Can be applied for online from end to end (全程网办)."""
    connection: Literal["here", "flows_back", "deep_link", "guide_only"] = "guide_only"
    """接入方式."""
    accepted_by: Literal["department", "window", "system"] = "department"
    """受理权: who the edition empowers to accept."""
    review: Literal["separate", "instant"] = "separate"
    """受审分离 or 即审即办."""
    conditions: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    form: tuple[FormPage, ...] = ()
    steps: tuple[Step, ...] = ()
    fees: tuple[Fee, ...] = ()
    result: Result = Result(name="办理结果通知书")
    places: tuple[Place, ...] = ()
    faq: tuple[Answered, ...] = ()
    phone: str = ""
    complaint_phone: str = "12345"
    remedies: str = "对决定不服的，可自收到决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
    baseline_materials: int | None = None
    """材料数 before simplification, for the indicator 材料精简率."""
    demo: bool = False
    """Written by hand for the demo; shown as 演示指南."""
    source: str = ""

    @model_validator(mode="after")
    def holds_together(self) -> Content:
        answers = {q.key: {o.value for o in q.options} for q in self.questions}
        _unique("情形问题", [q.key for q in self.questions])
        _unique("材料", [m.key for m in self.materials])
        _unique("表单字段", [f.key for page in self.form for f in page.fields])
        _unique("环节", [s.key for s in self.steps])
        for place, condition in self._conditions():
            for question, wanted in condition.items():
                if question not in answers:
                    raise ValueError(f"{place}的条件提到了不存在的问题“{question}”")
                if unknown := set(wanted) - answers[question]:
                    raise ValueError(f"{place}的条件提到了问题“{question}”没有的答案：{'、'.join(sorted(unknown))}")
        if self.connection == "here" and not (self.form and self.steps):
            raise ValueError("在本平台办理的事项要有申请表和办理环节")
        return self

    def _conditions(self) -> list[tuple[str, Condition]]:
        return [
            *((f"材料“{m.name}”", m.when) for m in self.materials),
            *((f"字段“{f.label}”", f.when) for page in self.form for f in page.fields),
            *((f"问题“{q.text}”", q.when) for q in self.questions),
        ]


def _unique(what: str, keys: list[str]) -> None:
    if twice := sorted({k for k in keys if keys.count(k) > 1}):
        raise ValueError(f"{what}的标识重复：{'、'.join(twice)}")
