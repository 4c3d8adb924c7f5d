"""What the applicant is told as the case moves on."""

from __future__ import annotations

from datetime import date, datetime

from tongban.applications.events import (
    Accepted,
    Amended,
    CommitmentSettled,
    Committed,
    Corrected,
    Decided,
    Extended,
    Forwarded,
    HearingAsked,
    HearingCalled,
    Lapsed,
    Made,
    Messaged,
    Rejected,
    Reopened,
    Resumed,
    Revoked,
    Submitted,
    Suspended,
    Terminated,
)
from tongban.applications.models import COMMITMENTS, Application
from tongban.applications.rules import REOPENING_GROUNDS, SUSPENSION_CAUSES, TERMINATION_GROUNDS
from tongban.design.words import date_cn, datetime_cn
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
    until = _until(event.promised_on)
    if event.deemed:
        words = f"《{case.title}》五个工作日内没有得到答复，依法自收到之日起视为受理{until}。您不用做什么。"
        _tell(case, entry, "accepted", "申请视为受理", words, sms=words)
    elif event.provisional:
        words = f"《{case.title}》已容缺受理{until}。缺的材料请在承诺的期限内补交，哪些、到哪天见办件详情。"
        _tell(case, entry, "accepted", "申请已容缺受理，请补交材料", words, sms=words)
    else:
        _tell(case, entry, "accepted", "申请已受理", f"《{case.title}》已受理{until}。")


@on(Lapsed)
def tell_the_lapse(event: Lapsed, entry: Entry) -> None:
    case = _case(event.number)
    deadline = date_cn(date.fromisoformat(event.answer_by))
    words = f"《{case.title}》没有在{deadline}前补正，本次办理已经终结。材料备齐后可以重新申请。"
    _tell(case, entry, "lapsed", "逾期未补正，办件终结", words, sms=words)


@on(Suspended)
def tell_the_suspension(event: Suspended, entry: Entry) -> None:
    case = _case(event.number)
    cause = SUSPENSION_CAUSES.get(event.cause, event.cause)
    words = f"《{case.title}》依法需要{cause}，这段时间不计入办理期限。原因和所需时间见告知书。"
    _tell(case, entry, "suspended", "办理期限暂停计算", words)


