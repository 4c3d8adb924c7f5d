"""环节 through the pages: a case with correction, inspection, consultation, countersign and extension, played by those who
hold each; and a page for every kind of step."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.step_cases import OFF_PLATFORM
from tests.browser.test_procedure import PICTURES, line_of, look, open_case, unfold
from tests.browser.visitors import fits, is_accessible, looks_right
from tongban.applications.archive import checking
from tongban.applications.archive.packing import sha256_of

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

REVIEWER, COLLEAGUE, HEAD, DECIDER = "luo_jianjun", "马晓琳", "guo_zhiyong", "transport_decider"
POLICE, PLANNING, CITY = "traffic_police_reviewer", "planning_reviewer", "city_management_reviewer"
WORDS = "符合公路技术标准，可以继续办理。"


@pytest.fixture(scope="module")
def prepared(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.step_cases"))
    return found


def open_step(page: Page, number: str, name: str) -> None:
    open_case(page, number)
    page.get_by_role("region", name="环节图", exact=True).get_by_role("link", name=name, exact=True).click()
    steps.heading(page, re.compile(f"^{name}："))


def concluded(page: Page, number: str, name: str, words: str = WORDS) -> None:
    open_step(page, number, name)
    page.get_by_label("办理意见").fill(words)
    page.keyboard.press("F9")
    expect(page.get_by_text("这个环节已办结")).to_be_visible()


def answered(page: Page, number: str, words: str, *, name: str = "") -> None:
    """From the tasks to the letter, to the answer."""
    page.goto("/desk?act=application.respond")
    line_of(page, number).get_by_role("link").first.click()
    page.get_by_role("radio", name="同意", exact=True).check()
    page.get_by_label("具体意见").fill(words)
    if name:
        look(page, name)
    page.keyboard.press("F9")
    expect(page.get_by_text("已答复", exact=True)).to_be_visible()


def archived(owner: Page, decider: Page, number: str, folder: Path) -> None:
    """The case file is whole, and any changed byte in it is found."""
    open_case(decider, number)
    assert decider.get_by_role("link", name="案卷归档").count() == 0
    decider.goto(f"/desk/cases/{number}/archive")
    expect(decider.get_by_text("办结以后才能归档")).to_be_visible()
    steps.press(owner, "在线签收")
    expect(owner.get_by_text("已签收。结果文件可随时下载")).to_be_visible()

    open_case(decider, number)
    decider.get_by_role("link", name="案卷归档").click()
    look(decider, "archive")
    file = folder / "case.zip"
    with decider.expect_download() as download:
        decider.get_by_role("button", name="导出案卷（ZIP）").click()
    download.value.save_as(file)
    report = checking.check(file)
    assert report.holds, report.faults
    assert report.index
    titles = {one.title for one in report.index.entries}
    assert titles >= {
        "现场核查记录",
        "征求意见函",
        "会签函",
        "一次性补正告知书",
        "延长办理期限告知书",
        "环节的照片或文件",
    }
    decider.goto(f"/desk/cases/{number}/archive")
    expect(decider.get_by_role("region", name="以前的归档").get_by_text(sha256_of(file))).to_be_visible()
    look(decider, "archive-taken")

    whole = file.read_bytes()
    for at in random.Random(5).sample(range(len(whole)), 60):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :])
        assert not checking.check(file).holds, f"byte {at}"


@covers(
    "applications:step", "applications:conclude_step", "applications:inspect", "applications:step_file",
    "applications:asked", "applications:respond", "applications:asked_material", "applications:archive",
)  # fmt: skip
def test_a_case_is_corrected_inspected_asked_about_countersigned_extended_and_decided(
    visit: Visit, prepared: dict[str, str], tmp_path: Path
) -> None:
    number = prepared["played"]
    reviewer, owner = visit(REVIEWER), visit("liu_xiaoyan")

    # 补正: told once, supplied
    open_case(reviewer, number, "?ticked=all")
    reviewer.get_by_role("checkbox", name="有抢险物资和撤离安排").uncheck()
    reviewer.keyboard.press("F8")
    expect(reviewer.get_by_text("已告知补正")).to_be_visible()
    owner.goto(f"/my/applications/{number}/supplement")
    owner.locator("input[type=file]").first.set_input_files(steps.layout_plan())
    owner.get_by_role("main").locator("button").last.click()
    expect(owner.get_by_text("补交").first).to_be_visible()
    open_case(reviewer, number, "?ticked=all")
    reviewer.keyboard.press("F9")
    expect(reviewer.get_by_text("已受理：")).to_be_visible()
    course = reviewer.get_by_role("region", name="环节图", exact=True)
    expect(course.locator("[aria-current=step]")).to_contain_text("书面审查")
    look(reviewer, "steps-accepted")
    concluded(reviewer, number, "书面审查")
    expect(course.locator("[aria-current=step]")).to_have_count(2)

    # 现场核查 by two
    open_step(reviewer, number, "现场核查")
    expect(reviewer.get_by_role("button", name=re.compile("办结环节"))).to_be_disabled()
    reviewer.get_by_label("核查地点").fill("县道 X101 线 K3+200")
    reviewer.get_by_label("核查到的情况").fill("路面宽 9 米，半幅封闭后可双向交替通行。")
    reviewer.keyboard.press("F8")
    expect(reviewer.get_by_role("alert").first).to_contain_text("不能一个人核查")
    expect(reviewer.get_by_label("核查到的情况")).to_have_value("路面宽 9 米，半幅封闭后可双向交替通行。")
    reviewer.get_by_role("checkbox", name=COLLEAGUE).check()
    reviewer.get_by_label("现场照片和记录").set_input_files([steps.layout_plan(), steps.layout_plan()])
    look(reviewer, "steps-inspection")
    reviewer.keyboard.press("F8")
    expect(reviewer.get_by_text("已登记现场核查")).to_be_visible()
    expect(reviewer.get_by_role("link", name=re.compile("第 2 份"))).to_be_visible()
    look(reviewer, "steps-inspected")
    concluded(reviewer, number, "现场核查")

    # 征求意见: the body that is asked
    police = visit(POLICE)
    answered(police, number, "半幅封闭方案可行，请避开早晚高峰。", name="steps-asked")
    material = police.get_by_role("link", name=re.compile("设计和施工方案")).get_attribute("href")
    assert police.request.get(material or "").status == 200
    assert police.request.get(f"/desk/cases/{number}").status == 404
    open_step(reviewer, number, "征求交警意见")
    expect(reviewer.get_by_text("请避开早晚高峰")).to_be_visible()
    look(reviewer, "steps-consultation")
    concluded(reviewer, number, "征求交警意见", "采纳交警意见，施工时间避开早晚高峰。")

    # 会签 by two bodies, and more time meanwhile
    answered(visit(PLANNING), number, "与规划没有冲突。")
    open_case(reviewer, number)
    unfold(reviewer, "extension")
    reviewer.get_by_label("延长", exact=True).fill("5")
    reviewer.get_by_label("延长的理由").fill("会签部门需要核对地下管线资料")
    steps.press(reviewer, "提交延期申请")
    expect(reviewer.get_by_text("已提出延期申请，等待负责人批准：")).to_be_visible()
    head = visit(HEAD)
    open_case(head, number)
    head.keyboard.press("F9")
    expect(head.get_by_text("已批准延长期限：")).to_be_visible()
    open_step(reviewer, number, "部门会签")
    expect(reviewer.get_by_text("会签还没有结果，1 家没有签")).to_be_visible()
    look(reviewer, "steps-countersign")
    decider = visit(DECIDER)
    open_case(decider, number)
    assert decider.get_by_role("button", name="准予 F9").count() == 0
    answered(visit(CITY), number, "施工围挡按市容标准设置。")
    concluded(reviewer, number, "部门会签")

    # The decision, and what the applicant reads
    open_case(decider, number)
    decider.keyboard.press("F9")
    expect(decider.get_by_text("已作出决定：")).to_be_visible()
    look(decider, "steps-decided")
    owner.goto(f"/my/applications/{number}")
    for words in ("告知补正", "现场核查", "由 2 名工作人员核查", "征求有关部门意见", "延长办理期限", "作出决定"):
        expect(owner.get_by_text(words).first).to_be_visible()
    assert owner.get_by_text(COLLEAGUE).count() == 0
    look(owner, "steps-applicant")
    archived(owner, decider, number, tmp_path)


def neighbour(page: Page) -> None:
    """One of the public reads what is put up, and objects."""
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name=re.compile("^公示公告")).click()
    look(page, "announcements")
    page.get_by_role("link", name=re.compile("多种环节演示事项")).click()
    expect(page.get_by_text("拟准予双榕镇德福面馆从事餐饮服务经营。")).to_be_visible()
    page.get_by_label("异议的内容").fill("短")
    steps.press(page, "提交异议")
    expect(page.get_by_role("alert").first).to_be_visible()
    look(page, "announcement")
    page.get_by_label("异议的内容").fill("排烟口正对着三楼的窗户，请核实。")
    steps.press(page, "提交异议")
    expect(page.get_by_text("已收到您的异议")).to_be_visible()


@covers("applications:go_without")
def test_the_head_goes_on_without_an_answer(visit: Visit, prepared: dict[str, str]) -> None:
    number = prepared["silent"]
    head = visit("qin_zhenghua")
    open_step(head, number, "征求意见")
    expect(head.get_by_text("已报对方负责人督办").first).to_be_visible()
    head.get_by_label("不再等待的理由").fill("督办以后仍然没有答复，不影响审查")
    look(head, "steps-waiving")
    steps.press(head, "不再等待")
    expect(head.get_by_text("已决定不再等待这个部门的答复")).to_be_visible()
    concluded(visit("chen_li"), number, "征求意见", "民政局逾期没有答复，经负责人决定不再等待。")


@covers(
    "applications:announcements", "applications:announcement",
    "applications:consult", "applications:enter_answer", "applications:name_expert", "applications:enter_opinion",
    "applications:recuse_expert", "applications:publish_notice", "applications:receive_objection",
    "applications:answer_objection", "applications:call_hearing", "applications:record_hearing",
    "applications:return_step",
)  # fmt: skip
def test_every_kind_of_step_has_its_page(visit: Visit, prepared: dict[str, str]) -> None:
    number = prepared["kinds"]
    page = visit("chen_li")
    open_case(page, number)
    expect(page.get_by_text("当“您的店属于哪一类？”选“食品销售”才办")).to_be_visible()
    look(page, "kinds-course")

    open_step(page, number, "征求意见")
    form = page.get_by_role("form", name="登记纸质答复")
    form.get_by_label("哪个部门的纸质答复").select_option(OFF_PLATFORM)
    form.get_by_label("答复的内容和文号").fill("没有意见，消防函〔2026〕5 号")
    steps.press(page, "登记答复")
    expect(page.get_by_text("已登记纸质答复")).to_be_visible()
    unfold(page, "consultation")
    page.get_by_label("再征求哪个部门").fill("云江区生态环境局")
    page.get_by_label("请对方就什么提出意见").fill("请就油烟排放提出意见")
    steps.press(page, "发出征求意见函")
    expect(page.get_by_text("已发出征求意见函")).to_be_visible()
    look(page, "kinds-letters")

    open_step(page, number, "专家评审")
    for name in ("陈立新", "周敏行"):
        page.get_by_label("专家姓名").fill(name)
        page.get_by_label("单位和职称").fill("市食品检验研究院高级工程师")
        steps.press(page, "加入名单")
        expect(page.get_by_role("row").filter(has_text=name)).to_be_visible()
    page.get_by_label("哪位专家", exact=True).select_option(label="陈立新")
    page.get_by_label("书面意见").fill("工艺流程合理")
    steps.press(page, "登记意见")
    page.get_by_label("哪位专家回避").select_option(label="周敏行")
    page.get_by_label("回避的原因").fill("与申请人有亲属关系")
    steps.press(page, "登记回避")
    expect(page.get_by_text("— 回避")).to_be_visible()
    look(page, "kinds-experts")

    open_step(page, number, "公示")
    page.get_by_label("公示的内容").fill("拟准予双榕镇德福面馆从事餐饮服务经营。")
    look(page, "kinds-notice-form")
    page.keyboard.press("F8")
    neighbour(visit("liu_xiaoyan"))
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text="排烟口正对着三楼的窗户")).to_be_visible()
    page.get_by_label("谁提出的异议").fill("隔壁住户")
    page.get_by_label("异议的内容").fill("油烟排到楼道里")
    steps.press(page, "登记异议")
    page.get_by_label("哪件异议").select_option(index=1)
    page.get_by_label("核实处理的情况").fill("已核实，加装净化器")
    steps.press(page, "登记处理情况")
    expect(page.get_by_text("✓ 已处理")).to_be_visible()
    expect(page.get_by_text("● 待处理")).to_be_visible()
    look(page, "kinds-notice")

    open_step(page, number, "听证")
    page.get_by_label("听证日期").fill("2026-03-13")
    page.get_by_label("听证地点").fill("行政服务中心三楼听证室")
    page.get_by_label("主持人").select_option(label="赵国平")
    page.keyboard.press("F8")
    expect(page.get_by_text("已登记听证通知")).to_be_visible()
    page.get_by_label("笔录要点").fill("双方陈述了意见")
    page.keyboard.press("F8")
    expect(page.get_by_role("alert").first).to_contain_text("听证还没有举行")
    look(page, "kinds-hearing")

    concluded(page, number, "书面审查", "材料齐全，符合规定。")
    open_step(page, number, "书面审查")
    page.get_by_label("退回的理由").fill("漏看了经营面积")
    steps.press(page, "退回这个环节")
    expect(page.get_by_text("已退回，从这个环节重新办")).to_be_visible()
    look(page, "kinds-returned")


@pytest.mark.parametrize("key", ["site", "ask", "experts", "notice", "hear"])
def test_the_pages_of_steps_in_large_type_and_without_javascript(
    visit: Visit, prepared: dict[str, str], key: str
) -> None:
    page = visit("chen_li", care="large")
    page.goto(f"/desk/cases/{prepared['kinds']}/steps/{key}")
    looks_right(page)
    is_accessible(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"kinds-{key}-large.png", full_page=True)
    plain = visit("chen_li", javascript=False)
    plain.goto(f"/desk/cases/{prepared['kinds']}/steps/{key}")
    expect(plain.get_by_role("button", name=re.compile("办结环节"))).to_be_visible()
    fits(plain)
