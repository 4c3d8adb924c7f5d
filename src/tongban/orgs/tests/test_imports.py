from datetime import UTC, datetime
from pathlib import Path

import pytest

from tongban.kernel.refusals import Refusal
from tongban.orgs.imports import import_bodies, import_halls, import_regions, shaped_uscc
from tongban.orgs.models import Body, Hall, Region, Window

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, tzinfo=UTC)
REGIONS = """code,name,level,parent
500199,云江区,county,
500199001,听澜街道,town,500199
500199001001,临江社区,village,500199001
"""
PUBLIC = "\ufeffcode,name,level,parent\n500101,万州区,county,5001\n500101001,高笋塘街道,town,500101\n"
BODIES = """key,uscc,name,short,region,department_code,phone,address
market,11500199MBYJ0027XD,云江区市场监督管理局,区市监局,500199,27,023-00001287,云江区
"""
HALLS = """[[hall]]
key = "center"
name = "云江区行政服务中心"
region = "500199"
address = "云江区政通路99号"
hours = "周一至周五 9:00—17:00"
phone = "023-00003001"
windows = [
  { number = "A01", name = "综合窗口", kind = "comprehensive" },
  { number = "A02", name = "婚姻登记窗口", kind = "special" },
]
"""
GOOD, WRONG_CHECK = "11511301452259996U", "TE5116020105116050"


@pytest.fixture
def bring(tmp_path: Path):
    def bring(importer, text: str, **options):
        path = tmp_path / ("halls.toml" if importer is import_halls else "list.csv")
        path.write_text(text, "utf-8")
        return importer(path, now=NOW, **options)

    return bring


@pytest.fixture
def regions(bring) -> None:
    bring(import_regions, REGIONS)


def test_regions_form_a_tree_whatever_their_order(bring):
    header, *rows = REGIONS.splitlines()

    report = bring(import_regions, "\n".join([header, *reversed(rows)]))

    assert (report.changed, report.rejected) == (3, [])
    assert Region.objects.get(code="500199001001").path == "500199/500199001/500199001001/"


def test_regions_imported_again_change_nothing(bring, regions):
    report = bring(import_regions, REGIONS)

    assert (report.changed, report.unchanged) == (0, 3)


def test_a_region_whose_parent_is_nowhere_becomes_a_root_with_a_warning(bring):
    report = bring(import_regions, PUBLIC)

    assert [line for line, _ in report.warned] == [2]
    assert Region.objects.get(code="500101001").path == "500101/500101001/"


def test_a_region_takes_a_new_name_but_no_new_parent(bring, regions):
    report = bring(
        import_regions, "code,name,level,parent\n500199001,听涛街道,town,500199\n500199001001,临江社区,6,500199\n"
    )

    assert (report.changed, [line for line, _ in report.rejected]) == (1, [3])
    assert Region.objects.get(code="500199001").name == "听涛街道"


@pytest.mark.parametrize(
    ("row", "says"),
    [("5001x,甲,county,", "2 至 12 位数字"), ("500199,甲,county,", "与第 2 行重复"), ("500198,甲,galaxy,", "galaxy"),
     ("500198,甲,village,500199001001", "级别应低于")],
)  # fmt: skip
def test_a_bad_region_is_rejected_with_its_line_and_the_others_stay(bring, row, says):
    report = bring(import_regions, REGIONS + row + "\n")

    ((line, message),) = report.rejected
    assert (line, report.changed) == (5, 3)
    assert says in message


def test_a_broken_file_changes_nothing(bring):
    with pytest.raises(Refusal, match="第 5 行"):
        bring(import_regions, REGIONS + "500198,少一列\n")

    assert not Region.objects.exists()


def test_bodies_imported_again_change_nothing(bring, regions):
    bring(import_bodies, BODIES)

    report = bring(import_bodies, BODIES)

    assert (report.changed, report.unchanged, Body.objects.count()) == (0, 1, 1)


@pytest.mark.parametrize(
    ("typed", "kept", "says"),
    [
        (GOOD, GOOD, ""),
        (GOOD.lower(), GOOD, ""),
        (WRONG_CHECK, WRONG_CHECK, "校验位不对"),
        ("12345", None, "不是 18 位代码"),
        ("", None, "没有统一社会信用代码"),
    ],
)
def test_a_uscc_is_kept_by_its_shape_and_never_mended(typed, kept, says):
    code, fault = shaped_uscc(typed)

    assert code == kept
    assert says in fault


def test_a_body_without_a_key_is_found_by_its_uscc_and_takes_its_new_name(bring, regions):
    bring(import_bodies, f"name,uscc,region\n区残联,{GOOD},500199\n")
    bring(import_bodies, f"name,uscc,region\n云江区残疾人联合会,{GOOD},500199\n")

    body = Body.objects.get()
    assert (body.key, body.name) == ("qucanlian", "云江区残疾人联合会")


def test_an_empty_uscc_does_not_take_away_the_one_known(bring, regions):
    bring(import_bodies, f"name,uscc,region\n区残联,{GOOD},500199\n")
    bring(import_bodies, "name,uscc,region\n区残联,,500199\n")

    assert Body.objects.get().uscc == GOOD


def test_two_bodies_can_not_share_a_uscc(bring, regions):
    report = bring(import_bodies, f"key,name,uscc,region\na,甲,{GOOD},500199\nb,乙,{GOOD},500199\n")

    assert [line for line, _ in report.rejected] == [3]
    assert Body.objects.get().key == "a"


def test_a_body_of_an_unknown_region_is_rejected(bring, regions):
    report = bring(import_bodies, "name,region\n甲,999999\n")

    assert report.rejected == [(2, "没有区划“999999”，请先导入区划")]


def test_halls_come_with_their_windows_and_again_change_nothing(bring, regions):
    bring(import_halls, HALLS)

    report = bring(import_halls, HALLS)

    assert (report.changed, report.unchanged, Hall.objects.count()) == (0, 1, 1)
    assert list(Window.objects.order_by("name").values_list("name", "comprehensive")) == [
        ("A01 综合窗口", True),
        ("A02 婚姻登记窗口", False),
    ]


def test_a_window_missing_from_the_file_stays_with_a_warning(bring, regions):
    bring(import_halls, HALLS)

    report = bring(import_halls, HALLS.replace('  { number = "A02", name = "婚姻登记窗口", kind = "special" },\n', ""))

    assert "A02 婚姻登记窗口" in report.warned[0][1]
    assert Window.objects.count() == 2


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('phone = "023-00003001"\n', "", "第 1 个大厅：缺少 phone"),
        ('phone = "', 'phon = "', "缺少 phone"),
        ('"500199"', '"1"', "没有区划 1"),
        ('kind = "special"', 'kind = "vip"', "窗口类型“vip”不认识"),
        ("hall]]", "halls]]", "最外层只能有"),
    ],
)
def test_a_broken_hall_refuses_the_file(bring, regions, old, new, says):
    with pytest.raises(Refusal, match=says):
        bring(import_halls, HALLS.replace(old, new))

    assert not Hall.objects.exists()
