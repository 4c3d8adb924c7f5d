"""Pictures from a phone, pages in order, and large files over a line that breaks."""

from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, Care, Visitors, fits, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers
MATERIAL = "经营场所布局图"


@pytest.fixture(scope="module")
def drafts(instance: Instance) -> dict[str, str]:
    return dict(json.loads(instance.run("tests.browser.upload_cases")))


def photo(number: int) -> FilePayload:
    """A page with its number on it, taken upright."""
    picture = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(picture).text((240, 300), str(number), fill="black", font_size=200)
    kept = io.BytesIO()
    picture.save(kept, "JPEG")
    return {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def link(instance: Instance) -> str:
    return str(json.loads(instance.run("tests.browser.upload_cases", "link")))


def kept(page: Page, name: str) -> None:
    """A picture to look at, when TONGBAN_LOOK names a folder."""
    if folder := os.environ.get("TONGBAN_LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def remove_what_is_there(page: Page) -> None:
    there = page.get_by_role("region", name=MATERIAL)
    if there.get_by_role("button", name="删除").count():
        there.get_by_role("button", name="删除").click()
        expect(there.get_by_role("button", name="删除")).to_have_count(0)


@covers("files:phone", "files:sheaf", "applications:materials")
def test_pictures_taken_with_a_phone_appear_on_the_computer(
    visit: Visit, instance: Instance, drafts: dict[str, str]
) -> None:
    page = visit("wang_qiang")
    page.goto(f"/apply/{drafts['citizen']}/materials")
    there = page.get_by_role("region", name=MATERIAL)
    there.get_by_role("button", name="用手机拍照上传").click()
    expect(there.get_by_role("img", name="用手机扫一扫，拍照上传")).to_be_visible()
    is_accessible(page)
    kept(page, "materials-code")

    there.locator("input[type=file]").set_input_files(photo(9))
    phone = visit(size=PHONE)
    phone.goto(link(instance))
    steps.heading(phone, f"拍照上传：{MATERIAL}")
    assert "王强" not in phone.content()
    looks_right(phone)
    kept(phone, "phone-empty")
    phone.get_by_label("从相册选，可以选几张").set_input_files([photo(1), photo(2), photo(3)])
    expect(phone.get_by_role("heading", name="共 3 页")).to_be_visible()
    expect(there).to_contain_text("✓ 手机已打开")
    assert there.locator("input[type=file]").evaluate("input => input.files.length") == 1, (
        "what was chosen stays chosen"
    )
    phone.get_by_role("button", name=re.compile("前移.*第 3 页")).click()
    phone.get_by_role("button", name=re.compile("旋转.*第 2 页")).click()
    expect(phone.get_by_role("img", name="第 2 页")).to_have_class("turned-1")
    phone.wait_for_load_state(
        "networkidle"
    )  # a picture still on its way would find its page gone: 404, and nobody sees it
    phone.get_by_role("button", name=re.compile("删除.*第 1 页")).click()
    expect(phone.get_by_role("heading", name="共 2 页")).to_be_visible()
    is_accessible(phone)
    fits(phone)
    kept(phone, "phone-pages")
    phone.get_by_role("button", name="完成，合成一份 PDF").click()
    steps.heading(phone, "这份材料已经传好了")
    kept(phone, "phone-over")

    expect(there).to_contain_text("✓ 已上传")
    expect(there.get_by_role("link")).to_have_text(re.compile("查看（PDF，.*，2 页）"))
    address = there.get_by_role("link").get_attribute("href")
    assert address and page.request.get(address).body().startswith(b"%PDF")
    kept(page, "materials-arrived")
    remove_what_is_there(page)


@covers("files:phone", "files:sheaf")
def test_several_pictures_become_one_paper_without_javascript(
    visit: Visit, instance: Instance, drafts: dict[str, str]
) -> None:
    page, phone = visit("wang_qiang", javascript=False), visit(size=PHONE, javascript=False)
    page.goto(f"/apply/{drafts['citizen']}/materials")
    page.get_by_role("region", name=MATERIAL).get_by_role("button", name="几张图片合成一份").click()
    steps.heading(page, f"{MATERIAL}：几张图片合成一份")
    page.get_by_label("从这台电脑选，可以一次选几张").set_input_files([photo(1), photo(2)])
    steps.press(page, "上传选好的图片")
    expect(page.get_by_role("heading", name="共 2 页")).to_be_visible()
    looks_right(page)
    kept(page, "sheaf")

    phone.goto(link(instance))
    phone.get_by_label("拍一张").set_input_files(photo(3))
    steps.press(phone, "上传选好的照片")
    expect(phone.get_by_role("heading", name="共 3 页")).to_be_visible()
    page.reload()
    page.get_by_role("button", name=re.compile("后移.*第 1 页")).click()
    steps.press(page, "完成，合成一份 PDF")

    expect(page.get_by_role("region", name=MATERIAL)).to_contain_text("3 页")
    phone.reload()
    steps.heading(phone, "这份材料已经传好了")
    remove_what_is_there(page)


@covers("files:sheaf", "counter:intake")
def test_at_the_window_pictures_come_from_a_phone_too(visit: Visit, instance: Instance, drafts: dict[str, str]) -> None:
    page = visit("wang_min")
    page.goto(f"/counter/{drafts['window']}")
    row = page.get_by_role("row", name=re.compile(MATERIAL))
    row.get_by_role("button", name=re.compile("用手机拍")).click()
    expect(row.get_by_role("img", name="用手机扫一扫，拍照上传")).to_be_visible()
    looks_right(page)
    is_accessible(page)
    kept(page, "window-code")

    phone = visit(size=PHONE)
    phone.goto(link(instance))
    phone.get_by_label("从相册选，可以选几张").set_input_files([photo(1)])
    expect(phone.get_by_role("heading", name="共 1 页")).to_be_visible()
    phone.get_by_role("button", name="完成，合成一份 PDF").click()

    expect(row).to_contain_text("✓ 已扫描")


@pytest.mark.parametrize("care", ["large", "xlarge"])
def test_the_phones_page_holds_in_large_type(
    visit: Visit, instance: Instance, drafts: dict[str, str], care: Care
) -> None:
    page = visit("wang_qiang")
    page.goto(f"/apply/{drafts['citizen']}/materials")
    page.get_by_role("region", name=MATERIAL).get_by_role(
        "button", name=re.compile("用手机拍照上传|换一个新的二维码")
    ).click()
    phone = visit(size=PHONE, care=care)
    phone.goto(link(instance))
    phone.get_by_label("从相册选，可以选几张").set_input_files([photo(1), photo(2)])
    expect(phone.get_by_role("heading", name=re.compile("共 .* 页"))).to_be_visible()
    looks_right(phone)
    is_accessible(phone)
    kept(phone, f"phone-{care}")

    mine = visit("wang_qiang", size=PHONE, care=care)
    mine.goto(f"/apply/{drafts['citizen']}/materials")
    looks_right(mine)
    is_accessible(mine)
    kept(mine, f"materials-{care}")


def large(folder: Path) -> Path:
    """A picture of several megabytes, as a phone takes it."""
    made = Image.frombytes("RGB", (1600, 1200), os.urandom(1600 * 1200 * 3))
    made.save(folder / "large.png", "PNG")
    return folder / "large.png"


@covers("applications:materials")
def test_a_large_file_goes_on_where_the_line_broke(
    visit: Visit, visitors: Visitors, drafts: dict[str, str], tmp_path: Path
) -> None:
    content = large(tmp_path)
    page = visit("wang_qiang")
    page.goto(f"/apply/{drafts['citizen']}/materials")
    remove_what_is_there(page)
    offsets: list[int] = []

    def breaks_at_the_third(route: Route) -> None:
        """The piece never arrives, nor does anything after it."""
        if route.request.method == "PATCH":
            offsets.append(int(route.request.headers["upload-offset"]))
        if len(offsets) > 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/*", breaks_at_the_third)
    there = page.get_by_role("region", name=MATERIAL)
    there.locator("input[type=file]").set_input_files(content)
    steps.press(page, "上传已选的文件")
    expect(there).to_contain_text("网络断了，恢复以后会接着传")
    kept(page, "materials-broken-line")
    page.unroute("**/uploads/*")
    page.on("request", lambda sent: offsets.append(int(sent.headers.get("upload-offset", -1))))
    expect(there).to_contain_text("✓ 已上传", timeout=30_000)

    assert offsets[:3] == [0, 1 << 20, 2 << 20]
    assert 0 not in offsets[3:] and 2 << 20 in offsets[3:], "it went on, and did not begin anew"
    visitors.faults.clear()  # the browser says of each broken request that it broke
    remove_what_is_there(page)


@covers("applications:materials")
def test_a_page_that_was_closed_midway_goes_on_with_the_same_file(
    visit: Visit, visitors: Visitors, drafts: dict[str, str], tmp_path: Path
) -> None:
    content = large(tmp_path)
    page = visit("wang_qiang")
    page.goto(f"/apply/{drafts['citizen']}/materials")
    remove_what_is_there(page)
    sent: list[int] = []
    page.route(
        "**/uploads/*",
        lambda route: route.abort() if len(sent) >= 2 and route.request.method == "PATCH" else route.continue_(),
    )
    page.on("request", lambda one: sent.append(int(one.headers["upload-offset"])) if one.method == "PATCH" else None)
    there = page.get_by_role("region", name=MATERIAL)
    there.locator("input[type=file]").set_input_files(content)
    steps.press(page, "上传已选的文件")
    expect(there).to_contain_text("网络断了")

    page.unroute("**/uploads/*")
    page.reload()
    sent.clear()
    there.locator("input[type=file]").set_input_files(content)
    steps.press(page, "上传已选的文件")

    expect(there).to_contain_text("✓ 已上传", timeout=30_000)
    assert sent and min(sent) > 0, "what had arrived was not sent again"
    visitors.faults.clear()
    remove_what_is_there(page)


@covers("applications:materials")
def test_a_large_file_that_is_refused_says_why(visit: Visit, drafts: dict[str, str], tmp_path: Path) -> None:
    bad = tmp_path / "plan.pdf"
    bad.write_bytes(b"MZ" + os.urandom(1_500_000))
    page = visit("wang_qiang")
    page.goto(f"/apply/{drafts['citizen']}/materials")
    there = page.get_by_role("region", name=MATERIAL)
    there.locator("input[type=file]").set_input_files(bad)
    steps.press(page, "上传已选的文件")

    expect(there).to_contain_text("这个文件的内容不是可以接收的格式")
