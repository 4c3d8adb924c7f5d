"""The papers of a case as PDF: receipt, acceptance, correction, rejection, decision. 《行政许可法》第三十二条、第三十八条.

Each is set from the step's own row, so the same paper comes out whenever it is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from tongban.applications import queries
from tongban.applications.models import Acceptance, Application, Correction, Decision, Rejection
from tongban.applications.rules import REJECTION_KINDS
from tongban.design.documents import compile_pdf
from tongban.design.qr import qr_svg
from tongban.design.words import date_cn
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import grouped

FOLDER = Path(__file__).parent / "typst"
TITLES = {
    "receipt": "申请材料接收凭证",
    "acceptance": "受理通知书",
    "correction": "一次性补正告知书",
    "rejection": "不予受理通知书",
    "decision": "准予决定书",
    "refusal": "不予决定书",
}


def available(case: Application) -> list[tuple[str, str]]:
    """(kind, title) of the papers that exist for the case."""
    kinds = ["receipt"]
    kinds += ["correction"] if Correction.objects.filter(application=case).exists() else []
    kinds += ["rejection"] if Rejection.objects.filter(application=case).exists() else []
    kinds += ["acceptance"] if Acceptance.objects.filter(application=case).exists() else []
    granted = Decision.objects.filter(application=case).values_list("granted", flat=True).first()
    if granted is not None:
        kinds.append("decision" if granted else "refusal")
    return [(kind, TITLES[kind]) for kind in kinds]


def notice_pdf(case: Application, kind: str, *, now: datetime) -> bytes:
    """Raises NotFound for a paper that was not made out."""
    maker = _MAKERS.get(kind)
    facts = maker(case) if maker else None
    if facts is None:
        raise NotFound("notice_unknown", "没有这份文书", "办件走到那一步以后才有")
    return compile_pdf(FOLDER / "notice.typ", {**_common(case), "title": TITLES[kind], **facts}, at=now)


def _common(case: Application) -> dict[str, Any]:
    return {
        "office": case.body.name,
        "number": case.number,
        "grouped": grouped(case.number),
        "query_code": case.query_code,
        "item": case.title,
        "applicant": case.organisation.name if case.organisation else case.person.name,
        "demo": settings.TONGBAN.demo,
        "qr": qr_svg(f"{settings.TONGBAN.base_url}/progress"),
        "compact": False,
        "paragraphs": [],
        "rows": [],
        "row_heads": [],
        "on": "",
    }


def _receipt(case: Application) -> dict[str, Any]:
    rows = [[m.name, _how(m.give), "已收" if m.given else "待补交"] for m in case.materials.order_by("id")]
    due_on = queries.answer_due_on(case)
    return {
        "on": date_of(case.submitted_at),
        "compact": True,
        "paragraphs": [
            f"现收到您提交的“{case.title}”申请。",
            f"我们将在{date_cn(due_on, year=True)}前告知您是否受理；材料不齐的，一次性告知需要补正的全部内容。逾期不告知的，自收到材料之日起即为受理。",
        ],
        "row_heads": ["材料", "方式", "情况"],
        "rows": rows,
    }


def _how(give: str) -> str:
    words = {
        "generated": "系统生成",
        "library": "免提交",
        "pledge": "告知承诺",
        "upload": "上传",
        "window": "窗口交",
        "paper": "纸质",
    }
    return words.get(give, give)


def _acceptance(case: Application) -> dict[str, Any] | None:
    step = Acceptance.objects.filter(application=case).first()
    if step is None:
        return None
    until = f"承诺于{date_cn(case.promised_on, year=True)}前办结" if case.promised_on else "办理期限依法暂停计算"
    legal = f"，法定期限至{date_cn(case.statutory_on, year=True)}" if case.statutory_on else ""
    return {
        "on": date_of(step.at),
        "paragraphs": [
            f"您提交的“{case.title}”申请，材料齐全、符合法定形式，依据《中华人民共和国行政许可法》第三十二条，现予受理。",
            f"{until}{legal}。期限以工作日计算，不含法定节假日；听证、检验、检测、鉴定和专家评审等依法不计入的时间除外。",
        ],
    }


def _correction(case: Application) -> dict[str, Any] | None:
    step = Correction.objects.filter(application=case).order_by("-at").first()
    if step is None:
        return None
    return {
        "on": date_of(step.at),
        "paragraphs": [
            f"您提交的“{case.title}”申请，经审查需要补正下列全部内容。请在{date_cn(step.answer_by, year=True)}前一次补齐。",
        ],
        "row_heads": ["材料", "需要补正的内容"],
        "rows": [[gap["name"], "；".join([*gap["points"], *filter(None, [gap["note"]])])] for gap in step.gaps],
    }


def _rejection(case: Application) -> dict[str, Any] | None:
    step = Rejection.objects.filter(application=case).first()
    if step is None:
        return None
    direct = [f"请向{step.right_body}提出申请。"] if step.right_body else []
    return {
        "on": date_of(step.at),
        "paragraphs": [
            f"您提交的“{case.title}”申请，因{REJECTION_KINDS[step.kind]}，决定不予受理。",
            f"理由：{step.reason}",
            *direct,
            case.edition.document.remedies,
        ],
    }


def _decision(granted: bool) -> Callable[[Application], dict[str, Any] | None]:
    def facts(case: Application) -> dict[str, Any] | None:
        step = Decision.objects.filter(application=case, granted=granted).first()
        if step is None:
            return None
        if granted:
            words = [f"您提交的“{case.title}”申请，经审查符合法定条件，决定准予。", *filter(None, [step.reason])]
        else:
            words = [f"您提交的“{case.title}”申请，经审查决定不予批准。", f"理由：{step.reason}", step.remedies]
        return {"on": date_of(step.at), "paragraphs": words}

    return facts


_MAKERS: dict[str, Callable[[Application], dict[str, Any] | None]] = {
    "receipt": _receipt,
    "acceptance": _acceptance,
    "correction": _correction,
    "rejection": _rejection,
    "decision": _decision(granted=True),
    "refusal": _decision(granted=False),
}
