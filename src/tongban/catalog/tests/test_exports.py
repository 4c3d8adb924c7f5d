"""What is reported to others: the 64 items of GB/T 39046, the national tables; what is missing is told, not hidden."""

import io
from datetime import UTC, datetime
from itertools import zip_longest

import openpyxl
import pytest

from tests import people
from tongban.catalog import exports
from tongban.catalog.exports.gbt39046 import ITEMS, MATERIAL_ITEMS
from tongban.catalog.exports.national import BASIC, BASIC_TABLE, EXTEND, FEE, GAPS, MATERIAL, MATERIAL_TABLE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
WHOLE = {
    "basis": ["《食品安全法》第三十五条"], "conditions": ["有场所"], "complaint_phone": "12345",
    "places": [{"name": "大厅", "address": "滨河路 1 号", "hours": "9:00–17:00"}],
    "themes": ["准营准办"], "handling_forms": ["1", "2"],
}  # fmt: skip


def book(export, **options):
    kept = io.BytesIO()
    export(kept, **options)
    read = openpyxl.load_workbook(kept, read_only=True)
    return {sheet.title: [["" if cell is None else cell for cell in row] for row in sheet.values] for sheet in read}


def rows(table):
    names, *rest = table
    return [dict(zip_longest(names, row, fillvalue="")) for row in rest]  # a reader drops empty cells at the end


def test_the_items_are_those_of_table_4_in_order():
    assert [one.number for one in (*ITEMS, *MATERIAL_ITEMS)] == list(range(1, 65))


def test_the_tables_have_the_fields_of_the_definitions():
    assert [len(one) for one in (BASIC, EXTEND, MATERIAL, FEE)] == [41, 25 + 1, 15 + 1, 6 + 1]


def test_an_edition_has_a_row_for_each_material_and_says_the_same_in_items_1_to_55(cast):
    table = book(exports.gbt39046)["事项管理"]

    assert len(table) == 1 + 4
    assert len({tuple(row[:55]) for row in table[1:]}) == 1
    first = rows(table)[0]
    assert (first["1 事项名称"], first["5 事项类型代码"], first["35 服务对象代码"]) == ("食品经营许可新办", "01", "12")
    assert [row["56 材料名称"] for row in rows(table)] == ["申请书", "营业执照", "食品安全管理制度", "经营场所布局图"]
    assert first["15 法定办结时限"] == "20"


def test_what_is_missing_or_too_long_for_the_standard_is_told_with_its_row(cast):
    told = rows(book(exports.gbt39046)["缺口"])

    assert {("2", "2 基本编码", "有 12 个字，标准最多 10 个"), ("2", "6 设定依据", "没有内容")} <= {
        (row["行"], row["数据项"], row["问题"]) for row in told
    }


def test_a_row_that_leaves_a_needed_field_empty_is_a_gap_and_not_reported(cast):
    people.publish(cast.other_body, now=cast.now, code="991011001001", name="低保办理", **WHOLE)
    cast.other_body.uscc = "11500199MB1A00001K"
    cast.other_body.save()

    found = book(exports.national)

    (basic,) = rows(found[BASIC_TABLE])
    assert (basic["task_name"], basic["dept_code"], basic["anticipate_day"]) == ("低保办理", "11500199MB1A00001K", "20")
    assert {row["字段"] for row in rows(found[GAPS]) if row["事项"] == "食品经营许可新办"} == {
        "by_law", "dept_code", "accept_condition", "transact_addr", "transact_time"
    }  # fmt: skip
    assert [row["order_num"] for row in rows(found[MATERIAL_TABLE])][:4] == ["1", "2", "3", "4"]


def test_a_text_that_begins_like_a_formula_is_guarded(cast):
    people.publish(cast.other_body, now=cast.now, code="991011001001", name="=cmd|' /C calc'!A0", subtitle="@SUM(1)")

    names = [row["1 事项名称"] for row in rows(book(exports.gbt39046)["事项管理"])]

    assert "'=cmd|' /C calc'!A0" in names


def test_one_bodys_export_holds_nothing_of_others(cast):
    people.publish(cast.other_body, now=cast.now, code="991011001001", name="低保办理")

    found = book(exports.catalogue, body=cast.other_body)

    assert {row["事项编码"] for row in rows(found["事项"])} == {"991011001001"}
    assert {row["机构"] for row in rows(found["材料"])} == {"civil"}


@pytest.mark.parametrize("export", [exports.catalogue, exports.gbt39046, exports.national, exports.template])
def test_the_same_catalogue_gives_the_same_bytes(cast, export):
    one, two = io.BytesIO(), io.BytesIO()

    export(one)
    export(two)

    assert one.getvalue() == two.getvalue()
