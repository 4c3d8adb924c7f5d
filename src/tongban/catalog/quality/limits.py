"""时限与环节: promised and statutory limits, on-the-spot items, steps."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from tongban.catalog.content import Content, Limit, Unit
from tongban.catalog.quality.base import CONSISTENCY, GB_39046, LICENSING, USAGE, Context, Found, rule
from tongban.catalog.rules import limit_words, roughly_working_days

TABLE = Path(__file__).parent / "law_limits.csv"
"""Limits named in the texts of laws: law, version of the text, article, amount, unit (see its first lines)."""
STEPS_AROUND = 3
"""受理, 办结, 送达 stand in every procedure here; an edition lists what lies between acceptance and result."""
LEAST_STEPS = 5


@rule(
    "severe", "时限与环节", "承诺时限不得长于法定时限",
    why="承诺时限是比法律更严的承诺，长于法定时限等于公告违法。月按 21 个工作日、自然日按七分之五折算比较。",
    source=f"{LICENSING}第四十二条；{GB_39046}", lists=True,
)  # fmt: skip
def promised_too_long(content: Content, context: Context) -> Iterator[Found]:
    promised, statutory = content.promised, content.statutory
    if promised and statutory and roughly_working_days(promised) > roughly_working_days(statutory):
        words = f"承诺时限长于法定时限：承诺 {limit_words(promised)}，法定 {limit_words(statutory)}"
        yield Found("promised", words, "请改短承诺时限；法定时限录错的，请核对依据后更正")


@rule(
    "severe", "时限与环节", "即办件的承诺时限应为当场办结",
    why="标为即办件，申请人会当场等结果；写了天数，两处说法互相矛盾。",
    source=f"{CONSISTENCY}：承诺时限≠即办，则办件类型为承诺件", lists=True,
)  # fmt: skip
def instant_limit(content: Content, context: Context) -> Iterator[Found]:
    if content.instant and content.promised and content.promised.amount:
        words = f"标为即办件，承诺时限却是 {limit_words(content.promised)}"
        yield Found("promised", words, "请把承诺时限改为 0（当场办结），或改为承诺件")


@rule(
    "severe", "时限与环节", "当场办结的应为即办件",
    why="承诺时限为 0 的意思是当场办结，办件类型应一致，否则期限灯和考核口径都会算错。",
    source=f"{CONSISTENCY}：承诺时限=即办，则办件类型为即办件", lists=True,
)  # fmt: skip
def zero_limit(content: Content, context: Context) -> Iterator[Found]:
    if not content.instant and content.promised and not content.promised.amount:
        yield Found("instant", "承诺当场办结，却没有标为即办件", "请标为即办件，或写明承诺的天数")


@rule(
    "warn", "时限与环节", "即办件应为即审即办",
    why="即办件当场出结果，审查类型却是受审分离，窗口没有权力当场办结。",
    source=f"{CONSISTENCY}：承诺时限=即办，则审查类型为即审即办",
)  # fmt: skip
def instant_review(content: Content, context: Context) -> Iterator[Found]:
    if content.instant and content.review != "instant":
        yield Found("review", "即办件的审查类型是受审分离", "请取得书面授权后改为即审即办，或改为承诺件")


@rule(
    "warn", "时限与环节", "要写明承诺时限",
    why="没有承诺时限，申请人不知道要等多久，超期也无从提醒。",
    source=GB_39046,
)  # fmt: skip
def promised_missing(content: Content, context: Context) -> Iterator[Found]:
    if content.promised is None:
        yield Found("promised", "没有承诺时限", "请填写承诺时限；当场能办的填 0")


@rule(
    "warn", "时限与环节", "法定时限要有依据",
    why="法定时限来自法条，没有依据的数字无法核对，法律修改时也找不到要调整的事项。",
    source=GB_39046,
)  # fmt: skip
def statutory_basis(content: Content, context: Context) -> Iterator[Found]:
    if content.statutory and not content.statutory.basis.strip():
        yield Found("statutory.basis", "法定时限没有写明依据", "请写明法律名称和条款，如“《××法》第××条”")


@rule(
    "hint", "时限与环节", "行政许可一般有法定时限",
    why="单行法没有规定期限的行政许可，适用二十个工作日的一般规定。",
    source=f"{LICENSING}第四十二条",
)  # fmt: skip
def statutory_missing(content: Content, context: Context) -> Iterator[Found]:
    if context.is_licensing and content.statutory is None:
        yield Found("statutory", "行政许可没有填法定时限", "单行法没有另行规定的，按二十个工作日填写并注明第四十二条")


@rule(
    "hint", "时限与环节", "法定时限与法条文本对照",
    why="与从法律文本中摘出的期限对照。摘录由程序完成、未经人工逐条复核，只作提示，以现行有效的法条为准。",
    source="平台随附的法定期限对照表（law_limits.csv）",
)  # fmt: skip
def statutory_differs(content: Content, context: Context) -> Iterator[Found]:
    limit = content.statutory
    if limit is None:
        return
    law, articles = named_article(limit.basis)
    known = {one for article in articles for one in law_limits().get((law, article), ())}
    if known and (limit.amount, limit.unit.value) not in known:
        said = "、".join(sorted(limit_words(Limit(amount=amount, unit=Unit(unit))) for amount, unit in known))
        yield Found(
            "statutory",
            f"填的是 {limit_words(limit)}，《{law}》{'、'.join(articles)}的文本里写的是 {said}",
            "请对照现行法条核对数字和单位；条款里另有更合适的期限时可以不改",
        )


@rule(
    "warn", "时限与环节", "行政许可的环节不少于五个",
    why="受理、审核、审批、办结、送达是行政许可的基本环节；本平台自带受理、办结、送达，清单至少写明审核和审批。",
    source=f"{CONSISTENCY}：行政许可环节不少于五个",
)  # fmt: skip
def steps_few(content: Content, context: Context) -> Iterator[Found]:
    if context.is_licensing and content.review != "instant" and len(content.steps) + STEPS_AROUND < LEAST_STEPS:
        words = f"受理之后只写了 {len(content.steps)} 个环节"
        yield Found("steps", words, "请补上审核、审批等环节，写明岗位、时限和标准")


@rule(
    "warn", "时限与环节", "各环节时限之和不得超过承诺时限",
    why="环节时限加起来比承诺长，按环节办理就一定超期。同时进行的环节按最长的算；听证和专家评审依法不计入。",
    source=USAGE,
)  # fmt: skip
def step_limits(content: Content, context: Context) -> Iterator[Found]:
    days = sum(_longest_of_each_group(content))
    if content.promised and days > roughly_working_days(content.promised):
        words = f"各环节合计约 {days} 个工作日，超过承诺的 {limit_words(content.promised)}"
        yield Found("steps", words, "请缩短环节时限，或据实调整承诺时限")


def _longest_of_each_group(content: Content) -> list[int]:
    """Working days of each step, of those that run side by side the longest; not of what 《行政许可法》第四十五条 leaves out."""
    found: list[int] = []
    for step in content.steps:
        counts = step.limit and step.kind not in NOT_COUNTED
        days = roughly_working_days(step.limit) if step.limit and counts else 0
        if step.beside and found:
            found[-1] = max(found[-1], days)
        else:
            found.append(days)
    return found


NOT_COUNTED = ("hearing", "expert")


@rule(
    "severe", "时限与环节", "会签和征求意见要写明部门",
    why="没有写明问谁，环节永远等不到答复，办件就停在那里。",
    source=USAGE,
)  # fmt: skip
def step_asks_nobody(content: Content, context: Context) -> Iterator[Found]:
    for step in content.steps:
        if step.kind in ("countersign", "consultation") and not step.asked:
            words = (
                f"环节“{step.name}”没有写明{'由哪些部门会签' if step.kind == 'countersign' else '征求哪些部门的意见'}"
            )
            yield Found(f"steps.{step.key}.asked", words, "请写出部门全称，一行一个")


@rule(
    "severe", "时限与环节", "会签不能只有一家",
    why="只有一家就没有“全部、过半数、一家同意”可言，那是征求意见或者转办。",
    source=USAGE,
)  # fmt: skip
def countersign_of_one(content: Content, context: Context) -> Iterator[Found]:
    for step in content.steps:
        if step.kind == "countersign" and len(set(step.asked)) == 1:
            words = f"环节“{step.name}”是会签，却只写了一家：{step.asked[0]}"
            yield Found(f"steps.{step.key}.asked", words, "请补上其他会签部门，或者改为征求意见")


@rule(
    "warn", "时限与环节", "同一个部门不要问两遍",
    why="同一环节里写了两次，只会问一次，过半数也会算错。",
    source=USAGE,
)  # fmt: skip
def step_asks_twice(content: Content, context: Context) -> Iterator[Found]:
    for step in content.steps:
        if len(set(step.asked)) < len(step.asked):
            yield Found(f"steps.{step.key}.asked", f"环节“{step.name}”重复写了部门", "请去掉重复的部门")


@rule(
    "severe", "时限与环节", "决定环节只能是审查决定",
    why="会签、核查、公示等是决定以前的环节，由后台审批人员组织；决定由有决定权的人作出。",
    source=f"{LICENSING}第三十四条、第三十八条",
)  # fmt: skip
def deciding_step_kind(content: Content, context: Context) -> Iterator[Found]:
    for step in content.steps:
        if step.role == "decider" and step.kind != "review":
            yield Found(
                f"steps.{step.key}.kind",
                f"环节“{step.name}”由首席代表办，怎么办却选了别的",
                "请改为由后台审批人员办，或改为“审查”",
            )


@rule(
    "hint", "时限与环节", "环节要写明审查标准",
    why="写明标准，审查才有尺度，申请人也能预先对照。",
    source=GB_39046,
)  # fmt: skip
def step_standard(content: Content, context: Context) -> Iterator[Found]:
    for step in content.steps:
        if not step.standard.strip():
            yield Found(
                f"steps.{step.key}.standard", f"环节“{step.name}”没有写明标准", "请写出这个环节看什么、怎样算通过"
            )


_ARTICLE = re.compile("第[一二三四五六七八九十百千零〇]+条")


def named_article(text: str) -> tuple[str, list[str]]:
    """《中华人民共和国律师法》第六条，… → 律师法, [第六条]. An empty law when no law is named."""
    law, end, rest = text.partition("》")
    if not end or "《" not in law:
        return "", []
    return plain_law(law.partition("《")[2]), _ARTICLE.findall(rest)


def plain_law(law: str) -> str:
    return law.removeprefix("中华人民共和国")


@lru_cache(maxsize=1)
def law_limits() -> dict[tuple[str, str], frozenset[tuple[int, str]]]:
    """(law, article) → the limits its text names, each an amount and a unit of `content.Unit`."""
    found: dict[tuple[str, str], set[tuple[int, str]]] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            found.setdefault((plain_law(row["law"]), row["article"]), set()).add((int(row["amount"]), row["unit"]))
    return {place: frozenset(limits) for place, limits in found.items()}
