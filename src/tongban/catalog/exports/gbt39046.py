"""事项管理信息 in the fields of GB/T 39046-2020 table 4: 64 data items by their names, numbers and longest lengths.

One row an edition; items 56 to 64 repeat, so an edition with several materials has several rows that say the same in
items 1 to 55. What is longer than the standard allows is written whole and told in the sheet 缺口 with its row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from tongban.catalog.content import Content, Limit, Material
from tongban.catalog.exports import rows
from tongban.catalog.exports.words import basis_words, fee_words, flow_words, labels, special_words, theme_codes
from tongban.catalog.models import Edition
from tongban.kernel.books import Book, Form, Head
from tongban.orgs.models import Body

SHEET, GAPS = "事项管理", "缺口"
NEEDED = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 21, 29, 34, 35, 50, 51, 53, 54})
"""Items that every edition can say: left empty, they are told as gaps."""


@dataclass(frozen=True)
class Said:
    """What an item's value is taken from."""

    edition: Edition
    content: Content
    code: str


@dataclass(frozen=True)
class Item:
    """数据项 of table 4: its number, name, longest length (0: without limit), and its value."""

    number: int
    name: str
    most: int
    value: Callable[[Said], str]


@dataclass(frozen=True)
class MaterialItem:
    """One of the items 56 to 64, which repeat for each material."""

    number: int
    name: str
    most: int
    value: Callable[[Material], str]


def _number(limit: Limit | None) -> str:
    return str(limit.amount) if limit else ""


def _unit(limit: Limit | None) -> str:
    return {"working_day": "工作日", "day": "日", "month": "月"}[limit.unit.value] if limit else ""


def _flag(holds: bool) -> str:
    return "1" if holds else "0"


def _names(content: Content) -> str:
    return "；".join(one.name for one in content.joint_bodies)


