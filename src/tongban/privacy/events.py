from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OwnDataAsked(Event, name="privacy.OwnDataAsked", subject="request"):
    """查阅、复制: a person wants the file with everything."""

    request: str


@dataclass(frozen=True, kw_only=True)
class OwnDataMade(Event, name="privacy.OwnDataMade", subject="request"):
    """The file is there: its hash and size, nothing of what is in it."""

    request: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class OwnDataTaken(Event, name="privacy.OwnDataTaken", subject="request"):
    """The person downloaded it."""

    request: str


@dataclass(frozen=True, kw_only=True)
class Held(Event, name="privacy.Held", subject="number"):
    """暂缓: the case keeps its personal data while it is disputed."""

    number: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class Released(Event, name="privacy.Released", subject="number"):
    """暂缓结束."""

    number: str
    cause: str


@dataclass(frozen=True, kw_only=True)
class CaseAnonymised(Event, name="privacy.CaseAnonymised", subject="number"):
    """到期匿名化: by which rule, and how much went."""

    number: str
    due_on: str
    years: int
    rows: int
    files: int


@dataclass(frozen=True, kw_only=True)
class RetentionSet(Event, name="privacy.RetentionSet", subject="item"):
    """保存期限 of an item; `years` 0 is for ever."""

    item: str
    years: int
    source: str


@dataclass(frozen=True, kw_only=True)
class RetentionAgreed(Event, name="privacy.RetentionAgreed", subject="item"):
    """同意缩短: a second person agreed that cases of the item are kept for a shorter time."""

    item: str
    years: int
