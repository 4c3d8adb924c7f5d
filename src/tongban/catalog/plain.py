"""明白话: an edition in plain words, grouped as people ask. Page, kiosk, paper and structured data say it the same way.

Pure functions of the document; nothing empty is ever returned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from tongban.catalog import rules
from tongban.catalog.content import Basis, Content, Fee, Material, Result, SpecialProcedure, Step
from tongban.catalog.content.labels import STEP_KINDS, TYPES
from tongban.catalog.lists import PUBLIC_SERVICES
from tongban.catalog.rules import Answers, limit_words
from tongban.identity import levels
from tongban.kernel.refusals import Invalid

NATURES = {"1": "法定机关", "2": "授权组织", "3": "受委托组织", "9": "其他"}
"""GB/T 39046-2020 A.3."""
POWER_SOURCES = {
    "1": "法定本级行使", "2": "上级下放", "3": "上级授权", "4": "同级授权", "5": "上级委托", "6": "同级委托"
}  # fmt: skip
AUDIENCES = {
    "1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人", "5": "行政机关", "6": "其他组织"
}  # fmt: skip
"""GB/T 39046-2020 A.4."""
HANDLING_FORMS = {"1": "窗口办理", "2": "电脑端网上办理", "3": "手机办理", "4": "快递申请", "9": "其他"}
DEPTHS = {
    "1": "咨询", "2": "收件", "3": "预审", "4": "受理", "5": "办理", "6": "结果反馈", "7": "电子证照反馈", "9": "其他"
}  # fmt: skip
LEVELS = {"nation": "国家级", "province": "省级", "city": "市级", "county": "县级"}
REACHES = {"county": "跨区县通办", "city": "跨市通办", "province": "跨省区域通办", "nation": "全国通办（跨省通办）"}
RECEIVERS = {
    "online": "网上", "window": "综合窗口", "department": "部门窗口", "town": "镇、街道", "village": "村、社区",
    "kiosk": "自助终端",
}  # fmt: skip
ACCEPTORS = {"department": "实施机构受理", "window": "综合窗口受理", "system": "系统自动受理"}
REVIEWS = {"separate": "受理和审查分开", "instant": "受理人当场审查、当场决定"}
CONNECTIONS = {
    "here": "本平台在线办理", "flows_back": "其他系统办理，结果回流", "deep_link": "转到其他系统办理", "guide_only": "仅提供指南"
}  # fmt: skip
"""接入方式."""
KINDS = {"original": "原件", "copy": "复印件", "both": "原件和复印件"}
FORMS = {"paper": "纸质", "electronic": "电子", "both": "纸质或者电子"}
ORIGINS = {"applicant": "申请人自备", "government": "政府部门核发", "other": "其他单位出具"}
PAPERS = {"blank": "空白表格", "example": "填写样例", "sample": "样本"}


@dataclass(frozen=True)
class Line:
    """A label and what it says."""

    label: str
    text: str


def said(*pairs: tuple[str, str]) -> list[Line]:
    """The pairs that say something."""
    return [Line(label, text) for label, text in pairs if text]


def named(codes: Iterable[str], names: dict[str, str]) -> str:
    return "、".join(names.get(code, code) for code in codes)


@dataclass(frozen=True)
class About:
    """What stands in the row of the edition and not in its document."""

    name: str
    type_code: str
    body: str
    code: str
    item_code: str
    external_code: str = ""
    exercise: str = ""
    """行使内容 of the item, where the edition says nothing else."""


def what_it_is(content: Content, about: About) -> list[Line]:
    """事项信息: whose it is, whom it is for, under which codes."""
    handled_by = content.handled_by.name if content.handled_by else ""
    return said(
        ("事项类型", TYPES.get(about.type_code, "")),
        ("实施机构", f"{about.body}（{NATURES[content.nature]}）"),
        ("承办机构", handled_by),
        ("共同实施部门", "、".join(body.name for body in content.joint_bodies)),
        ("服务对象", named(content.audience, AUDIENCES)),
        ("行使内容", content.exercise or about.exercise),
        ("权限划分", content.division),
        ("权力来源", POWER_SOURCES[content.power_source]),
        ("公共服务类别", PUBLIC_SERVICES.get(content.public_service or "", "")),
        ("服务主题", "、".join(content.themes)),
        ("生活事件", "、".join(content.life_events)),
        ("也有人叫它", "、".join(content.aliases)),
        ("基本编码", about.item_code),
        ("实施编码", about.code),
        ("来源编码", about.external_code),
    )


def how_it_is_handled(content: Content) -> list[Line]:
    """办理方式: through which doors, by whom, how far it reaches."""
    worked_out = content.connection != "guide_only" or bool(content.materials or content.steps)
    also = [("预约", content.bookable), ("网上支付", content.pay_online), ("材料和结果邮寄", content.by_post)]
    visits = f"{content.visits} 次" if content.visits else "不用到现场" if worked_out else ""
    if content.visit_reason and content.visits:
        visits += f"。必须到现场的原因：{content.visit_reason}"
    return said(
        ("办件类型", ("即办件" if content.instant else "承诺件") if worked_out else ""),
        ("办理形式", named(content.handling_forms, HANDLING_FORMS)),
        ("网上能办到哪一步", named(content.online_depth, DEPTHS)),
        ("到哪里交申请", named(content.received_by, RECEIVERS)),
        ("谁来受理", ACCEPTORS[content.accepted_by] if worked_out else ""),
        ("网上办要的认证", levels.level(content.assurance).label if content.online and worked_out else ""),
        ("怎么审", REVIEWS[content.review] if worked_out else ""),
        ("系统自动核验", "符合条件的由系统按规则当即办结（秒批）" if content.decided_by_rule else ""),
        ("通办范围", REACHES.get(content.reach, "")),
        ("到现场次数", visits),
        ("不能代办", f"须由本人亲自办理（{content.personal_basis}）" if content.personal_basis else ""),
        ("支持", "、".join(name for name, there in also if there)),
        ("数量限制", content.quantity_limit),
        ("告知承诺", "可以用书面承诺代替部分证明材料" if content.pledge else ""),
        ("一证一照", "只凭身份证或者营业执照就能办" if content.one_licence else ""),
        ("年检年审", "取得后每年要检验、审验或者报告" if content.yearly_check else ""),
        ("在哪一级的系统里办", LEVELS.get(content.system_level, "")),
    )


def material_lines(material: Material) -> list[Line]:
    """What one material must be, beyond its requirement: form and number, where it comes from, what it is for."""
    counts = [
        f"原件 {material.originals} 份" if material.originals else "",
        f"复印件 {material.copies} 份" if material.copies and material.kind in ("copy", "both") else "",
    ]
    shape = "，".join(filter(None, [FORMS.get(material.form, ""), KINDS.get(material.kind, ""), *counts]))
    source = ORIGINS[material.origin] if material.origin != "applicant" or rules.needs_preparing(material) else ""
    fetched = f"由系统从“{material.fetched_from}”调取" if material.fetched_from else ""
    return said(
        ("形式", shape),
        ("来源", "，".join(filter(None, [source, material.issuer, fetched]))),
        ("出具时间", material.issued_within),
        ("去哪里办", material.where),
        ("怎么填", material.fill_notes),
        ("用来做什么", material.use),
        ("承诺内容", material.pledge_text),
        ("依据", material.basis),
    )


def step_lines(step: Step) -> list[Line]:
    limit = limit_words(step.limit) if step.limit else ""
    kind = "" if step.kind == "review" else dict(STEP_KINDS)[step.kind]
    return said(
        ("方式", kind),
        ("涉及部门", "、".join(step.asked)),
        ("岗位", step.post),
        ("时限", limit),
        ("审查标准", step.standard),
        ("结果", step.result),
    )


def fee_words(fee: Fee) -> str:
    """10 元/本."""
    whole, rest = divmod(fee.amount_fen, 100)
    return f"{whole:,}" + (f".{rest:02d}" if rest else "") + " 元" + (f"/{fee.per}" if fee.per else "")


def fees_for(content: Content, answers: Answers) -> list[Fee]:
    """The fees these answers call for; while a question is open, every one that may still come."""
    return [
        fee for fee in content.fees if rules.holds(fee.when, answers) or (fee.when and not settled(content, answers))
    ]


def settled(content: Content, answers: Answers) -> bool:
    """Every question that is asked has one of its answers."""
    try:
        rules.check_answers(content, answers)
    except Invalid:
        return False
    return True


def fee_summary(content: Content, answers: Answers) -> str:
    """收费 in a few words."""
    fees = fees_for(content, answers)
    if not any(fee.amount_fen for fee in fees):
        return "不收费"
    if not settled(content, answers):
        least = min((fee for fee in fees if fee.amount_fen), key=lambda fee: fee.amount_fen)
        return f"{fee_words(least)}起，看情形" if len(fees) > 1 else f"{fee_words(least)}，看情形"
    if not any(fee.per for fee in fees):
        return fee_words(Fee(name="合计", amount_fen=sum(fee.amount_fen for fee in fees), basis="-"))
    return "、".join(fee_words(fee) if len(fees) == 1 else f"{fee.name} {fee_words(fee)}" for fee in fees)


def result_lines(result: Result) -> list[Line]:
    kind = {"licence": "证照", "document": "文书", "none": "没有证照或者文书"}[result.kind]
    return said(("名称", result.name), ("类型", kind), ("有效期", _months(result.valid_months)))


def _months(months: int | None) -> str:
    if months is None:
        return ""
    years, rest = divmod(months, 12)
    return "".join(filter(None, [f"{years} 年" if years else "", f"{rest} 个月" if rest else ""])) + "（自发证之日起）"


def special_words(one: SpecialProcedure) -> str:
    limit = f"最长 {limit_words(one.limit)}，" if one.limit else ""
    kind = "延长审批" if one.kind == "1" else "不计入办理时限"
    return f"{one.name}：{limit}{kind}" + (f"（依据：{one.basis}）" if one.basis else "")


def basis_of(content: Content, item_basis: object) -> list[Basis]:
    """设定依据: the edition's own, else those of the item, which are the same on every level."""
    if content.basis:
        return list(content.basis)
    return [Basis.model_validate(one) for one in item_basis] if isinstance(item_basis, list) else []


