"""One edition in every channel: a published change is in all of them at once, and old versions stay readable."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.people import Cast, publish
from tongban.catalog import actions, listed
from tongban.catalog.models import Edition
from tongban.catalog.pages import shown
from tongban.design.slots import _filled, fill
from tongban.files import actions as files
from tongban.files.rules import PDF
from tongban.kernel.actors import system

BY = system("tests")


@pytest.fixture
def client() -> Client:
    return Client(headers={"host": "localhost"})


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def told(client: Client, code: str) -> dict[str, str]:
    """What each channel says about the item now."""
    return {
        "page": client.get(f"/items/{code}?kind=catering").content.decode(),
        "json": client.get(f"/api/v1/items/{code}").content.decode(),
        "materials": str(client.get(f"/api/v1/items/{code}/materials?answer=kind:catering").json()),
        "notice": text_of(client.get(f"/items/{code}/notice.pdf?kind=catering").content),
        "kiosk": client.get(f"/kiosk/items/{code}?kind=catering").content.decode(),
    }


def test_a_published_change_is_in_every_channel_at_once(cast: Cast, client: Client) -> None:
    code = cast.guide.code
    before = told(client, code)
    assert not any("卫生检测报告" in words for words in before.values())
    assert listed.counts().total.get("intermediary", 0) == 0
    card = client.get(f"/items/{code}/card.pdf").content

    materials = [{"key": "report", "name": "卫生检测报告", "give": "upload"}]
    edition = publish(
        cast.body, now=cast.now, materials=materials, phone="023-00000077",
        intermediaries=[{"name": "卫生检测", "basis": "某法"}], aliases=["检测后开店"],
    )  # fmt: skip

    after = told(client, code)
    assert {channel for channel, words in after.items() if "卫生检测报告" in words} == set(after)
    assert "023-00000077" in text_of(client.get(f"/items/{code}/card.pdf").content)
    assert "023-00000077" not in text_of(card)
    assert edition.name in client.get("/lists/intermediary").content.decode()
    assert edition.name in b"".join(client.get("/lists/intermediary.csv").streaming_content).decode()
    assert f"/items/{code}" in b"".join(client.get("/sitemaps/0.xml").streaming_content).decode()
    assert edition.name in client.get("/items?q=检测后开店").content.decode()


def test_a_withdrawn_edition_is_in_no_channel(cast: Cast, client: Client) -> None:
    code = cast.guide.code
    actions.withdraw(cast.guide, by=BY, now=cast.now)

    for place in ("", "?kind=catering", "/notice.pdf?kind=catering", "/card.pdf", "/card.svg"):
        assert client.get(f"/items/{code}{place}").status_code == 404
    assert client.get(f"/kiosk/items/{code}").status_code == 404
    assert client.get("/sitemaps/0.xml").status_code == 404
    assert "sitemaps/0" not in client.get("/sitemap.xml").content.decode()
    assert cast.guide.name not in client.get("/lists/power").content.decode()


def test_the_page_says_all_that_is_filled(cast: Cast, client: Client) -> None:
    edition = publish(
        cast.body, now=cast.now, conditions=["已取得营业执照"], exercise="审查发证", quantity_limit="每年 100 件",
        special_procedures=[{"kind": "2", "name": "听证", "limit": {"amount": 20}, "basis": "第四十六条"}],
        basis=[{"law": "《食品安全法》", "article": "第三十五条", "text": "国家对食品生产经营实行许可制度。"}],
        fees=[{"name": "工本费", "amount_fen": 1000, "per": "本", "basis": "某文", "reduction": "低保户免收"}],
        intermediaries=[{"name": "检测", "basis": "某法", "who_pays": "government"}],
        places=[{"name": "大厅", "address": "政通路", "hours": "9:00", "traffic": "乘 101 路"}],
        faq=[{"question": "要多久？", "answer": "两天"}],
        steps=[{"key": "review", "name": "审查", "role": "reviewer", "post": "审查岗", "standard": "看布局", "result": "意见"}],
    )  # fmt: skip
    page = client.get(f"/items/{edition.code}").content.decode()

    for words in (
        "已取得营业执照", "审查发证", "每年 100 件", "听证", "第四十六条", "国家对食品生产经营实行许可制度。", "10 元/本", "低保户免收",
        "费用由政府承担", "乘 101 路", "两天", "审查岗", "看布局", "意见", "第 2 版", "标明各功能区面积", "选“餐饮服务”", "12345",
    ):  # fmt: skip
        assert words in page, words


def test_only_answers_of_the_guide_are_kept_in_memory(cast: Cast, client: Client) -> None:
    shown.of.cache_clear()
    for number in range(30):
        client.get(f"/items/{cast.guide.code}?kind=nosuch{number}&x={number}")

    assert shown.of.cache_info().currsize == 1


def test_the_viewer_s_part_is_never_another_viewer_s(cast: Cast) -> None:
    """Token, name and slots: two visitors, one signed in, in turn."""
    anonymous, liu = Client(headers={"host": "localhost"}), Client(headers={"host": "localhost"})
    liu.force_login(cast.liu)
    place = f"/items/{cast.guide.code}"
    pages = [visitor.get(place).content.decode() for visitor in (anonymous, liu, anonymous, liu)]

    assert ["刘晓燕" in page for page in pages] == [False, True, False, True]
    assert ["退出" in page for page in pages] == [False, True, False, True]
    tokens = [re.search(r"X-CSRFToken\":\"(\w+)", page.replace("&quot;", '"')) for page in pages]
    assert all(tokens) and len({found[1] for found in tokens if found}) == 4


def test_the_token_of_a_kept_page_is_good(cast: Cast) -> None:
    client = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    place = f"/items/{cast.guide.code}"
    client.get(place)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', client.get(place).content.decode())

    assert token
    answer = client.post("/care", {"type": "large", "next": place, "csrfmiddlewaretoken": token[1]})
    assert answer.status_code == 303
    assert 'data-type="large"' in client.get(place).content.decode()


def test_a_slot_is_filled_for_each_request(cast: Cast, client: Client) -> None:
    seen: list[str] = []

    def filler(request: Any, edition: Edition) -> None:
        seen.append(request.GET.get("kind", ""))

    try:
        fill("catalog.guide.side")(filler)
        for kind in ("catering", "retail", "catering"):
            page = client.get(f"/items/{cast.guide.code}?kind={kind}").content.decode()
            assert f"/items/{cast.guide.code}/application?kind={kind}" in page
    finally:
        _filled["catalog.guide.side"].pop(f"{filler.__module__}.{filler.__qualname__}")
    assert seen == ["catering", "retail", "catering"]


def test_a_browser_asks_whether_its_copy_still_holds(cast: Cast, client: Client) -> None:
    place = f"/items/{cast.guide.code}"
    first = client.get(place)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert client.get(place, headers={"If-None-Match": tag}).status_code == 304

    publish(cast.body, now=cast.now, phone="023-00000077")
    changed = client.get(place, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and "023-00000077" in changed.content.decode()
    stranger = Client(headers={"host": "localhost"})
    assert stranger.get(place, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 200


def test_an_anonymous_reader_costs_one_query(cast: Cast, client: Client, django_assert_num_queries: Any) -> None:
    client.get(f"/items/{cast.guide.code}")
    with django_assert_num_queries(1):
        client.get(f"/items/{cast.guide.code}")


def test_every_version_stays_readable_and_says_that_it_is_old(cast: Cast, client: Client) -> None:
    code = cast.guide.code
    publish(cast.body, now=cast.now, phone="023-00000077")
    actions.draft(item=cast.guide.item, body=cast.body, content=cast.guide.document, by=BY, now=cast.now)

    history = client.get(f"/items/{code}/history").content.decode()
    assert "第 2 版" in history and "第 1 版" in history and "第 3 版" not in history
    old = client.get(f"/items/{code}/versions/1").content.decode()
    assert "现在不适用" in old and "023-00000001" in old and f"/items/{code}/application" not in old
    now = client.get(f"/items/{code}/versions/2").content.decode()
    assert "现在不适用" not in now and "023-00000077" in now
    changes = client.get(f"/items/{code}/versions/2/changes").content.decode()
    assert "023-00000001" in changes and "023-00000077" in changes
    assert "第一版" in client.get(f"/items/{code}/versions/1/changes").content.decode()
    assert client.get(f"/items/{code}/versions/3").status_code == 404
    assert client.get("/items/NOSUCH/history").status_code == 404


def test_history_outlives_the_item(cast: Cast, client: Client) -> None:
    actions.withdraw(cast.guide, by=BY, now=cast.now)

    assert "目前没有公布" in client.get(f"/items/{cast.guide.code}/history").content.decode()
    assert "目前没有公布" in client.get(f"/items/{cast.guide.code}/versions/1").content.decode()


def test_a_notice_is_of_one_situation(cast: Cast, client: Client) -> None:
    code = cast.guide.code
    catering = text_of(client.get(f"/items/{code}/notice.pdf?kind=catering").content)
    retail = text_of(client.get(f"/items/{code}/notice.pdf?kind=retail").content)

    for words in (
        "一次性告知单",
        "餐饮服务",
        "经营场所布局图",
        "标明各功能区面积",
        "5个工作日",
        "20个工作日",
        "023-00000001",
        "第1版",
    ):
        assert words in catering, words
    assert "经营场所布局图" not in retail
    assert client.get(f"/items/{code}/notice.pdf").status_code == 422


def test_the_card_is_a6_with_item_and_phone(cast: Cast, client: Client) -> None:
    pdf = client.get(f"/items/{cast.guide.code}/card.pdf").content
    page = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    svg = client.get(f"/items/{cast.guide.code}/card.svg")

    assert (round(float(page.width) / 72 * 25.4), round(float(page.height) / 72 * 25.4)) == (105, 148)
    assert cast.guide.name in text_of(pdf)
    assert svg.headers["Content-Type"] == "image/svg+xml" and svg.content.startswith(b"<svg")


def test_a_guide_gives_out_the_files_it_offers_and_no_others(cast: Cast, client: Client) -> None:
    offered, other = (files.keep(b"%PDF-1.4", kind=PDF, by=BY, now=cast.now).public_id for _ in range(2))
    attachments = [{"name": "空表", "kind": "blank", "file": str(offered)}]
    materials = [{"key": "a", "name": "申请表", "give": "upload", "attachments": attachments}]
    edition = publish(cast.body, now=cast.now, materials=materials)
    place = f"/items/{edition.code}/versions/{edition.version}/files"

    page = client.get(f"/items/{edition.code}").content.decode()
    assert f"{place}/{offered}" in page
    assert client.get(f"{place}/{offered}").content == b"%PDF-1.4"
    assert client.get(f"{place}/{other}").status_code == 404
    assert client.get(f"/items/{edition.code}/versions/1/files/{offered}").status_code == 404


def test_a_foreign_address_is_no_script(cast: Cast, client: Client) -> None:
    edition = publish(cast.body, now=cast.now, connection="deep_link", online_url="javascript:alert(1)")

    page = client.get(f"/items/{edition.code}").content.decode()
    assert "会离开本站" in page and "javascript:" not in page


def test_robots_are_told_where_the_guides_are(client: Client, db: None) -> None:
    words = client.get("/robots.txt").content.decode()

    assert "Disallow: /my" in words and "/sitemap.xml" in words
    assert "<loc>" in b"".join(client.get("/sitemaps/pages.xml").streaming_content).decode()
    assert client.get("/sitemaps/7.xml").status_code == 404
    assert client.get("/sitemaps/x.xml").status_code == 404
