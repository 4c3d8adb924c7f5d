"""Export → import → export: the same bytes, with everything the demo has; and a large file with a few wrong rows."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from tongban.catalog import exports
from tongban.catalog.imports import import_catalogue, import_guides, import_items
from tongban.catalog.models import Alias, Edition, Item
from tongban.kernel.books import Form
from tongban.orgs.imports import import_bodies, import_regions
from tongban.site.demo.load import HERE

NOW = datetime(2026, 3, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


GUIDES = ("990127005011-food-business.toml", "992014046000-social-card-replacement.toml")
FOOD = "990127005011"


@pytest.fixture
def small(db: None, tmp_path: Path) -> None:
    """Two guides of the demo with their bodies, under a main item with aliases and a basis."""
    (tmp_path / "guides").mkdir()
    for name in GUIDES:
        (tmp_path / "guides" / name).write_bytes((HERE / "guides" / name).read_bytes())
    import_regions(HERE / "regions.csv", now=NOW)
    import_bodies(HERE / "bodies.csv", now=NOW)
    import_guides(tmp_path / "guides", now=NOW)
    basis = {
        "law": "《食品安全法》",
        "number": "",
        "article": "第三十五条",
        "text": "=1+1",
        "valid_until": "2030-01-01",
    }
    parent = Item.objects.create(code="990127005000", name="食品经营许可", type_code="01", kind="main", basis=[basis])
    item = Item.objects.get(code=FOOD)
    item.parent, item.audience, item.handling_forms = parent, ["1", "2"], ["1", "9"]
    item.themes, item.exercise = ["准营准办"], "发证\n换证"
    item.save()
    Alias.objects.create(item=item, words="开饭店", origin="shipped", by="tests", at=NOW)


@pytest.fixture
def demo(small: None) -> None:
    """And everything else that the demo shows."""
    import_items(HERE / "items.csv", now=NOW)
    import_guides(HERE / "guides", now=NOW)


def exported(form: Form = "xlsx") -> bytes:
    kept = io.BytesIO()
    exports.catalogue(kept, form)
    return kept.getvalue()


def forget() -> None:
    """The catalogue as it is on the first day."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing may wait when the tables are emptied
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE catalog_item, catalog_edition, catalog_searchentry, catalog_alias CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")


def test_the_whole_demo_exported_imported_and_exported_again_is_the_same_bytes(demo: None, tmp_path: Path) -> None:
    """As CSV; what a spreadsheet says is compared with less."""
    form: Form = "zip"
    first = exported(form)
    file = tmp_path / f"catalogue.{form}"
    file.write_bytes(first)
    before = {
        (one.item.code, one.body.key): one.sha256 for one in Edition.objects.published().select_related("item", "body")
    }

    same = import_catalogue(file, now=NOW)
    assert (same.changed, same.rejected, same.warned) == (0, [], [])
    assert exported(form) == first

    forget()
    report = import_catalogue(file, now=NOW)

    assert (report.rejected, report.warned, report.taken) == ([], [], True)
    after = {
        (one.item.code, one.body.key): one.sha256 for one in Edition.objects.published().select_related("item", "body")
    }
    assert after == before
    assert len(after) > 1100
    assert exported(form) == first


def test_a_spreadsheet_comes_back_as_the_same_bytes(small: None, tmp_path: Path) -> None:
    first, file = exported("xlsx"), tmp_path / "catalogue.xlsx"
    file.write_bytes(first)

    forget()
    report = import_catalogue(file, now=NOW)

    assert (report.rejected, report.warned, report.taken) == ([], [], True)
    assert exported("xlsx") == first


def test_a_spreadsheet_saved_by_other_software_says_the_same(small: None, tmp_path: Path) -> None:
    """openpyxl writes it anew: shared strings, other styles, other order of parts."""
    book = openpyxl.load_workbook(io.BytesIO(exported()))
    sheet = book["实施清单"]
    names = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "990127005011")
    row[names.index("咨询电话")].value = "023-88889999"
    row[names.index("到现场次数")].value = 1
    row[names.index("全程网办")].value = "否"
    row[names.index("投诉电话")].value = 12345
    book.save(tmp_path / "saved.xlsx")

    report = import_catalogue(tmp_path / "saved.xlsx", now=NOW)

    edition = Edition.objects.published().get(item__code="990127005011")
    assert (report.changed, report.rejected) == (1, [])
    assert (edition.document.phone, edition.visits, edition.document.complaint_phone) == ("023-88889999", 1, "12345")
    assert len(edition.document.materials) > 5


def test_the_template_explains_every_column_and_imports_as_nothing(small: None, tmp_path: Path) -> None:
    with (tmp_path / "template.xlsx").open("wb") as out:
        exports.template(out)

    book = openpyxl.load_workbook(tmp_path / "template.xlsx")
    told = {(sheet, column) for sheet, column, *_ in book["说明"].iter_rows(min_row=2, values_only=True)}
    for sheet in book.sheetnames[4:]:
        for (heading,) in book[sheet].iter_cols(max_row=1, values_only=True):
            named = heading in ("事项编码", "机构", "实施编码", "来源编码")
            assert named or (sheet, heading) in told, (sheet, heading)

    assert import_catalogue(tmp_path / "template.xlsx", now=NOW).changed == 0


