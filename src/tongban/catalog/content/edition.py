"""实施清单: the whole document of one body for one item."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from tongban.catalog.content.common import Attachment, Condition, Key, Limit, Part, Question, named, unique
from tongban.catalog.content.deciding import DecisionRule, check_table, facts_of
from tongban.catalog.content.forms import (
    FormPage,
    check_condition_after_the_form,
    check_conditions,
    check_keys,
)
from tongban.catalog.content.materials import Material
from tongban.identity.levels import Key as Level


class Basis(Part):
    """设定依据 (item 6): a law and its article. Until when it is in force is known only when someone entered it."""

    law: str = Field(max_length=200)
    number: str = Field(default="", max_length=60)
    """文号."""
    article: str = Field(default="", max_length=100)
    text: str = ""
    """The words of the article."""
    valid_until: date | None = None
    """Repealed or expired from the day after."""

    def __str__(self) -> str:
        return f"{self.law}{f'（{self.number}）' if self.number else ''}{self.article}"


class Step(Part):
    """环节: review, approval and so on, in order; `role` is the role that does it (identity.roles).

    The kinds and modes are those of `flow.plan`, which says whose turn it is.
    """

    key: Key
    name: str = Field(max_length=60)
    role: Literal["reviewer", "decider"]
    kind: Literal["review", "countersign", "consultation", "inspection", "expert", "notice", "hearing"] = "review"
    beside: bool = False
    """Runs together with the step before it."""
    when: Condition = {}
    """In which situation, and for which choices of the form, the step is needed; always, without one."""
    asked: tuple[str, ...] = Field(default=(), max_length=20)
    """会签, 征求意见: names of the bodies that are asked."""
    mode: Literal["all", "any", "majority"] = "all"
    """会签: how many of them must agree."""
    silence: Literal["agreed", "escalated"] = "agreed"
    """征求意见: what follows when a body that was asked says nothing in time."""
    post: str = Field(default="", max_length=60)
    """岗位, as the body calls it."""
    limit: Limit | None = None
    standard: str = ""
    """审查标准."""
    result: str = Field(default="", max_length=100)
    """环节结果: what the step leaves behind."""


class Place(Part):
    """办理地点 (items 50, 51)."""

    name: str
    address: str
    hours: str
    windows: str = ""
    traffic: str = ""
    """How to get there."""


class Answered(Part):
    """常见问题."""

    question: str
    answer: str


class Fee(Part):
    """收费: amount in fen, with its basis."""

    name: str
    amount_fen: int = Field(ge=0)
    per: str = Field(default="", max_length=20)
    """What the amount is for: 本, 次, 平方米; empty for the whole case."""
    basis: str
    reduction: str = ""
    """减免."""
    when: Condition = {}


class Result(Part):
    """办理结果: what the applicant holds in the end."""

    name: str = Field(max_length=100)
    kind: Literal["licence", "document", "none"] = "document"
    valid_months: int | None = Field(default=None, ge=1, le=1200)
    samples: tuple[Attachment, ...] = ()
    """结果样本 (item 30)."""


class Intermediary(Part):
    """法定中介服务 (item 27): a service the law asks the applicant to have done by a third party."""

    name: str = Field(max_length=200)
    basis: str
    who_pays: Literal["applicant", "government"] = "applicant"
    limit: Limit | None = None
    note: str = ""


class Participant(Part):
    """Another body with a hand in it: 共同实施部门 (items 23, 24), 承办机构 (25, 26)."""

    name: str = Field(max_length=100)
    uscc: str = Field(default="", max_length=18)


class SpecialProcedure(Part):
    """特别程序 (item 41): hearing, inspection, expert review and the like, whose days the limit doesn't count."""

    kind: Literal["1", "2"]
    """A.7: 1 延长审批, 2 除延长审批之外的情况."""
    name: str = Field(max_length=60)
    limit: Limit | None = None
    basis: str = ""


