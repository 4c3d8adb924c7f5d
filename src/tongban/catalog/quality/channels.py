"""现场与渠道, 咨询与答疑: visits, online depth, delivery, places, phones, themes, questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongban.catalog.content import Content
from tongban.catalog.quality.base import CONSISTENCY, GB_39046, USAGE, Context, Found, rule

PERSON_THEMES = frozenset({
    "生育收养", "户籍办理", "教育科研", "入伍服役", "就业创业", "职业资格", "纳税缴费", "婚姻登记", "优待抚恤", "规划建设", "住房保障", "证件办理", "交通出行",
    "旅游观光", "出境入境", "消费维权", "公共安全", "文化体育", "离职退休", "死亡殡葬",
})  # fmt: skip
"""Themes of the national list for people only; a theme in both lists fits everyone."""
BUSINESS_THEMES = frozenset({
    "资质认证", "年检年审", "税收财务", "人力资源", "投资审批", "融资信贷", "商务贸易", "招标拍卖", "海关口岸", "涉外服务", "农林牧渔", "国土和规划建设", "交通运输",
    "应对气候变化", "水务气象", "科技创新", "文体教育", "质量技术", "检验检疫", "安全生产", "公安消防", "法人注销", "档案文物",
})  # fmt: skip
_AREA_CODE = re.compile(r"^(0\d{2,3}[-－—\s]?\d{7,8}|400[-\s]?\d{3}[-\s]?\d{4}|1[0-9]{4,5}|9[56]\d{3,4})$")
"""With an area code; 400 numbers and short numbers (12345, 12333, 96xxx) need none."""


@rule(
    "severe", "现场与渠道", "全程网办的事项不用到现场",
    why="承诺全程网办又要求到场，申请人会白等白跑。",
    source=f"{CONSISTENCY}：网办深度=全程网办，则到现场次数=0", lists=True,
)  # fmt: skip
def online_visits(content: Content, context: Context) -> Iterator[Found]:
    if content.online and content.visits:
        words = f"标为全程网办，到现场次数却是 {content.visits}"
        yield Found("visits", words, "请把到现场次数改为 0，或取消全程网办")


@rule(
    "severe", "现场与渠道", "全程网办的事项不能要求到窗口交材料",
    why="材料只能到窗口交，就不是全程网办。可以改为上传、邮寄或免提交。",
    source=f"{CONSISTENCY}：网办深度=全程网办，则到现场次数=0",
)  # fmt: skip
def online_paper(content: Content, context: Context) -> Iterator[Found]:
    if content.online and not (content.by_post or "4" in content.handling_forms):
        for material in content.materials:
            if material.give == "window" and material.required:
                words = f"标为全程网办，“{material.name}”却要到窗口交"
                yield Found(f"materials.{material.key}.give", words, "请改为上传或免提交，支持邮寄的请勾选物流快递")


@rule(
    "warn", "现场与渠道", "要到现场的，写明必须到场的原因",
    why="到场是例外，要有理由；说得清理由，才谈得上减少跑动。",
    source=f"{CONSISTENCY}：到现场次数≠0，则必填必须现场办理原因",
)  # fmt: skip
def visit_reason(content: Content, context: Context) -> Iterator[Found]:
    if content.visits and content.visit_reason.strip() in ("", "无"):
        words = f"到现场 {content.visits} 次，没有写明原因"
        yield Found("visit_reason", words, "请写明哪一步必须本人到场、依据是什么")


@rule(
    "warn", "现场与渠道", "不用到现场的，不写到场原因",
    why="到现场次数为 0 又写了到场原因，申请人不知道听哪一句。",
    source=f"{CONSISTENCY}：到现场次数=0，则原因应为无",
)  # fmt: skip
def visit_reason_needless(content: Content, context: Context) -> Iterator[Found]:
    if not content.visits and content.visit_reason.strip() not in ("", "无"):
        yield Found("visit_reason", "到现场次数为 0，却写了必须现场办理原因", "请清空原因，或改到现场次数")


@rule(
    "warn", "现场与渠道", "不到现场又不网办的，要支持快递",
    why="不用到场、不能网办，只剩寄送；不支持快递就没有路可走。",
    source=f"{CONSISTENCY}：到现场次数=0 且不网办，则办理形式须含快递",
)  # fmt: skip
def no_way(content: Content, context: Context) -> Iterator[Found]:
    online = content.online or {"2", "3"} & set(content.handling_forms) or content.connection == "deep_link"
    if not (content.visits or online or content.by_post or "4" in content.handling_forms):
        yield Found("handling_forms", "不用到现场，也不能网办或邮寄", "请改到现场次数，或开通网办、物流快递")


@rule(
    "warn", "现场与渠道", "全程网办与办理形式、网办深度一致",
    why="全程网办的事项，办理形式应有网上办理，深度应到互联网办理。",
    source=GB_39046, lists=True,
)  # fmt: skip
def online_forms(content: Content, context: Context) -> Iterator[Found]:
    if content.online and content.handling_forms and not {"2", "3"} & set(content.handling_forms):
        yield Found("handling_forms", "全程网办，办理形式里却没有网上办理", "请加上电脑端或移动端办理")
    if content.online and content.online_depth and "5" not in content.online_depth:
        yield Found("online_depth", "全程网办，网上办理深度却没有到“互联网办理”", "请加上互联网办理，或取消全程网办")


@rule(
    "hint", "现场与渠道", "最多跑一次",
    why="到现场两次以上的，先看能否网上预审、一次取号或送达上门。",
    source=USAGE,
)  # fmt: skip
def visits_many(content: Content, context: Context) -> Iterator[Found]:
    if content.visits > 1:
        yield Found("visits", f"要到现场 {content.visits} 次", "请看看能否合并为一次，法律要求多次到场的可以保留")


@rule(
    "warn", "现场与渠道", "转到别处办的，要有网址",
    why="写明在别的系统办理，却没有地址，申请人找不到门。",
    source=GB_39046, lists=True,
)  # fmt: skip
def online_url_missing(content: Content, context: Context) -> Iterator[Found]:
    if content.connection == "deep_link" and not content.online_url.strip():
        yield Found("online_url", "在别的系统办理，却没有网办地址", "请填写网办地址")


@rule(
    "warn", "现场与渠道", "要到现场的，写明地点",
    why="要跑一次，先要知道跑到哪里。",
    source=GB_39046,
)  # fmt: skip
def places_missing(content: Content, context: Context) -> Iterator[Found]:
    window = content.visits or any(material.give == "window" for material in content.materials)
    if window and not content.places:
        yield Found("places", "要到现场办理，却没有办理地点", "请填写大厅名称、地址、办公时间和窗口")


@rule(
    "warn", "现场与渠道", "办理地点写明办公时间",
    why="没有钟点的“正常上班时间”帮不到人。",
    source=GB_39046,
)  # fmt: skip
def place_hours(content: Content, context: Context) -> Iterator[Found]:
    for number, place in enumerate(content.places):
        if not re.search(r"\d", place.hours):
            yield Found(f"places.{number}.hours", f"“{place.name}”没有写明几点到几点", "例如：周一至周五 9:00—17:00")
        if not place.address.strip():
            yield Found(f"places.{number}.address", f"“{place.name}”没有地址", "请写到路名和门牌号")


@rule(
    "warn", "咨询与答疑", "要有咨询电话和投诉电话，各有区号",
    why="外地申请人照着打得通；咨询和投诉不能是同一个人接。",
    source=f"{CONSISTENCY}：咨询电话≠投诉电话且都有区号",
)  # fmt: skip
def phones(content: Content, context: Context) -> Iterator[Found]:
    for place, name, number in (
        ("phone", "咨询电话", content.phone.strip()),
        ("complaint_phone", "投诉电话", content.complaint_phone.strip()),
    ):
        if not number:
            yield Found(place, f"没有{name}", f"请填写带区号的{name}")
        elif not all(_AREA_CODE.match(one.strip()) for one in re.split("[、，,;；/]", number)):
            yield Found(place, f"{name}“{number[:40]}”没有区号或写法不对", "写成 023-12345678；12345 等短号不用区号")
    if content.phone.strip() and content.phone.strip() == content.complaint_phone.strip():
        yield Found("complaint_phone", "投诉电话与咨询电话相同", "请换成监督机构的电话，或 12345")


@rule(
    "warn", "咨询与答疑", "服务对象与主题分类一致",
    why="主题选错，个人在“法人办事”里找不到，企业在“个人办事”里找不到。",
    source=f"{CONSISTENCY}：服务对象与主题分类一致", lists=True,
)  # fmt: skip
def audience_themes(content: Content, context: Context) -> Iterator[Found]:
    person = "1" in content.audience
    business = bool(set(content.audience) - {"1"})
    if content.themes and not person and (wrong := [t for t in content.themes if t in PERSON_THEMES]):
        yield Found("themes", f"服务对象不含自然人，主题却有“{'、'.join(wrong)}”", "请改选法人主题，或补上服务对象")
    if content.themes and not business and (wrong := [t for t in content.themes if t in BUSINESS_THEMES]):
        yield Found("themes", f"服务对象只有自然人，主题却有“{'、'.join(wrong)}”", "请改选个人主题，或补上服务对象")


@rule(
    "hint", "咨询与答疑", "要有服务主题",
    why="没有主题，按主题查找时就找不到这个事项。",
    source=GB_39046, lists=True,
)  # fmt: skip
def themes_missing(content: Content, context: Context) -> Iterator[Found]:
    if not content.themes:
        yield Found("themes", "没有服务主题", "请从主题分类里选一至三个")


@rule(
    "warn", "咨询与答疑", "行政许可至少有一条常见问题",
    why="咨询电话里反复被问的，写成答案就不用再打电话。",
    source=f"{CONSISTENCY}：行政许可至少一条常见问题",
)  # fmt: skip
def faq_missing(content: Content, context: Context) -> Iterator[Found]:
    if context.is_licensing and not content.faq:
        yield Found("faq", "没有常见问题", "请写出申请人最常问的一个问题和回答")
