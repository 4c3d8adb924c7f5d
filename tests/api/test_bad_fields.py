"""Fields, items and numbers that can't be: each named, with the status and the words it gets."""

from __future__ import annotations

import pytest

from tests.api.door import Door, must_be_problem
from tests.api.test_walk import submission
from tests.people import GUIDE, Cast, check_digit, publish
from tongban.applications.models import Application
from tongban.catalog import actions as catalog
from tongban.catalog.content import Content
from tongban.catalog.models import Item
from tongban.kernel.actors import system

pytestmark = pytest.mark.api

IDENTIFIERS = [
    {
        "title": "证件",
        "fields": [
            {"key": "owner_id", "label": "经营者身份证号", "kind": "id_number"},
            {"key": "uscc", "label": "统一社会信用代码", "kind": "uscc"},
            {"key": "phone", "label": "电话", "kind": "phone", "required": False},
        ],
    }
]
RIGHT_ID = "50019919880312452" + check_digit("50019919880312452")
RIGHT_USCC = "92500199MA5U00001"


@pytest.fixture
def with_identifiers(cast: Cast) -> str:
    """An item whose form asks for an ID number and a USCC."""
    return publish(
        cast.body, now=cast.now, code="990131001002", name="变更登记", form=IDENTIFIERS, materials=[], questions=[]
    ).code


def uscc() -> str:
    from stdnum.cn import uscc

    return RIGHT_USCC + str(uscc.calc_check_digit(RIGHT_USCC))


def test_a_missing_field_is_named_with_its_label(cast: Cast, liu: Door) -> None:
    answer = liu.post("/applications", submission(cast, form={"name": "刘晓燕", "area": "86"}), key="bad-0001")

    must_be_problem(answer, 422, "field_missing", "请填写“字号名称”")
    assert answer["field"] == "form.shop"


def test_all_faults_come_at_once(cast: Cast, liu: Door) -> None:
    answer = liu.post("/applications", submission(cast, form={"area": "0"}, materials={}), key="bad-0002")

    must_be_problem(answer, 422, "field_missing", "有 4 处需要修改")
    assert [fault["field"] for fault in answer["faults"]] == ["form.name", "form.shop", "form.area", "materials.safety"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": None}, "item"),
        ({"item": 7}, "item"),
        ({"form": []}, "form"),
        ({"answers": {"kind": 3}}, "answers.kind"),
        ({"materials": "pledge"}, "materials"),
        ({"organisation": "9" * 41}, "organisation"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(cast: Cast, liu: Door, change: dict[str, object], field: str) -> None:
    answer = liu.post("/applications", submission(cast, **change), key="bad-0003")

    must_be_problem(answer, 422, "request_malformed", "请求格式不对")
    assert answer["faults"][0]["field"].endswith(field)


@pytest.mark.parametrize("value", [{"nested": 1}, ["86"], 10**19])
def test_a_value_of_the_wrong_type_in_the_form_is_named(cast: Cast, liu: Door, value: object) -> None:
    form = {"name": "刘晓燕", "shop": "老灶", "area": value}

    answer = liu.post("/applications", submission(cast, form=form), key="bad-0004")

    must_be_problem(answer, 422, "field_type", "“经营面积”的类型不对")


def test_a_part_of_a_whole_number_is_named(cast: Cast, liu: Door) -> None:
    form = {"name": "刘晓燕", "shop": "老灶", "area": 8.6}

    answer = liu.post("/applications", submission(cast, form=form), key="bad-0004")

    must_be_problem(answer, 422, "number_form", "“经营面积”应为整数")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("correction", {}, "gaps"),
        ("review", {"passes": True}, "opinion"),
        ("review", {"passes": "maybe", "opinion": "材料齐全"}, "passes"),
        ("decision", {}, "granted"),
        ("rejection", {"kind": "not_needed"}, "reason"),
        ("suspension", {"cause": "hearing"}, "reason"),
        ("acceptance", {"version": "new"}, "version"),
    ],
)
def test_a_step_without_what_it_needs_is_refused(
    cast: Cast, reviewer: Door, path: str, body: dict[str, object], field: str
) -> None:
    number = cast.submit().number

    answer = reviewer.post(f"/applications/{number}/{path}", body)

    must_be_problem(answer, 422, "request_malformed", "请求格式不对")
    assert answer["field"].endswith(field)
    assert Application.objects.get(number=number).version == 1


