"""改动: each a typed value that turns one document's JSON into another. Pure; what a change doesn't find it leaves."""

from __future__ import annotations

import copy
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from tongban.catalog.content.edition import Content
from tongban.catalog.content.labels import ENTRIES, SECTIONS

Json = dict[str, Any]
FLAGS = {entry.key: entry.label for entry in ENTRIES[Content] if entry.kind == "tick" and entry.key != "demo"}
"""Yes-or-no facts of an edition, by key."""
WORDED = {section.key: section.title for section in SECTIONS}
"""Sections whose words may be replaced."""
UNTOUCHED = frozenset({"key", "value", "file", "kind", "role", "give", "prefill", "when", "uscc", "pattern"})
"""Keys whose text is a mark and no words."""


class Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    def apply(self, document: Json) -> Json:
        """The document as it should be; the one given stays as it is."""
        changed = copy.deepcopy(document)
        self._do(changed)
        return changed

    def _do(self, document: Json) -> None:
        raise NotImplementedError

    def __str__(self) -> str:
        raise NotImplementedError


class Promised(Change):
    """改承诺时限."""

    what: Literal["promised"] = "promised"
    amount: int = Field(ge=0, le=999)
    unit: Literal["working_day", "day", "month"] = "working_day"

    def _do(self, document: Json) -> None:
        before = document.get("promised") or {}
        document["promised"] = {"basis": before.get("basis", ""), "amount": self.amount, "unit": self.unit}

    def __str__(self) -> str:
        unit = {"working_day": "个工作日", "day": "日", "month": "个月"}[self.unit]
        return f"承诺时限改为 {self.amount} {unit}"


class Telephone(Change):
    """换电话: every edition that has the old one; without an old one, all."""

    what: Literal["phone", "complaint_phone"]
    old: str = ""
    new: str = Field(min_length=1, max_length=60)

    def _do(self, document: Json) -> None:
        if not self.old or document.get(self.what, "") == self.old:
            document[self.what] = self.new

    def __str__(self) -> str:
        which = "咨询电话" if self.what == "phone" else "投诉电话"
        return f"{which}{f'“{self.old}”' if self.old else '一律'}换成“{self.new}”"


class Address(Change):
    """换办理地点的地址."""

    what: Literal["address"] = "address"
    old: str = Field(min_length=1)
    new: str = Field(min_length=1, max_length=200)

    def _do(self, document: Json) -> None:
        for place in document.get("places", ()):
            place["address"] = place["address"].replace(self.old, self.new)

    def __str__(self) -> str:
        return f"办理地点的地址“{self.old}”换成“{self.new}”"


class Hours(Change):
    """改办公时间: of one place by its name, or of all."""

    what: Literal["hours"] = "hours"
    place: str = ""
    new: str = Field(min_length=1, max_length=150)

    def _do(self, document: Json) -> None:
        for place in document.get("places", ()):
            if self.place in ("", place["name"]):
                place["hours"] = self.new

    def __str__(self) -> str:
        return f"{self.place or '所有办理地点'}的办公时间改为“{self.new}”"


class Words(Change):
    """换文字: the words wherever they stand in one section."""

    what: Literal["words"] = "words"
    section: str
    old: str = Field(min_length=1)
    new: str = ""

    def _do(self, document: Json) -> None:
        for key in next((one.keys for one in SECTIONS if one.key == self.section), ()):
            if key in document and key not in UNTOUCHED | {"online_url", "audience"}:
                document[key] = self._replaced(document[key])

    def _replaced(self, value: Any) -> Any:
        match value:
            case str():
                return value.replace(self.old, self.new)
            case list():
                return [self._replaced(one) for one in value]
            case dict():
                return {key: one if key in UNTOUCHED else self._replaced(one) for key, one in value.items()}
        return value

    def __str__(self) -> str:
        return f"“{WORDED.get(self.section, self.section)}”里的“{self.old}”换成“{self.new}”"


class Listed(Change):
    """加上或去掉一个服务主题、人生事件."""

    what: Literal["themes", "life_events"]
    add: bool
    name: str = Field(min_length=1, max_length=40)

    def _do(self, document: Json) -> None:
        rest = [one for one in document.get(self.what, ()) if one != self.name]
        if not self.add:
            document[self.what] = rest
        elif self.name not in document.get(self.what, ()):
            document[self.what] = [*rest, self.name]

    def __str__(self) -> str:
        which = "服务主题" if self.what == "themes" else "人生事件"
        return f"{'加上' if self.add else '去掉'}{which}“{self.name}”"


class Flag(Change):
    """改是否."""

    what: Literal["flag"] = "flag"
    key: str
    holds: bool

    def _do(self, document: Json) -> None:
        if self.key in FLAGS:
            document[self.key] = self.holds

    def __str__(self) -> str:
        return f"“{FLAGS.get(self.key, self.key)}”改为{'是' if self.holds else '否'}"


class Law(Change):
    """法律修改: a basis by its law (and article) becomes another."""

    what: Literal["law"] = "law"
    old: str = Field(min_length=1)
    old_article: str = ""
    new: str = Field(min_length=1, max_length=200)
    number: str = Field(default="", max_length=60)
    article: str = Field(default="", max_length=100)

    def _do(self, document: Json) -> None:
        for basis in document.get("basis", ()):
            if basis["law"].strip("《》") == self.old.strip("《》") and self.old_article in ("", basis["article"]):
                article = self.article or basis["article"]
                basis |= {"law": self.new, "number": self.number, "article": article, "text": "", "valid_until": None}

    def __str__(self) -> str:
        return f"依据“{self.old}{self.old_article}”换成“{self.new}{self.article}”"


AnyChange = Annotated[Promised | Telephone | Address | Hours | Words | Listed | Flag | Law, Field(discriminator="what")]
_MANY: TypeAdapter[list[Any]] = TypeAdapter(list[AnyChange])


def changes_of(stored: object) -> list[Change]:
    """Typed, from what was stored or typed in. Raises pydantic's ValidationError."""
    found: list[Change] = _MANY.validate_python(stored)
    return found


def apply_all(changes: list[Change], document: Json) -> Json:
    for change in changes:
        document = change.apply(document)
    return document
