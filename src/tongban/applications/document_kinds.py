"""文书种类: what can be made out, which variables its text has, and the words that the platform brings.

A template is six texts. `{印章}` stands on the line of the sign-off (`sign`) over which the seal goes.
《行政许可法》第三十二条 wants date and seal, 第三十八条 reasons and remedies: `must` says which variables carry them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

PARTS: Final = {
    "title": "标题", "text": "正文", "closing": "结尾", "remedies": "救济途径", "contact": "联系方式", "sign": "落款",
}  # fmt: skip
SEAL: Final = "印章"
LICENSING: Final = "《中华人民共和国行政许可法》"
SIGNED_BY_BODY: Final = "{部门}\n{日期}\n{印章}"
SIGNED_BY_APPLICANT: Final = "{申请人}\n{日期}"
CONTACT: Final = "联系电话：{部门电话}\n地址：{部门地址}"
COMMON: Final = {
    "事项": "食品经营许可新办", "申请人": "刘晓燕", "办件编号": "500199 20260302 00000001 Y", "查询码": "12345678",
    "部门": "云江区市场监督管理局", "部门电话": "023-68000012", "部门地址": "云江区政务服务大厅二楼",
    "日期": "2026年3月2日", SEAL: "",
}  # fmt: skip
"""Variables of every kind, each with a sample for the preview."""


@dataclass(frozen=True)
class Words:
    """The texts of a template, with `{变量}`, lines as paragraphs."""

    title: str
    text: str
    closing: str = ""
    remedies: str = ""
    contact: str = CONTACT
    sign: str = SIGNED_BY_BODY

    def as_dict(self) -> dict[str, str]:
        return {part: str(getattr(self, part)) for part in PARTS}


@dataclass(frozen=True)
class Kind:
    key: str
    name: str
    mark: str
    """The character of the kind in the number: 受 in 云市监受字〔2026〕第000123号."""
    words: Words
    variables: Mapping[str, str]
    must: tuple[str, ...] = ()
    """Variables without which it would not be this paper."""
    article: str = ""
    """Why they must stand there."""
    remedies: bool = False
    """It has to say where to turn."""
    heads: tuple[str, ...] = ()
    """Of the table that the platform puts below the text."""
    sample_rows: tuple[tuple[str, ...], ...] = field(default=())

    @property
    def sealed(self) -> bool:
        return "{印章}" in self.words.sign


KINDS: Final[dict[str, Kind]] = {}


def kind_of(
    key: str, name: str, mark: str, text: str, *, title: str = "", closing: str = "", remedies: bool = False,
    contact: str = CONTACT, sign: str = SIGNED_BY_BODY, must: tuple[str, ...] = (), article: str = "",
    heads: tuple[str, ...] = (), sample_rows: tuple[tuple[str, ...], ...] = (), **variables: str,
) -> Kind:  # fmt: skip
    """Declare a kind."""
    more = {"救济途径": "可以自收到本文书之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"} if remedies else {}
    words = Words(title or name, text, closing, "{救济途径}" if remedies else "", contact, sign)
    kind = Kind(
        key, name, mark, words, {**COMMON, **variables, **more}, must, article, remedies, heads, sample_rows
    )  # fmt: skip
    KINDS[key] = kind
    return kind


_SEALED = "第三十二条第二款"
_REASONS = "第三十八条第二款"
_COUNTING = "期限以工作日计算，不含法定节假日；听证、检验、检测、鉴定和专家评审等依法不计入的时间除外。"
_LIMIT = "承诺于2026年3月9日前办结，法定期限至2026年3月30日"

kind_of(
    "receipt", "申请材料接收凭证", "收",
    "现收到您提交的“{事项}”申请。\n我们将在{告知期限}前告知您是否受理；材料不齐的，一次性告知需要补正的全部内容。逾期不告知的，"
    "自收到材料之日起即为受理。\n{补录情况}",
    contact="", heads=("材料", "方式", "情况"), sample_rows=(("营业执照", "免提交", "已收"), ("经营场所布局图", "上传", "已收")),
    告知期限="2026年3月9日", 补录情况="",
)  # fmt: skip
kind_of(
    "correction", "一次性补正告知书", "补",
    "您提交的“{事项}”申请，经审查需要补正下列全部内容。请在{补正期限}前一次补齐。",
    must=("补正期限",), article=_SEALED, heads=("材料", "需要补正的内容"),
    sample_rows=(("经营场所布局图", "标明各功能区面积"),), 补正期限="2026年3月9日",
)  # fmt: skip
kind_of(
    "lapse", "补正逾期终结通知书", "终",
    "您提交的“{事项}”申请，我们一次性告知了需要补正的全部内容，您没有在{补正期限}补齐，本次办理到此终结。\n"
    "这不影响您以后的权利，材料备齐后可以随时重新申请。",
    补正期限="2026年3月9日前",
)  # fmt: skip
kind_of(
    "rejection", "不予受理通知书", "不受",
    "您提交的“{事项}”申请，因{情形}，决定不予受理。\n理由：{理由}\n请向{应当受理的机关}提出申请。",
    must=("理由",), article=_SEALED, remedies=True, 情形="不属于本机关职权范围", 理由="这个事项由市级机关办理。",
    应当受理的机关="重庆市市场监督管理局",
)  # fmt: skip
kind_of(
    "acceptance", "受理通知书", "受",
    f"您提交的“{{事项}}”申请，材料齐全、符合法定形式，依据{LICENSING}第三十二条，现予受理。\n{{办理期限}}。{_COUNTING}",
    must=("办理期限",), article=_SEALED, 办理期限=_LIMIT,
)  # fmt: skip
for _key, _name in (("acceptance_provisional", "容缺受理通知书"), ("acceptance_later", "受理通知书（承诺后补材料）")):
    kind_of(
        _key, _name, "受",
        "您提交的“{事项}”申请，基本条件具备、主要材料齐全，现予受理。下列材料按您的承诺可以后补：\n{后补要求}\n"
        f"{{办理期限}}。{_COUNTING}",
        title="受理通知书" if _key == "acceptance_later" else "", must=("办理期限", "后补要求"), article=_SEALED,
        heads=("后补的材料", "补交期限"), sample_rows=(("经营场所布局图", "2026年3月16日"),),
        后补要求="请在2026年3月16日前补交，补齐后才能作出决定。逾期不补交的，视为您撤回申请。", 办理期限=_LIMIT,
    )  # fmt: skip
kind_of(
    "acceptance_deemed", "视为受理通知书", "受",
    "您提交的“{事项}”申请，我们在收到材料之日起五个工作日内没有作出答复。"
    f"依据{LICENSING}第三十二条，自{{收件日}}收到材料之日起视为受理，办理期限从这一天起算。\n"
    f"审查时发现材料有问题的，不再要求您补正后才受理，也不影响上述期限。\n{{办理期限}}。{_COUNTING}",
    must=("收件日", "办理期限"), article=_SEALED, 收件日="2026年3月2日", 办理期限=_LIMIT,
)  # fmt: skip
kind_of(
    "commitment", "承诺书", "承",
    "关于申请办理“{事项}”，本人（单位）向{部门}承诺如下：\n{承诺内容}\n履行（核查）期限：{履行期限}。\n{签署方式}",
    title="{承诺种类}承诺书", contact="", sign=SIGNED_BY_APPLICANT, must=("承诺内容",), article="承诺书写明承诺的内容",
    承诺种类="容缺受理", 承诺内容="本人承诺在2026年3月16日前补交经营场所布局图。", 履行期限="2026年3月16日",
    签署方式="承诺人以实名身份登录确认本承诺，与书面签字具有同等效力。",
)  # fmt: skip
kind_of(
    "extension", "延长办理期限告知书", "延",
    "您申请办理的“{事项}”，在规定的期限内不能作出决定。依据"
    f"{LICENSING}第四十二条{{款}}，经{{批准人}}批准，延长 {{天数}} 个工作日。\n延长的理由：{{理由}}\n延长以后，{{办理期限}}。办理期限只能延长一次。",
    must=("理由", "办理期限"), article="第四十二条：延长期限的理由应当告知申请人", 款="第一款", 批准人="本行政机关负责人",
    天数="10", 理由="需要核实产权资料", 办理期限=_LIMIT,
)  # fmt: skip
kind_of(
    "suspension", "不计入办理期限告知书", "停",
    "您申请办理的“{事项}”，依法需要{法定情形}。依据{依据}，自{起始日}的次日起所需时间不计算在办理期限内。\n"
    "原因和所需时间：{理由}\n这一情形结束以后恢复计算，届时另行告知新的办结日期。",
    must=("法定情形", "理由"), article="第四十五条：所需时间书面告知申请人", 法定情形="检验", 依据=f"{LICENSING}第四十五条",
    起始日="2026年3月2日", 理由="现场检验，需要三个工作日",
)  # fmt: skip
kind_of(
    "resumption", "恢复计算办理期限告知书", "复",
    "您申请办理的“{事项}”，因{法定情形}暂停计算办理期限，这一情形已于{结束时间}结束。\n{办理期限}。",
    must=("办理期限",), article="暂停结束后告知新的办结日期", 法定情形="检验", 结束时间="2026年3月4日 09:30", 办理期限=_LIMIT,
)  # fmt: skip
kind_of(
    "forwarding", "转报告知书", "转",
    f"您申请办理的“{{事项}}”，我们已经审查完毕。依据{LICENSING}第四十三条，这个事项由{{上级}}决定，"
    "现将审查意见和全部申请材料直接报送，不需要您重复提供材料。\n收到{上级}的决定后，我们及时通知您并送达。",
    must=("上级",), article="第四十三条", 上级="重庆市市场监督管理局",
)  # fmt: skip
kind_of(
    "decision", "准予决定书", "准",
    "您提交的“{事项}”申请，经审查符合法定条件，决定准予。\n{理由}\n决定机关和文号：{上级决定}", 理由="", 上级决定="",
)  # fmt: skip
kind_of(
    "decision_deemed", "视为准予通知书", "准", "您提交的“{事项}”申请，{理由}。\n决定机关和文号：{上级决定}",
    must=("理由",), article="视为准予的依据", 理由="法律规定逾期未作出决定的视为准予", 上级决定="",
)  # fmt: skip
kind_of(
    "refusal", "不予决定书", "不准",
    "您提交的“{事项}”申请，经审查决定不予批准。\n理由：{理由}\n决定机关和文号：{上级决定}", must=("理由",), article=_REASONS,
    remedies=True, 理由="经营场所不符合《食品经营许可和备案管理办法》第十二条的要求。", 上级决定="",
)  # fmt: skip
kind_of(
    "termination", "终止办理通知书", "止",
    "您申请办理的“{事项}”，因{情形}，决定终止办理。\n理由：{理由}", must=("理由",), article=_REASONS, remedies=True,
    情形="申请人死亡", 理由="申请人死亡，没有继续办理的人。",
)  # fmt: skip
kind_of(
    "amendment", "更正通知书", "更",
    "“{事项}”的文书中有文字错误，现予更正。更正不改变决定的内容，本通知书与原文书一并使用。\n更正的理由：{理由}",
    must=("理由",), article="更正写明理由", heads=("原来的文字", "更正后的文字"), sample_rows=(("滨河路1号", "滨河路11号"),),
    理由="门牌号写错了",
)  # fmt: skip
kind_of(
    "revocation", "撤销决定书", "撤",
    f"“{{事项}}”的准予决定，因{{情形}}，依据{LICENSING}第六十九条，现予撤销。据此颁发的证照同时失效。\n理由：{{理由}}\n依据的文书：{{文书}}",
    must=("理由",), article=_REASONS, remedies=True, 情形="以欺骗手段取得", 理由="提交的材料系伪造", 文书="",
)  # fmt: skip
kind_of(
    "reopening", "重新办理通知书", "重",
    "“{事项}”依据{依据}，自今日起重新办理（第 {轮次} 轮）。此前作出的决定不再有效，已经提交的材料不需要重复提交。\n"
    "理由：{理由}\n期限重新起算，{办理期限}。",
    must=("理由", "办理期限"), article="重新办理写明理由和期限", 依据="行政复议决定", 轮次="2", 理由="复议决定责令重新作出决定",
    办理期限=_LIMIT,
)  # fmt: skip
for _key, _name, _verb in (
    ("letter", "征求意见函", "征求贵单位的意见"),
    ("countersign", "会签函", "贵单位会签"),
):
    kind_of(
        _key, _name, "函",
        f"我们正在办理{{申请人}}申请的“{{事项}}”，依照办事指南公布的程序，需要{_verb}。\n请就以下问题提出意见：{{问题}}\n{{答复要求}}。",
        must=("问题", "答复要求"), article="写明征求意见的问题和期限", 问题="该场所消防条件是否符合要求？",
        答复要求="请于2026年3月9日前书面答复，逾期未答复的，视为没有意见",
    )  # fmt: skip
kind_of(
    "reply", "书面意见登记", "答",
    "就“{事项}”{函名}，{答复单位}答复如下。\n答复：{结论}。{意见}（{答复时间}）\n{未答复情况}",
    contact="", 函名="征求意见函", 答复单位="云江区民政局", 结论="同意", 意见="没有意见", 答复时间="2026年3月4日 09:30", 未答复情况="",
)  # fmt: skip
kind_of(
    "inspection", "现场核查记录", "核",
    f"依据{LICENSING}第三十四条第三款，对“{{事项}}”的申请内容进行了现场核查。\n核查到的情况：{{情况}}\n"
    "核查结果：{结论}。照片和文件 {份数} 份，存入办件。",
    closing="核查人员签名：　　　　　　　　　　　　申请人一方签名：", contact="", must=("情况", "结论"), article="第三十四条第三款",
    heads=("核查时间", "核查地点", "核查人员", "申请人一方"),
    sample_rows=(("2026年3月4日 09:30", "滨河路 8 号", "陈丽、何川", "没有人到场"),),
    情况="后厨布局与图纸一致", 结论="通过", 份数="2",
)  # fmt: skip
kind_of(
    "experts", "专家评审意见", "评", "“{事项}”的{环节}，各位专家的书面意见如下。", contact="",
    heads=("专家", "单位和职称", "结论", "意见"), sample_rows=(("陈立", "市研究院", "通过", "方案可行"),), 环节="专家评审",
)  # fmt: skip
kind_of(
    "notice", "公示", "公",
    "{公示内容}\n公示期自{开始日}至{结束日}。对公示内容有异议的，请在公示期内向{部门}提出。", must=("公示内容", "开始日", "结束日"),
    article="公示写明内容和期限", 公示内容="拟对滨河小吃店准予食品经营许可。", 开始日="2026年3月2日", 结束日="2026年3月9日",
)  # fmt: skip
kind_of(
    "hearing", "听证通知书", "听",
    f"您申请办理的“{{事项}}”，依据{LICENSING}第四十六条至第四十八条举行听证。\n时间：{{时间}}\n地点：{{地点}}\n"
    "主持人：{主持人}。您认为主持人与申请事项有直接利害关系的，有权申请回避。您可以在听证会上提出证据，进行申辩和质证；参加听证不收取费用。",
    must=("时间", "地点", "主持人"), article="第四十八条第一款", 时间="2026年3月20日 09:30", 地点="区政务服务大厅三楼会议室", 主持人="韩主任",
)  # fmt: skip
kind_of(
    "address", "送达地址确认书", "址",
    "关于申请办理“{事项}”，本人（单位）确认下列送达地址，办理中的文书送到这里即为送达：\n"
    "电子送达：{电子送达}\n"
    "地址有变的，在送达以前可以更改；没有及时告知新地址，或者地址不准确、拒收的，文书被退回之日视为送达之日。\n{确认方式}",
    contact="", sign=SIGNED_BY_APPLICANT, heads=("项目", "内容"),
    sample_rows=(("收件人", "刘晓燕"), ("邮寄地址", "云江区滨河路 8 号")), 电子送达="同意，文书到达所选系统（短信 199****0101）的日期就是送达日期，不再另寄纸质文书。",
    确认方式="申请人以实名身份登录确认，与书面签字具有同等效力。",
)  # fmt: skip
kind_of(
    "service", "送达回证", "送", "下列文书已按下述方式送达受送达人。", contact="", must=(), heads=("项目", "内容"),
    sample_rows=(("送达文书", "受理通知书 云市监受字〔2026〕第000001号"), ("送达方式", "直接送达"), ("收件人签名", "刘晓燕（本人）")),
)  # fmt: skip
