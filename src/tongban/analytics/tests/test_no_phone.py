"""The page of 无手机可办率, its filters, its pages, and the panel beside an edition; from rows, whoever walked."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.people import Cast, publish
from tongban.analytics import actions, phoneless, queries
from tongban.analytics.actions import Walked
from tongban.catalog import no_phone
from tongban.catalog.models import Edition, Item
from tongban.catalog.no_phone import Blocked
from tongban.kernel.actors import system

PLACE = Blocked("place", "办理地点", "没有写明到哪里办", "请填写大厅的名称、地址、办公时间和窗口")
PHONE = Blocked("phone", "咨询电话", "没有咨询电话", "请填写固定电话")


def keep(cast: Cast, edition: Edition, *blocked: Blocked, really: bool = True) -> None:
    actions.keep_walks([Walked(edition, really, 2 if really else 0, blocked)], now=cast.now)


def other(cast: Cast, name: str, number: int) -> Edition:
    return publish(cast.other_body, now=cast.now, code=f"9911110010{number:02}", name=name)


@pytest.fixture
def three(cast: Cast) -> list[Edition]:
    """One passes; one is blocked twice, one once; and one of another body waits."""
    second, third = other(cast, "社会团体登记", 1), other(cast, "基金会登记", 2)
    keep(cast, cast.guide)
    keep(cast, second, PLACE, PHONE)
    keep(cast, third, PLACE, really=False)
    actions.finish_walk(walked=3, passed=1, everything=True, by=system("tests"), now=cast.now)
    return [cast.guide, second, third, other(cast, "慈善组织登记", 3)]


def test_anyone_reads_the_rate_and_what_blocks(cast: Cast, three: list[Edition], client: Client) -> None:
    shown = client.get("/no-phone").content.decode()

    assert "33.3%" in shown and "1 ÷ 3" in shown
    assert "又公布了 1 项" in shown
    assert "社会团体登记" in shown and "没有咨询电话" in shown and "请填写固定电话" in shown
    assert "真走了 2 种情形" in shown and "核对了指南" in shown
    assert "去修改" not in shown
    assert f'href="/items/{three[1].code}"' in shown
    assert f'href="/items/{cast.guide.code}"' not in shown


def test_the_items_are_narrowed_down(cast: Cast, three: list[Edition], client: Client) -> None:
    by_rule = client.get("/no-phone?rule=phone").content.decode()
    by_body = client.get(f"/no-phone?body={cast.body.key}").content.decode()
    passed = client.get("/no-phone?outcome=passed").content.decode()

    assert "社会团体登记" in by_rule and "基金会登记" not in by_rule
    assert "100.0%" in by_body and "没有这样的事项" in by_body
    assert f'href="/items/{cast.guide.code}"' in passed and "基金会登记" not in passed


@pytest.mark.parametrize("asked", ["body=nobody", "rule=nothing", "outcome=maybe", "body=%00"])
def test_what_there_is_not_is_not_found(three: list[Edition], client: Client, asked: str) -> None:
    assert client.get(f"/no-phone?{asked}").status_code == 404


@pytest.mark.parametrize("after", ["x", "99999999999999999999", "-1", "%00"])
def test_a_wrong_mark_begins_at_the_beginning(three: list[Edition], client: Client, after: str) -> None:
    assert "社会团体登记" in client.get(f"/no-phone?after={after}").content.decode()


def test_its_editor_finds_the_way_to_mend_it(cast: Cast, three: list[Edition], client: Client) -> None:
    client.force_login(cast.keeper)

    shown = client.get("/no-phone").content.decode()

    assert f"/desk/catalog/editions/{three[1].code}/1" in shown
    client.force_login(cast.editor)  # of another body
    assert "去修改" not in client.get("/no-phone").content.decode()


def test_the_page_costs_the_same_whatever_there_is(
    cast: Cast, three: list[Edition], client: Client, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    for number in range(10, 30):
        keep(cast, other(cast, f"事项{number}", number), PLACE)

    with django_assert_max_num_queries(8):
        client.get("/no-phone")


def test_pages_follow_one_another(cast: Cast, three: list[Edition], client: Client) -> None:
    for number in range(10, 45):
        keep(cast, other(cast, f"事项{number}", number), PLACE)

    first = client.get("/no-phone?rule=place")
    following = first.context["next_url"]
    second = client.get(following)

    codes = [item["line"].code for page in (first, second) for item in page.context["items"]]
    assert len(codes) == len(set(codes)) == 37
    assert second.context["next_url"] == ""


def test_the_indicator_is_the_same_number_with_the_same_rows(cast: Cast, three: list[Edition], client: Client) -> None:
    reading = queries.value("no_phone", queries.span("", now=cast.now), now=cast.now)
    rows = queries.rows("no_phone", queries.span("", now=cast.now), now=cast.now)
    table = client.get("/indicators/no_phone.csv").content.decode()

    assert (reading.tally.part, reading.tally.whole) == (1, 3)
    assert [(row.label, row.part, row.whole) for row in rows] == [
        (three[2].code, "否", PLACE.says), (three[1].code, "否", PLACE.says), (three[0].code, "是", ""),
    ]  # fmt: skip
    assert PLACE.says in table


def test_a_walk_is_seen_by_the_indicator_at_once(cast: Cast, three: list[Edition]) -> None:
    span = queries.span("", now=cast.now)
    assert queries.value("no_phone", span, now=cast.now, body=cast.other_body).value == 0

    keep(cast, three[1])
    actions.finish_walk(walked=1, passed=1, everything=False, by=system("tests"), now=cast.now)

    from tongban.analytics import snapshots

    snapshots.recount(now=cast.now)
    assert queries.value("no_phone", span, now=cast.now, body=cast.other_body).value == 50


def test_an_item_that_is_not_public_counts_for_nothing(cast: Cast, three: list[Edition], client: Client) -> None:
    Item.objects.filter(pk=three[1].item_id).update(is_public=False)

    assert phoneless.overview().walked == 2
    assert three[1].pk not in phoneless.to_walk()
    assert "社会团体登记" not in client.get("/no-phone").content.decode()


def test_what_a_newer_version_replaced_counts_no_more(cast: Cast, three: list[Edition]) -> None:
    publish(cast.body, now=cast.now, phone="023-00000002")  # another version of the passing guide

    assert phoneless.overview().walked == 2


def test_the_editor_reads_beside_the_guide_what_blocks(cast: Cast, client: Client) -> None:
    keep(cast, cast.guide, Blocked("walk", "窗口交付结果", "交不出去", "请核对"), Blocked("gone", "x", "旧规则", ""))
    client.force_login(cast.editor)

    shown = client.get(f"/desk/catalog/editions/{cast.guide.code}/1").content.decode()

    assert "没有手机能不能办" in shown
    assert "没有写明到哪里办" in shown  # read from the guide now
    assert "交不出去" in shown and "旧规则" not in shown


def test_without_a_walk_the_page_says_so(cast: Cast, client: Client) -> None:
    shown = client.get("/no-phone").content.decode()

    assert "暂无数据" in shown and "还没有走过" in shown
    assert all(rule.name in shown for rule in no_phone.GUIDE_RULES)
