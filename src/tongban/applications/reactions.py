"""What the applicant is told as the case moves on."""

from __future__ import annotations

from datetime import date

from tongban.applications.events import Accepted, CommitmentSettled, Corrected, Decided, Rejected, Submitted
from tongban.applications.models import COMMITMENTS, Application
from tongban.design.words import date_cn
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.reactions import Entry, on
from tongban.notices import actions as notices


@on(Submitted)
def confirm_receipt(event: Submitted, entry: Entry) -> None:
    case = _case(event.number)
    _tell(
        case, entry, "received", "申请已收到",
        f"《{case.title}》的申请已收到，五个工作日内告知您是否受理。",
        sms=f"您的“{case.title}”申请已收到，查询码 {case.query_code}。",
    )  # fmt: skip


@on(Corrected)
def ask_for_what_is_missing(event: Corrected, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》还需补正 {event.materials} 份材料，请在{date_cn(date.fromisoformat(event.answer_by))}前补齐，补正内容已一次列全。"
    _tell(case, entry, "corrected", "需要您补正材料", words, sms=words)


@on(Rejected)
def tell_the_rejection(event: Rejected, entry: Entry) -> None:
    case = _case(event.number)
    _tell(case, entry, "rejected", "申请不予受理", f"《{case.title}》不予受理，理由和救济途径见办件详情。")


@on(Accepted)
def tell_the_promised_day(event: Accepted, entry: Entry) -> None:
    case = _case(event.number)
    until = f"，承诺{date_cn(date.fromisoformat(event.promised_on))}前办结" if event.promised_on else ""
    _tell(case, entry, "accepted", "申请已受理", f"《{case.title}》已受理{until}。")


@on(Decided)
def tell_the_decision(event: Decided, entry: Entry) -> None:
    case = _case(event.number)
    words = "已准予，可在线领取结果。" if event.granted else "已作出不予的决定，理由和救济途径见决定书。"
    _tell(case, entry, "decided", "申请有结果了", f"《{case.title}》{words}", sms=f"您的“{case.title}”{words}")


@on(CommitmentSettled)
def tell_what_was_recorded(event: CommitmentSettled, entry: Entry) -> None:
    """A broken promise that went into the credit record; a broken 容缺受理 only ends its case."""
    if event.state == "broken" and event.kind != "provision":
        case = _case(event.number)
        words = f"《{case.title}》{COMMITMENTS[event.kind]}认定没有履行，已记入信用记录；修复以前不能按告知承诺办事，普通程序不受影响。"
        _tell(case, entry, "recorded", "记入信用记录", words, link="/my/credit")


def _case(number: str) -> Application:
    case = Application.objects.get(number=number)
    case.person = rows.get(Person, case.person_id)
    return case


def _tell(case: Application, entry: Entry, what: str, title: str, text: str, *, sms: str = "", link: str = "") -> None:
    notices.tell(
        case.person, key=f"{case.number}/{what}/{entry.id}", subject=case.number, title=title, text=text,
        link=link or f"/my/applications/{case.number}", sms=sms, now=entry.at,
    )  # fmt: skip
