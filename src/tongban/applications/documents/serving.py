"""送达地址确认书 and 送达回证; and what the notices know of a paper that went electronically."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.applications.document_rules import ELECTRONIC, RELATIONS, WAYS
from tongban.applications.documents.common import Paper, applicant, paper
from tongban.applications.models import AddressOfService, Application, CaseDocument, Service
from tongban.design.words import datetime_cn
from tongban.identity.rules import mask_id, mask_phone
from tongban.kernel import rows
from tongban.notices.models import Delivery, Message


def address_of(case: Application) -> AddressOfService | None:
    """The one that counts: the last."""
    found = rows.find(AddressOfService, {"application_id": case.pk}, order="id")
    return found[-1] if found else None


def addresses(case: Application) -> Iterator[Paper]:
    """送达地址确认书: by the applicant."""
    one = address_of(case)
    if one is None:
        return
    facts = one.facts
    shown = [
        ["收件人", facts["receiver"]], ["联系电话", facts["phone"]], ["邮寄地址", facts["address"] or "不需要邮寄"],
        ["电子送达", electronic_words(facts)],
    ]  # fmt: skip
    values = {
        "电子送达": f"同意，文书到达所选系统（{electronic_words(facts)}）的日期就是送达日期，不再另寄纸质文书。"
        if one.electronic
        else "不同意。",
        "确认方式": "申请人在纸质确认书上签名，原件随档保存。" if one.on_paper else "申请人以实名身份登录确认，与书面签字具有同等效力。",
    }  # fmt: skip
    yield paper(
        case, "address", one.at, values, rows=[row for row in shown if row[1]], signer=applicant(case), once=True
    )


def electronic_words(facts: Mapping[str, str]) -> str:
    words = ELECTRONIC[facts["electronic"]]
    return f"{words} {facts['electronic_to']}" if facts.get("electronic_to") else words


def services(case: Application) -> Iterator[Paper]:
    """送达回证, one for each paper that was served."""
    found = Service.objects.filter(application=case).select_related("document").order_by("pk")
    for at, one in enumerate(found, start=1):
        if one.state == "served" and one.served_at:
            lines = [
                ["送达文书", f"{one.document.title} {one.document.number}"], ["受送达人", applicant(case)],
                ["送达方式", WAYS[one.way].name], ["送达时间", datetime_cn(one.served_at, year=True)], *facts_shown(one),
                ["依据", WAYS[one.way].basis], ["受送达人或者代收人签名", ""], ["送达人签名", ""],
            ]  # fmt: skip
            yield paper(case, "service", one.served_at, {}, kind=f"service-{at}", rows=lines, once=True)


def facts_shown(one: Service) -> list[list[str]]:
    """Label and value; an ID number only in part."""
    facts, lines = one.facts, []
    for fact in WAYS[one.way].facts:
        value = facts.get(fact.key, "")
        if fact.key == "receiver_id":
            value = mask_id(value)
        if fact.key == "relation":
            value = RELATIONS.get(value, value)
        lines.append([fact.label, value])
    lines += [["送达情况", facts.get("how", "")], ["附件", "签收的扫描件" if one.file_id else ""]]
    return [line for line in lines if line[1]]


@dataclass(frozen=True)
class Arrival:
    """When a paper reached the system that the applicant chose, and when they opened the message about it."""

    at: datetime
    to: str
    opened_at: datetime | None


TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "correction": ("corrected",), "lapse": ("lapsed",), "rejection": ("rejected",),
    "acceptance": ("accepted",), "acceptance_provisional": ("accepted_provisional",), "acceptance_later": ("accepted",),
    "acceptance_deemed": ("accepted_deemed",), "extension": ("extended",), "suspension": ("suspended",),
    "resumption": ("resumed",), "forwarding": ("forwarded",), "decision": ("granted",),
    "decision_deemed": ("granted_deemed",), "refusal": ("refused",), "termination": ("terminated",),
    "amendment": ("amended",), "revocation": ("revoked",), "reopening": ("reopened",), "hearing": ("hearing_called",),
    "receipt": ("received",),
}  # fmt: skip
"""Which notice tells of a form: it was sent at the moment of the paper's step."""


def arrival_of(document: CaseDocument, *, electronic: str) -> Arrival | None:
    """By the system that was agreed to; None while it has not arrived there."""
    kinds = TOLD_BY.get(document.form, ())
    told = Message.objects.filter(subject=document.application.number, at=document.of_at, kind__in=kinds)
    message = told.select_related("person").order_by("pk").first()
    if message is None:
        return None
    if electronic == "site":
        return Arrival(message.at, "本站消息", message.read_at)
    channel = "sms" if electronic == "phone" else "mail"
    sent = Delivery.objects.filter(message=message, channel=channel).select_related("sms", "mail").first()
    going = sent.sending if sent else None
    if going is None or going.state not in ("sent", "delivered"):
        return None
    arrived = going.delivered_at or going.sent_at
    to = mask_phone(message.person.phone) if channel == "sms" else "电子邮件"
    return Arrival(arrived, to, message.read_at) if arrived else None
