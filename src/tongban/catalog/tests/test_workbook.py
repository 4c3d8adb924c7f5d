"""Every document goes into sheets and comes back the same; what can't be read is told with sheet and line."""

import contextlib
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.content import Content
from tongban.catalog.workbook import cells, conditions
from tongban.catalog.workbook.cells import CellError, Leaf
from tongban.catalog.workbook.conditions import Asked, ConditionError, Lexicon
from tongban.catalog.workbook.documents import Filled, by_sheet, heads, put_together, take_apart
from tongban.catalog.workbook.shape import document
from tongban.kernel.books import guarded, unguarded

GUIDES = sorted((Path(__file__).parents[2] / "site" / "demo" / "guides").glob("*.toml"))
SHEETS = {sheet.name: sheet for sheet in document().walk()}
PRESENT = frozenset(SHEETS)
FULL = {
    "audience": ["1", "2"],
    "handled_by": {"name": "登记中心", "uscc": "11500199MB1A00001K"},
    "statutory": {"amount": 20, "basis": "《行政许可法》第四十二条"},
    "promised": {"amount": 3, "unit": "month"},
    "special_procedures": [{"kind": "2", "name": "听证", "limit": {"amount": 20}}],
    "questions": [
        {"key": "kind", "text": "哪一类？", "options": [{"value": "a", "label": "餐饮"}, {"value": "b", "label": "零售"}]},
        {"key": "net", "text": "网络经营吗？", "options": [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}],
         "when": [{"kind": ["a"]}, {"kind": ["b"]}]},
    ],
    "materials": [
        {"key": "plan", "name": "布局图", "give": "upload", "check_points": ["一", "二"],
         "when": {"kind": ["a"], "net": ["no", "yes"]},
         "attachments": [{"name": "空表", "kind": "blank", "file": "generated"}]},
        {"key": "card", "name": "身份证", "give": "library"},
    ],
    "form": [
        {"title": "同名", "fields": [{"key": "name", "label": "姓名", "prefill": "person.name"}]},
        {"title": "同名", "fields": [
            {"key": "way", "label": "方式", "kind": "choice", "options": [{"value": "x", "label": "甲=乙"}]},
            {"key": "area", "label": "面积", "kind": "number", "minimum": 0, "when": {"kind": ["a"]}},
        ]},
    ],
    "steps": [{"key": "review", "name": "审查", "role": "reviewer", "limit": {"amount": 0}}],
    "fees": [{"name": "工本费", "amount_fen": 1000, "basis": "某号文", "when": [{}]}],
    "result": {"name": "许可证", "kind": "licence", "valid_months": 60,
               "samples": [{"name": "样本", "kind": "sample", "file": "abc"}]},
    "complaint_phone": "",
}  # fmt: skip


def round_trip(stored):
    rows = []
    for number, (sheet, texts) in enumerate(take_apart(stored), start=2):
        names = [head.name for head in heads(SHEETS[sheet])]
        kept = [unguarded(guarded(text)).strip() for text in texts]
        rows.append(Filled(sheet, number, dict(zip(names, kept, strict=True))))
    made = put_together(by_sheet(rows), PRESENT)
    assert made.faults == []
    return Content.model_validate(made.document).model_dump(mode="json")


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_a_guide_of_the_demo_goes_into_sheets_and_comes_back_the_same(path):
    given = tomllib.loads(path.read_text("utf-8"))
    for key in ("code", "name", "type", "body", "main_item"):
        given.pop(key, None)
    stored = Content.model_validate(given).model_dump(mode="json")

    assert round_trip(stored) == stored


def test_a_document_that_uses_everything_comes_back_the_same():
    stored = Content.model_validate(FULL).model_dump(mode="json")

    assert round_trip(stored) == stored


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
words = st.sampled_from(
    ["是", "否", "或者", "=", "；", "a", "（任一）", "总是", "a|b", "（空）", "\\n", "_x0041_", "'=1"]
)


