"""The public lists: an edition is on a list when its document says so; pages, tables and counts agree."""

from __future__ import annotations

import csv
import io
from importlib import import_module
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import GUIDE, Cast, publish
from tongban.catalog import actions, listed
from tongban.catalog.content import Content
from tongban.catalog.lists import GROUPS, LISTS, Listed, lists_of
from tongban.catalog.models import Edition
from tongban.kernel.actors import system
from tongban.kernel.refusals import NotFound

BARE = {"audience": ["1"]}


def on(name: str = "事项", type_code: str = "01", **content: Any) -> set[str]:
    return set(lists_of(Listed(name=name, type_code=type_code, content=Content.model_validate(BARE | content))))


def test_a_bare_name_is_on_no_list_that_needs_facts() -> None:
    assert on() == {"power"}
    assert on(type_code="20") == {"public_service"}


def test_each_list_is_named_once_and_belongs_to_a_group() -> None:
    assert len({one.name for one in LISTS.values()}) == len(LISTS)
    assert {one.group for one in LISTS.values()} == set(GROUPS)
    assert {one.parent for one in LISTS.values()} - {""} <= set(LISTS)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ({"instant": True}, "instant"),
        ({"online": True}, "online"),
        ({"pledge": True}, "pledge"),
        ({"materials": [{"key": "a", "name": "甲", "give": "pledge"}]}, "pledge"),
        ({"materials": [{"key": "a", "name": "甲", "give": "upload", "may_follow": True}]}, "provisional"),
        ({"materials": [{"key": "a", "name": "甲", "give": "library"}]}, "no_material"),
        ({"reach": "nation"}, "cross_province"),
        ({"reach": "city"}, "cross_region"),
        ({"decided_by_rule": True}, "by_rule"),
        ({"one_licence": True}, "one_licence"),
        ({"yearly_check": True}, "yearly_check"),
        ({"by_post": True}, "by_post"),
        ({"bookable": True}, "bookable"),
        ({"promised": {"amount": 3}, "visits": 1}, "one_visit"),
        ({"promised": {"amount": 3}, "visits": 0}, "no_visit"),
        ({"promised": {"amount": 3}}, "no_fee"),
        ({"fees": [{"name": "工本费", "amount_fen": 1000, "basis": "某文件"}]}, "fee"),
        ({"intermediaries": [{"name": "检测报告", "basis": "某法"}]}, "intermediary"),
        ({"public_service": "health"}, "public_service_health"),
    ],
)  # fmt: skip
def test_what_the_document_says_puts_it_on_the_list(content: dict[str, Any], key: str) -> None:
    assert key in on(**content)


def test_what_it_does_not_say_keeps_it_off() -> None:
    assert "no_material" not in on(materials=[{"key": "a", "name": "甲", "give": "upload"}])
    assert "one_visit" not in on(promised={"amount": 3}, visits=2)
    assert "no_fee" not in on(fees=[{"name": "工本费", "amount_fen": 1000, "basis": "某文件"}])
    assert "cross_province" not in on(reach="province")


def test_a_list_of_things_to_show_is_no_list_of_papers_to_bring() -> None:
    """零材料 and 一证一照 say what the guide's page says for every situation."""
    card = {"key": "a", "name": "居民身份证", "give": "window"}
    other = {"key": "b", "name": "租房合同", "give": "upload"}

    assert "no_material" in on(materials=[{**other, "required": False}])
    assert "no_material" in on(materials=[{**other, "give": "pledge"}])
    assert "one_licence" in on(one_licence=True, materials=[card, {**other, "give": "library"}])
    assert "one_licence" not in on(one_licence=True, materials=[card, other])
    assert "pledge" in on(licence_pledge=True)


def test_a_name_can_say_that_there_is_a_yearly_check() -> None:
    assert "yearly_check" in on(name="客货运输车辆年度审验")
    assert "yearly_check" not in on(name="年度奖学金")


@given(
    visits=st.integers(0, 9), online=st.booleans(), reach=st.sampled_from(["", "county", "city", "province", "nation"])
)
def test_lists_imply_one_another_as_their_names_say(visits: int, online: bool, reach: str) -> None:
    found = on(visits=visits, online=online, reach=reach, promised={"amount": 5})

    assert ("no_visit" in found) <= ("one_visit" in found)
    assert ("cross_province" in found) <= ("cross_region" in found)
    assert ("fee" in found) != ("no_fee" in found)
    assert found <= set(LISTS)


def test_lines_come_page_by_page_each_once(cast: Cast) -> None:
    for number in range(7):
        publish(cast.body, now=cast.now, code=f"99013100200{number}", name=f"事项{number % 3}")
    found: list[str] = []
    after = ""
    while page := listed.lines("power", after=after, limit=3):
        found += [line.code for line in page]
        after = page[-1].after

    assert len(found) == len(set(found)) == 8
    assert found == [line.code for line in listed.all_lines("power")]
    assert listed.lines("power", body="civil") == []


def test_counts_follow_what_is_published_and_withdrawn(cast: Cast) -> None:
    before = listed.counts().total["power"]
    more = publish(cast.other_body, now=cast.now, code="990131002001", name="另一件事")
    assert listed.counts().total["power"] == before + 1
    assert listed.counts().by_body["power"]["civil"] == 1

    actions.withdraw(more, by=system("tests"), now=cast.now)
    assert listed.counts().total["power"] == before


def test_an_unknown_list_is_said_to_be_unknown() -> None:
    with pytest.raises(NotFound):
        listed.list_named("nosuch")


def test_the_tables_say_what_the_page_says_and_run_nothing(cast: Cast) -> None:
    publish(cast.body, now=cast.now, code="990131002001", name="=1+1")
    client = Client(headers={"host": "localhost"})
    page = client.get("/lists/power").content.decode()
    text = b"".join(client.get("/lists/power.csv").streaming_content).decode("utf-8-sig")
    book = b"".join(client.get("/lists/power.xlsx").streaming_content)

    rows = list(csv.reader(io.StringIO(text)))
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    names = [row[1].value for row in sheet.iter_rows(min_row=2)]
    assert "=1+1" in page
    assert [row[1] for row in rows[1:]] == ["'=1+1", cast.guide.name]
    assert names == ["=1+1", cast.guide.name]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert rows[1][0] == "1"


def test_a_list_of_one_body_is_asked_for_by_its_key(cast: Cast) -> None:
    publish(cast.other_body, now=cast.now, code="990131002001", name="另一件事")
    client = Client(headers={"host": "localhost"})

    page = client.get("/lists/power?body=civil").content.decode()
    assert "另一件事" in page and cast.guide.name not in page
    assert client.get("/lists/power?body=\0").status_code == 200
    assert client.get("/lists/nosuch").status_code == 404


def test_the_api_reads_the_same_lists(cast: Cast) -> None:
    client = Client(headers={"host": "localhost"})
    directory = {one["key"]: one["count"] for one in client.get("/api/v1/lists").json()["lists"]}
    page = client.get("/api/v1/lists/provisional").json()

    assert directory["provisional"] == 1 == len(page["items"])
    assert page["items"][0]["code"] == cast.guide.code
    assert client.get("/api/v1/lists/nosuch").status_code == 404


def test_editions_saved_before_get_their_lists(cast: Cast) -> None:
    Edition.objects.update(lists=[])
    enter = import_module("tongban.catalog.migrations.0004_lists").enter
    enter(apps, None)

    content = Content.model_validate(GUIDE)
    expected = lists_of(Listed(name=cast.guide.name, type_code="01", content=content))
    assert Edition.objects.get(pk=cast.guide.pk).lists == expected != []
