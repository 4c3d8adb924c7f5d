"""保存期限 on its page: a shorter term is set by one, agreed to by another, and counts only later."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.visitors import Visitors, is_for_everyone

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

HEAD, ADMINISTRATOR = "qin_zhenghua", "xu_ping"


@covers("applications:retention", "applications:agree_retention")
def test_a_shorter_term_is_set_by_one_and_agreed_to_by_another(visit: Visit, visitors: Visitors) -> None:
    administrator = visit(ADMINISTRATOR)
    administrator.goto("/desk/retention")
    administrator.get_by_label("事项编码").fill(steps.FOOD)
    administrator.get_by_role("radio", name="10 年").check()
    administrator.get_by_label("依据", exact=True).fill("本机关保管期限表第 3 条")
    steps.press(administrator, "设定")
    expect(administrator.get_by_text("还要部门负责人或另一位平台管理员同意")).to_be_visible()
    expect(administrator.get_by_text("等另一个人同意")).to_be_visible()
    expect(administrator.get_by_role("button", name="同意")).to_have_count(0)

    is_for_everyone(visitors.same(HEAD, ""), "/desk/retention", care="", name="retention-waits")
    head = visit(HEAD)
    head.goto("/desk/retention")
    head.get_by_role("button", name=f"同意 {steps.FOOD} 缩短为 10 年").click()
    expect(head.get_by_text("起生效").first).to_be_visible()
    expect(head.get_by_text("已同意").first).to_be_visible()
