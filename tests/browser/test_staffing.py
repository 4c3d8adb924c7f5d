"""Posts and authorisations on their pages: proposed by one, agreed to by another, given for some hours, confirmed, ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.visitors import Care, Visitors, is_for_everyone

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

HEAD, ADMINISTRATOR, EDITOR, DECIDER = "qin_zhenghua", "xu_ping", "sun_yue", "zhao_guoping"
PAGES = [
    ("/desk/staff", ADMINISTRATOR), ("/desk/staff/proposals", HEAD), ("/desk/staff/accounts", HEAD),
    ("/desk/staff/review", ADMINISTRATOR), ("/desk/authorisations", HEAD), ("/desk/my-powers", DECIDER),
    ("/desk/powers?act=application.decide&body=market", DECIDER),
]  # fmt: skip


@covers("staffing:staff", "staffing:propose", "staffing:account", "staffing:review", "staffing:authorisations")
@covers("staffing:mine", "staffing:powers")
@pytest.mark.parametrize("care", ["", "large"])
def test_every_page_of_posts_is_for_everyone(visitors: Visitors, care: Care) -> None:
    for path, actor in PAGES[: 1 if care else None]:
        is_for_everyone(visitors.same(actor, care), path, care=care, name=f"{path}-{actor}")


@covers("staffing:propose", "staffing:decide", "staffing:end", "staffing:elevate")
def test_a_post_is_proposed_agreed_to_and_ended(visit: Visit) -> None:
    head = visit(HEAD)
    head.goto("/desk/staff")
    head.get_by_role("link", name="提出任职").click()
    head.get_by_label("同事的登录名").fill(EDITOR)
    head.get_by_label("任什么岗位").select_option(label="后台审批人员")
    head.get_by_label("在哪里").select_option(label="云江区市场监督管理局")
    steps.press(head, "提出任职 F9")
    expect(head.get_by_role("alert").first).to_contain_text("请写明理由")
    head.get_by_label("理由").fill("接替调离的同事")
    steps.press(head, "提出任职 F9")
    expect(head.get_by_text("等另一位有权的同事批准")).to_be_visible()
    expect(head.get_by_role("button", name="批准", exact=True)).to_have_count(0)

    administrator = visit(ADMINISTRATOR)
    administrator.goto("/desk/staff?q=孙悦")
    steps.press(administrator, "批准")
    expect(administrator.get_by_text("已批准")).to_be_visible()

    editor = visit(EDITOR)
    editor.goto("/desk/my-powers")
    expect(editor.get_by_role("heading", name="后台审批人员（云江区市场监督管理局）")).to_be_visible()
    editor.get_by_text("需要临时授权").click()
    editor.get_by_label("临时要哪个岗位").select_option(label="派驻人员")
    editor.get_by_label("在哪里").select_option(label="云江区市场监督管理局")
    editor.get_by_label("为什么需要").fill("专窗的同事去医院了")
    steps.press(editor, "启用临时授权")
    expect(editor.get_by_text("到时自动结束；负责人会复核")).to_be_visible()

    head.goto("/desk/staff")
    running = head.get_by_role("region", name="正在用的临时授权")
    expect(running).to_contain_text("孙悦")
    steps.press(head, "认可")
    running.get_by_text("提前结束").click()
    running.get_by_label("理由").fill("专窗的同事回来了")
    running.get_by_role("button", name="确认结束").click()
    expect(head.get_by_text("从现在起没有这个岗位的权限")).to_be_visible()


@covers("staffing:authorisations", "staffing:revoke")
def test_an_authorisation_is_given_and_taken_back(visit: Visit) -> None:
    head = visit(HEAD)
    head.goto("/desk/authorisations")
    expect(head.get_by_role("link", name="云市监授〔2026〕1 号")).to_be_visible()
    head.get_by_label("授权给哪位首席代表").select_option(label="赵国平")
    head.get_by_label("授权书文号").fill("云市监授〔2026〕9 号")
    steps.press(head, "出具授权书 F9")
    expect(head.get_by_text("已授权：云市监授〔2026〕9 号")).to_be_visible()
    row = head.get_by_role("row").filter(has_text="云市监授〔2026〕9 号")
    row.get_by_text("撤销").first.click()
    row.get_by_label("理由").fill("文号写错了")
    row.get_by_role("button", name="确认撤销").click()
    expect(head.get_by_role("row").filter(has_text="云市监授〔2026〕9 号")).to_contain_text("■ 已撤销")


@covers("staffing:account", "staffing:review", "staffing:check")
def test_a_new_colleague_is_registered_and_posts_are_confirmed(visit: Visit) -> None:
    administrator = visit(ADMINISTRATOR)
    administrator.goto("/desk/staff/accounts")
    administrator.get_by_label("登录名").fill("he_mei")
    steps.press(administrator, "登记 F9")
    expect(administrator.get_by_role("alert").first).to_contain_text("请填写姓名")
    administrator.get_by_label("姓名").fill("何梅")
    administrator.get_by_label("身份证号码").fill("500199199001011235")
    steps.press(administrator, "登记 F9")
    expect(administrator.get_by_role("heading", level=1)).to_have_text("已登记：何梅")
    expect(administrator.get_by_text("密码只在这里显示这一次")).to_be_visible()

    administrator.goto("/desk/staff/review")
    steps.press(administrator, "发起今年的确认 F9")
    expect(administrator.get_by_text("确认已经发起")).to_be_visible()
    waiting = administrator.get_by_role("region", name="还没有确认的").get_by_role("row").filter(has_text="陈立")
    waiting.get_by_role("button", name="继续").click()
    expect(administrator.get_by_text("已确认：陈立继续任职")).to_be_visible()
    expect(administrator.get_by_role("region", name="已经确认的")).to_contain_text("● 继续")
