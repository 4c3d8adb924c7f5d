"""What in a guide stands in the way of somebody without a phone: each rule by a guide that has just that."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.people import GUIDE
from tongban.catalog import no_phone
from tongban.catalog.content import Content

TODAY = date(2026, 3, 2)
PLACE = {"name": "云江区行政服务中心", "address": "滨河路 1 号", "hours": "周一至周五 9:00—17:00", "windows": "B04"}
WRITTEN: dict[str, Any] = {**GUIDE, "places": [PLACE]}
FEE = {"name": "工本费", "amount_fen": 1000, "basis": "渝价〔2020〕1 号"}


def guide(**change: Any) -> Content:
    return Content.model_validate({**WRITTEN, **change})


def blocked(**change: Any) -> list[tuple[str, str]]:
    return [(one.rule, one.where) for one in no_phone.read(guide(**change), today=TODAY)]


def material(**change: Any) -> list[dict[str, Any]]:
    return [{"key": "plan", "name": "布局图", "give": "upload", **change}]


def field(**change: Any) -> list[dict[str, Any]]:
    return [{"title": "申请人", "fields": [{"key": "one", "label": "姓名", **change}]}]


def test_a_guide_with_a_place_hours_and_a_phone_blocks_nobody() -> None:
    assert blocked() == []


def test_an_item_that_is_only_listed_is_blocked_for_that_alone() -> None:
    content = Content(audience=("1",))

    assert [one.rule for one in no_phone.read(content, today=TODAY)] == ["unwritten"]


@pytest.mark.parametrize(
    ("change", "rule", "where"),
    [
        ({"received_by": ["online", "kiosk"]}, "receiver", "received_by"),
        ({"handling_forms": ["2", "3"]}, "in_person", "办理形式"),
        ({"handling_forms": ["4"]}, "in_person", "办理形式"),
        ({"places": []}, "place", "办理地点"),
        ({"places": [{**PLACE, "address": " "}]}, "place", "办理地点 第 1 项 · 地址"),
        ({"places": [{**PLACE, "hours": "正常上班时间"}]}, "place", "办理地点 第 1 项 · 办公时间"),
        ({"phone": ""}, "phone", "咨询电话"),
        ({"phone": "见公告"}, "phone", "咨询电话"),
        ({"materials": material(form="electronic")}, "on_paper", "材料“布局图” · 材料形式"),
        ({"materials": material(requirement="用小程序扫描后上传")}, "device", "材料“布局图” · 办理说明"),
        ({"conditions": ["申请人须通过人脸识别"]}, "device", "受理条件 第 1 项"),
        ({"visit_reason": "现核身份，请打开支付宝"}, "device", "必须现场办理原因"),
        ({"form": field(label="出生日期", kind="date", earliest="1950-01-01")}, "age", "申请表“出生日期”"),
        ({"form": field(label="年龄", kind="number", maximum=80)}, "age", "申请表“年龄”"),
    ],
)  # fmt: skip
def test_each_thing_in_the_way_is_named_by_its_element(change: dict[str, Any], rule: str, where: str) -> None:
    found = no_phone.read(guide(**change), today=TODAY)

    assert [one.rule for one in found] == [rule]
    assert found[0].where == where or where == "received_by"
    assert found[0].says and found[0].mend
    assert rule in no_phone.RULES


def test_a_fee_that_is_only_paid_online_blocks_and_one_paid_at_a_window_does_not() -> None:
    here = {"fees": [FEE], "pay_online": True}

    assert blocked(**here) == []
    assert ("cash", "收费 第 1 项") in blocked(**here, places=[])
    assert ("cash", "收费 第 1 项") in blocked(**here, handling_forms=["2"])
    assert blocked(fees=[{**FEE, "amount_fen": 0}], pay_online=True) == []


def test_an_empty_form_is_needed_where_no_window_of_ours_prints_it() -> None:
    elsewhere: dict[str, Any] = {"connection": "deep_link", "online_url": "https://example.cn", "form": [], "steps": []}
    made = material(give="generated")
    blank = material(give="generated", attachments=[{"name": "空白表", "kind": "blank", "file": "generated"}])

    assert blocked(**elsewhere, materials=made) == [("empty_form", "材料“布局图” · 附件")]
    assert blocked(**elsewhere, materials=blank) == []
    assert blocked(materials=made) == []


@pytest.mark.parametrize(
    "text",
    ["可以扫码授权", "扫码上传，也可到窗口交", "在线签名；到窗口办的，由窗口打印后签字", "填写联系手机号码", "APPLE 牌设备清单", "全体共有人签名；可以由共有人扫码在线签"],
)  # fmt: skip
def test_a_phone_that_only_may_be_used_blocks_nobody(text: str) -> None:
    assert blocked(materials=material(requirement=text)) == []


def test_what_may_be_left_out_blocks_nobody() -> None:
    assert blocked(materials=material(form="electronic", required=False)) == []
    assert blocked(materials=material(give="library", form="electronic")) == []


def test_an_age_that_the_law_asks_for_is_no_trap() -> None:
    """Where a condition speaks of age."""
    form = field(label="年龄", kind="number", maximum=70)

    assert blocked(form=form, conditions=["年满 18 岁，不超过 70 岁"]) == []
    assert blocked(form=field(label="出生日期", kind="date", earliest="1905-01-01")) == []


def test_one_place_that_can_be_found_is_enough() -> None:
    assert blocked(places=[{**PLACE, "hours": "待定"}, PLACE]) == []


def test_every_rule_explains_itself() -> None:
    assert all(rule.name and rule.why and rule.source for rule in no_phone.RULES.values())
    assert all(len(key) <= 20 for key in no_phone.RULES)
