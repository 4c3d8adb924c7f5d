"""申请表: typed fields on pages, one thing the citizen thinks about at a time. A page may repeat, a row for each.

What an editor chooses from is named here once, in the words an editor reads: `KINDS`, `PATTERNS`, `PREFILLS`, `DAYS`.
Who shows, checks or prints a form asks `catalog.forming`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tongban.catalog.content.common import Condition, Key, Option, Part, named, unique

FieldKind = Literal[
    "text", "long_text", "number", "decimal", "percent", "money", "date", "choice", "multi_choice", "yes_no",
    "id_number", "uscc", "phone", "email", "address",
]  # fmt: skip
KINDS: dict[FieldKind, str] = {
    "text": "单行文字",
    "long_text": "多行文字",
    "number": "整数",
    "decimal": "小数",
    "percent": "百分比",
    "money": "金额（元）",
    "date": "日期",
    "choice": "单选",
    "multi_choice": "多选",
    "yes_no": "是或否",
    "id_number": "身份证号码",
    "uscc": "统一社会信用代码",
    "phone": "电话",
    "email": "电子邮箱",
    "address": "地址",
}
CHOICES: frozenset[FieldKind] = frozenset({"choice", "multi_choice"})
"""Kinds that have options."""
DECIDING: frozenset[FieldKind] = frozenset({"choice", "multi_choice", "yes_no"})
"""Kinds that the condition of a later field may name."""
WORDS: frozenset[FieldKind] = frozenset({"text", "long_text", "address", "email"})
"""Kinds with a length."""
PatternName = Literal[
    "", "chinese_name", "postcode", "plate", "vin", "passport", "bank_card", "digits", "letters_digits"
]
PATTERNS: dict[PatternName, tuple[str, str, str]] = {
    "": ("不限", "", ""),
    "chinese_name": ("中文姓名", r"[㐀-鿿𠀀-𲎯〇·]{2,50}", "2 个以上汉字，少数民族姓名中间用“·”"),
    "postcode": ("邮政编码", r"[0-9]{6}", "6 位数字，例如 400000"),
    "plate": ("机动车号牌", r"[一-龥][A-Z][A-Z0-9]{5,6}", "例如 渝A12345、渝AD12345"),
    "vin": ("车辆识别代号", r"[A-HJ-NPR-Z0-9]{17}", "17 位字母和数字，没有 I、O、Q，见行驶证"),
    "passport": ("护照号码", r"[A-Z0-9]{5,20}", "字母和数字，例如 E12345678"),
    "bank_card": ("银行账号", r"[0-9]{9,25}", "9 至 25 位数字"),
    "digits": ("只能是数字", r"[0-9]+", "只填数字"),
    "letters_digits": ("字母和数字", r"[A-Za-z0-9]+", "只填字母和数字"),
}
"""格式, for `text`: its name, what the whole text must match, and how it is said."""

DayRule = Literal["", "past", "not_future", "not_past", "future"]
DAYS: dict[DayRule, str] = {
    "": "不限",
    "past": "今天以前",
    "not_future": "今天或以前",
    "not_past": "今天或以后",
    "future": "今天以后",
}
"""日期限制, counted from the day the form is handed in."""

Prefill = (
    Literal[
        "person.name", "person.id_number", "person.phone", "person.address", "organisation.name", "organisation.uscc"
    ]
    | Annotated[str, Field(pattern=r"^licence\.[^.]{1,60}\.[^.]{1,60}$")]
)
"""自动带出: from the login, the organisation, or (`licence.营业执照.经营场所`) a fact printed on a licence of the library."""
PREFILLS: dict[str, str] = {
    "": "不带出",
    "person.name": "登录信息：姓名",
    "person.id_number": "登录信息：身份证号码",
    "person.phone": "登录信息：电话",
    "person.address": "登录信息：地址",
    "organisation.name": "企业登记信息：名称",
    "organisation.uscc": "企业登记信息：统一社会信用代码",
}
"""The sources an editor picks from; a licence's fact is typed."""


