from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from tongban.catalog.actions import withdraw
from tongban.catalog.bulk import Wanted, publish_all
from tongban.catalog.content import Content
from tongban.catalog.guides import BY, import_guides
from tongban.catalog.imports import import_items
from tongban.catalog.models import Edition, Item, SearchEntry
from tongban.catalog.queries import find
from tongban.kernel.models import ImportRun, JournalEntry
from tongban.kernel.refusals import Refusal
from tongban.orgs.models import Body, Region

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OURS = """code,name,type,body,main_item,audience
990127005011,食品经营许可新办,01,market,食品经营许可,1;2
990127005012,食品经营许可延续,01,market,食品经营许可,1;2
992011005000,高龄津贴发放,20,civil_affairs,,1
"""
HEADER = "department,group,name,item_type,type_code,area_code,local_item_code,dept_uscc"
THEIRS = f"""\ufeff{HEADER}
区残联,未分类,残疾人证办理,行政确认,07,500199000000,511X01-1-00,11511301452259996U
区残联,未分类,残疾人就业咨询,公共服务,20,500199000000,511X02-1-00,
区烟草专卖局,烟草零售许可,烟草专卖零售许可证核发（新办）,行政许可,01,500199000000,511X03-1-00,TE5116020105116050
区烟草专卖局,烟草零售许可,烟草专卖零售许可证核发（延续）,行政许可,01,500199000000,511X04-1-00,TE5116020105116050
"""
GUIDE = """code = "990127005011"
name = "食品经营许可新办"
type = "01"
body = "market"
audience = ["1", "2"]
subtitle = "开饭店前办"
aliases = ["开饭店"]

[[materials]]
key = "layout"
name = "经营场所布局图"
give = "upload"
"""


@pytest.fixture
def place(db) -> Region:
    return Region.objects.create(code="500199", name="云江区", level=4, path="500199/")


@pytest.fixture
def bodies(place) -> dict[str, Body]:
    named = {"market": ("云江区市场监督管理局", "区市监局", "27"), "civil_affairs": ("云江区民政局", "区民政局", "11")}
    return {
        key: Body.objects.create(key=key, name=name, short=short, region=place, department_code=code)
        for key, (name, short, code) in named.items()
    }


@pytest.fixture
def bring(tmp_path: Path, place):
    def bring(text: str | bytes, *, name: str = "items.csv", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        importer = import_guides if name.endswith(".toml") else import_items
        return importer(path, now=NOW, **options)

    return bring


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Item, Edition, Body, JournalEntry, SearchEntry))


# Lists


def test_our_own_list_becomes_items_and_published_editions(bring, bodies):
    report = bring(OURS)

    edition = Edition.objects.published().get(item__code="990127005011")
    assert (report.read, report.changed, report.warned, report.rejected) == (3, 3, [], [])
    assert (edition.body.key, edition.connection, edition.type_code) == ("market", "guide_only", "01")
    assert edition.item.main_name == "食品经营许可"
    assert Edition.objects.published().get(item__code="992011005000").for_enterprises is False


def test_each_published_edition_is_journalled_and_found_by_search(bring, bodies):
    bring(OURS)

    assert JournalEntry.objects.filter(name="catalog.Published", actor="system:import").count() == 3
    assert [found.name for found in find(typed="高龄津贴")] == ["高龄津贴发放"]


def test_a_foreign_list_is_taken_whole_with_its_codes_kept(bring):
    report = bring(THEIRS)

    assert (report.changed, report.rejected) == (4, [])
    assert dict(Edition.objects.values_list("external_code", "item__code")) == {
        "511X01-1-00": "500701001000",
        "511X02-1-00": "502001001000",
        "511X03-1-00": "500102001001",
        "511X04-1-00": "500102001002",
    }


@pytest.mark.parametrize("text", [OURS, THEIRS])
def test_the_same_file_again_changes_nothing(bring, bodies, text):
    bring(text)
    before = counts()

    report = bring(text)

    assert (report.changed, report.unchanged) == (0, report.read)
    assert counts() == before


