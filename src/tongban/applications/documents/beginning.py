"""Receipt, correction, rejection, acceptance, and the commitments it rests on. 《行政许可法》第三十二条."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from tongban.applications import pledges, queries
from tongban.applications.documents.common import Paper, applicant, day, on, paper, told, until
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
    """申请材料接收凭证; of a paper case with the mark of its 补录, anew once that was settled."""
    entry = BackEntry.objects.filter(application=case).first()
    due_on = queries.answer_due_on(case)
    values = {
        "告知期限": "" if case.status == State.VOID else date_cn(due_on, year=True),
        "补录情况": _entry_mark(case, entry) if entry else "",
    }
    rows = [[m.name, WAYS.get(m.give, m.give), "已收" if m.given else "待补交"] for m in case.materials.order_by("id")]
    at = (entry.settled_at or entry.at) if entry else case.submitted_at
    yield paper(case, "receipt", at, values, rows=rows, day=on(case.submitted_at), compact=True, once=True)


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
        rows = [[gap["name"], "；".join([*gap["points"], *filter(None, [gap["note"]])])] for gap in step.gaps]
        yield paper(case, "correction", step.at, {"补正期限": date_cn(step.answer_by, year=True)}, rows=rows, once=True)


def lapse(case: Application) -> Iterator[Paper]:
    step = Lapse.objects.filter(application=case, round=case.round).first()
    if step:
        deadline = told(case, "Lapsed", step.at).get("answer_by")
        yield paper(case, "lapse", step.at, {"补正期限": f"{day(deadline)}前" if deadline else "告知的期限内"})


def rejection(case: Application) -> Iterator[Paper]:
    step = case.rejection
    if step:
        values = {"情形": REJECTION_KINDS[step.kind], "理由": step.reason, "应当受理的机关": step.right_body}
        yield paper(case, "rejection", step.at, values)


def acceptance(case: Application) -> Iterator[Paper]:
    """受理, 容缺受理 or 视为受理: only the first says that the materials are complete."""
    step = Acceptance.objects.filter(application=case).first()
    if step is None:
        return
    later = _papers_that_follow(case)
    values = {"办理期限": until(told(case, "Accepted", step.at))}
    rows: list[list[str]] = []
    if step.deemed:
        form = "acceptance_deemed"
        values["收件日"] = date_cn(on(queries.received_at(case)), year=True)
    elif later:
        form = "acceptance_provisional" if later.kind == "provision" else "acceptance_later"
        values["后补要求"] = _what_follows(case, later)
        missing = ApplicationMaterial.objects.filter(application=case, key__in=later.materials).order_by("id")
        rows = [[row.name, date_cn(later.due_on, year=True) if later.due_on else ""] for row in missing]
    else:
        form = "acceptance"
    yield paper(case, form, step.at, values, kind="acceptance", rows=rows, once=True)


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
        values = {
            "承诺种类": one.get_kind_display(), "承诺内容": one.text, "履行期限": date_cn(one.due_on, year=True),
            "签署方式": _how_signed(one, at_the_window=case.channel == "counter"),
        }  # fmt: skip
        yield paper(
            case, "commitment", one.at, values, kind=f"commitment-{one.number}", signer=applicant(case), once=True
        )


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