class FormField(Part):
    """申请表字段: typed, checked by `forming.check_form`, prefilled from what the platform already knows."""

    key: Key
    label: str = Field(min_length=1, max_length=100)
    kind: FieldKind = "text"
    required: bool = True
    help: str = ""
    example: str = Field(default="", max_length=100)
    """填写示例, shown as 例如…"""
    unit: str = Field(default="", max_length=20)
    options: tuple[Option, ...] = ()
    prefill: Prefill | None = None
    earlier: bool = False
    """Where nothing else is known, what the applicant wrote in their last case of the same item."""
    min_length: int = Field(default=0, ge=0, le=2000)
    max_length: int = Field(default=100, ge=1, le=2000)
    minimum: int | None = None
    maximum: int | None = None
    decimals: int = Field(default=2, ge=1, le=4)
    """Digits after the point that `decimal` and `percent` may have. `money` has two."""
    pattern: PatternName = ""
    day: DayRule = ""
    earliest: date | None = None
    latest: date | None = None
    when: Condition = {}
    """May name situation questions, and choices (单选, 多选, 是或否: `yes`, `no`) that stand before it in the form."""

    @model_validator(mode="after")
    def holds_together(self) -> FormField:
        if (self.kind in CHOICES) != bool(self.options):
            raise ValueError(f"字段“{self.label}”：选择题要有选项，其他类型不能有选项")
        values = [option.value for option in self.options]
        if len(set(values)) < len(values):
            raise ValueError(f"字段“{self.label}”有重复的选项")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"字段“{self.label}”：最小值大于最大值")
        if self.kind in WORDS and self.min_length > self.max_length:
            raise ValueError(f"字段“{self.label}”：最少字数大于最多字数")
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"字段“{self.label}”：最早日期晚于最晚日期")
        if self.pattern and self.kind != "text":
            raise ValueError(f"字段“{self.label}”：只有单行文字能限定格式")
        if self.day and self.kind != "date":
            raise ValueError(f"字段“{self.label}”：只有日期能限定在今天以前或以后")
        return self

    @property
    def answers(self) -> frozenset[str]:
        """What a condition may want of this field."""
        return frozenset({"yes", "no"}) if self.kind == "yes_no" else frozenset(option.value for option in self.options)


class Repeat(Part):
    """重复填写: the page is filled once for each (家庭成员、从业人员), between `minimum` and `maximum` times."""

    row: str = Field(min_length=1, max_length=20)
    """What one row is, in words: 家庭成员."""
    minimum: int = Field(default=0, ge=0, le=50)
    maximum: int = Field(default=20, ge=1, le=50)

    @model_validator(mode="after")
    def bounds_in_order(self) -> Repeat:
        if self.minimum > self.maximum:
            raise ValueError(f"“{self.row}”：最少行数大于最多行数")
        return self


class FormPage(Part):
    """One page of the form. A page that repeats has a key: its rows are a list under it."""

    title: str = Field(min_length=1, max_length=60)
    fields: tuple[FormField, ...] = Field(min_length=1)
    key: Key | None = None
    help: str = ""
    repeat: Repeat | None = None
    when: Condition = {}
    """For the whole page; may name what a field's `when` may."""

    @model_validator(mode="after")
    def rows_have_a_key(self) -> FormPage:
        if self.repeat and not self.key:
            raise ValueError(f"表单“{self.title}”重复填写，要有标识")
        return self


def check_keys(form: Collection[FormPage], questions: Collection[str]) -> None:
    """Questions, fields and repeating pages have keys of their own, in one space. Raises ValueError."""
    fields = [field.key for page in form for field in page.fields]
    unique("表单字段", fields)
    unique("表单字段和重复填写的页", fields + [page.key for page in form if page.key])
    unique("情形问题和表单字段", [*questions, *fields, *(page.key for page in form if page.key)])


def check_conditions(form: Collection[FormPage], questions: Mapping[str, Collection[str]]) -> None:
    """A condition names a question, or a choice that stands before it, outside a row or in the same one; and answers
    that there are. `questions`: the answers of each question by its key. Raises ValueError with the place.
    """
    known: dict[str, Collection[str]] = dict(questions)
    later = {field.key: field for page in form for field in page.fields}
    for page in form:
        _check_condition(f"表单“{page.title}”", page.when, known, later)
        inside = dict(known)
        for field in page.fields:
            _check_condition(f"字段“{field.label}”", field.when, inside, later)
            if field.kind in DECIDING:
                inside[field.key] = field.answers
        if not page.repeat:
            known = inside


def check_condition_after_the_form(
    conditions: Iterable[tuple[str, Condition]], form: Collection[FormPage], questions: Mapping[str, Collection[str]]
) -> None:
    """What depends on the whole form (环节) may name any question, and any choice outside a row. Raises ValueError."""
    fields = {field.key: field for page in form if not page.repeat for field in page.fields}
    choices = {key: field.answers for key, field in fields.items() if field.kind in DECIDING}
    everywhere = {field.key: field for page in form for field in page.fields}
    for place, condition in conditions:
        _check_condition(place, condition, {**choices, **questions}, everywhere)


def _check_condition(
    place: str, condition: Condition, known: Mapping[str, Collection[str]], fields: Mapping[str, FormField]
) -> None:
    for key, wanted in named(condition):
        if key not in known:
            if key not in fields:
                raise ValueError(f"{place}的条件提到了不存在的问题“{key}”")
            if fields[key].kind not in DECIDING:
                raise ValueError(f"{place}的条件提到了“{fields[key].label}”，它不是单选、多选或是否，不能作条件")
            raise ValueError(f"{place}的条件提到了“{fields[key].label}”，它不在前面，或者在别的重复填写里")
        if unknown := set(wanted) - set(known[key]):
            raise ValueError(f"{place}的条件提到了“{key}”没有的答案：{'、'.join(sorted(unknown))}")
