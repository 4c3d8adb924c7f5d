"""秒批 and 告知承诺: what may be decided by a table, and what may never be handled on a promise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongban.catalog.content import Content
from tongban.catalog.content.deciding import can_hold, facts_of, known
from tongban.catalog.lists import ONE_LICENCE
from tongban.catalog.quality.base import OPTIMISING, REGULATION_716, USAGE, Context, Found, rule
from tongban.catalog.rules import must_be_prepared

PLEDGES = "《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）"
EXCLUDED: dict[str, re.Pattern[str]] = {
    "国家安全": re.compile("国家安全|反间谍|国防"),
    "国家秘密": re.compile("国家秘密|保守秘密|保密"),
    "公共安全": re.compile("公共安全|枪支|爆炸物|民用爆炸|危险化学品|剧毒|易制爆|易制毒|消防法|安全生产法|核安全|放射"),
    "金融业审慎监管": re.compile("金融|银行业|证券法|保险法|期货"),
    "生态环境保护": re.compile("环境保护法|环境影响|污染防治|排污许可|固体废物|生态环境"),
    "直接关系人身健康、生命财产安全": re.compile(
        "药品管理法|疫苗|医疗机构|医师法|传染病防治|母婴保健|特种设备|血液|精神卫生"
    ),
}
"""Fields in which 告知承诺 doesn't apply (国办发〔2020〕42号), by words of laws and themes."""


@rule(
    "severe", "依据", "安全、秘密、金融、环境、健康领域不适用涉企许可告知承诺",
    why="直接涉及国家安全、国家秘密、公共安全、金融审慎监管、生态环境保护和人身健康的许可，承诺不实的风险无法事后补救。",
    source=PLEDGES,
)  # fmt: skip
def pledge_excluded(content: Content, context: Context) -> Iterator[Found]:
    if not content.licence_pledge:
        return
    said = "\n".join([*content.themes, *map(str, content.basis)])
    for name, words in EXCLUDED.items():
        if found := words.search(said):
            yield Found(
                "licence_pledge", f"涉及{name}（“{found[0]}”），不能实行涉企经营许可告知承诺",
                "请取消涉企经营许可告知承诺，按普通程序审查",
            )  # fmt: skip


@rule(
    "severe", "依据", "涉企许可告知承诺要写明条件和核查期限",
    why="申请人要承诺的是条件；没有条件，就没有承诺的内容；不核查，承诺就没有约束。",
    source=PLEDGES,
)  # fmt: skip
def pledge_incomplete(content: Content, context: Context) -> Iterator[Found]:
    if content.licence_pledge and not content.conditions:
        yield Found("conditions", "实行涉企经营许可告知承诺，却没有受理条件", "请逐条写明要承诺符合的条件")
    if content.licence_pledge and not content.verify_days:
        yield Found("verify_days", "实行涉企经营许可告知承诺，却没有事后核查期限", "请填写决定后多少个工作日内核查")


@rule(
    "severe", "时限与环节", "秒批要有规则，由系统受理",
    why="标了秒批却没有规则，申请人等不来当场的结果。",
    source=OPTIMISING,
)  # fmt: skip
def table_missing(content: Content, context: Context) -> Iterator[Found]:
    if content.decided_by_rule and content.connection == "here":
        if not content.decision_table:
            yield Found("decision_table", "标为秒批，却没有秒批规则", "请写出规则，或取消秒批")
        if content.accepted_by != "system":
            yield Found("accepted_by", "标为秒批，却不是由系统受理", "请改为系统自动受理，或取消秒批")


@rule(
    "warn", "材料", "一证一照的事项，不再要别的材料",
    why="说只凭身份证或者营业执照就能办，到了窗口又要别的材料，申请人白跑一趟。",
    source=REGULATION_716,
)  # fmt: skip
def one_licence_more(content: Content, context: Context) -> Iterator[Found]:
    if content.one_licence:
        for material in content.materials:
            if must_be_prepared(material) and not ONE_LICENCE.search(material.name):
                words = f"标为一证一照，却还要准备“{material.name[:60]}”"
                yield Found(f"materials.{material.key}.give", words, "请改为免提交或系统生成，或取消一证一照")


@rule(
    "warn", "时限与环节", "写了秒批规则，就要标为秒批",
    why="规则不会生效，也不在秒批清单里。",
    source=USAGE,
)  # fmt: skip
def table_idle(content: Content, context: Context) -> Iterator[Found]:
    if content.decision_table and not content.decided_by_rule:
        yield Found("decided_by_rule", "写了秒批规则，没有标为秒批", "请勾选秒批，或删去规则")


@rule(
    "severe", "时限与环节", "秒批规则要可能成立",
    why="条件互相矛盾的规则永远不会成立。",
    source=USAGE,
)  # fmt: skip
def table_contradicts(content: Content, context: Context) -> Iterator[Found]:
    for one in content.decision_table:
        if not can_hold(one):
            yield Found(f"decision_table.{one.key}", f"秒批规则“{one.name}”的条件互相矛盾", "请改条件，或删去这条规则")


@rule(
    "warn", "时限与环节", "秒批规则只用可信的事实",
    why="用到申请人自己填的内容的规则，平台不能据以决定，每次都转人工。",
    source=USAGE,
)  # fmt: skip
def table_typed(content: Content, context: Context) -> Iterator[Found]:
    fixed = facts_of(content.questions, content.form)
    for one in content.decision_table:
        if one.outcome == "manual":
            continue
        for test in one.conditions:
            fact = known(test.fact, fixed)
            if fact and not fact.provable:
                words = f"秒批规则“{one.name}”用到“{fact.label}”，它只能由申请人自己填"
                yield Found(f"decision_table.{one.key}", words, "请换成登录身份、证照或共享数据里的事实")