def test_wrong_and_missing_usccs_are_warned_about_and_their_rows_kept(bring):
    report = bring(THEIRS)

    assert [line for line, _ in report.warned] == [3, 4, 5]
    assert "校验位不对" in report.warned[1][1]
    assert dict(Body.objects.values_list("name", "uscc")) == {
        "区残联": "11511301452259996U",
        "区烟草专卖局": "TE5116020105116050",
    }


def test_a_uscc_that_two_departments_claim_is_stored_for_neither(bring):
    uscc = "11511301452259996U"
    report = bring(f"{HEADER}\n甲局,,一,,01,,A,{uscc}\n乙局,,二,,01,,B,{uscc}\n乙局,,三,,01,,C,\n")

    assert dict(Body.objects.values_list("name", "uscc")) == {"甲局": None, "乙局": None}
    assert {line for line, _ in report.warned} == {2, 3, 4}


def test_a_body_is_found_by_its_uscc_before_its_name(bring, bodies):
    Body.objects.filter(key="market").update(uscc="11511301452259996U")

    report = bring(f"{HEADER}\n市场局,,一,,01,,A,11511301452259996U\n区民政局,,二,,01,,B,\n")

    assert [e.body.key for e in Edition.objects.order_by("external_code")] == ["market", "civil_affairs"]
    assert "按代码归属于云江区市场监督管理局" in report.warned[-1][1]
    assert Body.objects.count() == 2


def test_an_excel_file_says_the_same_as_a_csv(bring, bodies, tmp_path):
    book = openpyxl.Workbook()
    for line in OURS.splitlines():
        code, *rest = line.split(",")
        book.active.append([int(code) if code.isdigit() else code, *rest])
    book.save(tmp_path / "items.xlsx")
    bring(OURS)

    report = import_items(tmp_path / "items.xlsx", now=NOW)

    assert (report.changed, report.unchanged) == (0, 3)


def test_a_list_in_gb18030_is_taken_with_a_warning(bring, bodies):
    report = bring(OURS.encode("gb18030"))

    assert (report.changed, [line for line, _ in report.warned]) == (3, [1])
    assert Item.objects.filter(name="高龄津贴发放").exists()


def test_a_changed_row_makes_a_new_version_and_withdraws_the_old(bring, bodies):
    bring(OURS)

    report = bring(OURS.replace("高龄津贴发放,20", "高龄津贴申领,05"))

    old, new = Edition.objects.filter(item__code="992011005000").order_by("version")
    assert (report.changed, report.unchanged) == (1, 2)
    assert [(e.version, e.state, e.name) for e in (old, new)] == [
        (1, "withdrawn", "高龄津贴发放"),
        (2, "published", "高龄津贴申领"),
    ]
    assert SearchEntry.objects.count() == 3


def test_a_renamed_row_is_found_by_the_sources_code(bring):
    bring(THEIRS)

    bring(THEIRS.replace("残疾人证办理", "残疾人证申领"))

    assert Item.objects.get(code="500701001000").name == "残疾人证申领"
    assert Item.objects.count() == 4


def test_a_row_without_any_code_is_found_by_body_and_name(bring, bodies):
    text = "name,type,body\n高龄津贴发放,公共服务,区民政局\n"
    bring(text)

    report = bring(text)

    assert (report.unchanged, Item.objects.get().code) == (1, "502011001000")


def test_an_item_that_moved_to_another_body_leaves_the_first_and_may_return(bring):
    moved = THEIRS.replace("区残联,未分类,残疾人证办理", "区民政局,未分类,残疾人证办理").replace(
        "452259996U", "008778298W"
    )
    bring(THEIRS)
    bring(moved)
    assert Edition.objects.published().get(external_code="511X01-1-00").body.name == "区民政局"

    bring(THEIRS)

    assert Edition.objects.published().get(external_code="511X01-1-00").body.name == "区残联"


