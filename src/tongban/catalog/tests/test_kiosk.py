"""自助终端: one question a screen, answers in the address, nothing left behind."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.people import Cast, publish


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def test_one_question_a_screen_then_what_to_bring(cast: Cast, client: Client) -> None:
    code = cast.guide.code
    asked = client.get(f"/kiosk/items/{code}").content.decode()
    assert "您的店属于哪一类？" in asked and f"/kiosk/items/{code}?kind=catering" in asked
    assert "您只需准备" not in asked

    told = client.get(f"/kiosk/items/{code}?kind=catering").content.decode()
    assert "您只需准备" in told and "经营场所布局图" in told and f"/items/{code}/notice.pdf?kind=catering" in told


def test_an_answer_that_no_longer_counts_is_asked_again(cast: Cast, client: Client) -> None:
    more = {
        "key": "raw", "text": "做生食吗？", "when": {"kind": ["catering"]},
        "options": [{"value": "yes", "label": "做"}, {"value": "no", "label": "不做"}],
    }  # fmt: skip
    questions = [*cast.guide.content["questions"], more]
    edition = publish(cast.body, now=cast.now, questions=questions)
    place = f"/kiosk/items/{edition.code}"

    assert "做生食吗？" in client.get(f"{place}?kind=catering").content.decode()
    assert "您只需准备" in client.get(f"{place}?kind=catering&raw=no").content.decode()
    assert "不用准备材料" in client.get(f"{place}?kind=retail&raw=no").content.decode()
    back = client.get(f"{place}?kind=catering&raw=no").content.decode()
    assert f'href="{place}?kind=catering">上一步' in back


def test_letters_are_touched_one_by_one(cast: Cast, client: Client) -> None:
    page = client.get("/kiosk/find?q=sp").content.decode()

    assert cast.guide.name in page
    assert "/kiosk/find?q=spj" in page and '?q=s">退一格' in page
    assert "没有找到" in client.get("/kiosk/find?q=zzzz").content.decode()
    assert client.get("/kiosk/find?q=\0&after=\0&audience=9").status_code == 200


def test_the_end_wipes_what_the_visitor_left(cast: Cast, client: Client) -> None:
    client.force_login(cast.liu)
    client.cookies["type"] = "large"
    assert client.get("/my").status_code == 200
    answer = client.post("/kiosk/end")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/kiosk")
    assert "cookies" in answer.headers["Clear-Site-Data"]
    assert client.get("/my").status_code == 302
    assert client.cookies["type"].value == ""


def test_an_address_alone_ends_nothing_outside_a_terminal(cast: Cast, client: Client) -> None:
    client.force_login(cast.liu)
    client.get("/kiosk/end")
    assert client.get("/my").status_code == 200

    client.get("/kiosk")
    client.get("/kiosk/end")
    assert client.get("/my").status_code == 302


def test_a_terminal_keeps_no_page_and_ends_by_itself_without_javascript(cast: Cast, client: Client) -> None:
    answer = client.get("/kiosk")

    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'<noscript><meta http-equiv="refresh" content="75;url=/kiosk/end">', answer.content.decode())
