"""At the desk afterwards: 事后核查, 更正, 撤销, 重新办理."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from tongban.applications import actions, pledges
from tongban.applications.models import Application
from tongban.applications.pages.desk_doors import act, days, do, seen, text
from tongban.applications.pages.desk_fields import VERIFICATIONS
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import demand


@act
def verify(request: HttpRequest, number: str, commitment: int) -> HttpResponse:
    """A pledge holds, is ordered to be put right within so many days, or is broken."""
    prefix = f"verify-{commitment}-"
    result = text(request, f"{prefix}result")

    def verb(by: Actor) -> Application:
        demand(result in VERIFICATIONS, "verification_result", "请选择核查结果", "", "result")
        within = days(request, f"{prefix}days") if result == "order" else 0
        if result == "order":
            pledges.check_rectify_days(within)
        return actions.verify(
            number, commitment, holds=result == "holds", note=text(request, f"{prefix}note"), rectify_days=within,
            by=by, now=clock.now(), seen=seen(request),
        )  # fmt: skip

    names = {"result": f"{prefix}result", "rectify_days": f"{prefix}days", "note": f"{prefix}note"}
    return do(request, number, "已登记核查结果", verb, names)


@act
def amend(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已更正",
        lambda by: actions.amend(
            number, was=text(request, "amend_was"), becomes=text(request, "amend_becomes"),
            reason=text(request, "amend_reason"), by=by, now=clock.now(), seen=seen(request),
        ),
        {"was": "amend_was", "becomes": "amend_becomes", "reason": "amend_reason"},
    )  # fmt: skip


@act
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已撤销决定",
        lambda by: actions.revoke(
            number, ground=text(request, "revocation_ground"), reason=text(request, "revocation_reason"),
            document=text(request, "revocation_document"), by=by, now=clock.now(), seen=seen(request),
        ),
        {"ground": "revocation_ground", "reason": "revocation_reason"},
    )  # fmt: skip


@act
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    return do(
        request, number, "已重新办理",
        lambda by: actions.reopen(
            number, ground=text(request, "reopening_ground"), document=text(request, "reopening_document"),
            reason=text(request, "reopening_reason"), by=by, now=clock.now(), seen=seen(request),
        ),
        {"ground": "reopening_ground", "document": "reopening_document", "reason": "reopening_reason"},
    )  # fmt: skip