REACH = {"": "", "nation": "1", "province": "2", "city": "3", "county": "4"}
ITEMS: tuple[Item, ...] = (
    Item(1, "事项名称", 200, lambda s: s.edition.name),
    Item(2, "基本编码", 10, lambda s: s.edition.item.code),
    Item(3, "实施编码", 24, lambda s: s.code),
    Item(4, "事项类型", 30, lambda s: labels("type", [s.edition.type_code])),
    Item(5, "事项类型代码", 2, lambda s: s.edition.type_code),
    Item(6, "设定依据", 1000, lambda s: basis_words(s.content)),
    Item(7, "行使层级", 200, lambda s: labels("level", [str(s.edition.body.region.level)])),
    Item(8, "行使层级代码", 1, lambda s: str(s.edition.body.region.level)),
    Item(9, "权限划分", 1000, lambda s: s.content.division),
    Item(10, "行使内容", 0, lambda s: s.content.exercise or s.edition.item.exercise),
    Item(11, "实施主体", 100, lambda s: s.edition.body.name),
    Item(12, "实施主体代码", 18, lambda s: s.edition.body.uscc or ""),
    Item(13, "实施主体性质", 100, lambda s: labels("nature", [s.content.nature])),
    Item(14, "实施主体性质代码", 1, lambda s: s.content.nature),
    Item(15, "法定办结时限", 20, lambda s: _number(s.content.statutory)),
    Item(16, "法定办结时限单位", 20, lambda s: _unit(s.content.statutory)),
    Item(17, "法定办结时限说明", 0, lambda s: s.content.statutory.basis if s.content.statutory else ""),
    Item(18, "承诺办结时限", 20, lambda s: _number(s.content.promised)),
    Item(19, "承诺办结时限单位", 20, lambda s: _unit(s.content.promised)),
    Item(20, "承诺办结时限说明", 0, lambda s: s.content.promised.basis if s.content.promised else ""),
    Item(21, "受理条件", 0, lambda s: "\n".join(s.content.conditions)),
    Item(22, "办理流程", 0, lambda s: flow_words(s.content)),
    Item(23, "共同实施部门", 100, lambda s: _names(s.content)),
    Item(24, "共同实施部门代码", 18, lambda s: "；".join(one.uscc for one in s.content.joint_bodies)),
    Item(25, "承办机构", 100, lambda s: s.content.handled_by.name if s.content.handled_by else ""),
    Item(26, "承办机构代码", 18, lambda s: s.content.handled_by.uscc if s.content.handled_by else ""),
    Item(27, "中介服务", 2000, lambda s: "；".join(one.name for one in s.content.intermediaries)),
    Item(28, "数量限制", 200, lambda s: s.content.quantity_limit),
    Item(29, "结果名称", 100, lambda s: s.content.result.name),
    Item(30, "结果样本", 0, lambda s: "；".join(one.file for one in s.content.result.samples)),
    Item(31, "是否收费", 1, lambda s: _flag(bool(s.content.fees))),
    Item(32, "收费依据", 0, lambda s: fee_words(s.content)),
    Item(33, "通办范围代码", 1, lambda s: REACH[s.content.reach]),
    Item(34, "服务对象", 200, lambda s: labels("audience", s.content.audience)),
    Item(35, "服务对象代码", 10, lambda s: "".join(s.content.audience)),
    Item(36, "服务主题", 200, lambda s: "；".join(s.content.themes)),
    Item(37, "法人服务主题代码", 10, lambda s: "".join(theme_codes("business", s.content)[:3])),
    Item(38, "自然人服务主题代码", 10, lambda s: "".join(theme_codes("person", s.content)[:3])),
    Item(39, "办理形式", 20, lambda s: labels("handling_form", s.content.handling_forms)),
    Item(40, "办理形式代码", 10, lambda s: "".join(s.content.handling_forms)),
    Item(41, "特别程序", 0, lambda s: special_words(s.content)),
    Item(42, "行政管辖", 20, lambda s: s.edition.body.region.name),
    Item(43, "行政管辖代码", 10, lambda s: s.edition.body.region.code[:10]),
    Item(44, "是否支持预约办理", 1, lambda s: _flag(s.content.bookable)),
    Item(45, "是否支持网上支付", 1, lambda s: _flag(s.content.pay_online)),
    Item(46, "是否支持物流快递", 1, lambda s: _flag(s.content.by_post)),
    Item(47, "是否网办", 1, lambda s: _flag(s.content.online or bool(set(s.content.online_depth) & set("4567")))),
    Item(48, "网办地址", 50, lambda s: s.content.online_url),
    Item(49, "运行系统层级", 20, lambda s: labels("system_level", [s.content.system_level])),
    Item(50, "办理地点", 100, lambda s: "；".join(f"{one.name}（{one.address}）" for one in s.content.places)),
    Item(51, "办理时间", 150, lambda s: "；".join(one.hours for one in s.content.places)),
    Item(52, "咨询方式", 20, lambda s: "电话" if s.content.phone else ""),
    Item(53, "咨询电话", 18, lambda s: s.content.phone),
    Item(54, "监督电话", 18, lambda s: s.content.complaint_phone),
    Item(55, "常见问题", 1000, lambda s: "\n".join(f"问：{one.question}\n答：{one.answer}" for one in s.content.faq)),
)
MATERIAL_ITEMS: tuple[MaterialItem, ...] = (
    MaterialItem(56, "材料名称", 200, lambda m: m.name),
    MaterialItem(57, "出具机构", 100, lambda m: m.issuer),
    MaterialItem(58, "出具时间要求", 150, lambda m: m.issued_within),
    MaterialItem(59, "材料办理说明", 500, lambda m: m.requirement),
    MaterialItem(60, "材料办理地点", 400, lambda m: m.where),
    MaterialItem(61, "材料使用说明", 500, lambda m: m.use),
    MaterialItem(62, "原件份数", 2, lambda m: str(m.originals)),
    MaterialItem(63, "复印件份数", 2, lambda m: str(m.copies)),
    MaterialItem(64, "是否必备材料", 1, lambda m: _flag(m.required)),
)


def gbt39046(out: IO[bytes], form: Form = "xlsx", *, body: Body | None = None) -> None:
    """Every edition in force, or those of one body, and the sheet of gaps."""
    named = [Head(f"{one.number} {one.name}") for one in ITEMS]
    named += [Head(f"{one.number} {one.name}") for one in MATERIAL_ITEMS]
    book = Book(form, [(SHEET, named), (GAPS, [Head("行", 8), Head("事项", 30), Head("数据项", 24), Head("问题", 60)])])
    for edition in rows.editions(body):
        content = edition.document
        said = Said(edition, content, edition.code)
        texts = [one.value(said) for one in ITEMS]
        first = book.rows[SHEET] + 1
        for one, text in zip(ITEMS, texts, strict=True):
            if wrong := gap(one.number, one.most, text):
                book.add(GAPS, [str(first), edition.name, f"{one.number} {one.name}", wrong])
        for material in content.materials or (None,):
            mine = [one.value(material) if material else "" for one in MATERIAL_ITEMS]
            _material_gaps(book, edition, mine)
            book.add(SHEET, [*texts, *mine])
    book.save(out)


def _material_gaps(book: Book, edition: Edition, texts: Sequence[str]) -> None:
    for one, text in zip(MATERIAL_ITEMS, texts, strict=True):
        if wrong := gap(one.number, one.most, text):
            book.add(GAPS, [str(book.rows[SHEET] + 1), edition.name, f"{one.number} {one.name}", wrong])


def gap(number: int, most: int, text: str) -> str:
    """What the standard has against a value; empty when nothing."""
    if not text:
        return "没有内容" if number in NEEDED else ""
    return f"有 {len(text)} 个字，标准最多 {most} 个" if most and len(text) > most else ""
