"""One case → rows, each table by hand: granted, refused, corrected, suspended, extended, ended before it was accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.clock import SHANGHAI
from tongban.reporting import rules
from tongban.reporting.rules import Codes, Stamp, rows_of
from tongban.reporting.tables import FORMATS, TABLES, Format
from tongban.reporting.told import Ending, Given, Matter, Office, Party, Passage, Special, Told


def at(day: int, hour: int = 9, minute: int = 30) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


STAMP = Stamp(at(9, 12, 0), "0" * 32)
LIU = Party("刘晓燕", "id_card", "500199198803124527", "19900000001", "滨河路 3 号")
SHOP = Party("云江区老灶火锅店", "uscc", "92500199MA5U000010")
FOOD = Matter("990131001001", "11500199MB0000001X4990131001001", "YJ-SP-01", "食品经营许可新办", 3, False, False)
MARKET = Office("云江区市场监督管理局", "11500199MB0000001X", "500199")
ACCEPTED = Passage("受理", "pass", "陈丽", "予以受理", at(2), at(2, 15))
REVIEWED = Passage("审查", "pass", "陈丽", "材料齐全", at(2, 15), at(4))
DECIDED = Passage("决定", "pass", "赵国平", "准予", at(5), at(5))
GRANTED = Told(
    number="50019920260302000000014", matter=FOOD, office=MARKET, applicant=LIU, contact=None, legal="", audience="1",
    channel="web", applied_at=at(2), answered_at=at(2, 15), accepted=True, accepted_by="陈丽",
    promised_on=date(2026, 3, 9), passages=(ACCEPTED, REVIEWED, DECIDED),
    materials=(Given("申请书", "generated", True, 1), Given("布局图", "upload", False, 1)),
    ending=Ending("licensed", at(5), "赵国平", "", "食品经营许可证", "JY150019900001", date(2031, 3, 4)),
)  # fmt: skip


def told(told: Told, form: Format) -> dict[str, list[dict[str, str]]]:
    """The rows by table, each field by name, without what every row says of its sending."""
    made = rows_of(told, form, stamp=STAMP, codes=Codes())
    assert made.faults == ()
    common = ("row_guid", "data_source", "cd_operation", "cd_time", "cd_batch")
    return {
        name: [
            {field: text for field, text in zip(TABLES[name].names, row, strict=True) if text and field not in common}
            for row in rows
        ]
        for name, rows in made.by_table.items()
    }  # fmt: skip


def test_a_granted_case_in_the_national_tables() -> None:
    number = GRANTED.number

    assert told(GRANTED, "national") == {
        "up_pro_accept": [{
            "project_no": number, "catalog_code": "990131001001", "task_code": "11500199MB0000001X4990131001001",
            "local_catalog_code": "YJ-SP-01", "local_task_code": "YJ-SP-01", "task_name": "食品经营许可新办",
            "task_version": "3", "project_name": "食品经营许可新办", "project_type": "2", "apply_type": "2",
            "applyer_name": "刘晓燕", "applyer_type": "1", "applyer_page_type": "111",
            "applyer_page_code": "500199198803124527", "contact_mobile": "19900000001", "address": "滨河路 3 号",
            "apply_date": "2026-03-02 09:30:00", "accept_date": "2026-03-02 15:30:00",
            "org_code": "11500199MB0000001X", "org_name": "云江区市场监督管理局", "handle_user_name": "陈丽",
            "promise_date": "2026-03-09 00:00:00",
        }],
        "up_pro_process": [
            {"project_no": number, "process_name": "受理", "event_name": "1", "handle_explain": "予以受理",
             "handle_user_name": "陈丽", "event_start_time": "2026-03-02 09:30:00",
             "event_end_time": "2026-03-02 15:30:00"},
            {"project_no": number, "process_name": "审查", "event_name": "1", "handle_explain": "材料齐全",
             "handle_user_name": "陈丽", "event_start_time": "2026-03-02 15:30:00",
             "event_end_time": "2026-03-04 09:30:00"},
            {"project_no": number, "process_name": "决定", "event_name": "1", "handle_explain": "准予",
             "handle_user_name": "赵国平", "event_start_time": "2026-03-05 09:30:00",
             "event_end_time": "2026-03-05 09:30:00"},
        ],
        "up_pro_result": [{
            "project_no": number, "result_type": "0", "result_date": "2026-03-05 09:30:00",
            "result_explain": "准予，已出证", "result_cetr_name": "食品经营许可证", "result_cetr_no": "JY150019900001",
            "is_delivery_results": "0", "handle_user_name": "赵国平",
        }],
        "up_pro_special_procedure": [],
        "up_pro_material": [{"project_no": number, "material_name": "申请书", "get_type": "2", "get_num": "1"}],
    }  # fmt: skip


def test_a_granted_case_in_tables_5_to_8() -> None:
    number, task = GRANTED.number, "11500199MB0000001X4990131001001"
    rows = told(GRANTED, "gbt39046")

    assert rows["gb_application"] == [{
        "case_number": number, "task_code": task, "task_name": "食品经营许可新办", "case_kind": "承诺件",
        "case_kind_code": "2", "applicant_name": "刘晓燕", "applicant_id_type": "111",
        "applicant_id": "500199198803124527", "contact_phone": "19900000001", "address": "滨河路 3 号",
        "source_code": "2", "applied_at": "20260302T093000", "region": "500199",
    }]  # fmt: skip
    assert rows["gb_application_material"] == [
        {"case_number": number, "material_number": "01", "material_name": "申请书", "received": "1", "way": "系统生成",
         "count": "1", "received_at": "20260302T093000"},
        {"case_number": number, "material_number": "02", "material_name": "布局图", "received": "0"},
    ]  # fmt: skip
    assert rows["gb_acceptance"] == [{
        "case_number": number, "catalog_code": "990131001001", "task_code": task, "task_name": "食品经营许可新办",
        "body_name": "云江区市场监督管理局", "body_uscc": "11500199MB0000001X", "accepted_by": "陈丽",
        "accepted_at": "20260302T153000", "promised": "2026-03-09", "case_kind": "承诺件", "case_kind_code": "2",
        "region": "500199",
    }]  # fmt: skip
    assert [(one["step"], one["action"], one["state_code"]) for one in rows["gb_handling"]] == [
        ("受理", "通过", "2"), ("审查", "通过", "2"), ("决定", "通过", "2"),
    ]  # fmt: skip
    assert rows["gb_ending"] == [{
        "case_number": number, "handler": "赵国平", "ended_at": "20260305T093000", "licence_name": "食品经营许可证",
        "licence_number": "JY150019900001", "description": "准予，已出证", "valid": "至 2031-03-04",
        "issuer": "云江区市场监督管理局", "region": "500199", "by_post": "0", "charged": "0",
    }]  # fmt: skip


def test_a_business_applies_with_who_handles_it_for_them_beside() -> None:
    case = replace(GRANTED, applicant=SHOP, contact=LIU, legal="刘晓燕", audience="6", channel="counter")

    row = told(case, "national")["up_pro_accept"][0]

    assert (row["applyer_name"], row["applyer_page_type"], row["applyer_type"]) == ("云江区老灶火锅店", "001", "6")
    assert (row["contact_name"], row["contact_type"], row["contact_code"]) == ("刘晓燕", "111", LIU.id_number)
    assert (row["legal"], row["apply_type"]) == ("刘晓燕", "1")


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [
        ("licensed", "0", "准予，已出证"), ("granted", "6", "准予"), ("refused", "7", "不予许可：紧邻幼儿园"),
        ("rejected", "1", "不予受理：紧邻幼儿园"), ("lapsed", "5", "补正不来"), ("withdrawn", "2", "申请人撤回"),
        ("terminated", "2", "终止办理：紧邻幼儿园"), ("revoked", "2", "决定已撤销：紧邻幼儿园"),
    ],
)  # fmt: skip
def test_each_way_to_end_has_its_code(outcome: Any, code: str, words: str) -> None:
    reason = "紧邻幼儿园" if "：" in words else ""
    row = told(replace(GRANTED, ending=Ending(outcome, at(5), "赵国平", reason)), "national")["up_pro_result"][0]

    assert (row["result_type"], row["result_explain"]) == (code, words)


def test_what_ended_before_it_was_accepted_stands_in_the_tables_with_the_moment_of_that_answer() -> None:
    case = replace(
        GRANTED, answered_at=at(3), accepted=False, accepted_by="", promised_on=None,
        passages=(Passage("不予受理", "back", "陈丽", "不需要许可", at(2), at(3)),),
        ending=Ending("rejected", at(3), "陈丽", "不需要许可"),
    )  # fmt: skip

    national, standard = told(case, "national"), told(case, "gbt39046")

    assert national["up_pro_accept"][0]["accept_date"] == "2026-03-03 09:30:00"
    assert [row["event_name"] for row in national["up_pro_process"]] == ["2"]
    assert standard["gb_acceptance"] == [] and len(standard["gb_ending"]) == 1


def test_what_is_neither_accepted_nor_ended_begins_in_the_standard_s_tables_only() -> None:
    case = replace(
        GRANTED, answered_at=None, accepted=False, accepted_by="", ending=None,
        passages=(Passage("补正告知", "back", "陈丽", "一次性告知", at(3), None),),
    )  # fmt: skip

    assert not any(told(case, "national").values())
    rows = told(case, "gbt39046")
    assert len(rows["gb_application"]) == 1
    assert rows["gb_handling"][0]["state_code"] == "1"
    assert rows["gb_handling"][0]["ended_at"] == rows["gb_handling"][0]["began_at"] == "20260303T093000"


def test_a_special_procedure_is_told_to_the_national_platform_once_it_has_ended() -> None:
    test = Special(False, "检测", "油烟送检", "陈丽", at(3), None)
    case = replace(GRANTED, ending=None, specials=(test,))

    assert told(case, "national")["up_pro_special_procedure"] == []
    assert told(case, "gbt39046")["gb_handling_special"][0]["special_code"] == "2"

    ended = replace(case, specials=(replace(test, ended_at=at(6), result="已结束，恢复计时"),))
    row = told(ended, "national")["up_pro_special_procedure"][0]
    assert (row["special_type"], row["special_name"], row["special_reason"]) == ("2", "检测", "油烟送检")
    assert (row["special_time"], row["end_time"]) == ("2026-03-03 09:30:00", "2026-03-06 09:30:00")


def test_an_extension_is_a_special_procedure_of_the_first_kind() -> None:
    extension = Special(True, "延长审批", "需要现场核查", "陈丽", at(3), at(4), "批准延长 5 个工作日")

    row = told(replace(GRANTED, specials=(extension,)), "national")["up_pro_special_procedure"][0]

    assert (row["special_type"], row["result"]) == ("1", "批准延长 5 个工作日")


def test_what_must_be_filled_and_is_not_is_named_and_says_nothing_of_what_stands_there() -> None:
    case = replace(GRANTED, office=replace(MARKET, uscc=""), applicant=replace(LIU, id_number="5" * 501))

    faults = rows_of(case, "national", stamp=STAMP, codes=Codes()).faults

    assert [(one.table, one.field, one.code) for one in faults] == [
        ("up_pro_accept", "applyer_page_code", "too_long"), ("up_pro_accept", "org_code", "missing"),
    ]  # fmt: skip
    assert not any("5555" in one.says for one in faults)
    assert "受理部门编码：必填" in faults[1].says


def test_a_code_without_a_counterpart_is_refused_not_guessed() -> None:
    made = rows_of(GRANTED, "national", stamp=STAMP, codes=Codes(audience={"1": ""}))

    assert [(one.field, one.code) for one in made.faults] == [("applyer_type", "missing")]


def test_a_row_has_the_same_guid_whenever_it_is_sent_and_no_other_row_has_it() -> None:
    def guids(stamp: Stamp) -> list[str]:
        made = rows_of(GRANTED, "national", stamp=stamp, codes=Codes())
        return [row[TABLES[name].names.index("row_guid")] for name, rows in made.by_table.items() for row in rows]

    first, again = guids(STAMP), guids(Stamp(at(10), "1" * 32, again=True))

    assert first == again
    assert len(set(first)) == len(first)


def test_times_are_shanghai_s_whatever_zone_they_come_in() -> None:
    case = replace(GRANTED, applied_at=at(2).astimezone(UTC), answered_at=at(2, 15).astimezone(UTC))

    assert told(case, "national") == told(GRANTED, "national")


@given(words=st.text(min_size=1, max_size=2500), form=st.sampled_from(sorted(FORMATS)))
def test_free_words_are_cut_to_what_the_field_holds_never_refused(words: str, form: Format) -> None:
    case = replace(
        GRANTED, passages=(replace(REVIEWED, words=words),), specials=(Special(True, "延长审批", words, "陈丽", at(3), at(4)),),
        ending=Ending("refused", at(5), "赵国平", words),
    )  # fmt: skip

    assert rows_of(case, form, stamp=STAMP, codes=Codes()).faults == ()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_table_says_who_it_is_and_none_of_its_fields_twice(name: str) -> None:
    table = TABLES[name]

    assert len(set(table.names)) == len(table.names)
    assert table.source and table.label
    assert table.holds(tuple("" for _ in table.fields)) is False


@pytest.mark.parametrize(
    ("uscc", "audience"),
    [("91500199", "2"), ("92500199", "6"), ("93500199", "2"), ("12500199", "3"), ("11500199", "5"), ("52500199", "4"),
     ("N2500199", "6")],
)  # fmt: skip
def test_what_kind_of_organisation_its_code_says(uscc: str, audience: str) -> None:
    assert rules.organisation_audience(uscc) == audience


def test_a_report_is_tried_again_later_each_time_but_never_given_up() -> None:
    waits = [rules.next_try(attempts, now=at(2)) - at(2) for attempts in (1, 2, 3, 7, 50)]

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 60, 60)]
