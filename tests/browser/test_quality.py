"""The quality desk: an editor finds what is wrong with a guide, reads the rule, and has it judged again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


@covers(
    "catalog:quality",
    "catalog:quality_findings",
    "catalog:quality_rules",
    "catalog:quality_edition",
    "catalog:quality_judge",
)
def test_an_editor_goes_from_the_score_to_the_finding_and_its_rule(visit: Visit) -> None:
    page = visit("sun_yue")
    page.goto("/desk/catalog/quality")
    steps.heading(page, "指南质量")
    expect(page.get_by_role("main").get_by_role("link", name="云江区市场监督管理局")).to_have_count(1)
    expect(page.get_by_text("民政局")).to_have_count(0)

    page.get_by_role("link", name="只有名称、还没有指南").click()
    steps.heading(page, "指南问题清单")
    expect(page.get_by_text("清单里有这个事项，办事人却看不到要什么材料")).to_be_visible()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", name="质量检查")).to_be_visible()
    page.get_by_role("link", name="规则：只有名称、还没有指南").click()
    steps.heading(page, "质量规则说明")

    page.goto("/desk/catalog/quality")
    steps.press(page, "马上重新评定")
    expect(page.get_by_text("按现行规则重新评定")).to_be_visible()


def test_the_worklist_pages_on_without_javascript(visit: Visit) -> None:
    page = visit("fang_ting", javascript=False)
    page.goto("/desk/catalog/quality/findings")
    page.get_by_label("分量").select_option(label="警告")
    page.get_by_role("button", name="查看").click()
    first = page.get_by_role("row").nth(1).inner_text()
    page.get_by_role("link", name="下一页").click()
    assert page.get_by_role("row").nth(1).inner_text() != first
    page.get_by_role("link", name="回到开头").click()
    assert page.get_by_role("row").nth(1).inner_text() == first
