"""What a power of attorney must say, whom it lets act, and when it ends. Pure; raises Refusal.

《民法典》第一百六十一条: acts by an agent are allowed, except those that have to be done in person. 第一百六十五条: a written
power names the agent, the matters, the extent and the period, and is signed by the principal. 第一百七十三条: it ends when
its period is over, when the principal takes it back or the agent gives it up, with death or loss of capacity, and with the
end of an organisation. 第二十三条, 第二十七条: who can't act alone is represented by the guardian; a minor's are the parents.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Literal, Protocol

from tongban.kernel.refusals import Forbidden, Invalid, Refusal

Kind = Literal["attorney", "guardian", "family", "filing"]
Act = Literal["submit", "follow", "supplement", "receive"]
State = Literal["asked", "in_force", "ended"]
How = Literal["revoked", "renounced", "expired", "refused", "unanswered", "of_age", "by_law", "by_order"]
Proof = Literal["household", "birth", "order"]

KINDS: dict[Kind, str] = {"attorney": "委托", "guardian": "监护", "family": "家庭代办", "filing": "代理申报"}
AGENTS: dict[Kind, str] = {
    "attorney": "委托代理人", "guardian": "法定代理人", "family": "家庭代办人", "filing": "代理机构",
}  # fmt: skip
ACTS: dict[Act, str] = {
    "submit": "填写并提交申请", "follow": "查看办理进度和文书", "supplement": "补正、补交材料", "receive": "领取结果",
}  # fmt: skip
STATES: dict[State, str] = {"asked": "等待委托人确认", "in_force": "有效", "ended": "已结束"}
HOWS: dict[How, str] = {
    "revoked": "委托人已撤销", "renounced": "代理人已辞去", "expired": "已到期", "refused": "委托人没有同意",
    "unanswered": "委托人没有在期限内确认", "of_age": "孩子已满十八周岁", "by_law": "依法终止（死亡、丧失行为能力或者组织终止）",
    "by_order": "监护人已经变更（法院判决、民政部门的文书）",
}  # fmt: skip
PROOFS: dict[Proof, str] = {
    "household": "户口簿", "birth": "出生医学证明", "order": "指定监护的决定、判决",
}  # fmt: skip
ASKABLE: tuple[Kind, ...] = ("attorney", "family", "filing")
"""What either side may ask for on line; a guardian shows the proof at a window."""

AT_WINDOW: tuple[How, ...] = ("revoked", "renounced", "by_law", "by_order")
"""How a power may end when somebody stands at a window."""
PROVED: tuple[How, ...] = ("by_law", "by_order")
"""Of these, what a paper has to prove."""


def ends_at_window(kind: str) -> tuple[How, ...]:
    """Guardianship is the law's: neither side gives it up, a death certificate or the order of a court ends it."""
    return PROVED if kind == "guardian" else tuple(how for how in AT_WINDOW if how != "by_order")


OF_AGE = 18
PARTY_FROM = 8
"""《民法典》第十九条、第二十条: from eight on a minor has some capacity of their own, and is named as the party."""
LONGEST_YEARS = 3
ANSWER_DAYS = 30
"""What the principal has not confirmed by then is void."""
MOST_ITEMS = 50


class Terms(Protocol):
    """What a power says; the row is one."""

    @property
    def state(self) -> str: ...
    @property
    def item_codes(self) -> Collection[str]: ...
    @property
    def acts(self) -> Collection[str]: ...
    @property
    def from_on(self) -> date: ...
    @property
    def until_on(self) -> date: ...


def covers(power: Terms, item: str) -> bool:
    """Whether the item (基本编码) is among its matters; one without a list is for all."""
    return not power.item_codes or item in power.item_codes


def in_force(power: Terms, day: date) -> bool:
    """`until_on` is the first day on which it is over, whether or not anybody has written that down yet."""
    return power.state == "in_force" and power.from_on <= day < power.until_on


def may_act(power: Terms, item: str, act: Act, day: date) -> bool:
    """Default deny: in force on that day, for that item, for that act."""
    return in_force(power, day) and covers(power, item) and act in power.acts


def may_see(power: Terms, item: str, day: date, *, own: bool) -> bool:
    """A case of the principal. `own`: the agent handed it in, and so may see it as long as the power lasts."""
    return in_force(power, day) and covers(power, item) and (own or "follow" in power.acts)


def must_act(power: Terms, item: str, act: Act, day: date) -> None:
    """Raise Forbidden that says why not."""
    must_be_in_force(power, day)
    if not covers(power, item):
        raise Forbidden(
            "power_other_items", "这份委托不包括这个事项", "请委托人另外出具包括这个事项的委托，或由本人办理"
        )
    if act not in power.acts:
        named = ACTS[act]
        raise Forbidden("power_other_acts", f"这份委托没有授权您“{named}”", "请由委托人本人办理，或另外出具委托")


