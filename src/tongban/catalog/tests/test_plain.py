"""An edition in plain words: everything it says, nothing it doesn't."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE
from tongban.catalog import plain, structured
from tongban.catalog.content import Content, Fee, Limit, Material, Unit

ABOUT = plain.About(name="食品经营许可新办", type_code="01", body="市场监管局", code="X1", item_code="I1")


def content(**change: Any) -> Content:
    return Content.model_validate(GUIDE | change)


def said(lines: list[plain.Line]) -> dict[str, str]:
    return {line.label: line.text for line in lines}


def test_nothing_empty_is_said() -> None:
    bare = Content(audience=("1",))
    lines = [*plain.what_it_is(bare, ABOUT), *plain.how_it_is_handled(bare), *plain.result_lines(bare.result)]

    assert all(line.text for line in lines)
    assert "谁来受理" not in said(lines)


def test_every_element_that_is_filled_is_said() -> None:
    full = content(
        exercise="审查并发证", division="区级行使", nature="2", power_source="5", joint_bodies=[{"name": "区卫健委"}],
        handled_by={"name": "许可科"}, themes=["准营准办"], life_events=["开办企业"], public_service="health",
        handling_forms=["1", "4"], online_depth=["5"], received_by=["online", "town"], reach="province", bookable=True,
        pay_online=True, by_post=True, quantity_limit="每年 100 件", visits=1, online=False, visit_reason="现场核验",
        system_level="city", personal_basis="某条例第九条", decided_by_rule=True, pledge=True, one_licence=True, yearly_check=True,
    )  # fmt: skip
    found = " ".join(line.text for line in [*plain.what_it_is(full, ABOUT), *plain.how_it_is_handled(full)])

    for word in (
        "审查并发证", "区级行使", "授权组织", "上级委托", "区卫健委", "许可科", "准营准办", "开办企业", "医疗卫生", "窗口办理、快递申请",
        "办理", "网上、镇、街道", "跨省区域通办", "预约、网上支付、材料和结果邮寄", "每年 100 件", "1 次", "现场核验", "市级",
        "秒批", "本人亲自办理（某条例第九条）", "承诺", "身份证", "每年",
    ):  # fmt: skip
        assert word in found, word


def test_a_material_says_form_number_source_and_use() -> None:
    material = Material.model_validate(
        {
            "key": "a", "name": "证明", "give": "window", "origin": "government", "issuer": "公安局", "kind": "both",
            "form": "paper", "originals": 1, "copies": 2, "issued_within": "三个月内", "where": "派出所",
            "fill_notes": "用黑色笔", "use": "核对身份", "fetched_from": "户籍信息", "pledge_text": "属实", "basis": "某法",
        }
    )  # fmt: skip

    assert said(plain.material_lines(material)) == {
        "形式": "纸质，原件和复印件，原件 1 份，复印件 2 份", "来源": "政府部门核发，公安局，由系统从“户籍信息”调取",
        "出具时间": "三个月内", "去哪里办": "派出所", "怎么填": "用黑色笔", "用来做什么": "核对身份", "承诺内容": "属实", "依据": "某法",
    }  # fmt: skip


@pytest.mark.parametrize("answers", [{}, {"kind": "catering"}, {"kind": "retail"}, {"kind": "nosuch"}])
def test_materials_are_certain_until_every_question_is_answered(answers: dict[str, str]) -> None:
    needed = plain.needed(content(), answers)

    assert needed.complete == (answers.get("kind") in ("catering", "retail"))
    assert needed.total + needed.depends == 4 - (answers.get("kind") == "retail")
    assert needed.free + needed.prepare == needed.total


FEES = [
    {"name": "工本费", "amount_fen": 1000, "basis": "甲"},
    {"name": "检测费", "amount_fen": 5050, "basis": "乙", "when": {"kind": ["catering"]}},
]


@pytest.mark.parametrize(
    ("answers", "words"), [({}, "10 元起，看情形"), ({"kind": "catering"}, "60.50 元"), ({"kind": "retail"}, "10 元")]
)
def test_fees_are_those_of_the_situation(answers: dict[str, str], words: str) -> None:
    assert plain.fee_summary(content(fees=FEES), answers) == words


def test_a_fee_for_each_piece_is_never_added_up() -> None:
    assert plain.fee_words(Fee(name="证书", amount_fen=1000, per="本", basis="甲")) == "10 元/本"
    assert plain.fee_summary(content(fees=[FEES[0] | {"per": "本"}]), {"kind": "retail"}) == "10 元/本"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/local", "ftp://x/y", "https://", "http://[", ""],
)
def test_only_the_address_of_a_web_site_is_linked(url: str) -> None:
    assert plain.safe_url(url) == ""
    assert plain.safe_url(" https://zwfw.example.cn/a?b=1 ") == "https://zwfw.example.cn/a?b=1"


@pytest.mark.parametrize(("connection", "there"), [("here", False), ("deep_link", True), ("flows_back", True)])
def test_who_leaves_this_site_is_told_before(connection: str, there: bool) -> None:
    door = plain.door(content(connection=connection, online_url="https://zwfw.example.cn", system_level="province"))

    assert (door is not None) == there
    if door:
        assert door.url == "https://zwfw.example.cn" and "省级" in door.title


def test_the_item_speaks_for_an_edition_without_basis() -> None:
    assert [str(one) for one in plain.basis_of(content(), [{"law": "《食品安全法》", "article": "第三十五条"}])] == [
        "《食品安全法》第三十五条"
    ]
    assert str(plain.basis_of(content(basis=["《甲法》第一条"]), [{"law": "《乙法》"}])[0]) == "《甲法》第一条"


@given(st.text(max_size=60))
def test_structured_data_never_ends_its_element(text: str) -> None:
    made = structured.script_safe({"name": f"</script><!--{text}"})

    assert not set("<>&\u2028\u2029") & set(made)
    assert json.loads(made)["name"] == f"</script><!--{text}"


def test_structured_data_leaves_out_what_is_not_known() -> None:
    bare = structured.service(Content(audience=("1",)), ABOUT, url="https://x/items/X1", region="云江区")
    full = structured.service(content(), ABOUT, url="https://x/items/X1", region="云江区")

    assert "availableChannel" not in bare and "description" not in bare
    assert full["@type"] == "GovernmentService"
    assert full["availableChannel"][0]["processingTime"] == "P5D"
    assert full["provider"]["telephone"] == "023-00000001"


@pytest.mark.parametrize(
    ("limit", "words"),
    [(None, ""), (Limit(amount=0), ""), (Limit(amount=3), "P3D"), (Limit(amount=2, unit=Unit.MONTH), "P2M")],
)
def test_a_limit_as_iso_duration(limit: Limit | None, words: str) -> None:
    assert structured.duration(limit) == words