def test_a_withdrawn_item_is_not_brought_back_by_its_list(bring, bodies):
    bring(OURS)
    withdraw(Edition.objects.get(item__code="992011005000"), by=BY, now=NOW)

    report = bring(OURS)

    assert "已经下线" in report.warned[0][1]
    assert Edition.objects.published().count() == 2


def test_a_new_name_reaches_the_editions_of_other_bodies(bring, bodies):
    bring(OURS)
    item = Item.objects.get(code="992011005000")
    publish_all([Wanted(item, bodies["market"], Content(audience=("1",)))], by=BY, now=NOW)

    bring(OURS.replace("高龄津贴发放", "高龄津贴申领"))

    assert set(Edition.objects.published().filter(item=item).values_list("name", flat=True)) == {"高龄津贴申领"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("990127005011,食品经营许可新办,01,market,,2", "与第 2 行重复"),
        ("990127005011,食品经营许可,01,civil_affairs,,2", "同一编码的名称和类型应当相同"),
        ("990199001000,某事项,21,market,,2", "事项类型“21”"),
        ("990199001000,某事项,许可,market,,2", "事项类型“许可”"),
        ("990199001000,某事项,01,nobody,,2", "没有标识为“nobody”的机构"),
        ("990199001000,某事项,01,market,,外星人", "服务对象“外星人”"),
        ("990199001000,,01,market,,2", "没有事项名称"),
        ("12,某事项,01,market,,2", "事项编码“12”"),
        (f"990199001000,{'长' * 201},01,market,,2", "事项名称超过 200 个字"),
    ],
)
def test_a_row_that_can_not_be_used_is_rejected_with_its_line(bring, bodies, row, says):
    report = bring(OURS + row + "\n", good_rows=True)

    ((line, message),) = report.rejected
    assert line == 5
    assert says in message
    assert Edition.objects.published().count() == 3


def test_one_bad_row_and_nothing_is_taken_unless_the_good_rows_are_asked_for(bring, bodies):
    before = counts()

    report = bring(OURS + "990199001000,某事项,21,market,,2\n")

    assert (report.taken, report.changed, len(report.rejected)) == (False, 3, 1)
    assert counts() == before
    assert bring(OURS + "990199001000,某事项,21,market,,2\n", good_rows=True).taken
    assert Edition.objects.published().count() == 3


def test_a_code_of_the_source_given_twice_is_rejected_the_second_time(bring):
    report = bring(THEIRS + "区残联,未分类,另一个,公共服务,20,,511X02-1-00,\n")

    assert report.rejected == [(6, "“511X02-1-00”与第 3 行重复")]


def test_a_type_whose_code_and_name_disagree_is_rejected(bring):
    report = bring(f"{HEADER}\n区残联,,某事项,行政许可,20,,A,\n")

    assert "代码与名称不一致" in report.rejected[0][1]


def test_one_base_item_may_have_editions_of_several_bodies(bring, bodies):
    bring(OURS + "992011005000,高龄津贴发放,20,market,,1\n")

    assert Item.objects.get(code="992011005000").editions.count() == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (OURS + "990127005013,少几列\n", "第 5 行"),
        (OURS.replace("name", "nom"), "第 1 行（表头）：缺少列 name"),
        (OURS.replace("type", "kind"), "第 1 行（表头）：缺少列 type"),
        (b"PK\x03\x04", "不是有效的 XLSX"),
    ],
)
def test_a_broken_file_names_the_place_and_changes_nothing(bring, bodies, text, says):
    before = counts()

    with pytest.raises(Refusal) as caught:
        bring(text)

    assert says in caught.value.reason
    assert counts() == before
    assert not ImportRun.objects.exists()


def test_a_dry_run_reports_and_keeps_nothing(bring, bodies):
    before = counts()

    assert bring(OURS, dry_run=True).changed == 3

    assert counts() == before