def must_be_delegable(kind: str, personal_basis: str) -> None:
    """《民法典》第一百六十一条第二款. A guardian stands for who can't act themself, and is no agent by choice."""
    if personal_basis and kind != "guardian":
        raise Forbidden(
            "item_in_person",
            f"这个事项须由本人亲自办理（{personal_basis}），不能代办",
            "请由申请人本人申请，或者到窗口办理",
        )


def must_be_in_force(power: Terms, day: date) -> None:
    if power.state == "asked":
        raise Forbidden("power_asked", "委托人还没有确认这份委托，暂时不能代办", "请提醒委托人登录后在“我的委托”里确认")
    if power.state == "ended" or day >= power.until_on:
        raise over(power)
    if day < power.from_on:
        raise Forbidden("power_not_begun", "这份委托还没有到生效的日子", f"{_day(power.from_on)}起可以代办")


def over(power: Terms) -> Forbidden:
    """The power has ended: said plainly to who had it."""
    return Forbidden(
        "power_ended", f"您代办的委托已经结束（{HOWS.get(how_ended(power), '已到期')}），不能再代为办理",
        "还需要代办的，请委托人重新出具委托；已经办好的不受影响",
    )  # fmt: skip


def how_ended(power: Terms) -> How:
    said = getattr(power, "ended_how", "")
    return next((how for how in HOWS if how == said), "expired")


def settled_acts(acts: Collection[str]) -> list[str]:
    """In the order of ACTS; who does something for another also sees how it goes."""
    chosen = set(acts) | ({"follow"} if acts else set())
    return [act for act in ACTS if act in chosen]


def check_terms(
    kind: str, *, item_codes: Collection[str], acts: Collection[str], from_on: date | None, until_on: date | None,
    today: date,
) -> None:  # fmt: skip
    """《民法典》第一百六十五条: matters, extent and period stand in the letter. Raises Invalid, one fault a field."""
    faults = []
    if kind not in KINDS:
        faults.append(Refusal("power_kind", "请选择是哪一种委托", "", "kind"))
    if not acts or set(acts) - set(ACTS):
        faults.append(Refusal("power_acts", "请选择委托办哪些手续", "至少选一项", "acts"))
    if len(item_codes) > MOST_ITEMS:
        hint = "事项多的，请选“全部事项”"
        faults.append(Refusal("power_items", f"一份委托最多列 {MOST_ITEMS} 个事项", hint, "items"))
    faults += _period_faults(from_on, until_on, today=today)
    if faults:
        raise Invalid(faults)


def _period_faults(from_on: date | None, until_on: date | None, *, today: date) -> list[Refusal]:
    if from_on is None or until_on is None:
        field = "from" if from_on is None else "until"
        return [Refusal("power_period", "请填写委托从哪天起、到哪天止", "例如 2026-03-05", field)]
    if from_on < today:
        return [Refusal("power_period", "委托的开始日期不能早于今天", "请从今天或以后开始", "from")]
    if until_on <= from_on:
        return [Refusal("power_period", "委托的最后一天不能早于第一天", "请核对日期", "until")]
    if until_on > years_after(from_on, LONGEST_YEARS):
        return [Refusal("power_period", f"一份委托最长 {LONGEST_YEARS} 年", "到期前可以再出具一份", "until")]
    return []


def check_sides(kind: str, *, firm_is_principal: bool, firm_is_agent: bool) -> None:
    """Filing is an organisation's trade; guardians and family are people, for people."""
    if (kind == "filing") != firm_is_agent:
        raise Refusal("power_sides", "代理申报的代理人是机构，其他委托的代理人是个人", "请核对委托的种类", "kind")
    if kind in ("guardian", "family") and firm_is_principal:
        raise Refusal("power_sides", "监护和家庭代办只能是为个人", "企业请选“委托”或者“代理申报”", "kind")


def guarded_until(born_on: date, *, today: date) -> date:
    """The eighteenth birthday, on which a guardian's power is over. Raises Refusal when it has come."""
    last = years_after(born_on, OF_AGE)
    if last <= today:
        raise Refusal(
            "ward_of_age", "这位被监护人按身份证已满十八周岁，不能再按未成年人监护登记",
            "成年人请由本人出具委托；需要监护的成年人请凭判决另行办理", "principal_id",
        )  # fmt: skip
    return last


def check_guardian(born_on: date, *, today: date) -> None:
    if years_after(born_on, OF_AGE) > today:
        raise Refusal("guardian_minor", "监护人应当年满十八周岁", "请核对监护人的身份证", "agent_id")


def is_named_party(born_on: date, day: date) -> bool:
    """From eight on the child's name stands first, as the party; before, the guardian acts alone."""
    return years_after(born_on, PARTY_FROM) <= day


def years_after(day: date, years: int) -> date:
    """The same day of a later year; who was born on 29 February comes of age on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