def test_of_5000_rows_exactly_the_37_wrong_ones_are_listed(small: None, tmp_path: Path) -> None:
    wrong = {7 + 131 * n for n in range(37)}
    reasons = [
        ("21", "某事项", "market", "事项类型"), ("01", "", "market", "没有事项名称"),
        ("01", "某事项", "nobody", "没有标识为“nobody”的机构"), ("01", "长" * 201, "market", "超过 200 个字"),
    ]  # fmt: skip
    lines, says = ["code,name,type,body"], {}
    for line in range(2, 5002):
        code = f"9801270{line:05d}"
        if line in wrong:
            type_code, name, body, says[line] = reasons[line % 4]
            lines.append(f"{code},{name},{type_code},{body}")
        else:
            lines.append(f"{code},第 {line} 个事项,01,market")
    file = tmp_path / "items.csv"
    file.write_text("\n".join(lines), "utf-8")
    before = Item.objects.count(), Edition.objects.count()

    dry = import_items(file, now=NOW, dry_run=True)
    whole = import_items(file, now=NOW)
    assert (Item.objects.count(), Edition.objects.count()) == before
    good = import_items(file, now=NOW, good_rows=True)

    for report in (dry, whole, good):
        assert sorted(line for line, _ in report.rejected) == sorted(wrong)
        assert all(says[line] in message for line, message in report.rejected)
    assert (dry.taken, whole.taken, good.taken) == (False, False, True)
    assert Item.objects.count() == before[0] + 4963


def edited(tmp_path: Path, change: dict[str, list[tuple[str, int, str, object]]]) -> Path:
    """The export with cells changed: sheet → (item code, which of its rows, heading, value)."""
    book = openpyxl.load_workbook(io.BytesIO(exported()))
    for sheet, changes in change.items():
        names = [cell.value for cell in book[sheet][1]]
        for code, which, heading, value in changes:
            mine = [row for row in book[sheet].iter_rows(min_row=2) if row[0].value == code]
            mine[which][names.index(heading)].value = value
    book.save(tmp_path / "edited.xlsx")
    return tmp_path / "edited.xlsx"


@pytest.mark.parametrize(
    ("sheet", "which", "heading", "value", "says"),
    [
        ("材料", 0, "怎么给", "扔掉", "不是可选的值"),
        ("材料", 0, "标识", "布局", "标识"),
        ("材料", 0, "标识", None, "标识"),
        ("材料", 3, "什么情况下需要", "天气=晴", "不存在的问题“天气”"),
        ("实施清单", 0, "法定时限", "很久", "不是时限"),
        ("实施清单", 0, "承诺时限", "90个工作日", "承诺时限长于法定时限"),
        ("实施清单", 0, "机构", "没有的局", "没有机构“没有的局”"),
        ("实施清单", 0, "实施编码", "1", "不能换编码"),
        ("表单字段", 0, "表单页", "99", "不在工作表“表单页”里"),
        ("事项", 0, "上级事项编码", FOOD, "绕成一圈"),
        ("事项", 0, "上级事项编码", "990127099000", "不在文件里，也不在目录里"),
        ("事项", 0, "事项类型", "许可", "不是可选的值"),
        ("表单字段", 6, "最小值", "一", "不是整数"),
    ],
)
def test_a_wrong_cell_is_told_with_sheet_and_line_and_only_its_edition_stays_behind(
    small: None, tmp_path: Path, sheet: str, which: int, heading: str, value: object, says: str
) -> None:
    file = edited(
        tmp_path, {sheet: [(FOOD, which, heading, value)], "办理地点": [("992014046000", 0, "办公时间", "9:00–12:00")]}
    )

    whole = import_catalogue(file, now=NOW)
    assert not whole.taken
    assert any(f"工作表“{sheet}”" in message and says in message for _, message in whole.rejected), whole.rejected
    assert Edition.objects.filter(version=2).count() == 0

    good = import_catalogue(file, now=NOW, good_rows=True)
    assert good.taken
    assert Edition.objects.published().get(item__code="992014046000").document.places[0].hours == "9:00–12:00"
    assert Edition.objects.published().get(item__code=FOOD).version == 1


def test_another_name_in_the_sheet_of_items_reaches_all_editions(small: None, tmp_path: Path) -> None:
    file = edited(tmp_path, {"事项": [(FOOD, 0, "事项名称", "食品经营许可（新办）")]})

    report = import_catalogue(file, now=NOW)

    assert report.rejected == []
    assert Edition.objects.published().get(item__code=FOOD).name == "食品经营许可（新办）"


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    from tongban.kernel.refusals import Refusal

    strange = io.BytesIO()
    with zipfile.ZipFile(strange, "w") as archive:
        archive.writestr("随便.csv", "a,b\n1,2\n")
    for name, data in (("a.xlsx", b"hello"), ("b.zip", strange.getvalue()), ("c.xlsx", exported()[:5000])):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(Refusal):
            import_catalogue(tmp_path / name, now=NOW)
