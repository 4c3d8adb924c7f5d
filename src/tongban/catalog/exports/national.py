"""国家平台事项上报表: four tables for items, as far as they concern editions: basis, extension, materials, fees.

Fields and lengths are those of a vendor's table definitions (up_task_general_*), a mark ! is NOT NULL. A row that
leaves one of these empty, or says more than a field holds, is not written: it stands in the sheet 缺口 with what is
missing. Materials and fees carry task_code before their own fields, since theirs name no item. Several codes in one
field are joined by ^. The units of limits (1 工作日, 2 日, 3 月) are to be confirmed with the receiving platform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Generic, TypeVar

from tongban.catalog.content import Fee, Limit, Material
from tongban.catalog.exports import rows
from tongban.catalog.exports.gbt39046 import REACH, Said
from tongban.catalog.exports.words import basis_words, fee_words, flow_words, special_words, theme_codes
from tongban.kernel.books import Book, Form, Head
from tongban.orgs.models import Body

GAPS = "缺口"
T = TypeVar("T")


@dataclass(frozen=True)
class Field(Generic[T]):
    """A column: name, longest length (0: without limit), whether NOT NULL, and its value."""

    name: str
    most: int
    needed: bool
    value: Callable[[Said, T], str]


def _f(said: str, value: Callable[[Said, T], str]) -> Field[T]:
    """`task_name 1000!` as the definitions write it."""
    name, _, length = said.partition(" ")
    return Field(name, int(length.rstrip("!") or 0), length.endswith("!"), value)


def _flag(holds: bool) -> str:
    return "1" if holds else "0"


def _unit(limit: Limit | None) -> str:
    return {"working_day": "1", "day": "2", "month": "3"}[limit.unit.value] if limit else ""


def _amount(limit: Limit | None) -> str:
    return str(limit.amount) if limit else ""


def _files(material: Material, kind: str) -> str:
    return "^".join(one.file for one in material.attachments if one.kind == kind)


BASIC: tuple[Field[None], ...] = (
    _f("task_name 1000!", lambda s, _: s.edition.name),
    _f("catalog_code 12!", lambda s, _: s.edition.item.code),
    _f("local_catalog_code 50", lambda s, _: s.edition.external_code),
    _f("task_code 36!", lambda s, _: s.code),
    _f("local_task_code 50", lambda s, _: s.code),
    _f("task_handle_item 50", lambda s, _: ""),
    _f("task_type 2!", lambda s, _: s.edition.type_code),
    _f("task_version !", lambda s, _: str(s.edition.version)),
    _f("task_state 2!", lambda s, _: "1"),
    _f("by_law !", lambda s, _: basis_words(s.content)),
    _f("power_source 2!", lambda s, _: s.content.power_source),
    _f("use_level 11!", lambda s, _: str(s.edition.body.region.level)),
    _f("dept_name 200!", lambda s, _: s.edition.body.name),
    _f("dept_code 50!", lambda s, _: s.edition.body.uscc or ""),
    _f("dept_type 2!", lambda s, _: s.content.nature),
    _f("entrust_name 100", lambda s, _: s.content.handled_by.name if s.content.handled_by else ""),
    _f("accept_condition !", lambda s, _: "\n".join(s.content.conditions)),
    _f("anticipate_day !", lambda s, _: _amount(s.content.statutory)),
    _f("anticipate_type 2!", lambda s, _: _unit(s.content.statutory)),
    _f("anticipate_explain", lambda s, _: s.content.statutory.basis if s.content.statutory else ""),
    _f("promise_day !", lambda s, _: _amount(s.content.promised)),
    _f("promise_type 2!", lambda s, _: _unit(s.content.promised)),
    _f("promise_explain", lambda s, _: s.content.promised.basis if s.content.promised else ""),
    _f("project_type 2!", lambda s, _: "1" if s.content.instant else "2"),
    _f("handle_type 5", lambda s, _: "^".join(s.content.handling_forms)),
    _f("handle_flow !", lambda s, _: flow_words(s.content)),
    _f("special_procedure 500!", lambda s, _: special_words(s.content) or "无"),
    _f("limit_scene_num !", lambda s, _: str(s.content.visits)),
    _f("is_fee 2!", lambda s, _: _flag(bool(s.content.fees))),
    _f("fee_basis", lambda s, _: fee_words(s.content)),
    _f("server_type 32!", lambda s, _: "^".join(s.content.audience)),
    _f("link_way !", lambda s, _: s.content.phone),
    _f("supervise_way !", lambda s, _: s.content.complaint_phone),
    _f("transact_addr 500!", lambda s, _: "；".join(f"{one.name}（{one.address}）" for one in s.content.places)),
    _f("transact_time 500!", lambda s, _: "；".join(one.hours for one in s.content.places)),
    _f("link_addr", lambda s, _: s.content.online_url),
    _f("mobile_terminal_url 500", lambda s, _: s.content.online_url),
    _f("is_single_login 2!", lambda s, _: _flag(s.content.connection == "here")),
    _f("app_is_single_login 2!", lambda s, _: _flag(s.content.connection == "here")),
    _f("plan_effective_date", lambda s, _: s.edition.published_at.date().isoformat() if s.edition.published_at else ""),
    _f("plan_cancel_date", lambda s, _: ""),
)
EXTEND: tuple[Field[None], ...] = (
    _f("task_code 36!", lambda s, _: s.code),
    _f("is_entry_center 2!", lambda s, _: _flag("window" in s.content.received_by or not s.content.received_by)),
    _f("is_online 2!", lambda s, _: _flag(s.content.online or bool(set(s.content.online_depth) & set("4567")))),
    _f("online_handle_depth 20", lambda s, _: "^".join(s.content.online_depth)),
    _f("online_handle_url", lambda s, _: s.content.online_url),
    _f("limit_scene_explain 1000", lambda s, _: s.content.visit_reason or ("" if s.content.visits else "无")),
    _f("handle_area 2", lambda s, _: REACH[s.content.reach]),
    _f("is_schedule 2", lambda s, _: _flag(s.content.bookable)),
    _f("is_pay_online 2!", lambda s, _: _flag(s.content.pay_online)),
    _f("is_express 2!", lambda s, _: _flag(s.content.by_post)),
    _f("is_service_terminals 2", lambda s, _: _flag("kiosk" in s.content.received_by)),
    _f("result_type 30!", lambda s, _: {"licence": "10", "document": "20", "none": "99"}[s.content.result.kind]),
    _f("result_name 200", lambda s, _: s.content.result.name),
    _f("result_guid 256", lambda s, _: "^".join(one.file for one in s.content.result.samples)),
    _f("service_type 500", lambda s, _: "；".join(one.name for one in s.content.intermediaries)),
    _f("other_dept 200", lambda s, _: "；".join(one.name for one in s.content.joint_bodies)),
    _f("limit_explain 256", lambda s, _: s.content.quantity_limit),
    _f("user_topic_type 40", lambda s, _: "^".join(theme_codes("person", s.content))),
    _f("corp_topic_type 40", lambda s, _: "^".join(theme_codes("business", s.content))),
    _f("user_character_topic_type 100", lambda s, _: ""),
    _f("corp_character_topic_type 100", lambda s, _: ""),
    _f("town_code 18", lambda s, _: _place(s, 5)[0]),
    _f("town_name 200", lambda s, _: _place(s, 5)[1]),
    _f("village_code 18", lambda s, _: _place(s, 6)[0]),
    _f("village_name 200", lambda s, _: _place(s, 6)[1]),
    _f("extend_field 2000", lambda s, _: ""),
)
_NEED = {(True, False): "1", (False, False): "2", (True, True): "3", (False, True): "2"}
MATERIAL: tuple[Field[tuple[int, Material]], ...] = (
    _f("task_code 36!", lambda s, _: s.code),
    _f("material_name 200!", lambda s, m: m[1].name),
    _f("is_need 2!", lambda s, m: _NEED[m[1].required, m[1].may_follow]),
    _f("material_type 2", lambda s, m: {"": "", "original": "1", "copy": "2", "both": "3"}[m[1].kind]),
    _f("material_format 2", lambda s, m: {"": "", "paper": "1", "electronic": "2", "both": "3"}[m[1].form]),
    _f("source_type 2", lambda s, m: {"applicant": "10", "government": "20", "other": "99"}[m[1].origin.value]),
    _f("source_explain 500", lambda s, m: m[1].issuer),
    _f("page_num", lambda s, m: str(m[1].originals + m[1].copies)),
    _f("page_format 200", lambda s, m: ""),
    _f("form_guid 256", lambda s, m: _files(m[1], "blank")),
    _f("example_guid 256", lambda s, m: _files(m[1], "example")),
    _f("fill_explain 500", lambda s, m: m[1].fill_notes),
    _f("accept_stand", lambda s, m: "\n".join(m[1].check_points)),
    _f("by_law", lambda s, m: m[1].basis),
    _f("order_num !", lambda s, m: str(m[0])),
    _f("remark", lambda s, m: m[1].requirement),
)
FEE: tuple[Field[tuple[int, Fee]], ...] = (
    _f("task_code 36!", lambda s, _: s.code),
    _f("fee_name 200!", lambda s, f: f[1].name),
    _f("fee_stand 256!", lambda s, f: f"{f[1].amount_fen / 100:.2f} 元" + (f"/{f[1].per}" if f[1].per else "")),
    _f("by_law", lambda s, f: f[1].basis),
    _f("is_desc 2", lambda s, f: _flag(bool(f[1].reduction))),
    _f("desc_explain", lambda s, f: f[1].reduction),
    _f("order_num !", lambda s, f: str(f[0])),
)
BASIC_TABLE, EXTEND_TABLE, MATERIAL_TABLE, FEE_TABLE = (
    f"up_task_general_{name}" for name in ("basic", "extend", "material", "fee_project")
)


def national(out: IO[bytes], form: Form = "xlsx", *, body: Body | None = None) -> None:
    """Every edition in force, or those of one body, and the sheet of gaps."""
    tables = ((BASIC_TABLE, BASIC), (EXTEND_TABLE, EXTEND), (MATERIAL_TABLE, MATERIAL), (FEE_TABLE, FEE))
    sheets = [(name, [Head(one.name) for one in fields]) for name, fields in tables]
    heads = [Head("表", 26), Head("实施编码", 34), Head("事项", 30), Head("字段", 24), Head("问题", 40)]
    book = Book(form, [*sheets, (GAPS, heads)])
    for edition in rows.editions(body):
        said = Said(edition, edition.document, edition.code)
        _add(book, BASIC_TABLE, BASIC, said, None)
        _add(book, EXTEND_TABLE, EXTEND, said, None)
        for material in enumerate(said.content.materials, start=1):
            _add(book, MATERIAL_TABLE, MATERIAL, said, material)
        for fee in enumerate(said.content.fees, start=1):
            _add(book, FEE_TABLE, FEE, said, fee)
    book.save(out)


def _add(book: Book, table: str, fields: tuple[Field[T], ...], said: Said, of: T) -> None:
    """The row into its table; or, when something is in its way, each thing into the gaps."""
    texts = [one.value(said, of) for one in fields]
    wrong = [(one, says) for one, text in zip(fields, texts, strict=True) if (says := _gap(one, text))]
    if not wrong:
        book.add(table, texts)
    for one, says in wrong:
        book.add(GAPS, [table, said.code, said.edition.name, one.name, says])


def _gap(field: Field[T], text: str) -> str:
    if not text:
        return "必填，没有内容" if field.needed else ""
    return f"有 {len(text)} 个字，最多 {field.most} 个" if field.most and len(text) > field.most else ""


def _place(said: Said, level: int) -> tuple[str, str]:
    """The body's region, where it is of that level."""
    region = said.edition.body.region
    return (region.code, region.name) if region.level == level else ("", "")
