"""Reads that several doors share: a case for who may see it, its public timeline, the public look-up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from tongban.accesses import actions as accesses
from tongban.accesses.rules import Kind
from tongban.applications import acting, rules, step_rules
from tongban.applications.models import COMMITMENTS, Application, CaseStep, Commitment
from tongban.applications.rules import REOPENING_GROUNDS, REVOCATION_GROUNDS, TERMINATION_GROUNDS, State
from tongban.catalog import forming
from tongban.catalog.queries import edition_by_id
from tongban.delegation.rules import Act as Delegated
from tongban.design.parts import Step
from tongban.design.words import date_cn, datetime_cn
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.forgetting import NO_INDEX
from tongban.kernel import calendar, clock, rows
from tongban.kernel.crypto import blind_index
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Forbidden, NotFound, Refusal
from tongban.kernel.typed import normalise
from tongban.orgs.models import Body


def case(number: str, *, by: Actor, reading: Kind = "case") -> Application:
    """Raises NotFound outside the scope, as for a case that does not exist. Staff who are shown it are on record."""
    found = by_number(normalise(number))
    if found is None or not acting.admits(found, by=by):
        raise unknown()
    if bytes(found.holder_index) == NO_INDEX:
        raise NotFound(
            "case_anonymised",
            "这个办件已满保存期限，个人信息已按规定删除",
            "办件数量和时限统计里仍有它；需要说明的，请联系办理部门",
        )
    found.body = rows.get(Body, found.body_id)  # a body may be renamed, and its present name is shown
    note(by, found, reading)
    return found


def note(by: Actor, case: Application, reading: Kind = "case") -> None:
    """Who looks at a case, for its applicant to read."""
    accesses.note(
        by, person_id=case.person_id, kind=reading, subject=case.number, body_id=case.body_id,
        region_path=case.region_path,
    )  # fmt: skip


def by_number(number: str, *, lock: rows.Lock = "") -> Application | None:
    """For whoever has asked who may see it. Its edition comes from memory: what a published one says never changes."""
    for found in rows.find(Application, {"number": number}, lock=lock) if "\0" not in number else ():
        found.edition = edition_by_id(found.edition_id)
        if found.body_id == found.edition.body_id:
            found.body = found.edition.body
        return found
    return None


def own_case(number: str, *, act: Delegated | None = None, by: Actor) -> Application:
    """For the pages on which only the applicant acts, and for an `act` that can be delegated their agent: Forbidden to staff,
    who work at the desk and the counter."""
    found = case(number, by=by)
    own = acting.is_theirs(found, by=by)
    if act and not own and not by.is_staff:
        acting.agent_for(found, act, by=by, now=clock.now())
    elif by.is_staff or not own:
        raise Forbidden("not_the_applicant", "只有申请人本人可以办理这一步", "请由申请人登录，或到窗口办理")
    return found


def decided_on_the_spot(application: Application) -> bool:
    """即审即办 by the edition, or because the applicant's pledge replaces the review (涉企经营许可告知承诺)."""
    content = application.edition.document
    return content.review == "instant" or (content.licence_pledge and signed_pledge(application) is not None)


def signed_pledge(application: Application) -> Commitment | None:
    """The licence pledge that the applicant signed with the submission and has not withdrawn."""
    signed = Commitment.objects.filter(application=application, kind="licence_pledge").exclude(state="withdrawn")
    return signed.order_by("-number").first()


def unknown() -> NotFound:
    return NotFound(
        "application_unknown", "没有这个办件，或者您无权查看", "请核对办件编号；可凭编号和证件号后四位查询进度"
    )


def form_for(application: Application, *, by: Actor) -> dict[str, Any]:
    """The form as this actor may read it: whole for the applicant; for staff identifiers and phones are masked."""
    if not by.is_staff:
        return application.form
    return forming.masked(application.edition.document, application.form)


def look_up(typed: str, tail: str) -> Application:
    """Public progress: number or 8-digit query code, with the last four characters of the ID or USCC."""
    number, tail = normalise(typed).replace("\0", ""), normalise(tail).replace("\0", "")
    if not number:
        raise Refusal("number_missing", "请输入办件编号或 8 位查询码", "编号在收件凭证和短信里", "number")
    if len(tail) != 4:
        raise Refusal("tail_form", "请输入申请人证件号码的后四位", "企业为统一社会信用代码后四位", "tail")
    if len(number) == 8:
        number = Application.objects.filter(query_code=number).values_list("number", flat=True).first() or ""
    found = by_number(number)
    if found is None or bytes(found.holder_index) != blind_index(tail, purpose="id_tail"):
        raise Refusal("look_up_failed", "没有查到，编号和证件后四位对不上", "请核对收件凭证，或拨打 12345", "number")
    found.body = rows.get(Body, found.body_id)
    return found


