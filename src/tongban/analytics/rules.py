"""指标 and their formulas: pure. A number is a part over a whole; months add up, ratios don't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from tongban.kernel.refusals import NotFound

Shape = Literal["share", "cut", "mean", "count"]
"""share: part ÷ whole · cut: 1 − part ÷ whole · mean: part ÷ whole, with a unit · count: the part."""
Rows = Literal["cases", "ratings", "tickets", "editions", "clocks"]
"""What a number is counted from, and so what the list behind it shows."""
NO_DATA = "暂无数据"


@dataclass(frozen=True)
class Target:
    """目标: the value that reform plans ask for, and in which words."""

    value: Decimal
    words: str


@dataclass(frozen=True)
class Other:
    """另一种口径: assessors use different methods, so both are printed where they differ."""

    measure: str
    name: str
    formula: str
    shape: Shape


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """指标."""

    code: str
    name: str
    group: str
    formula: str
    """The formula in words a citizen can follow."""
    method: str
    """口径: what counts, what doesn't, when."""
    shape: Shape
    rows: Rows
    unit: str = "%"
    up: bool = True
    """Whether more is better."""
    targets: tuple[Target, ...] = ()
    other: Other | None = None
    stock: bool = False
    """存量: as of a day, not over a period."""
    today_only: bool = False
    """Known only for today: no past period has it."""

    @property
    def target(self) -> Target | None:
        """The one that the lamp goes by: the first, which asks most."""
        return self.targets[0] if self.targets else None


@dataclass(frozen=True)
class Tally:
    """分子 and 分母."""

    part: Decimal = Decimal(0)
    whole: Decimal = Decimal(0)

    @classmethod
    def of(cls, part: int, whole: int) -> Tally:
        return cls(Decimal(part), Decimal(whole))

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.part + other.part, self.whole + other.whole)


def value_of(shape: Shape, tally: Tally) -> Decimal | None:
    """The number in its unit (shares in per cent), exact; None when there is nothing to divide by."""
    if shape == "count":
        return tally.part if tally.whole else None
    if not tally.whole:
        return None
    ratio = tally.part / tally.whole
    match shape:
        case "share":
            return ratio * 100
        case "cut":
            return (1 - ratio) * 100
        case _:
            return ratio


def shown(shape: Shape, value: Decimal | None) -> str:
    """87.3, 0.25, 1,204; 暂无数据 when there is none. Never rounded up to a target: 99.96 is 99.9, not 100.0."""
    if value is None:
        return NO_DATA
    places = {"share": 1, "cut": 1, "mean": 2, "count": 0}[shape]
    step = Decimal(1).scaleb(-places)
    return f"{(value // step) * step:,.{places}f}" if value >= 0 else f"{value:,.{places}f}"


def reached(indicator: Indicator, value: Decimal | None) -> bool | None:
    """达标; None when there is no target or no number."""
    if value is None or indicator.target is None:
        return None
    return value >= indicator.target.value if indicator.up else value <= indicator.target.value


def target_words(indicator: Indicator) -> str:
    """≥ 85%."""
    return said_target(indicator, indicator.target) if indicator.target else ""


def said_target(indicator: Indicator, target: Target) -> str:
    """≥ 85%; what can't be passed (100%, 0 件) needs no sign."""
    unit = indicator.unit if indicator.unit == "%" else f" {indicator.unit}"
    sign = "" if target.value == (100 if unit == "%" else 0) else "≥ " if indicator.up else "≤ "
    return f"{sign}{target.value.normalize():f}{unit}"


def percentile(spread: dict[int, int], share: Decimal) -> int | None:
    """The smallest value that at least that share of the whole does not exceed."""
    whole, seen = sum(spread.values()), 0
    for value in sorted(spread):
        seen += spread[value]
        if seen >= whole * share:
            return value
    return None


@dataclass(frozen=True)
class Period:
    """统计期: `from_on` inclusive, `until_on` exclusive; None for no end. `key` is what addresses carry."""

    key: str
    label: str
    from_on: date | None = None
    until_on: date | None = None

    def holds(self, month: str) -> bool:
        return self.key == "all" or month == self.key or month.startswith(self.key + "-")


ALL = Period("all", "全部时间")
FIRST_DAY = date(2000, 1, 1)


def period(key: str, *, today: date) -> Period:
    """`2026-03`, `2026` or `all`; empty is this year. Raises NotFound."""
    key = key or str(today.year)
    if key == "all":
        return ALL
    if not (found := re.fullmatch(r"(20\d\d)(?:-(0[1-9]|1[0-2]))?", key)):
        raise NotFound("period_unknown", "没有这个统计期", "统计期写作 2026、2026-03 或 all")
    year = int(found[1])
    if found[2] is None:
        return Period(key, f"{year} 年", date(year, 1, 1), date(year + 1, 1, 1))
    month = int(found[2])
    return Period(key, f"{year} 年 {month} 月", date(year, month, 1), next_month(date(year, month, 1)))


