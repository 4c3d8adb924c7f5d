"""无手机可办: what in a guide stands in the way of somebody who has no phone, no app and no computer. Pure.

Each rule names the element of the guide and what to write instead. They are read over every guide; items that are
handled here are also walked by the verbs (`site.no_phone`), which finds what no guide says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tongban.catalog.content import Content, Material
from tongban.catalog.quality import Found, is_written, place_words

VERSION = 1
"""Goes up whenever a rule, or the walk, means something else: editions are then walked again."""
ELDERLY = "《关于切实解决老年人运用智能技术困难的实施方案》（国办发〔2020〕45号）"
CASH = "中国人民银行公告〔2020〕第18号（规范人民币现金收付行为）"
PERSONAL = "《国务院关于在线政务服务的若干规定》（国务院令第716号）：由申请人选择线上或者线下"
IN_PERSON = frozenset({"window", "department", "town", "village"})
"""Receivers one can walk up to."""
OLDEST = 110

WALK = "walk"
STAFF = "staff"
"""Rules of the walk itself: a step that was refused, and a post that nobody holds."""


@dataclass(frozen=True)
class Blocked:
    """卡住: where, in words of the guide; what is wrong; and what to do about it."""

    rule: str
    where: str
    says: str
    mend: str


Check = Callable[[Content, date], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    key: str
    name: str
    why: str
    source: str
    check: Check


def read(content: Content, *, today: date) -> list[Blocked]:
    """Everything in the guide that somebody without a phone can't get past; empty when there is nothing."""
    if not is_written(content):
        return [_blocked(content, UNWRITTEN, found) for found in UNWRITTEN.check(content, today)]
    return [_blocked(content, rule, found) for rule in GUIDE_RULES for found in rule.check(content, today)]


def _blocked(content: Content, rule: Rule, found: Found) -> Blocked:
    return Blocked(rule.key, place_words(content, found.place), found.says, found.mend)


def _unwritten(content: Content, today: date) -> Iterator[Found]:
    yield Found(
        "guide", "只有名称，没有办事指南：不知道带什么、到哪里、找谁", "请编写办事指南，写明材料、办理地点和咨询电话"
    )


def _receiver(content: Content, today: date) -> Iterator[Found]:
    if content.received_by and not IN_PERSON & set(content.received_by):
        yield Found(
            "received_by", "只在网上或自助终端收件，没有能当面收件的地方", "请加上窗口、部门、镇街或村社区中的至少一处"
        )


def _in_person(content: Content, today: date) -> Iterator[Found]:
    forms = set(content.handling_forms)
    if forms and "1" not in forms:
        only = "只能寄送" if forms <= {"4"} else "只有网上和寄送" if "4" in forms else "只有网上办理"
        yield Found("handling_forms", f"办理形式{only}，没有窗口办理", "请加上窗口办理")


def _place(content: Content, today: date) -> Iterator[Found]:
    if not content.places:
        yield Found("places", "没有写明到哪里办", "请填写大厅或便民服务中心的名称、地址、办公时间和窗口")
    elif not any(_is_findable(place.address, place.hours) for place in content.places):
        number, place = next(iter(enumerate(content.places)))
        lacks = "地址" if not place.address.strip() else "几点到几点办公"
        field = "address" if lacks == "地址" else "hours"
        yield Found(f"places.{number}.{field}", f"“{place.name}”没有写明{lacks}", "至少有一处要写明门牌和办公时间")


def _is_findable(address: str, hours: str) -> bool:
    return bool(address.strip()) and bool(re.search(r"\d", hours))


def _phone(content: Content, today: date) -> Iterator[Found]:
    if not re.search(r"\d{5,}", content.phone):
        yield Found("phone", "没有咨询电话：不上网的人问不到", "请填写有人接听的固定电话")


def _on_paper(content: Content, today: date) -> Iterator[Found]:
    for material in content.materials:
        if material.required and _asked_for(material) and material.form == "electronic":
            yield Found(
                f"materials.{material.key}.form", f"材料“{material.name}”只收电子件，纸的不收",
                "请把材料形式改为“纸质或电子”，纸质的由窗口扫描",
            )  # fmt: skip


def _asked_for(material: Material) -> bool:
    return material.give in ("upload", "window", "pledge")


def _empty_form(content: Content, today: date) -> Iterator[Found]:
    """Handled here, the window prints what was filled in; elsewhere the guide has to offer an empty form."""
    if content.connection == "here":
        return
    for material in content.materials:
        blank = any(one.kind == "blank" for one in material.attachments)
        if material.required and material.give == "generated" and not blank and not content.form:
            yield Found(
                f"materials.{material.key}.attachments", f"“{material.name}”由系统生成，没有能手写的空白表格",
                "请附上空白表格，窗口也能取到",
            )  # fmt: skip