TONES: dict[State, Literal["", "ok", "warn", "bad"]] = {
    State.RECORDED: "warn",
    State.CORRECTING: "warn",
    State.LAPSED: "bad",
    State.REJECTED: "bad",
    State.REFUSED: "bad",
    State.TERMINATED: "bad",
    State.REVOKED: "bad",
    State.GRANTED: "ok",
    State.MADE: "ok",
    State.DELIVERED: "ok",
    State.CLOSED: "ok",
}
"""The tone of a state's tag."""


@dataclass(frozen=True)
class Moment:
    """One entry of the public timeline."""

    at: datetime
    what: str
    who: str
    says: str = ""


WORDS = {
    "applications.Submitted": "收件",
    "applications.Corrected": "告知补正",
    "applications.Supplemented": "补交材料",
    "applications.Rejected": "不予受理",
    "applications.Accepted": "受理",
    "applications.Suspended": "依法暂停计时",
    "applications.Resumed": "恢复计时",
    "applications.Reviewed": "完成审查",
    "applications.Asked": "征求有关部门意见",
    "applications.Answered": "收到部门意见",
    "applications.KeptSilent": "有关部门逾期没有答复",
    "applications.Inspected": "现场核查",
    "applications.NoticePublished": "公示",
    "applications.HearingCalled": "通知听证",
    "applications.HearingRecorded": "举行听证",
    "applications.StepReturned": "重新审查",
    "applications.Evaluated": "平台按规则核验",
    "applications.Decided": "作出决定",
    "applications.Delivered": "送达",
    "applications.Withdrawn": "撤回",
    "applications.BackEntered": "补录纸质办件",
    "applications.EntryConfirmed": "复核补录，收件",
    "applications.EntryVoided": "补录作废",
    "applications.Prechecked": "预审",
    "applications.Lapsed": "逾期未补正，办件终结",
    "applications.Committed": "签署承诺",
    "applications.CommitmentSettled": "承诺履行情况",
    "applications.CauseEnded": "一项暂停情形结束",
    "applications.HearingAsked": "申请听证",
    "applications.Extended": "延长办理期限",
    "applications.Forwarded": "转报上级",
    "applications.Terminated": "终止办理",
    "applications.Made": "制证",
    "applications.Closed": "办结",
    "applications.Amended": "更正决定",
    "applications.Revoked": "撤销决定",
    "applications.Reopened": "重新办理",
}
"""Events that the applicant and the public read."""


def timeline(application: Application) -> list[Moment]:
    """What happened, by the journal: node, office, time. Names of officials stay inside."""
    entries = JournalEntry.objects.filter(subject=application.number, name__in=WORDS).order_by("id")
    return [
        Moment(entry.at, WORDS[entry.name], _office(entry, application), _says(entry, application)) for entry in entries
    ]


def track(application: Application) -> list[Step]:
    """What happened, where the case is, and what is still to come with its expected day."""
    steps = [Step(title=m.what, state="done", at=m.at, where=m.who, note=m.says) for m in timeline(application)]
    now, then = _AHEAD[application.status]
    if now:
        now = _step_in_hand(application) or now
        state: Literal["paused", "now"] = "paused" if application.status == State.SUSPENDED else "now"
        steps.append(Step(title=now, state=state, where=application.body.short, note=_expected(application)))
    return steps + [Step(title=title) for title in then]


def _step_in_hand(application: Application) -> str:
    """Which of the edition's steps is being done; empty where it has no steps of several kinds."""
    if application.status != State.ACCEPTED or not step_rules.has_plan(application.edition.document):
        return ""
    rows = CaseStep.objects.filter(application=application, round=application.round, returned=False, closed_at=None)
    names = "、".join(rows.order_by("pk").values_list("name", flat=True))
    return f"正在办：{names}" if names else ""


_AHEAD: dict[State, tuple[str, tuple[str, ...]]] = {
    State.RECORDED: ("等待复核补录", ("受理", "审查", "决定", "送达")),
    State.VOID: ("", ()),
    State.SUBMITTED: ("等待受理", ("审查", "决定", "送达")),
    State.PRECHECKED: ("等待受理", ("审查", "决定", "送达")),
    State.CORRECTING: ("等待您补正", ("受理", "审查", "决定", "送达")),
    State.ACCEPTED: ("审查中", ("决定", "送达")),
    State.SUSPENDED: ("依法暂停计时", ("审查", "决定", "送达")),
    State.REVIEWED: ("等待决定", ("送达",)),
    State.FORWARDED: ("等待上级决定", ("送达",)),
    State.GRANTED: ("等待送达", ()),
    State.MADE: ("等待送达", ()),
    State.REFUSED: ("等待送达", ()),
    State.REJECTED: ("", ()),
    State.LAPSED: ("", ()),
    State.TERMINATED: ("", ()),
    State.DELIVERED: ("等待承诺的事项办完", ()),
    State.CLOSED: ("", ()),
    State.REVOKED: ("", ()),
    State.WITHDRAWN: ("", ()),
}


def _expected(application: Application) -> str:
    match application.status:
        case State.SUBMITTED | State.PRECHECKED:
            return f"{date_cn(answer_due_on(application))}前告知您是否受理"
        case State.ACCEPTED | State.REVIEWED if application.promised_on:
            return f"预计{date_cn(application.promised_on)}前办结"
    return ""


