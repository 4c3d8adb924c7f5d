from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Began(Event, name="exports.Began", subject="export"):
    """开始导出: which list, by which filters (their values lie with the export, encrypted), which columns."""

    export: str
    list_key: str
    filters: list[str]
    columns: list[str]
    format: str
    unmasked: bool


@dataclass(frozen=True, kw_only=True)
class Finished(Event, name="exports.Finished", subject="export"):
    """导出结束: how many rows and which bytes went out; `whole` says whether to the last one."""

    export: str
    rows: int
    sha256: str
    whole: bool