@dataclass(frozen=True)
class Door:
    """接入方式 as the applicant meets it."""

    tone: Literal["", "ok", "warn"]
    title: str
    text: str
    url: str = ""


def door(content: Content) -> Door | None:
    """What happens on pressing 办理, where it isn't simply here."""
    url = safe_url(content.online_url)
    place = f"{LEVELS[content.system_level]}政务系统" if content.system_level else "其他政务系统"
    if content.connection == "deep_link":
        return Door(
            "warn", f"这件事在{place}办理", "点下面的按钮会离开本站，打开另一个网站；进度和结果也请在那边查看。", url
        )
    if content.connection == "flows_back":
        return Door(
            "",
            f"这件事在{place}办理，进度和结果会传回本平台",
            "在那边申请以后，可以在“我的办件”和“办件进度”里查看。",
            url,
        )
    if content.connection == "guide_only":
        return Door("", "目前请到窗口办理", "本页提供办事指南，网上申请还没有开通。", url)
    return None


def safe_url(url: str) -> str:
    """The address if it leads to a web site, else nothing."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


@dataclass(frozen=True)
class Needed:
    """The materials for some answers. `complete`: every question is answered; else only what is certain is listed."""

    complete: bool
    rows: tuple[Material, ...]
    prepare: int
    """How many the applicant must bring or upload."""
    depends: int = 0
    """How many more wait for answers."""
    optional: int = 0
    """How many they may bring or upload, and need not."""

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def free(self) -> int:
        return self.total - self.prepare - self.optional

    @property
    def nothing_to_prepare(self) -> bool:
        """零材料, for these answers."""
        return self.complete and self.prepare == 0


def needed(content: Content, answers: Answers) -> Needed:
    if settled(content, answers):
        rows = tuple(rules.materials_for(content, rules.check_answers(content, answers)))
        return Needed(True, rows, _required(rows), optional=_optional(rows))
    certain = tuple(material for material in content.materials if not material.when)
    depends = len(content.materials) - len(certain)
    return Needed(False, certain, _required(certain), depends, _optional(certain))


def _required(rows: tuple[Material, ...]) -> int:
    return sum(map(rules.must_be_prepared, rows))


def _optional(rows: tuple[Material, ...]) -> int:
    return sum(map(rules.needs_preparing, rows)) - _required(rows)


def answers_said(content: Content, answers: Answers) -> list[Line]:
    """The questions with the answers given, in words."""
    lines = []
    for question in rules.asked(content, answers):
        label = next((option.label for option in question.options if option.value == answers.get(question.key)), "")
        lines.append(Line(question.text, label))
    return [line for line in lines if line.text]