@on(Resumed)
def tell_the_resumption(event: Resumed, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》恢复计算办理期限{_until(event.promised_on)}。"
    _tell(case, entry, "resumed", "办理期限恢复计算", words)


@on(HearingAsked)
def tell_when_it_is_heard(event: HearingAsked, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》的听证申请已收到，{date_cn(date.fromisoformat(event.hold_by))}前举行，时间地点另行通知。您不用承担费用。"
    _tell(case, entry, "hearing", "听证申请已收到", words)


@on(HearingCalled)
def tell_when_and_where_it_is_heard(event: HearingCalled, entry: Entry) -> None:
    """《行政许可法》第四十八条: seven days before."""
    case = _case(event.number)
    when = datetime_cn(datetime.fromisoformat(event.held_at))
    words = (
        f"《{case.title}》的听证定于{when}举行，地点见办件详情里的听证通知书。您可以提出证据、申辩和质证，不承担费用。"
    )
    _tell(case, entry, "hearing_called", "听证的时间和地点", words, sms=words)


@on(Extended)
def tell_the_extension(event: Extended, entry: Entry) -> None:
    case = _case(event.number)
    words = (
        f"《{case.title}》的办理期限经批准延长 {event.days} 个工作日{_until(event.promised_on)}。延长的理由见告知书。"
    )
    _tell(case, entry, "extended", "办理期限延长了", words, sms=words)


@on(Forwarded)
def tell_who_decides(event: Forwarded, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》已审查完毕，报{event.to_body}决定，您不用重复交材料。"
    _tell(case, entry, "forwarded", "已转报上级决定", words)


@on(Terminated)
def tell_the_termination(event: Terminated, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》因{TERMINATION_GROUNDS[event.ground]}，已终止办理。理由和救济途径见办件详情。"
    _tell(
        case, entry, "terminated", "办件已终止", words, sms=f"您的“{case.title}”已终止办理，理由和救济途径见办件详情。"
    )


@on(Decided)
def tell_the_decision(event: Decided, entry: Entry) -> None:
    case = _case(event.number)
    if event.deemed:
        words = "逾期没有作出决定，依法视为准予，可在线领取结果。"
    else:
        words = "已准予，可在线领取结果。" if event.granted else "已作出不予的决定，理由和救济途径见决定书。"
    _tell(case, entry, "decided", "申请有结果了", f"《{case.title}》{words}", sms=f"您的“{case.title}”{words}")


@on(Made)
def tell_to_come_and_fetch(event: Made, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》的结果已制好，请带身份证到窗口领取，或在线签收电子版。"
    _tell(case, entry, "made", "结果已制好，请来领取", words, sms=words)


@on(Committed)
def tell_what_was_promised(event: Committed, entry: Entry) -> None:
    if event.kind == "later" and event.due_on:
        case = _case(event.number)
        words = (
            f"请在{date_cn(date.fromisoformat(event.due_on))}前补交《{case.title}》承诺后补的材料，哪些材料见办件详情。"
        )
        _tell(case, entry, "committed", "请按承诺补交材料", words, sms=words)


@on(CommitmentSettled)
def tell_what_came_of_it(event: CommitmentSettled, entry: Entry) -> None:
    if event.state in (
        "void",
        "withdrawn",
    ):  # with the decision that fell, which is told itself; or by the applicant's own act
        return
    case = _case(event.number)
    kind = COMMITMENTS[event.kind]
    if event.state == "broken" and event.kind != "provision":  # a broken 容缺受理 only ends its case
        words = f"《{case.title}》{kind}认定没有履行，已记入信用记录；修复以前不能按告知承诺办事，普通程序不受影响。"
        _tell(case, entry, "recorded", "记入信用记录", words, sms=words, link="/my/credit")
        return
    title, words = {
        "kept": ("承诺已履行", f"《{case.title}》的{kind}已履行完毕。"),
        "ordered": ("请限期整改", f"《{case.title}》的{kind}经核查不符合，请按期整改。期限和要求见办件详情。"),
        "broken": ("承诺没有履行", f"《{case.title}》的{kind}没有履行，将按承诺书写明的后果处理。"),
    }[event.state]
    _tell(case, entry, "commitment", title, words, sms="" if event.state == "kept" else words)


@on(Amended)
def tell_the_amendment(event: Amended, entry: Entry) -> None:
    case = _case(event.number)
    _tell(case, entry, "amended", "文书有更正", f"《{case.title}》的文书有文字更正，决定的内容不变，见更正通知书。")


@on(Revoked)
def tell_the_revocation(event: Revoked, entry: Entry) -> None:
    case = _case(event.number)
    words = f"《{case.title}》的准予决定已被撤销，证照同时失效。理由和救济途径见撤销决定书。"
    _tell(case, entry, "revoked", "决定已被撤销", words, sms=words)


@on(Reopened)
def tell_it_is_handled_again(event: Reopened, entry: Entry) -> None:
    case = _case(event.number)
    ground = REOPENING_GROUNDS[event.ground]
    words = f"《{case.title}》依据{ground}重新办理{_until(event.promised_on)}，已交的材料不用再交。"
    _tell(case, entry, "reopened", "办件重新办理", words, sms=words)


@on(Messaged)
def tell_of_a_message(event: Messaged, entry: Entry) -> None:
    """To the applicant; the staff have their task."""
    if event.from_staff:
        case = _case(event.number)
        words = f"办理《{case.title}》的{case.body.name}给您留言了。"
        _tell(case, entry, "messaged", "经办部门给您留言", words, page="/messages")


def _until(promised_on: str | None) -> str:
    return f"，承诺{date_cn(date.fromisoformat(promised_on))}前办结" if promised_on else ""


def _case(number: str) -> Application:
    case = Application.objects.select_related("body").get(number=number)
    case.person = rows.get(Person, case.person_id)
    return case


def _tell(
    case: Application, entry: Entry, what: str, title: str, text: str, *, sms: str = "", page: str = "", link: str = ""
) -> None:
    notices.tell(
        case.person, key=f"{case.number}/{what}/{entry.id}", subject=case.number, title=title, text=text,
        link=link or f"/my/applications/{case.number}{page}", sms=sms, now=entry.at,
    )  # fmt: skip
