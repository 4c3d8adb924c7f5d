"""Where a finding stands, in words: materials.lease.requirement → 材料“房屋租赁合同” · 办理说明."""

from __future__ import annotations

from tongban.catalog.content import Content

_PARTS = {
    "guide": "办事指南", "subtitle": "副标题", "exercise": "行使内容", "audience": "服务对象", "themes": "服务主题",
    "basis": "设定依据", "instant": "办件类型", "statutory": "法定时限", "promised": "承诺时限", "visits": "到现场次数",
    "visit_reason": "必须现场办理原因", "personal_basis": "须由本人亲自办理的依据", "quantity_limit": "数量限制", "online": "全程网办", "online_depth": "网上办理深度",
    "online_url": "网办地址", "handling_forms": "办理形式", "review": "审查类型", "pay_online": "网上支付",
    "conditions": "受理条件", "questions": "情形问题", "materials": "材料", "form": "申请表", "steps": "环节",
    "fees": "收费", "result": "办理结果", "places": "办理地点", "faq": "常见问题", "phone": "咨询电话",
    "complaint_phone": "投诉电话", "remedies": "救济渠道", "licence_pledge": "涉企经营许可告知承诺",
    "verify_days": "事后核查期限", "decision_table": "秒批规则", "decided_by_rule": "秒批", "accepted_by": "谁受理",
}  # fmt: skip
_DETAILS = {
    "name": "名称", "give": "怎么给", "requirement": "办理说明", "check_points": "受理标准", "when": "条件",
    "pledge_text": "承诺内容", "attachments": "附件", "form": "材料形式", "may_follow": "容缺", "use": "使用说明",
    "where": "办理地点", "fill_notes": "填报须知", "issued_within": "出具时间", "text": "问题", "help": "说明",
    "options": "选项", "label": "名称", "prefill": "预填来源", "standard": "标准", "basis": "依据",
    "amount_fen": "金额", "kind": "类型", "samples": "样本", "hours": "办公时间", "address": "地址",
    "question": "问题", "answer": "回答",
}  # fmt: skip
_SHOWN = 20


def place_words(content: Content, place: str) -> str:
    """The place as an editor finds it on the page; keys become names, numbers count from one."""
    part, *rest = place.split(".")
    said = _PARTS.get(part, part)
    names = _names(content, part)
    if rest and rest[0] in names:
        said += f"“{names[rest[0]][:_SHOWN]}”"
        rest = rest[1:]
    elif rest and rest[0].isdecimal():
        said += f" 第 {int(rest[0]) + 1} 项"
        rest = rest[1:]
    details = [f"第 {int(one) + 1} 条" if one.isdecimal() else _DETAILS.get(one, "") for one in rest]
    return " · ".join([said, *filter(None, details)])


def _names(content: Content, part: str) -> dict[str, str]:
    match part:
        case "materials":
            return {one.key: one.name for one in content.materials}
        case "questions":
            return {one.key: one.text for one in content.questions}
        case "steps":
            return {one.key: one.name for one in content.steps}
        case "decision_table":
            return {one.key: one.name for one in content.decision_table}
        case "form":
            return {one.key: one.label for page in content.form for one in page.fields}
    return {}