def next_month(on: date) -> date:
    return date(on.year + on.month // 12, on.month % 12 + 1, 1)


def months(first: date, last: date) -> Iterator[str]:
    """2026-01, 2026-02 … both included."""
    on = first.replace(day=1)
    while on <= last:
        yield f"{on:%Y-%m}"
        on = next_month(on)


REFORM = "放管服改革工作方案"
_SERVICE_TYPES = "依申请事项指行政许可、行政给付、行政确认、行政奖励、行政裁决、其他行政权力和公共服务；每个部门的每份实施清单算一项。"


def _percent(*values: int, words: str = REFORM) -> tuple[Target, ...]:
    return tuple(Target(Decimal(value), words) for value in values)


INDICATORS: dict[str, Indicator] = {
    one.code: one
    for one in (
        Indicator(
            code="time_cut", name="办理时限压缩率", group="办得快", shape="cut", rows="cases", targets=_percent(85, 80),
            formula="1 −（实际用的工作日之和 ÷ 法定工作日之和）",
            method="统计期内办结、且法定有时限的办件。从受理次日数起，到作出决定当日止；法定节假日和依法暂停的日子不算。"
            "法定时限按自然日、月规定的，折算成起止之间的工作日。",
            other=Other("time_cut_mean", "逐件平均", "1 −（每件“实际 ÷ 法定”的平均值）；当场办结、法定为 0 日的不计", "cut"),
        ),
        Indicator(
            code="promised_cut", name="承诺时限压缩率", group="办得快", shape="cut", rows="editions", stock=True,
            targets=_percent(60),
            formula="1 −（承诺工作日之和 ÷ 法定工作日之和）",
            method="公布中的依申请事项，法定时限和承诺时限都有规定的。一个月按 21 个工作日、七日按 5 个工作日折算。" + _SERVICE_TYPES,
        ),
        Indicator(
            code="on_time", name="按时办结率", group="办得快", shape="share", rows="cases",
            targets=_percent(100, words="《行政许可法》第四十二条"),
            formula="承诺期限内作出决定的办件 ÷ 办结的办件",
            method="统计期内办结的办件。作出决定的日子不晚于承诺到期日为按时；没有承诺时限的，按法定时限；都没有规定的不算。",
        ),
        Indicator(
            code="overdue", name="超期未办结", group="办得快", shape="count", rows="clocks", unit="件", up=False,
            targets=_percent(0, words="《行政许可法》第四十二条"), today_only=True,
            formula="今天已过承诺到期日、还没有作出决定的办件数",
            method="每天从 0 时起按当日计算；依法暂停计时的不算。",
        ),
        Indicator(
            code="visits", name="平均跑动次数", group="少跑腿", shape="mean", rows="cases", unit="次", up=False,
            targets=(Target(Decimal("0.2"), REFORM), Target(Decimal("0.3"), REFORM)),
            formula="申请人到窗口的次数 ÷ 办结的办件数",
            method="统计期内办结的办件。窗口收件、窗口补交材料、窗口领取结果各算一次；网上办、自助办不算。",
        ),
        Indicator(
            code="once", name="最多跑一次事项", group="少跑腿", shape="count", rows="editions", unit="项", stock=True,
            targets=_percent(100),
            formula="办事指南写明到现场不超过 1 次的事项数",
            method="公布中、已接入办理的依申请事项；只有名录、没有办理渠道的不算。",
        ),
        Indicator(
            code="no_visit", name="不见面事项", group="少跑腿", shape="count", rows="editions", unit="项", stock=True,
            targets=_percent(50),
            formula="办事指南写明一次都不用到现场的事项数",
            method="公布中、已接入办理的依申请事项；只有名录、没有办理渠道的不算。",
        ),
        Indicator(
            code="no_phone", name="无手机可办率", group="少跑腿", shape="share", rows="editions", today_only=True,
            formula="没有手机也能从头办到尾的依申请事项 ÷ 走过一遍的依申请事项",
            method="公布中的依申请事项。在本平台办理的，按窗口、纸质材料、现金、8 位查询码，把收件、补正、受理、审查、决定、交付、"
            "查进度真走一遍（走完撤销，不留记录）；在别处办理的，核对指南有没有当面收件的地点和办公时间、咨询电话、纸质表格。"
            "一步没有线下的办法，就算不能办。是最近一次走的结果，以前的月份没有。",
        ),
        Indicator(
            code="instant", name="即办件占比", group="办得快", shape="share", rows="editions", stock=True,
            targets=_percent(45, 40),
            formula="即办件事项 ÷ 依申请事项", method="公布中的事项。" + _SERVICE_TYPES,
        ),
        Indicator(
            code="material_cut", name="材料精简率", group="少交材料", shape="cut", rows="editions", stock=True,
            targets=_percent(30, 20),
            formula="1 −（现在必交的材料份数 ÷ 精简前的材料份数）",
            method="公布中的依申请事项，登记了精简前材料份数的；没有登记的不算。",
        ),
        Indicator(
            code="pledge", name="告知承诺事项", group="少交材料", shape="count", rows="editions", unit="项", stock=True,
            targets=_percent(100),
            formula="有材料可以用承诺代替的事项数", method="公布中的依申请事项，材料清单里至少一份写明“告知承诺”。",
        ),
        Indicator(
            code="zero_material", name="零材料办事项", group="少交材料", shape="count", rows="editions", unit="项",
            stock=True, targets=_percent(50),
            formula="不用申请人自己准备材料的事项数",
            method="公布中、已接入办理的依申请事项；各种情形下，必交材料都由系统生成、证照库提供或以承诺代替。",
        ),
        Indicator(
            code="online_licence", name="行政许可全程网办率", group="网上办", shape="share", rows="editions", stock=True,
            targets=_percent(85, 80),
            formula="可以全程网办的行政许可事项 ÷ 行政许可事项", method="公布中的事项；每个部门的每份实施清单算一项。",
        ),
        Indicator(
            code="online_all", name="依申请事项全程网办率", group="网上办", shape="share", rows="editions", stock=True,
            targets=_percent(75, 70),
            formula="可以全程网办的依申请事项 ÷ 依申请事项", method="公布中的事项。" + _SERVICE_TYPES,
        ),
        Indicator(
            code="online_rate", name="网上可申请率", group="网上办", shape="share", rows="editions", stock=True,
            targets=_percent(70),
            formula="网上可以申请的依申请事项 ÷ 依申请事项",
            method="公布中的事项，在本平台申请、跳转到业务系统申请的都算；只有名录、没有办理渠道的不算。"
            "按基本目录的事项计，几个部门都有的算一项。",
            other=Other("online_editions", "按实施清单计", "同一事项每个部门各算一项", "share"),
        ),
        Indicator(
            code="online_cases", name="网上办件占比", group="网上办", shape="share", rows="cases",
            formula="从网上提交的办件 ÷ 办结的办件",
            method="统计期内办结的办件。电脑、手机和接入平台提交的算网上；窗口、自助终端、电话和补录的不算。",
        ),
        Indicator(
            code="rated", name="评价覆盖率", group="好差评", shape="share", rows="cases",
            formula="已评价的办件 ÷ 有了结果的办件",
            method="统计期内办结或不予受理的办件，申请人评价过的。系统默认好评不算评价。为保护评价人，名单只列代号。",
        ),
        Indicator(
            code="good", name="好评率", group="好差评", shape="share", rows="ratings", targets=_percent(99),
            formula="非常满意、满意和基本满意的评价 ÷ 全部评价",
            method="统计期内收到的评价，一个办件一次。为保护评价人，名单只列代号。",
        ),
        Indicator(
            code="rectified", name="差评按时整改率", group="好差评", shape="share", rows="tickets", targets=_percent(100),
            formula="期限内完成整改的差评 ÷ 应当整改的差评",
            method="统计期内收到的差评，已整改的和已过整改期限的；还在期限内的不算。期限为 5 个工作日。",
        ),
        Indicator(
            code="visited", name="差评回访率", group="好差评", shape="share", rows="tickets", targets=_percent(100),
            formula="已回访的差评 ÷ 已整改的差评", method="统计期内收到的差评。回访由整改人以外的人进行。",
        ),
    )
}  # fmt: skip
"""In the order of the page."""


def indicator(code: str) -> Indicator:
    """Raises NotFound."""
    if code not in INDICATORS:
        raise NotFound("indicator_unknown", "没有这个指标", "请从运行公示页选择")
    return INDICATORS[code]


HEADLINE = ("time_cut", "on_time", "visits", "good")
"""The four on the home page."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """读数: an indicator's value in a period."""

    indicator: Indicator
    tally: Tally
    other: Tally = field(default_factory=Tally)

    @property
    def value(self) -> Decimal | None:
        return value_of(self.indicator.shape, self.tally)

    @property
    def text(self) -> str:
        return shown(self.indicator.shape, self.value)

    @property
    def unit(self) -> str:
        return "" if self.value is None else self.indicator.unit

    @property
    def said(self) -> str:
        """87.3%, 0.25 次."""
        return self.text + (self.unit if self.unit == "%" else f" {self.unit}" if self.unit else "")

    @property
    def reached(self) -> bool | None:
        return reached(self.indicator, self.value)

    @property
    def target(self) -> str:
        return target_words(self.indicator)

    @property
    def other_said(self) -> str:
        other = self.indicator.other
        found = value_of(other.shape, self.other) if other else None
        return "" if other is None else shown(other.shape, found) + ("" if found is None else self.indicator.unit)
