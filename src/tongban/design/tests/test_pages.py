"""The frame of every page, and the switch between type sizes: works without JavaScript."""

import re
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import RequestFactory

from tongban.design.context import chrome
from tongban.design.pages import views
from tongban.design.parts import Field


def get(path="/", **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return request


@pytest.mark.parametrize("view", [views.components, views.confirmation, views.desk])
def test_the_living_pages_hold_no_inline_script_or_style(view):
    page = view(get("/design")).content.decode()

    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|javascript:", page)
    assert page.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) or view is views.components


def test_every_link_of_a_summary_finds_its_field():
    page = views.components(get("/design")).content.decode()

    for target in re.findall(r'href="#(id_[^"]+)"', page):
        assert f'id="{target}"' in page


@pytest.mark.parametrize(("cookie", "shown"), [("large", "large"), ("xlarge", "xlarge"), ("huge", None), ("", None)])
def test_the_type_of_the_cookie_is_rendered_by_the_server(cookie, shown):
    page = render(get("/design", type=cookie), "design/base.html").content.decode()

    assert ('data-type="' in page) == bool(shown)
    assert not shown or f'<html lang="zh-CN" data-type="{shown}">' in page


def test_choosing_a_type_sets_the_cookie_and_goes_back():
    response = views.care(RequestFactory().post("/care", {"type": "large", "next": "/items?audience=1"}))

    assert (response.status_code, response["Location"]) == (303, "/items?audience=1")
    assert response.cookies["type"].value == "large"


def test_the_standard_type_removes_the_cookie():
    response = views.care(RequestFactory().post("/care", {"type": "", "next": "/"}))

    assert isinstance(response.cookies, SimpleCookie) and response.cookies["type"]["max-age"] == 0


@pytest.mark.parametrize(
    "away", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", "", "evil"]
)
def test_a_stranger_can_not_choose_where_we_go_back_to(away):
    assert views.care(RequestFactory().post("/care", {"type": "large", "next": away}))["Location"] == "/"


def test_htmx_gets_the_switch_alone():
    response = views.care(
        RequestFactory().post("/care", {"type": "xlarge", "next": "/"}, headers={"HX-Request": "true"})
    )

    assert response["HX-Trigger"] == '{"care": {"value": "xlarge"}}'
    assert "返回标准版" in response.content.decode() and "<html" not in response.content.decode()


def test_where_we_are_is_marked():
    current = {link.label: link.current for link in chrome(get("/items?audience=2"))["chrome"].nav}

    assert current["企业办事"] == "page" and current["个人办事"] == "" and current["首页"] == ""
    assert {link.label: link.current for link in chrome(get("/my/messages"))["chrome"].nav}["我的办件"] == "true"


def test_only_staff_see_the_desks():
    citizen, staff = get(), get()
    window = SimpleNamespace(role=SimpleNamespace(acts={"application.intake"}))
    staff.actor = SimpleNamespace(is_staff=True, posts=[window])

    assert chrome(citizen)["chrome"].staff_nav == []
    (menu,) = chrome(staff)["chrome"].staff_nav
    there = [link.url for link in menu.links]
    assert not menu.label and there == ["/desk", "/counter", "/desk/my-powers", "/desk/intake-quality", "/desk/exports"]


def test_many_links_are_folded_by_what_they_are_about():
    request = get("/desk/operations")
    acts = {"application.intake", "platform.manage", "catalog.edit"}
    request.actor = SimpleNamespace(is_staff=True, posts=[SimpleNamespace(role=SimpleNamespace(acts=acts))])
    menus = chrome(request)["chrome"].staff_nav

    assert [menu.label for menu in menus] == ["", "事项", "", "岗位授权", "监督统计", "数据对接", "平台"]
    assert [menu.label for menu in menus if menu.current] == ["平台"]
    page = render(request, "design/desk.html").content.decode()
    assert '<summary aria-current="true">平台</summary>' in page
    assert '<a href="/desk/operations" aria-current="page">平台运行</a>' in page


def test_the_account_is_named_and_others_may_log_in():
    request = get("/items?audience=1")
    assert 'href="/login?next=%2Fitems%3Faudience%3D1"' in render(request, "design/base.html").content.decode()

    request.user = SimpleNamespace(is_authenticated=True, display_name="刘晓燕")
    page = render(request, "design/base.html").content.decode()
    assert "刘晓燕" in page and 'href="/my/messages"' in page and "/login" not in page


def test_every_form_of_the_frame_carries_its_token():
    request = get()
    get_token(request)

    assert "csrfmiddlewaretoken" in render(request, "design/desk.html").content.decode()


def test_demo_is_said_on_every_page_and_only_there(settings):
    for demo in (True, False):
        settings.TONGBAN = SimpleNamespace(site_name="云江政务服务", office="办公室", demo=demo, fonts="")
        for template in ("design/base.html", "design/desk.html"):
            assert ("演示数据" in render(get(), template).content.decode()) == demo


def test_a_refusal_says_why_and_what_next():
    refusal = SimpleNamespace(reason="没有这个页面", hint="请检查网址", status=404)
    page = render(get(), "design/refusal.html", {"refusal": refusal}).content.decode()

    assert "<h1>没有这个页面</h1>" in page and "请检查网址" in page and "404" in page


def test_the_page_for_a_lost_database_needs_nothing():
    page = render_to_string("design/away.html", {"reason": "连不上数据库", "hint": "请稍等"})

    assert "<h1>连不上数据库</h1>" in page and "请稍等" in page


@pytest.mark.parametrize(
    ("path", "here"),
    [("/desk/catalog/codes", "目录交换"), ("/desk/catalog/aliases", "检索补词"), ("/desk/catalog/items/x", "事项管理")],
)
def test_a_page_is_marked_under_the_link_that_leads_to_it(path, here):
    request = get(path)
    post = SimpleNamespace(role=SimpleNamespace(acts={"catalog.edit"}))
    request.actor = SimpleNamespace(is_staff=True, posts=[post])

    links = [link for menu in chrome(request)["chrome"].staff_nav for link in menu.links]
    assert [link.label for link in links if link.current] == [here]


def test_who_was_logged_out_while_a_form_stood_open_may_log_in_again():
    refusal = SimpleNamespace(reason="页面停留太久", hint="", status=403, code="form_expired")
    page = render(get("/apply/1"), "design/refusal.html", {"refusal": refusal}).content.decode()

    assert 'href="/login?next=%2Fapply%2F1"' in page


def test_a_long_text_is_seen_whole():
    short, long = (
        Field(name="a", label="a", value="一行"),
        Field(name="a", label="a", value="\n".join("一二三四五六七")),
    )

    assert (short.height, long.height) == (4, 8)