def received_at(application: Application) -> datetime:
    """When what there is to be accepted came in: at the submission, with the last supplement, or with the order on which it
    is handled again."""
    if application.version == 1:  # nothing has been done with it
        return application.submitted_at
    latest = application.corrections.filter(answered_at__isnull=False).order_by("-answered_at").first()
    came = latest.answered_at if latest and latest.answered_at else application.submitted_at
    again = application.reopenings.order_by("-round").first() if application.round > 1 else None
    return max(came, again.at) if again else came


def answer_due_on(application: Application) -> date:
    """《行政许可法》第三十二条: the last day on which the applicant is told whether the case is accepted."""
    days = calendar.current()
    started_on = clocks.starts_on(received_at(application), days)
    return clocks.due_on(started_on, clocks.Limit(rules.NOTICE_DAYS), days) or started_on


def _office(entry: JournalEntry, application: Application) -> str:
    if entry.name == "applications.Answered":
        return str(entry.facts["body"])
    if entry.actor.startswith("staff:"):
        return "综合窗口" if entry.channel == "counter" else application.body.name
    if entry.actor.startswith("system:"):
        return "系统"
    return "代理人（代申请人办理）" if entry.on_behalf_of else "申请人"


def _says(entry: JournalEntry, application: Application) -> str:
    facts = entry.facts
    match entry.name:
        case "applications.Accepted" if facts.get("deemed"):
            return "五个工作日内没有答复，依法视为自收到之日起受理"
        case "applications.Accepted" if facts.get("provisional"):
            return f"容缺受理{_promised(facts)}"
        case "applications.Suspended" | "applications.CauseEnded":
            return rules.SUSPENSION_CAUSES.get(facts["cause"], facts["cause"])
        case "applications.Reviewed" if step_rules.has_plan(application.edition.document):
            return next((step.name for step in application.edition.document.steps if step.key == facts["step"]), "")
        case "applications.Asked":
            return f"{'会签' if facts['kind'] == 'countersign' else '征求意见'}：{'、'.join(facts['bodies'])}"
        case "applications.Answered":
            return "逾期答复" if facts["late"] else ""
        case "applications.KeptSilent":
            return f"{facts['body']}，{'视为没有意见' if facts['effect'] == 'agreed' else '已督促对方答复'}"
        case "applications.Inspected":
            return f"由 {len(facts['inspectors'])} 名工作人员核查"
        case "applications.NoticePublished":
            return "至".join(date_cn(date.fromisoformat(facts[day])) for day in ("from_on", "until_on"))
        case "applications.HearingCalled":
            return f"{datetime_cn(datetime.fromisoformat(facts['held_at']))}，地点见听证通知书"
        case "applications.StepReturned":
            return f"从“{facts['to_name']}”起重新办理，期限不重新计算"
        case "applications.Extended":
            return f"延长 {facts['days']} 个工作日，理由见通知书{_promised(facts)}"
        case "applications.Committed" if facts.get("due_on"):
            return f"{COMMITMENTS[facts['kind']]}，{date_cn(date.fromisoformat(facts['due_on']))}前"
        case "applications.CommitmentSettled":
            return f"{COMMITMENTS[facts['kind']]}：{_SETTLED[facts['state']]}"
        case "applications.HearingAsked":
            return f"{date_cn(date.fromisoformat(facts['hold_by']))}前举行"
        case "applications.Forwarded":
            return f"报{facts['to_body']}决定"
        case "applications.Terminated":
            return TERMINATION_GROUNDS[facts["ground"]]
        case "applications.Revoked":
            return REVOCATION_GROUNDS[facts["ground"]]
        case "applications.Reopened":
            return f"依据{REOPENING_GROUNDS[facts['ground']]}{_promised(facts)}"
        case "applications.Decided" if facts.get("deemed"):
            return "逾期未作出决定，依法视为准予"
        case "applications.Accepted" | "applications.Resumed" if facts.get("promised_on"):
            return f"承诺{date_cn(date.fromisoformat(facts['promised_on']))}前办结"
        case "applications.Evaluated":
            return "由工作人员继续办理" if facts["outcome"] == "manual" else "按公布的规则当场决定"
        case "applications.Corrected":
            return f"请在{date_cn(date.fromisoformat(facts['answer_by']))}前补齐 {facts['materials']} 份材料"
        case "applications.Decided":
            return "准予" if facts["granted"] else "不予，理由见决定书"
        case "applications.Delivered":
            return "在线领取" if facts["channel"] == "download" else "窗口领取"
    return ""


def _promised(facts: dict[str, Any]) -> str:
    day = facts.get("promised_on")
    return f"，承诺{date_cn(date.fromisoformat(day))}前办结" if day else ""


_SETTLED = {
    "kept": "已履行",
    "ordered": "责令限期整改",
    "broken": "未履行",
    "void": "决定不再有效，不再适用",
    "withdrawn": "申请人已撤回承诺，改按普通程序办理",
}
