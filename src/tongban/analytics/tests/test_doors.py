"""The public pages, the CSV and the API."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from ninja import NinjaAPI
from ninja.testing import TestClient

from tests.people import Cast
from tongban.analytics.api import router
from tongban.analytics.rules import INDICATORS
from tongban.analytics.tests.test_numbers import close  # noqa: F401
from tongban.applications.models import Application
from tongban.evaluations import actions as evaluations
from tongban.kernel.refusals import Refusal


@pytest.fixture
def rated(cast: Cast, close) -> Application:  # type: ignore[no-untyped-def]  # noqa: F811
    case = close()
    evaluations.rate(case.number, level=5, comment="等太久了", by=cast.actor(cast.liu), now=cast.now)
    return case


def test_anyone_reads_every_indicator(rated: Application, client: Client) -> None:
    page = client.get("/indicators").content.decode()

    for one in INDICATORS.values():
        assert one.name in page
        assert f"/indicators/{one.code}?period=2026" in page
    assert "未达标" in page


def test_the_list_costs_the_same_whatever_there_is(
    rated: Application, client: Client, django_assert_max_num_queries
) -> None:
    client.get("/indicators")

    with django_assert_max_num_queries(8):
        client.get("/indicators")


@pytest.mark.parametrize("code", list(INDICATORS))
def test_behind_a_number_are_its_method_and_its_rows(rated: Application, client: Client, code: str) -> None:
    for asked in ("", "?period=2026-03", "?period=all&body=market", "?period=2025", "?after=999999999", "?after=x"):
        answer = client.get(f"/indicators/{code}{asked}")
        assert answer.status_code == 200
        assert INDICATORS[code].formula in answer.content.decode()
        assert "刘晓燕" not in answer.content.decode()


def test_a_case_leads_to_nothing_and_an_edition_to_its_guide(cast: Cast, rated: Application, client: Client) -> None:
    assert rated.number in client.get("/indicators/time_cut").content.decode()
    assert f"/items/{cast.guide.code}" in client.get("/indicators/instant").content.decode()
    assert rated.number not in client.get("/indicators/good").content.decode()


@pytest.mark.parametrize(
    "path", ["/indicators/joy", "/indicators?period=2026-13", "/indicators?body=nobody", "/indicators/joy.csv"]
)
def test_what_is_not_there_is_not_found(cast: Cast, client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_rows_as_csv(rated: Application, client: Client) -> None:
    answer = client.get("/indicators/time_cut.csv?period=2026")

    text = answer.content.decode("utf-8-sig")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="time_cut-2026.csv"'
    assert list(csv.reader(io.StringIO(text))) == [
        ["办件编号", "事项", "部门", "办结日期", "实际工作日", "法定工作日"],
        [rated.number, "食品经营许可新办", "市场监督管理局", "2026-03-02", "0", "20"],
    ]


@pytest.fixture(scope="module")
def api() -> TestClient:
    """The router alone: the site puts it among the others."""
    house = NinjaAPI(urls_namespace="analytics-tests")
    house.add_router("", router)

    @house.exception_handler(Refusal)
    def refused(request, refusal):  # type: ignore[no-untyped-def]
        return house.create_response(request, {"code": refusal.code}, status=refusal.status)

    return TestClient(house)


def test_the_api_gives_the_year_and_the_day(rated: Application, api: TestClient) -> None:
    year, day, before = (
        {one["code"]: one for one in api.get("/indicators" + asked).json()["indicators"]}
        for asked in ("", "?day=2026-03-02", "?day=2026-03-01")
    )

    assert year["time_cut"]["value"] == day["time_cut"]["value"] == 100
    assert before["time_cut"]["value"] is None
    assert before["time_cut"]["reached"] is None
    assert (year["good"]["part"], year["good"]["whole"], year["good"]["reached"]) == (0, 1, False)
    assert year["visits"]["better"] == "down"


@pytest.mark.parametrize("day", ["2026-03-03", "1899-01-01", "9999-12-31"])
def test_a_day_without_data_is_refused(cast: Cast, api: TestClient, day: str) -> None:
    assert api.get(f"/indicators?day={day}").json()["code"] == "day_out_of_range"
