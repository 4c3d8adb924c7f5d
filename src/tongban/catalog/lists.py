"""公开清单: the lists a government publishes, each a named question to an edition that is answered when it is saved.

A list is never kept by hand: an edition is on it when its own document says so. The answers stand in the column
`Edition.lists`, so a list is an indexed look-up. Where a list needs to know something that a bare name from an
imported list doesn't tell (how often people must come, what they must bring), the edition must have been worked out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tongban.catalog.content import Content
from tongban.catalog.rules import must_be_prepared

YEARLY_WORDS = ("年检", "年审", "年度检验", "年度检查", "年度审验", "年度考核", "年度报告")
Group = Literal["kind", "effort", "way", "rule"]
GROUPS: dict[Group, str] = {
    "kind": "是什么事",
    "effort": "少跑腿、少交材料",
    "way": "怎么办、在哪办",
    "rule": "收费、年检和中介",
}


@dataclass(frozen=True)
class Listed:
    """What a list asks about: an edition with its item's name and type (GB/T 39046-2020 A.1)."""

    name: str
    type_code: str
    content: Content

    @property
    def worked_out(self) -> bool:
        """Somebody has written down how it is handled; a row of an imported list says only that it exists."""
        content = self.content
        return bool(content.materials or content.steps or content.promised or content.statutory or content.conditions)


@dataclass(frozen=True)
class PublicList:
    key: str
    name: str
    about: str
    """One sentence: what it means to be on it."""
    group: Group
    holds: Callable[[Listed], bool]
    parent: str = ""
    """The list it is a category of."""


def lists_of(listed: Listed) -> list[str]:
    """The keys of the lists it is on, in the order of `LISTS`."""
    return [one.key for one in LISTS.values() if one.holds(listed)]


def _free(listed: Listed) -> bool:
    """No situation asks the applicant to bring anything."""
    return listed.worked_out and not any(map(must_be_prepared, listed.content.materials))


def _one_licence(listed: Listed) -> bool:
    """It says so, and asks nobody to prepare anything but the card or the licence itself."""
    prepared = (material.name for material in listed.content.materials if must_be_prepared(material))
    return listed.content.one_licence and all(ONE_LICENCE.search(name) for name in prepared)


def _category(key: str) -> Callable[[Listed], bool]:
    return lambda one: one.content.public_service == key


ONE_LICENCE = re.compile("身份证|营业执照")
"""一证一照: what may still be shown."""
PUBLIC_SERVICES = {
    "education": "公共教育", "employment": "劳动就业", "insurance": "社会保险和社会救助", "health": "医疗卫生",
    "housing": "住房保障", "culture": "文化体育", "daily_life": "与群众日常生产生活密切相关",
}  # fmt: skip

_ALL = [
    PublicList(
        "power", "权力清单", "行政许可、给付、确认等依法行使的行政权力", "kind",
        lambda one: one.type_code not in ("", "20"),
    ),
    PublicList(
        "public_service", "公共服务清单", "不属于行政权力、面向群众和企业提供的服务", "kind",
        lambda one: one.type_code == "20",
    ),
    *(
        PublicList(f"public_service_{key}", name, f"公共服务清单中的“{name}”类", "kind", _category(key), "public_service")
        for key, name in PUBLIC_SERVICES.items()
    ),
    PublicList(
        "one_visit", "最多跑一次清单", "从申请到拿到结果，到现场不超过一次", "effort",
        lambda one: one.worked_out and one.content.visits <= 1,
    ),
    PublicList(
        "no_visit", "零跑动清单", "从申请到拿到结果，不用到现场", "effort",
        lambda one: one.worked_out and one.content.visits == 0,
    ),
    PublicList("no_material", "零材料清单", "不用申请人自己准备任何材料", "effort", _free),
    PublicList(
        "provisional", "容缺受理清单", "主要材料齐了就受理，个别材料可以后补", "effort",
        lambda one: any(material.may_follow for material in one.content.materials),
    ),
    PublicList(
        "pledge", "告知承诺清单", "用书面承诺代替证明材料或者审查", "effort",
        lambda one: one.content.pledge or one.content.licence_pledge or any(material.give == "pledge" for material in one.content.materials),
    ),
    PublicList(
        "one_licence", "一证一照清单", "只凭身份证或者营业执照就能办", "effort", _one_licence
    ),
    PublicList("instant", "即办清单", "材料齐全，当场办结", "way", lambda one: one.content.instant),
    PublicList(
        "by_rule", "秒批清单", "由系统按规则自动核验、即时办结", "way", lambda one: one.content.decided_by_rule
    ),
    PublicList("online", "全程网办清单", "从申请到拿到结果都在网上", "way", lambda one: one.content.online),
    PublicList(
        "cross_province", "跨省通办清单", "在全国任何一个地方都可以申请", "way", lambda one: one.content.reach == "nation"
    ),
    PublicList(
        "cross_region", "跨区域通办清单", "可以在别的区县、市、省申请", "way", lambda one: bool(one.content.reach)
    ),
    PublicList("by_post", "寄递可办清单", "材料和结果可以邮寄", "way", lambda one: one.content.by_post),
    PublicList("bookable", "可预约清单", "可以预约时间到窗口办", "way", lambda one: one.content.bookable),
    PublicList(
        "fee", "收费清单", "办理时要交费，标准和依据见办事指南", "rule", lambda one: any(f.amount_fen for f in one.content.fees)
    ),
    PublicList(
        "no_fee", "不收费清单", "办理不收取任何费用", "rule",
        lambda one: one.worked_out and not any(fee.amount_fen for fee in one.content.fees),
    ),
    PublicList(
        "yearly_check", "年检年审清单", "取得证照后每年要检验、审验或者报告", "rule",
        lambda one: one.content.yearly_check or any(word in one.name for word in YEARLY_WORDS),
    ),
    PublicList(
        "intermediary", "中介服务清单", "法律要求先由第三方机构出具报告或者意见", "rule",
        lambda one: bool(one.content.intermediaries),
    ),
]  # fmt: skip
LISTS: dict[str, PublicList] = {one.key: one for one in _ALL}