def _cash(content: Content, today: date) -> Iterator[Found]:
    """A fee is paid where one can go; a guide that pays online and has no window leaves only the phone."""
    if not any(fee.amount_fen for fee in content.fees) or not content.pay_online:
        return
    no_window = not content.places or (content.handling_forms and "1" not in content.handling_forms)
    for number, fee in enumerate(content.fees):
        if fee.amount_fen and no_window:
            yield Found(f"fees.{number}", f"“{fee.name}”只能在网上缴，没有能交现金的窗口", "请写明缴费窗口，并收现金")


_DEVICE = re.compile(
    r"扫码|扫描二维码|扫二维码|小程序|(?<![A-Za-z])APP(?![A-Za-z])|手机验证码|短信验证|动态验证码|健康码|人脸识别|刷脸"
    r"|网上预约|线上预约|在线签名|微信|支付宝|仅限线上|仅限网上|只能网上|只在网上",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"窗口|也可|也能|可以到|或者|现场|纸质|代办|代为|电话|不会用|没有手机|工作人员")
"""Words by which the same text offers another way."""


def _device(content: Content, today: date) -> Iterator[Found]:
    for place, text in _demands(content):
        if found := _demanded(text):
            yield Found(place, f"要求“{found}”，没有写别的办法", "请写明没有手机的人怎么办，例如到窗口由工作人员办")


def _demanded(text: str) -> str:
    """The device that the text asks for; empty where it only may be used, or something else will do."""
    if _OTHERWISE.search(text):
        return ""
    for clause in re.split("[，。；、\\s]", text):
        if (found := _DEVICE.search(clause)) and "可以" not in clause:
            return found[0]
    return ""


def _demands(content: Content) -> Iterator[tuple[str, str]]:
    """Where a guide tells the applicant what to do."""
    yield "visit_reason", content.visit_reason
    yield from ((f"conditions.{number}", text) for number, text in enumerate(content.conditions))
    for number, one in enumerate(content.places):
        yield f"places.{number}", f"{one.hours}　{one.windows}"
    for material in content.materials:
        if material.required:
            yield f"materials.{material.key}.requirement", f"{material.requirement}　{material.fill_notes}"
    yield from ((f"steps.{step.key}.standard", step.standard) for step in content.steps)


def _age(content: Content, today: date) -> Iterator[Found]:
    """A form that can't hold an old person's age or birthday. Where a condition speaks of age, the limit is the law's."""
    if any("岁" in text or "年龄" in text for text in content.conditions):
        return
    earliest = today.replace(year=today.year - OLDEST, day=min(today.day, 28))
    for page in content.form:
        for field in page.fields:
            if field.kind == "date" and "出生" in field.label and field.earliest and field.earliest > earliest:
                says = f"申请表“{field.label}”不收 {field.earliest.year} 年以前出生的人"
                yield Found(f"form.{field.key}", says, "请放开最早日期；确有年龄条件的，写进受理条件")
            if field.kind == "number" and "年龄" in field.label and field.maximum and field.maximum < OLDEST:
                says = f"申请表“{field.label}”最大只能填 {field.maximum}"
                yield Found(f"form.{field.key}", says, "请放开最大值；确有年龄条件的，写进受理条件")


UNWRITTEN = Rule(
    "unwritten", "没有办事指南", "没有指南，打电话和到窗口的人也得不到准话。", ELDERLY, _unwritten,
)  # fmt: skip
GUIDE_RULES: tuple[Rule, ...] = (
    Rule("receiver", "没有当面收件的地方", "线上办理不能替代线下，申请人有权选。", PERSONAL, _receiver),
    Rule("in_person", "没有窗口办理", "办理形式里没有窗口，走到大厅也办不了。", PERSONAL, _in_person),
    Rule("place", "不知道到哪里办", "没有地址和办公时间，不上网的人找不到门。", ELDERLY, _place),
    Rule("phone", "没有咨询电话", "打电话是没有智能手机的人唯一能远程问的办法。", ELDERLY, _phone),
    Rule("on_paper", "材料只收电子件", "带来的纸，窗口应当收下并代为扫描。", ELDERLY, _on_paper),
    Rule("empty_form", "没有纸质表格", "表格只能在系统里生成，就写不了。", ELDERLY, _empty_form),
    Rule("cash", "收费不能交现金", "政务收费不得拒收现金。", CASH, _cash),
    Rule("device", "必须用手机", "扫码、验证码、小程序只能是一种选择。", ELDERLY, _device),
    Rule("age", "表格填不下老年人的年龄", "年龄和出生日期的上下限把老人挡在表外。", ELDERLY, _age),
)
WALK_RULES: tuple[Rule, ...] = (
    Rule(STAFF, "没有人在岗", "窗口或部门没有能办这一步的岗位，走到了也没人办。", PERSONAL, lambda content, today: ()),
    Rule(WALK, "走不通", "按窗口的办法一步一步真办，到这一步被系统拒绝。", PERSONAL, lambda content, today: ()),
)
RULES: dict[str, Rule] = {rule.key: rule for rule in (UNWRITTEN, *GUIDE_RULES, *WALK_RULES)}
