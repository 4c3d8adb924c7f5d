"""What an applicant can be told of a case: the kinds, their variables, and the words the platform brings."""

from __future__ import annotations

from typing import Final

from tongban.notices.kinds import Kind, Words, declare

COMMON: Final = {"事项": "食品经营许可新办", "编号": "500199 20260302 00000001 Y", "部门": "云江区市场监督管理局"}
BELOW: Final = "\n办件编号：{编号}。\n有疑问可以到政务服务大厅综合窗口询问，或者拨打 12345。"
"""At the end of each letter."""


def _kind(
    key: str, name: str, title: str, text: str, *, sms: str = "", has_letter: bool = True, urgent: bool = False,
    must: bool = False, **variables: str,
) -> Kind:  # fmt: skip
    """The SMS says what the site says, unless `sms` is shorter; the letter too, with where to ask."""
    words = Words(title, text, sms or text, text + BELOW if has_letter else "")
    return Kind(key, name, {**COMMON, **variables}, words, urgent=urgent, must=must)


RECEIVED = _kind(
    "received", "收件", "申请已收到", "《{事项}》的申请已收到，五个工作日内告知您是否受理。",
    sms="您的“{事项}”申请已收到，查询码 {查询码}。", has_letter=False, urgent=True, 查询码="12345678",
)  # fmt: skip
CORRECTED = _kind(
    "corrected", "补正告知", "需要您补正材料",
    "《{事项}》还需补正 {份数} 份材料，请在{答复期限}前补齐，补正内容已一次列全。", urgent=True, must=True,
    份数="2", 答复期限="3月9日",
)  # fmt: skip
REJECTED = _kind(
    "rejected", "不予受理", "申请不予受理", "《{事项}》不予受理，理由和救济途径见办件详情。", urgent=True, must=True
)
ACCEPTED = _kind("accepted", "受理", "申请已受理", "《{事项}》已受理{办结承诺}。", 办结承诺="，承诺3月9日前办结")
ACCEPTED_DEEMED = _kind(
    "accepted_deemed", "视为受理", "申请视为受理",
    "《{事项}》五个工作日内没有得到答复，依法自收到之日起视为受理{办结承诺}。您不用做什么。", must=True,
    办结承诺="，承诺3月9日前办结",
)  # fmt: skip
ACCEPTED_PROVISIONAL = _kind(
    "accepted_provisional", "容缺受理", "申请已容缺受理，请补交材料",
    "《{事项}》已容缺受理{办结承诺}。缺的材料请在承诺的期限内补交，哪些、到哪天见办件详情。", must=True,
    办结承诺="，承诺3月9日前办结",
)  # fmt: skip
LAPSED = _kind(
    "lapsed", "逾期未补正", "逾期未补正，办件终结",
    "《{事项}》没有在{答复期限}前补正，本次办理已经终结。材料备齐后可以重新申请。", urgent=True, must=True,
    答复期限="3月9日",
)  # fmt: skip
SUSPENDED = _kind(
    "suspended", "暂停计时", "办理期限暂停计算",
    "《{事项}》依法需要{原因}，这段时间不计入办理期限。原因和所需时间见告知书。", 原因="检验、检测",
)  # fmt: skip
RESUMED = _kind(
    "resumed", "恢复计时", "办理期限恢复计算", "《{事项}》恢复计算办理期限{办结承诺}。", has_letter=False,
    办结承诺="，承诺3月9日前办结",
)  # fmt: skip
HEARING_CALLED = _kind(
    "hearing_called", "听证通知", "听证的时间和地点",
    "《{事项}》的听证定于{时间}举行，地点见办件详情里的听证通知书。您可以提出证据、申辩和质证，不承担费用。", urgent=True,
    must=True, 时间="3月20日 09:30",
)  # fmt: skip
HEARING = _kind(
    "hearing", "听证申请收到", "听证申请已收到",
    "《{事项}》的听证申请已收到，{举行期限}前举行，时间地点另行通知。您不用承担费用。", urgent=True, must=True,
    举行期限="3月30日",
)  # fmt: skip
EXTENDED = _kind(
    "extended", "延长期限", "办理期限延长了",
    "《{事项}》的办理期限经批准延长 {天数} 个工作日{办结承诺}。延长的理由见告知书。", must=True,
    天数="5", 办结承诺="，承诺3月16日前办结",
)  # fmt: skip
FORWARDED = _kind(
    "forwarded", "转报上级", "已转报上级决定", "《{事项}》已审查完毕，报{上级}决定，您不用重复交材料。", 上级="重庆市市场监督管理局",
)  # fmt: skip
TERMINATED = _kind(
    "terminated", "终止办理", "办件已终止", "《{事项}》因{原因}，已终止办理。理由和救济途径见办件详情。",
    sms="您的“{事项}”已终止办理，理由和救济途径见办件详情。", urgent=True, must=True, 原因="申请人死亡",
)  # fmt: skip
GRANTED = _kind(
    "granted", "准予决定", "申请有结果了", "《{事项}》已准予，可在线领取结果。", sms="您的“{事项}”已准予，可在线领取结果。",
    urgent=True, must=True,
)  # fmt: skip
GRANTED_DEEMED = _kind(
    "granted_deemed", "视为准予", "申请有结果了", "《{事项}》逾期没有作出决定，依法视为准予，可在线领取结果。",
    sms="您的“{事项}”逾期没有作出决定，依法视为准予，可在线领取结果。", urgent=True, must=True,
)  # fmt: skip
REFUSED = _kind(
    "refused", "不予决定", "申请有结果了", "《{事项}》已作出不予的决定，理由和救济途径见决定书。",
    sms="您的“{事项}”已作出不予的决定，理由和救济途径见决定书。", urgent=True, must=True,
)  # fmt: skip
MADE = _kind(
    "made",
    "证照制好",
    "结果已制好，请来领取",
    "《{事项}》的结果已制好，请带身份证到窗口领取，或在线签收电子版。",
    urgent=True,
)
COMMITTED = _kind(
    "committed", "承诺后补", "请按承诺补交材料", "请在{补交期限}前补交《{事项}》承诺后补的材料，哪些材料见办件详情。",
    must=True, 补交期限="3月16日",
)  # fmt: skip
RECORDED = _kind(
    "recorded", "记入信用记录", "记入信用记录",
    "《{事项}》{承诺}认定没有履行，已记入信用记录；修复以前不能按告知承诺办事，普通程序不受影响。", urgent=True, must=True,
    承诺="告知承诺",
)  # fmt: skip
KEPT = _kind(
    "kept", "承诺已履行", "承诺已履行", "《{事项}》的{承诺}已履行完毕。", has_letter=False, 承诺="承诺后补的材料"
)
ORDERED = _kind(
    "ordered", "限期整改", "请限期整改", "《{事项}》的{承诺}经核查不符合，请按期整改。期限和要求见办件详情。",
    urgent=True, must=True, 承诺="告知承诺",
)  # fmt: skip
BROKEN = _kind(
    "broken", "承诺没有履行", "承诺没有履行", "《{事项}》的{承诺}没有履行，将按承诺书写明的后果处理。", urgent=True,
    must=True, 承诺="容缺受理承诺",
)  # fmt: skip
AMENDED = _kind("amended", "文书更正", "文书有更正", "《{事项}》的文书有文字更正，决定的内容不变，见更正通知书。")
REVOKED = _kind(
    "revoked", "撤销决定", "决定已被撤销", "《{事项}》的准予决定已被撤销，证照同时失效。理由和救济途径见撤销决定书。",
    urgent=True, must=True,
)  # fmt: skip
REOPENED = _kind(
    "reopened", "重新办理", "办件重新办理", "《{事项}》依据{依据}重新办理{办结承诺}，已交的材料不用再交。", must=True,
    依据="行政复议决定", 办结承诺="，承诺3月9日前办结",
)  # fmt: skip
MESSAGED = _kind("messaged", "经办部门留言", "经办部门给您留言", "办理《{事项}》的{部门}给您留言了。", has_letter=False)

declare(
    RECEIVED, CORRECTED, REJECTED, ACCEPTED, ACCEPTED_DEEMED, ACCEPTED_PROVISIONAL, LAPSED, SUSPENDED, RESUMED, HEARING,
    EXTENDED, FORWARDED, TERMINATED, GRANTED, GRANTED_DEEMED, REFUSED, MADE, COMMITTED, RECORDED, KEPT, ORDERED, BROKEN,
    AMENDED, REVOKED, REOPENED, MESSAGED,
)  # fmt: skip
