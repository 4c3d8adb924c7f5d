"""One case's facts → its rows in the tables of GB/T 39046 and of the national platform. Pure.

A case that is neither accepted nor ended has no row in the national tables yet: they begin with the acceptance. One that
ended before it was accepted (不予受理, 补正不来, 撤回) stands in `up_pro_accept` with the moment of that answer. A special
procedure under way is not told to the national platform until it ends, since its end must be filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from hashlib import blake2b

from tongban.kernel.clock import SHANGHAI
from tongban.reporting.tables import (
    ACCEPT,
    ACCEPTANCE,
    APPLICATION,
    APPLICATION_MATERIAL,
    ENDING,
    FORMATS,
    HANDLING,
    HANDLING_SPECIAL,
    MATERIAL,
    PROCESS,
    RESULT,
    SPECIAL,
    Fault,
    Format,
    Row,
    Table,
)
from tongban.reporting.told import Given, Outcome, Special, Told

NOTHING = "无"

OUTCOMES: Mapping[Outcome, str] = {
    "licensed": "准予，已出证",
    "granted": "准予",
    "refused": "不予许可",
    "rejected": "不予受理",
    "lapsed": "补正不来",
    "withdrawn": "申请人撤回",
    "terminated": "终止办理",
    "revoked": "决定已撤销",
}
CHANNELS: Mapping[str, str] = {"counter": "1", "web": "2", "mobile": "3", "api": "2"}
"""办理形式, A.5; any other: 9."""
MOVES = {"pass": "通过", "back": "退回", "other": "其他"}
GIVING = {
    "upload": "网上上传",
    "library": "证照库调取",
    "generated": "系统生成",
    "pledge": "告知承诺",
    "window": "窗口收取",
}
ID_KINDS: Mapping[str, str] = {
    "id_card": "111", "passport": "414", "taiwan": "511", "hk_macao": "516", "permanent": "553", "uscc": "001",
}  # fmt: skip
"""GA/T 2000.156 for people; 港澳台居民居住证 is younger than it, and a gap until the receiving platform names its code. It has none for organisations: 001 is to be confirmed with the receiving platform."""


@dataclass(frozen=True)
class Codes:
    """What the receiving platform calls things, where it has codes of its own. To be confirmed with it, one by one."""

    results: Mapping[Outcome, str] = field(
        default_factory=lambda: {
            "licensed": "0",
            "granted": "6",
            "refused": "7",
            "rejected": "1",
            "lapsed": "5",
            "withdrawn": "2",
            "terminated": "2",
            "revoked": "2",
        }
    )
    """办结结果: 0 出证办结 · 1 退回办结 · 2 作废办结 · 5 补正不来办结 · 6 办结 · 7 不予许可."""
    moves: Mapping[str, str] = field(default_factory=lambda: {"pass": "1", "back": "2", "other": "9"})
    audience: Mapping[str, str] = field(default_factory=dict)
    """服务对象 of A.4 → theirs; empty: the same."""
    source: str = "1"
    """数据来源."""


@dataclass(frozen=True)
class Stamp:
    """What a row says about its own sending: when, in which batch, and whether the case was reported before."""

    at: datetime
    batch: str
    again: bool = False

    @cached_property
    def said(self) -> tuple[str, str, str]:
        """同步类型, 同步时间, 批次号."""
        return ("U" if self.again else "I"), _time(self.at), self.batch


@dataclass(frozen=True)
class Rows:
    """A case in one format: its rows by table, and what is wrong with them."""

    by_table: Mapping[str, list[Row]]
    faults: tuple[Fault, ...]

    @property
    def counts(self) -> dict[str, int]:
        return {table: len(rows) for table, rows in self.by_table.items() if rows}


def rows_of(told: Told, form: Format, *, stamp: Stamp, codes: Codes) -> Rows:
    """Every row of the case, and every fault in them."""
    found = {table.name: list(MAKERS[table.name](told, stamp, codes)) for table in FORMATS[form]}
    faults = [fault for table in FORMATS[form] for row in found[table.name] for fault in table.faults(row)]
    return Rows(found, tuple(faults))


def has_begun(told: Told, form: Format) -> bool:
    """Whether there is anything to tell yet."""
    return form == "gbt39046" or told.answered_at is not None


def next_try(attempts: int, *, now: datetime) -> datetime:
    """After the first failed try in a minute, then twice as long each time, at most an hour: a report is never given up."""
    return now + timedelta(minutes=min(2 ** max(attempts - 1, 0), 60))


# GB/T 39046-2020


def _application(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    contact = told.contact
    yield (
        told.number,
        told.matter.task_code,
        APPLICATION.cut("task_name", told.matter.name),
        *_kind(told),
        told.applicant.name,
        _id_kind(told.applicant.id_kind),
        told.applicant.id_number,
        contact.name if contact else "",
        _id_kind(contact.id_kind) if contact else "",
        contact.id_number if contact else "",
        contact.phone if contact else told.applicant.phone,
        "",
        APPLICATION.cut("address", contact.address if contact else told.applicant.address),
        told.legal,
        _source(told),
        _stamp(told.applied_at),
        "",
        told.office.region,
    )


def _application_material(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    for number, given in enumerate(told.materials, start=1):
        yield (
            told.number,
            f"{number:02d}",
            APPLICATION_MATERIAL.cut("material_name", given.name),
            _flag(given.given),
            GIVING.get(given.give, "其他") if given.given else "",
            str(given.count) if given.given else "",
            _stamp(told.applied_at) if given.given else "",
            given.file,
        )


def _acceptance(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    if told.accepted and told.answered_at:
        yield (
            told.number,
            told.matter.catalog_code,
            told.matter.task_code,
            ACCEPTANCE.cut("task_name", told.matter.name),
            told.office.name,
            told.office.uscc,
            told.accepted_by,
            _stamp(told.answered_at),
            "",
            told.promised_on.isoformat() if told.promised_on else "",
            *_kind(told),
            told.office.region,
        )


def _handling(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    for one in told.passages:
        yield (
            told.number,
            MOVES[one.move],
            one.name,
            HANDLING.cut("handler", one.by),
            HANDLING.cut("opinion", one.words or NOTHING),
            _stamp(one.began_at),
            _stamp(one.ended_at or one.began_at),
            told.office.name,
            told.office.uscc,
            "2" if one.ended_at else "1",
        )


def _handling_special(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    for one in told.specials:
        yield (
            told.number,
            one.name,
            _special_kind(one),
            _stamp(one.began_at),
            one.reason or one.name,
            HANDLING_SPECIAL.cut("special_applicant", one.by),
            _stamp(one.ended_at) if one.ended_at else "",
            one.result,
            "",
            told.office.name,
            told.office.uscc,
            HANDLING_SPECIAL.cut("handler", one.by),
        )


def _ending(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    if (end := told.ending) is not None:
        yield (
            told.number,
            ENDING.cut("handler", end.by),
            _stamp(end.at),
            end.licence_name,
            end.licence_number,
            ENDING.cut("description", _described(end.outcome, end.words)),
            _valid(end.valid_until),
            told.office.name,
            told.office.region,
            _flag(end.by_post),
            _flag(told.matter.charged),
        )


# The national platform


def _accept(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    if told.answered_at is None:
        return
    contact = told.contact
    yield (
        told.number,
        told.matter.catalog_code,
        told.matter.task_code,
        "",
        told.matter.external_code,
        told.matter.external_code,
        told.matter.name,
        str(told.matter.version),
        told.matter.name,
        _kind(told)[1],
        _source(told),
        told.applicant.name,
        codes.audience.get(told.audience, told.audience),
        _id_kind(told.applicant.id_kind),
        told.applicant.id_number,
        contact.name if contact else "",
        _id_kind(contact.id_kind) if contact else "",
        contact.id_number if contact else "",
        contact.phone if contact else told.applicant.phone,
        told.legal,
        contact.address if contact else told.applicant.address,
        "",
        _time(told.applied_at),
        _time(told.answered_at),
        "",
        told.office.uscc,
        told.office.name,
        told.accepted_by,
        f"{told.promised_on.isoformat()} 00:00:00" if told.promised_on else "",
        *_synchronised(told, ACCEPT, 0, stamp, codes),
    )


def _process(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    if told.answered_at is None:
        return
    for at, one in enumerate(told.passages):
        yield (
            told.number,
            one.name,
            codes.moves[one.move],
            PROCESS.cut("handle_explain", one.words or NOTHING),
            one.by,
            _time(one.began_at),
            _time(one.ended_at or one.began_at),
            "" if one.ended_at else "正在办理",
            *_synchronised(told, PROCESS, at, stamp, codes),
        )


def _result(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    if (end := told.ending) is not None:
        yield (
            told.number,
            codes.results[end.outcome],
            _time(end.at),
            RESULT.cut("result_explain", _described(end.outcome, end.words)),
            end.licence_name,
            end.licence_number,
            _flag(end.by_post),
            end.satisfaction,
            end.by,
            *_synchronised(told, RESULT, 0, stamp, codes),
        )


def _special(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    for at, one in enumerate(told.specials):
        if one.ended_at is not None:
            yield (
                told.number,
                _special_kind(one),
                one.name,
                SPECIAL.cut("special_reason", one.reason or one.name),
                one.by,
                _time(one.began_at),
                _time(one.ended_at),
                one.result,
                "",
                one.by,
                *_synchronised(told, SPECIAL, at, stamp, codes),
            )


def _material(told: Told, stamp: Stamp, codes: Codes) -> Iterable[Row]:
    if told.answered_at is None:
        return
    for at, given in enumerate(told.materials):
        if given.given:
            yield (
                told.number,
                MATERIAL.cut("material_name", given.name),
                _way(given),
                str(given.count),
                given.file,
                *_synchronised(told, MATERIAL, at, stamp, codes),
            )


Maker = Callable[[Told, Stamp, Codes], Iterable[Row]]
MAKERS: dict[str, Maker] = {
    APPLICATION.name: _application,
    APPLICATION_MATERIAL.name: _application_material,
    ACCEPTANCE.name: _acceptance,
    HANDLING.name: _handling,
    HANDLING_SPECIAL.name: _handling_special,
    ENDING.name: _ending,
    ACCEPT.name: _accept,
    PROCESS.name: _process,
    RESULT.name: _result,
    SPECIAL.name: _special,
    MATERIAL.name: _material,
}


def organisation_audience(uscc: str) -> str:
    """服务对象 (A.4) of an organisation by the first two characters of its code (GB 32100, annex): who registered it, as what."""
    if uscc[:1] == "9":
        return "6" if uscc[1:2] == "2" else "2"  # 92 个体工商户
    return {"11": "5", "12": "3", "51": "4", "52": "4", "53": "4"}.get(uscc[:2], "6")


def _kind(told: Told) -> tuple[str, str]:
    return ("即办件", "1") if told.matter.instant else ("承诺件", "2")


def _id_kind(kind: str) -> str:
    return ID_KINDS.get(kind, "")


def _source(told: Told) -> str:
    return CHANNELS.get(told.channel, "9")


def _way(given: Given) -> str:
    """收取方式: 1 纸质, 2 电子, 9 其他."""
    return {"upload": "2", "library": "2", "generated": "2", "window": "1"}.get(given.give, "9")


def _special_kind(one: Special) -> str:
    """A.7."""
    return "1" if one.extends else "2"


def _described(outcome: Outcome, words: str) -> str:
    return f"{OUTCOMES[outcome]}：{words}" if words else OUTCOMES[outcome]


def _valid(until: date | None) -> str:
    return f"至 {until.isoformat()}" if until else ""


def _flag(holds: bool) -> str:
    return "1" if holds else "0"


def _synchronised(told: Told, table: Table, at: int, stamp: Stamp, codes: Codes) -> tuple[str, ...]:
    return (_guid(f"{told.number}/{table.name}/{at}"), codes.source, *stamp.said)


def _guid(row: str) -> str:
    """The same row of the same case has the same guid, however often it is sent."""
    return blake2b(row.encode(), digest_size=16, person=b"tongban report").hexdigest()


@lru_cache(maxsize=4096)
def _time(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).isoformat(sep=" ", timespec="seconds")[:19]


@lru_cache(maxsize=4096)
def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y%m%dT%H%M%S}"
