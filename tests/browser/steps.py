"""Steps of the walk that pages with and without JavaScript share, and the papers people bring."""

from __future__ import annotations

import io
import re
from typing import cast

from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, expect

from tests.papers import paper

FOOD = "990127005011"
SHOP = "云江区老灶火锅店"


def layout_plan() -> FilePayload:
    """布局图, a real picture."""
    picture = Image.new("RGB", (640, 420), "white")
    ImageDraw.Draw(picture).rectangle((40, 40, 600, 380), outline="black", width=3)
    kept = io.BytesIO()
    picture.save(kept, "JPEG")
    return {"name": "布局图.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def press(page: Page, name: str) -> None:
    """A button of the page's body."""
    page.get_by_role("button", name=name, exact=True).first.click()


def by_menu(page: Page, name: str) -> None:
    """Follow a link of the desk's navigation, out of its menu where it is folded."""
    nav = page.get_by_role("navigation", name="工作导航")
    called = re.compile(rf"^{name}$")
    link = nav.locator("a", has_text=called)
    expect(link).to_have_count(1)
    if not link.is_visible():
        nav.locator("details").filter(has=page.locator("a", has_text=called)).locator("summary").click()
    link.click()


def next_step(page: Page) -> None:
    press(page, "下一步")


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def signed(page: Page) -> None:
    """At a window: the applicant has signed the printed form, and the clerk scans it."""
    page.get_by_role("radio", name="申请人看过，已在打印的申请表上签名").check()
    page.get_by_label("签名页扫描件").set_input_files(
        {"name": "签名页.pdf", "mimeType": "application/pdf", "buffer": paper("signed")}
    )


def find_the_guide(page: Page) -> None:
    page.goto("/")
    page.get_by_role("combobox").fill("开火锅店")
    page.get_by_role("main").get_by_role("button", name="搜索").click()
    page.get_by_role("link", name=re.compile("食品经营许可新办")).first.click()
    heading(page, "食品经营许可新办")


def choose(page: Page, answer: str) -> None:
    page.get_by_role("radio", name=answer, exact=True).check()


def begin_for_the_shop(page: Page) -> None:
    """From the page that asks in whose name, to the first page of the form."""
    heading(page, "以谁的名义申请？")
    choose(page, SHOP)
    press(page, "开始填写")
    heading(page, "您是哪种情况？")
    expect(page.get_by_role("radio", name="餐饮服务", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="不做", exact=True)).to_be_checked()
    next_step(page)
    heading(page, "申请人信息")


def the_known_is_filled_in(page: Page) -> None:
    expect(page.get_by_label("单位名称")).to_have_value(SHOP)
    expect(page.get_by_text("来自企业登记信息，请核对").first).to_be_visible()
    expect(page.get_by_label("经办人姓名")).to_have_value("刘晓燕")
    next_step(page)
    heading(page, "经营场所")


def describe_the_premises(page: Page) -> None:
    page.get_by_label("经营场所地址").fill("云江区听澜街道书院街36号1层")
    page.get_by_label("经营面积").fill("86")
    page.get_by_label("从业人员人数").fill("6")
    page.get_by_label("最多同时就餐人数").fill("60")


def name_the_safety_manager(page: Page) -> None:
    heading(page, "食品安全")
    page.get_by_label("食品安全管理人员姓名").fill("刘晓燕")
    next_step(page)
    heading(page, "交材料")


def give_the_materials(page: Page) -> None:
    page.locator("input[type=file]").first.set_input_files(layout_plan())
    press(page, "上传已选的文件")
    expect(page.get_by_text("✓ 已上传").first).to_be_visible()
    page.get_by_role("checkbox").check()
    next_step(page)
    heading(page, "核对并提交")


def submit(page: Page) -> str:
    """The number of the case."""
    press(page, "提交申请")
    heading(page, "申请已提交")
    return number_of(page)


def number_of(page: Page) -> str:
    found = re.search(r"/(\d{6}\d{8}[0-9A-Z]+)(/|$|\?)", page.url)
    assert found, page.url
    return found[1]


def query_code_of(page: Page) -> str:
    found = re.search(r"查询码\D*?(\d{4} ?\d{4})", page.get_by_role("main").inner_text())
    assert found, page.get_by_role("main").inner_text()
    return cast(str, found[1]).replace(" ", "")
