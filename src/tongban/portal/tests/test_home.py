from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.tests.test_desk import at
from tongban.catalog import popular, tally

pytestmark = pytest.mark.django_db


def steps(client: Client) -> list[str]:
    """The steps that are done or now, which are in bold."""
    return re.findall(r"<b>([^<]+)</b>", client.get("/").text.partition('class="track')[2].partition("</ol>")[0])


def test_the_home_page_shows_where_the_latest_case_is(cast: Cast) -> None:
    case = cast.submit()
    citizen = at(cast.liu)

    assert steps(citizen) == ["收件", "等待受理"]

    actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)

    assert steps(citizen) == ["签署承诺", "审查中"]


def test_what_people_read_is_offered_once_somebody_read_something(cast: Cast) -> None:
    visitor = at(None)
    popular._kept.cache_clear()
    assert "大家在看" not in visitor.get("/").text

    tally.opened(cast.guide.item_id)
    tally.flush(now=cast.now)
    popular._kept.cache_clear()

    assert "大家在看" in visitor.get("/").text
    popular._kept.cache_clear()