@given(
    subtitle=texts | words, phone=texts | words, complaint=texts | words, items=st.lists(texts | words, max_size=4),
    label=texts | words, other=texts | words, question=texts | words, field=texts | words,
)  # fmt: skip
def test_no_text_is_lost_or_changed_on_the_way(subtitle, phone, complaint, items, label, other, question, field):
    stored = Content.model_validate({
        "audience": ["1"], "subtitle": subtitle, "phone": phone, "complaint_phone": complaint, "conditions": items,
        "questions": [
            {"key": "q", "text": question, "options": [{"value": "a", "label": label}, {"value": "b", "label": other}]},
            {"key": "r", "text": label, "options": [{"value": "a", "label": other}, {"value": "q", "label": question}]},
        ],
        "materials": [{"key": "m", "name": field, "give": "upload", "when": {"q": ["a", "b"], "r": ["q"]}}],
        "faq": [{"question": question, "answer": field}],
    }).model_dump(mode="json")  # fmt: skip

    assert round_trip(stored) == stored


LEXICON = Lexicon({
    "kind": Asked("类别", {"a": "餐饮", "b": "零售", "c": "餐饮"}),
    "net": Asked("网络", {"yes": "是", "no": "否"}),
    "类别2": Asked("有=号", {"x": "有|线", "y": "总是"}),
})  # fmt: skip
clauses = st.dictionaries(
    st.sampled_from(["kind", "net", "类别2", "unknown"]),
    st.lists(st.sampled_from(["a", "b", "c", "yes", "no", "x", "y"]), unique=True, max_size=3), max_size=3,
)  # fmt: skip


@given(condition=clauses | st.lists(clauses, max_size=3))
def test_a_condition_is_read_as_it_was_written(condition):
    assert conditions.read(conditions.write(condition, LEXICON), LEXICON) == condition


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("类别=零售；网络=否", {"kind": ["b"], "net": ["no"]}),
        ("类别＝零售｜a ; net=是", {"kind": ["b", "a"], "net": ["yes"]}),
        ("类别=零售 或者 网络=否", [{"kind": ["b"]}, {"net": ["no"]}]),
        ("", {}),
    ],
)
def test_people_may_write_a_condition_in_their_own_way(text, means):
    assert conditions.read(text, LEXICON) == means


@pytest.mark.parametrize("text", ["类别", "=餐饮", "类别=零售；", "类别=零售；类别=a"])
def test_what_is_no_condition_is_told(text):
    with pytest.raises(ConditionError):
        conditions.read(text, LEXICON)


@given(st.text(max_size=40))
def test_reading_a_condition_never_breaks(text):
    with contextlib.suppress(ConditionError):
        conditions.read(text, LEXICON)


@pytest.mark.parametrize(
    ("text", "means"),
    [("20个工作日", (20, "working_day")), ("30 日", (30, "day")), ("3月", (3, "month")), ("即办", (0, "working_day"))],
)
def test_a_limit_is_read_as_people_write_it(text, means):
    limit = cells.read_limit(text)

    assert (limit["amount"], limit["unit"]) == means


@pytest.mark.parametrize(
    ("leaf", "cell"),
    [(Leaf("number"), "三"), (Leaf("yes_no"), "也许"), (Leaf("date"), "2026-13-01"), (Leaf("choice", {"1": "甲"}), "乙"),
     (Leaf("options"), "没有等号"), (Leaf("choices", {"1": "甲"}), "甲；丙")],
)  # fmt: skip
def test_what_a_cell_can_not_say_is_told(leaf, cell):
    with pytest.raises(CellError):
        cells.read(leaf, cell)


def test_an_excel_that_ate_a_leading_zero_is_understood():
    assert cells.read(Leaf("choice", {"01": "行政许可"}), "1") == "01"


def test_a_sheet_that_the_file_leaves_out_stays_as_it_is_in_force():
    base = Content.model_validate(FULL).model_dump(mode="json")
    row = Filled("实施清单", 2, {"咨询电话": "023-1"})

    made = put_together({"实施清单": [row]}, frozenset({"实施清单"}), base)

    assert made.document == base | {"phone": "023-1"}


def test_faults_name_sheet_and_line():
    rows = [
        Filled("实施清单", 2, {"服务对象": "1 自然人", "法定时限": "很久"}),
        Filled("材料", 7, {"标识": "m", "材料名称": "图", "怎么给": "扔掉", "什么情况下需要": "没有等号"}),
        Filled("材料附件", 9, {"材料": "n", "名称": "表"}),
    ]

    made = put_together(by_sheet(rows), PRESENT)

    assert [(one.sheet, one.line) for one in made.faults] == [
        ("实施清单", 2),
        ("材料", 7),
        ("材料附件", 9),
        ("材料", 7),
    ]
