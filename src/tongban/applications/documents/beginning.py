"""Receipt, correction, rejection, acceptance, and the commitments it rests on. 《行政许可法》第三十二条."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tongban.applications import pledges, queries
from tongban.applications.documents.common import LICENSING, Paper, applicant, day, on, told, until
from tongban.applications.models import (
    COMMITMENTS,
    Acceptance,
    Application,
    ApplicationMaterial,
    BackEntry,
    Commitment,
    Correction,
    Draft,
    Lapse,
)
from tongban.applications.rules import REJECTION_KINDS, State
from tongban.design.words import date_cn, datetime_cn


def receipt(case: Application) -> Iterator[Paper]:
    """申请材料接收凭证; of a paper case with the mark of its 补录."""
    entry = BackEntry.objects.filter(application=case).first()
    marks = [_entry_mark(case, entry)] if entry else []
    due_on = queries.answer_due_on(case)
    answer = (
        f"我们将在{date_cn(due_on, year=True)}前告知您是否受理；材料不齐的，一次性告知需要补正的全部内容。"
        "逾期不告知的，自收到材料之日起即为受理。"
    )
    yield Paper(
        "receipt", "申请材料接收凭证", on(case.submitted_at),
        [f"现收到您提交的“{case.title}”申请。", *([] if case.status == State.VOID else [answer]), *marks],
        ["材料", "方式", "情况"],
        [[m.name, WAYS.get(m.give, m.give), "已收" if m.given else "待补交"] for m in case.materials.order_by("id")],
        compact=True,
    )  # fmt: skip


def _entry_mark(case: Application, entry: BackEntry) -> str:
    settled = {
        State.RECORDED: "待另一名工作人员复核后生效",
        State.VOID: f"已于{datetime_cn(entry.settled_at, year=True)}作废",
    }.get(case.status, f"另一名工作人员已于{datetime_cn(entry.settled_at, year=True)}复核")
    return (
        f"【补录】纸质材料的实际收件时间是{datetime_cn(case.submitted_at, year=True)}，期限从这个时间起算；"
        f"{datetime_cn(entry.at, year=True)}补录进平台，原因：{entry.reason.rstrip('。')}；{settled}。"
    )


WAYS = {
    "generated": "系统生成", "library": "免提交", "pledge": "告知承诺", "upload": "上传", "window": "窗口交",
    "paper": "纸质",
}  # fmt: skip


def correction(case: Application) -> Iterator[Paper]:
    step = Correction.objects.filter(application=case).order_by("-at").first()
    if step:
        yield Paper(
            "correction", "一次性补正告知书", on(step.at),
            [f"您提交的“{case.title}”申请，经审查需要补正下列全部内容。请在{date_cn(step.answer_by, year=True)}前一次补齐。"],
            ["材料", "需要补正的内容"],
            [[gap["name"], "；".join([*gap["points"], *filter(None, [gap["note"]])])] for gap in step.gaps],
        )  # fmt: skip


def lapse(case: Application) -> Iterator[Paper]:
    step = Lapse.objects.filter(application=case, round=case.round).first()
    if step:
        deadline = told(case, "Lapsed", step.at).get("answer_by")
        by_when = f"在{day(deadline)}前" if deadline else "在告知的期限内"
        yield Paper(
            "lapse", "补正逾期终结通知书", on(step.at),
            [
                f"您提交的“{case.title}”申请，我们一次性告知了需要补正的全部内容，您没有{by_when}补齐，本次办理到此终结。",
                "这不影响您以后的权利，材料备齐后可以随时重新申请。",
            ],
        )  # fmt: skip


def rejection(case: Application) -> Iterator[Paper]:
    step = case.rejection
    if step:
        direct = [f"请向{step.right_body}提出申请。"] if step.right_body else []
        yield Paper(
            "rejection", "不予受理通知书", on(step.at),
            [
                f"您提交的“{case.title}”申请，因{REJECTION_KINDS[step.kind]}，决定不予受理。",
                f"理由：{step.reason}",
                *direct,
                case.edition.document.remedies,
            ],
        )  # fmt: skip


def acceptance(case: Application) -> Iterator[Paper]:
    """受理, 容缺受理 or 视为受理: only the first says that the materials are complete."""
    step = Acceptance.objects.filter(application=case).first()
    if step is None:
        return
    later = _papers_that_follow(case)
    basis = f"依据{LICENSING}第三十二条"
    if step.deemed:
        title, how = "视为受理通知书", [
            f"您提交的“{case.title}”申请，我们在收到材料之日起五个工作日内没有作出答复。"
            f"{basis}，自{date_cn(on(queries.received_at(case)), year=True)}收到材料之日起视为受理，办理期限从这一天起算。",
            "审查时发现材料有问题的，不再要求您补正后才受理，也不影响上述期限。",
        ]  # fmt: skip
    elif later:
        title = "容缺受理通知书" if later.kind == "provision" else "受理通知书"
        how = [
            f"您提交的“{case.title}”申请，基本条件具备、主要材料齐全，现予受理。下列材料按您的承诺可以后补：",
            _what_follows(case, later),
        ]
    else:
        title = "受理通知书"
        how = [f"您提交的“{case.title}”申请，材料齐全、符合法定形式，{basis}，现予受理。"]
    counting = "期限以工作日计算，不含法定节假日；听证、检验、检测、鉴定和专家评审等依法不计入的时间除外。"
    missing = (
        ApplicationMaterial.objects.filter(application=case, key__in=later.materials).order_by("id") if later else []
    )
    yield Paper(
        "acceptance", title, on(step.at),
        [*how, f"{until(told(case, 'Accepted', step.at))}。{counting}"],
        ["后补的材料", "补交期限"] if later else [],
        [[row.name, date_cn(later.due_on, year=True) if later.due_on else ""] for row in missing] if later else [],
    )  # fmt: skip


def _papers_that_follow(case: Application) -> Commitment | None:
    found = Commitment.objects.filter(application=case, kind__in=("provision", "later"))
    return found.order_by("number").first()


def _what_follows(case: Application, one: Commitment) -> str:
    """Until when, and the consequence."""
    by_when = f"请在{date_cn(one.due_on, year=True)}前补交" if one.due_on else "请按承诺补交"
    if one.kind == "later":
        return f"{by_when}，不影响现在办理。逾期不补交的，行政机关可以依法撤销已作出的决定，并记入信用记录。"
    withdrawn = case.edition.document.if_not_supplied == "withdrawn"
    end = "视为您撤回申请" if withdrawn else "行政机关可以作出不予的决定"
    return f"{by_when}，补齐后才能作出决定。逾期不补交的，{end}。"


def commitments(case: Application) -> Iterator[Paper]:
    """承诺书: the words that were signed, by the applicant."""
    for one in Commitment.objects.filter(application=case).order_by("number"):
        by_when = f"履行（核查）期限：{date_cn(one.due_on, year=True)}。" if one.due_on else ""
        yield Paper(
            f"commitment-{one.number}", f"{one.get_kind_display()}承诺书", on(one.at),
            [
                f"关于申请办理“{case.title}”，本人（单位）向{case.body.name}承诺如下：",
                one.text,
                *filter(None, [by_when]),
                _how_signed(one, at_the_window=case.channel == "counter"),
            ],
            signer=applicant(case),
        )  # fmt: skip


def _how_signed(one: Commitment, *, at_the_window: bool) -> str:
    if not at_the_window:
        return "承诺人以实名身份登录确认本承诺，与书面签字具有同等效力。"
    if one.kind == "licence_pledge":
        return "承诺人在综合窗口当面签署本承诺，签字的原件随档保存。"
    return "承诺人在综合窗口确认本承诺。"


def pledge_to_sign(draft: Draft, *, on: date) -> Paper:
    """涉企经营许可告知承诺书 before the submission, for the applicant's hand at the window."""
    edition = draft.edition
    return Paper(
        "pledge", f"{COMMITMENTS['licence_pledge']}书", on,
        [
            f"关于申请办理“{edition.name}”，本人（单位）向{edition.body.name}承诺如下：",
            pledges.of_licence(edition.document),
            "承诺人（签字或者盖章）：　　　　　　　　　　　　　　　　年　　月　　日",
        ],
        signer=_who_signs(draft),
    )  # fmt: skip


def _who_signs(draft: Draft) -> str:
    if draft.organisation:
        return draft.organisation.name
    return draft.applicant.name if draft.applicant else ""