Receiver = Literal["online", "window", "department", "town", "village", "kiosk"]
PublicService = Literal[
    "education", "employment", "insurance", "health", "housing", "culture", "daily_life"
]  # fmt: skip
"""公共服务清单's seven categories: 公共教育, 劳动就业, 社会保险和救助, 医疗卫生, 住房保障, 文化体育, 与群众日常生产生活密切相关."""


class Content(Part):
    """实施清单 of one body for one item."""

    subtitle: str = ""
    # What it is
    exercise: str = ""
    """行使内容 (item 10)."""
    division: str = ""
    """权限划分 (item 9)."""
    nature: Literal["1", "2", "3", "9"] = "1"
    """实施主体性质 (item 14), A.3."""
    power_source: Literal["1", "2", "3", "4", "5", "6"] = "1"
    """权力来源: 1 法定本级行使, 2 上级下放, 3 上级授权, 4 同级授权, 5 上级委托, 6 同级委托."""
    joint_bodies: tuple[Participant, ...] = ()
    handled_by: Participant | None = None
    """承办机构, where it is not the body itself."""
    audience: tuple[str, ...] = Field(min_length=1)
    """服务对象, codes of GB/T 39046-2020 A.4."""
    themes: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    public_service: PublicService | None = None
    aliases: tuple[str, ...] = ()
    """Citizens' words for the item, for search."""
    basis: tuple[Basis, ...] = ()
    # How long, how often
    instant: bool = False
    """即办件; otherwise 承诺件."""
    statutory: Limit | None = None
    promised: Limit | None = None
    visits: int = Field(default=0, ge=0, le=9)
    visit_reason: str = ""
    """必须现场办理原因."""
    personal_basis: str = Field(default="", max_length=200)
    """须由本人亲自办理的依据 (《民法典》第一百六十一条第二款): nobody hands it in under a power of attorney. Empty: agents may."""
    near_percent: int = Field(default=20, ge=5, le=80)
    """The lamp turns yellow in the last so many hundredths of the limit."""
    joint: bool = False
    """统一办理、联合办理、集中办理: 45 working days, extended once by 15 (行政许可法第四十二条第二款)."""
    silence: Literal["", "granted"] = ""
    """逾期未决定的后果: a law of the item takes silence for consent; off unless it names that law."""
    silence_basis: str = Field(default="", max_length=200)
    decided_above: str = Field(default="", max_length=100)
    """转报: the body above that decides after the review here (行政许可法第四十三条)."""
    special_procedures: tuple[SpecialProcedure, ...] = ()
    quantity_limit: str = Field(default="", max_length=200)
    """数量限制 (item 28)."""
    # Through which door
    online: bool = False
    """Can be applied for online from end to end (全程网办)."""
    online_depth: tuple[Literal["1", "2", "3", "4", "5", "6", "7", "9"], ...] = ()
    """网上办理深度: 1 咨询, 2 收件, 3 预审, 4 受理, 5 办理, 6 结果反馈, 7 电子证照反馈, 9 其他."""
    online_url: str = Field(default="", max_length=200)
    """网办地址, where it is handled in another system."""
    handling_forms: tuple[Literal["1", "2", "3", "4", "9"], ...] = ()
    """办理形式 (item 40), A.5: 1 窗口, 2 电脑端, 3 移动端, 4 快递, 9 其他."""
    connection: Literal["here", "flows_back", "deep_link", "guide_only"] = "guide_only"
    """接入方式."""
    system_level: Literal["", "nation", "province", "city", "county"] = ""
    """运行系统层级 (item 49)."""
    received_by: tuple[Receiver, ...] = ()
    """收件权: who may receive; empty means every door that is open."""
    accepted_by: Literal["department", "window", "system"] = "department"
    """受理权: who the edition empowers to accept."""
    assurance: Level = "real_name"
    """认证等级: how surely the applicant on line must be who they say. A window sees the card instead."""
    review: Literal["separate", "instant"] = "separate"
    """受审分离 or 即审即办."""
    reach: Literal["", "county", "city", "province", "nation"] = ""
    """通办范围 (item 33): across counties, cities, provinces, or the whole nation (跨省通办)."""
    bookable: bool = False
    """支持预约办理 (item 44)."""
    pay_online: bool = False
    """支持网上支付 (item 45)."""
    by_post: bool = False
    """支持物流快递 (item 46)."""
    # What kind, for the public lists
    decided_by_rule: bool = False
    """秒批: decided by the platform from trusted data, as `decision_table` says."""
    pledge: bool = False
    """告知承诺制 applies to the item."""
    licence_pledge: bool = False
    """涉企经营许可告知承诺: the applicant's pledge of the conditions replaces the review; decided on the spot."""
    verify_days: int = Field(default=0, ge=0, le=250)
    """Working days after the decision within which what was pledged is verified; 0: not verified afterwards."""
    follow: Literal["decision", "after"] = "decision"
    """Papers that may follow are there before the decision (容缺受理), or after it (容缺后补)."""
    follow_days: int = Field(default=10, ge=1, le=120)
    """Working days from the acceptance within which they follow."""
    if_not_supplied: Literal["withdrawn", "refused"] = "withdrawn"
    """容缺受理 whose papers never come: taken as withdrawn, or refused."""
    one_licence: bool = False
    """一证一照: nothing but the identity card or the business licence is needed."""
    yearly_check: bool = False
    """年检年审."""
    # What it asks and gives
    conditions: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    materials: tuple[Material, ...] = ()
    form: tuple[FormPage, ...] = ()
    steps: tuple[Step, ...] = ()
    decision_table: tuple[DecisionRule, ...] = ()
    """秒批规则, in order: the first that holds decides; where none does, people decide."""
    intermediaries: tuple[Intermediary, ...] = ()
    fees: tuple[Fee, ...] = ()
    result: Result = Result(name="办理结果通知书")
    # Where to go and whom to ask
    places: tuple[Place, ...] = ()
    faq: tuple[Answered, ...] = ()
    phone: str = ""
    complaint_phone: str = "12345"
    remedies: str = "对决定不服的，可自收到决定书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
    baseline_materials: int | None = None
    """材料数 before simplification, for the indicator 材料精简率."""
    demo: bool = False
    """Written by hand for the demo; shown as 演示指南."""
    source: str = ""

    @field_validator("basis", mode="before")
    @classmethod
    def basis_in_words(cls, given: Any) -> Any:
        """A line of text is a basis too: the law in 《》, and what follows it is the article."""
        if not isinstance(given, list | tuple):
            return given
        return tuple(_basis(one) if isinstance(one, str) else one for one in given)

    @model_validator(mode="after")
    def holds_together(self) -> Content:
        answers = {q.key: {o.value for o in q.options} for q in self.questions}
        unique("情形问题", [q.key for q in self.questions])
        unique("材料", [m.key for m in self.materials])
        unique("环节", [s.key for s in self.steps])
        check_keys(self.form, answers)
        for place, condition in self._conditions():
            for question, wanted in named(condition):
                if question not in answers:
                    raise ValueError(f"{place}的条件提到了不存在的问题“{question}”")
                if unknown := set(wanted) - answers[question]:
                    raise ValueError(f"{place}的条件提到了问题“{question}”没有的答案：{'、'.join(sorted(unknown))}")
        check_conditions(self.form, answers)
        check_condition_after_the_form([(f"环节“{s.name}”", s.when) for s in self.steps], self.form, answers)
        check_table(self.decision_table, facts_of(self.questions, self.form))
        if self.connection == "here" and not (self.form and self.steps):
            raise ValueError("在本平台办理的事项要有申请表和办理环节")
        return self

    def _conditions(self) -> list[tuple[str, Condition]]:
        return [
            *((f"材料“{m.name}”", m.when) for m in self.materials),
            *((f"问题“{q.text}”", q.when) for q in self.questions),
            *((f"收费“{f.name}”", f.when) for f in self.fees),
        ]


def _basis(text: str) -> Basis:
    law, end, article = text.strip().partition("》")
    return Basis(law=law + end, article=article.strip()) if end and len(article) <= 100 else Basis(law=text[:200])
