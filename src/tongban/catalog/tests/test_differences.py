"""What differs between two versions, in words."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog.content import Content
from tongban.catalog.differences import differences

OLD = Content.model_validate(GUIDE)


def changed(**change: Any) -> list[tuple[str, str, str, str]]:
    return [
        (one.where, one.kind_name, one.before, one.after)
        for one in differences(OLD, Content.model_validate(GUIDE | change))
    ]


def test_a_document_does_not_differ_from_itself() -> None:
    assert differences(OLD, Content.model_validate(GUIDE)) == []


def test_a_plain_value_reads_as_people_say_it() -> None:
    assert changed(promised={"amount": 3}) == [("承诺时限", "修改", "5 个工作日", "3 个工作日")]
    assert changed(online=False) == [("全程网办", "修改", "是", "否")]
    assert changed(accepted_by="window") == [("谁受理", "修改", "部门受理", "授权窗口受理")]


def test_a_row_is_known_by_its_key_whatever_it_is_called() -> None:
    materials = [dict(one) for one in GUIDE["materials"]]
    materials[3]["name"] = "布局图"
    materials[3]["when"] = {}

    assert changed(materials=materials) == [
        ("材料 → 经营场所布局图 → 材料名称", "修改", "经营场所布局图", "布局图"),
        (
            "材料 → 经营场所布局图 → 什么情况下需要", "修改", "当“您的店属于哪一类？”选“餐饮服务”", "都需要",
        ),
    ]  # fmt: skip


def test_rows_that_came_went_and_moved_are_told_apart() -> None:
    first, second, third, fourth = GUIDE["materials"]
    new = {"key": "lease", "name": "租赁合同", "give": "upload"}

    found = changed(materials=[second, first, third, new], questions=GUIDE["questions"])

    assert [(where, kind) for where, kind, _, _ in found] == [
        ("材料 → 经营场所布局图", "删去"), ("材料 → 租赁合同", "新增"), ("材料", "换了顺序"),
    ]  # fmt: skip
    assert "怎么给：上传" in found[1][3]
    assert fourth["name"] in found[0][0]


def test_fields_are_compared_inside_their_pages() -> None:
    page = GUIDE["form"][0]
    fields = [*page["fields"][:2], page["fields"][2] | {"unit": "亩"}]

    assert changed(form=[page | {"fields": fields}]) == [
        ("申请表 → 经营者 → 字段 → 经营面积 → 单位", "修改", "平方米", "亩")
    ]


contents = st.fixed_dictionaries(
    {
        "audience": st.lists(st.sampled_from("123456"), min_size=1, max_size=3, unique=True),
        "phone": st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8),
        "visits": st.integers(0, 9),
        "aliases": st.lists(st.sampled_from(["开饭店", "开餐馆", "办证"]), max_size=3),
        "faq": st.lists(
            st.fixed_dictionaries({"question": st.sampled_from("甲乙丙"), "answer": st.sampled_from("子丑")}),
            max_size=4,
        ),
    }
).map(Content.model_validate)


@given(contents, contents)
def test_two_documents_differ_exactly_when_something_is_found(one: Content, other: Content) -> None:
    assert (one == other) == (differences(one, other) == [])
    assert len(differences(one, other)) == len(differences(other, one))


def test_what_was_not_said_before_is_added_and_what_is_said_no_more_is_removed() -> None:
    without = Content.model_validate(GUIDE)
    with_one = Content.model_validate({**GUIDE, "subtitle": "开店前办"})

    assert [one.kind for one in differences(without, with_one)] == ["added"]
    assert [one.kind for one in differences(with_one, without)] == ["removed"]