@pytest.mark.parametrize(
    ("item", "status", "code", "words"),
    [("NO-SUCH-ITEM", 404, "item_unknown", "没有这个事项"), ("", 404, "item_unknown", "请检查编码")],
)
def test_an_unknown_item_is_said(cast: Cast, liu: Door, item: str, status: int, code: str, words: str) -> None:
    must_be_problem(liu.post("/applications", submission(cast, item=item), key="bad-0005"), status, code, words)


def test_an_item_that_is_no_longer_or_not_yet_published_is_said(cast: Cast, liu: Door, nobody: Door) -> None:
    item = Item.objects.create(code="990131001009", name="食品经营许可注销", type_code="01")
    content = Content.model_validate(GUIDE)
    edition = catalog.draft(item=item, body=cast.body, content=content, by=system("tests"), now=cast.now)
    catalog.withdraw(cast.guide, by=system("tests"), now=cast.now)

    for code in (edition.code, cast.guide.code):
        answer = liu.post("/applications", submission(cast, item=code), key="bad-0006")
        must_be_problem(answer, 404, "item_not_published", "目前没有发布的办事指南", "从首页搜索")
        must_be_problem(nobody.get(f"/items/{code}"), 404, "item_not_published")


@pytest.mark.parametrize(
    ("field", "typed", "code", "words"),
    [
        ("owner_id", "500199198803124520", "id_number_check", "校验位不对"),
        ("owner_id", "500199198802304521", "id_number_check", "可能输错了某一位"),
        ("owner_id", "5001991988031245", "id_number_form", "18 位"),
        ("uscc", "92500199MA5U000010", "uscc_check", "校验位不对"),
        ("uscc", "92500199", "uscc_form", "18 位数字或大写字母"),
        ("phone", "12345", "phone_form", "11 位手机号"),
    ],
)
def test_a_number_with_a_wrong_check_digit_is_named(
    cast: Cast, liu: Door, with_identifiers: str, field: str, typed: str, code: str, words: str
) -> None:
    form = {"owner_id": RIGHT_ID, "uscc": uscc(), field: typed}
    if typed == (uscc() if field == "uscc" else RIGHT_ID):
        pytest.fail("this one is right")

    answer = liu.post("/applications", submission(cast, item=with_identifiers, form=form, answers={}, materials={}),
                      key="bad-0007")  # fmt: skip

    must_be_problem(answer, 422, code, words)
    assert answer["field"] == f"form.{field}"


def test_numbers_typed_with_spaces_hyphens_and_full_width_digits_are_understood(
    cast: Cast, liu: Door, nobody: Door, with_identifiers: str
) -> None:
    wide = RIGHT_ID.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
    form = {"owner_id": f" {wide[:6]} {wide[6:14]}-{wide[14:]} ", "uscc": uscc().lower(), "phone": "199 0000-0001"}
    right = submission(cast, item=with_identifiers, form=form, answers={}, materials={})

    made = liu.post("/applications", right, key="bad-0008")

    number = made["number"]
    typed = f"{number[:6]}-{number[6:14]} {number[14:-1]}-{number[-1].lower()}"
    wide_number = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    kept = liu.get(f"/applications/{typed}")
    assert kept["form"] == {"owner_id": RIGHT_ID, "uscc": uscc(), "phone": "19900000001"}
    assert kept["number"] == liu.get(f"/applications/{wide_number}")["number"] == number
    assert liu.post(f"/applications/{typed}/withdrawal").status == 201
    assert nobody.get("/items/990131-００１００１").status == 200
    area = submission(cast, form={"name": "刘晓燕", "shop": "老灶", "area": " １ ２０ "})
    assert liu.get(f"/applications/{liu.post('/applications', area, key='bad-0009')['number']}")["form"]["area"] == 120