def test_a_region_the_platform_does_not_have_is_warned_about(bring):
    report = bring(THEIRS.replace("500199000000", "511602000000"))

    assert "区划 511602 不在本平台" in report.warned[0][1]
    assert {body.region.code for body in Body.objects.select_related("region")} == {"500199"}


def test_progress_is_told_to_the_end(bring, bodies):
    told = []

    bring(OURS, progress=lambda *step: told.append(step))

    assert told[-1] == ("发布", 3, 3)


# Guides


def test_a_guide_takes_the_place_of_the_lists_edition(bring, bodies):
    bring(OURS)

    report = bring(GUIDE, name="food.toml")

    edition = Edition.objects.published().get(item__code="990127005011")
    assert (report.changed, edition.version, edition.materials) == (1, 2, 1)
    assert find(typed="开饭店")[0].name == "食品经营许可新办"


def test_the_list_imported_again_leaves_the_guide_alone(bring, bodies):
    bring(OURS)
    bring(GUIDE, name="food.toml")
    before = counts()

    bring(OURS)
    bring(GUIDE, name="food.toml")

    assert counts() == before


def test_a_guide_may_bring_an_item_of_its_own(bring, bodies):
    bring(GUIDE, name="food.toml")

    assert Edition.objects.published().get().code == "market4990127005011"


@pytest.mark.parametrize(
    ("old", "new", "says", "hint"),
    [
        ('give = "upload"', 'give = "uplod"', "food.toml：materials → 第 1 项“经营场所布局图” → give：“uplod”不是可选的值",
         "可以写：generated、library、pledge、upload、window"),
        ("subtitle", "subtitel", "food.toml：subtitel：没有这个键", "是不是 subtitle？"),
        ('give = "upload"\n', "", "give：缺少这个键", "请补上"),
        ('key = "layout"', 'key = "布局"', "key：“布局”不能作标识", "小写字母"),
        ('audience = ["1", "2"]', "audience = []", "audience：至少要有 1 项", "请补充"),
        ('audience = ["1", "2"]', 'audience = "1"', "audience：应当是列表", "[ …, … ]"),
        ('type = "01"\n', "", "type：缺少，或不是文字", 'type = "…"'),
        ('body = "market"', 'body = "nobody"', "body：没有标识为“nobody”的机构", "已导入的机构"),
        ('subtitle = "', 'online = true\nvisits = 2\nsubtitle = "', "visits：标为全程网办，到现场次数却是 2", "取消全程网办"),
        ('give = "upload"', 'give = "upload"\nwhen = { kind = ["a"] }', "材料“经营场所布局图”的条件提到了不存在的问题“kind”", ""),
        ('name = "食品经营许可新办"', 'name = "食品许可"', "在事项目录中是“食品经营许可新办”", "与目录相同"),
        ("[[materials]]", "[[materials]", "food.toml 第 9 行", "引号、括号和等号"),
    ],
)  # fmt: skip
def test_a_broken_guide_names_file_and_key_and_says_what_to_write(bring, bodies, old, new, says, hint):
    bring(OURS)
    before = counts()

    with pytest.raises(Refusal) as caught:
        bring(GUIDE.replace(old, new, 1), name="food.toml")

    assert says in caught.value.reason
    assert hint in caught.value.hint
    assert counts() == before


def test_in_a_folder_a_broken_guide_is_rejected_and_the_others_go_on(bodies, tmp_path):
    (tmp_path / "a.toml").write_text(GUIDE, "utf-8")
    (tmp_path / "b.toml").write_text(GUIDE.replace("990127005011", "990127005012").replace("upload", "uplod"), "utf-8")
    (tmp_path / "c.toml").write_text(GUIDE, "utf-8")

    report = import_guides(tmp_path, now=NOW)

    assert (report.read, report.changed) == (3, 1)
    assert [message.split("：")[0] for _, message in report.rejected] == ["b.toml", "c.toml"]
