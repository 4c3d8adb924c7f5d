"""Reads that several doors share: a case for who may see it, its public timeline, the public look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.applications.actions.common import unknown
from tongban.applications.models import Application
from tongban.identity.actors import Actor
from tongban.kernel.crypto import blind_index
from tongban.kernel.models import JournalEntry
from tongban.kernel.numbering import normalise
from tongban.kernel.refusals import Refusal


def case(number: str, *, by: Actor) -> Application:
    """Raises NotFound outside the scope, as for a case that does not exist."""
    number = normalise(number)
    visible = Application.objects.select_related("edition__item", "body", "person", "organisation")
    found = None if "\0" in number else visible.visible_to(by).filter(number=number).first()
    if found is None:
        raise unknown()
    return found


def look_up(typed: str, tail: str) -> Application:
    """Public progress: number or 8-digit query code, with the last four characters of the ID or USCC."""
    number, tail = normalise(typed).replace("\0", ""), normalise(tail).replace("\0", "")
    if not number:
        raise Refusal("number_missing", "请输入办件编号或 8 位查询码", "编号在收件凭证和短信里", "number")
    if len(tail) != 4:
        raise Refusal("tail_form", "请输入申请人证件号码的后四位", "企业为统一社会信用代码后四位", "tail")
    key = "query_code" if len(number) == 8 else "number"
    found = Application.objects.select_related("edition", "body").filter(**{key: number}).first()
    if found is None or bytes(found.holder_index) != blind_index(tail, purpose="id_tail"):
        raise Refusal("look_up_failed", "没有查到，编号和证件后四位对不上", "请核对收件凭证，或拨打 12345", "number")
    return found


@dataclass(frozen=True)
class Moment:
    """One entry of the public timeline."""

    at: datetime
    what: str
    who: str
    says: str = ""


_WORDS = {
    "applications.Submitted": "收件",
    "applications.Corrected": "告知补正",
    "applications.Supplemented": "补交材料",
    "applications.Rejected": "不予受理",
    "applications.Accepted": "受理",
    "applications.Suspended": "依法暂停计时",
    "applications.Resumed": "恢复计时",
    "applications.Reviewed": "完成审查",
    "applications.Decided": "作出决定",
    "applications.Delivered": "送达",
    "applications.Withdrawn": "申请人撤回",
    "evaluations.Rated": "申请人评价",
}


def timeline(application: Application) -> list[Moment]:
    """What happened, by the journal: node, office, time. Names of officials stay inside."""
    entries = JournalEntry.objects.filter(subject=application.number, name__in=_WORDS).order_by("id")
    return [Moment(entry.at, _WORDS[entry.name], _office(entry, application), _says(entry)) for entry in entries]


def _office(entry: JournalEntry, application: Application) -> str:
    if entry.actor.startswith("staff:"):
        return "综合窗口" if entry.channel == "counter" else application.body.name
    return "系统" if entry.actor.startswith("system:") else "申请人"


def _says(entry: JournalEntry) -> str:
    facts = entry.facts
    match entry.name:
        case "applications.Accepted" | "applications.Resumed" if facts.get("promised_on"):
            return f"承诺 {facts['promised_on']} 前办结"
        case "applications.Corrected":
            return f"请在 {facts['answer_by']} 前补齐 {facts['materials']} 份材料"
        case "applications.Decided":
            return "准予" if facts["granted"] else "不予，理由见决定书"
        case "applications.Delivered":
            return "在线领取" if facts["channel"] == "download" else "窗口领取"
    return ""
