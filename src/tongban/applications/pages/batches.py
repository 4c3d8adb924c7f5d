"""成批申报: one item, the principals one files it for, and how far each application is."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.applications import acting
from tongban.applications.actions import batches
from tongban.applications.actions.batches import Filed
from tongban.applications.models import Draft
from tongban.applications.pages import common, steps
from tongban.catalog import queries as catalog
from tongban.catalog.models import Edition
from tongban.delegation.models import PowerOfAttorney
from tongban.design.parts import Tone
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Refusal


@dataclass(frozen=True)
class Line:
    """One principal: no draft yet, one that is being filled in, or one that can be handed in."""

    power: PowerOfAttorney
    draft: Draft | None
    state: str
    tone: Tone
    ready: bool


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, code: str) -> HttpResponse:
    """POST `open`: drafts for the ticked principals; `submit`: hands in the ticked drafts."""
    by = common.actor(request)
    if by.is_staff or by.person_id is None:
        raise Forbidden("staff_do_not_apply", "岗位账号不能给自己申请", "请用个人账号；替群众收件请到综合窗口")
    edition = catalog.edition(code)
    powers = acting.for_whom(edition, by=by, today=clock.today())
    refusal, filed = None, list[Filed]()
    if request.method == "POST":
        try:
            if "submit" in request.POST:
                filed = batches.submit_all(_ticked(request, by), by=by, now=clock.now())
            else:
                wanted = set(request.POST.getlist("power"))
                chosen = [one for one in powers if str(one.public_id) in wanted]
                batches.open_drafts(edition, chosen, by=by, now=clock.now())
                messages.success(request, f"已建好 {len(chosen)} 份，请逐份填写")
                return redirect("applications:batch", code=code)
        except Refusal as found:
            if found.status != 422:
                raise
            refusal = found
    lines = _lines(edition, powers, by)
    context = {
        "edition": edition,
        "new": [line for line in lines if line.draft is None],
        "begun": [line for line in lines if line.draft],
        "filed": filed,
        "failed": sum(not one.number for one in filed),
        "most": batches.MOST,
        "errors": [(refusal.field, common.words_of(refusal))] if refusal else [],
    }
    return render(request, "applications/batch.html", context, status=refusal.status if refusal else 200)


def _drafts(by: Actor) -> list[Draft]:
    """The actor's own, for others; also those just handed in, so that a form sent twice says the same."""
    if by.account_id is None:
        return []
    mine = Draft.objects.filter(account_id=by.account_id, power__isnull=False).order_by("-updated_at")
    return list(mine.select_related("edition__item", "edition__body", "applicant", "organisation", "power")[:200])


def _ticked(request: HttpRequest, by: Actor) -> list[Draft]:
    wanted = set(request.POST.getlist("draft"))
    return [one for one in _drafts(by) if str(one.public_id) in wanted]


def _lines(edition: Edition, powers: list[PowerOfAttorney], by: Actor) -> list[Line]:
    drafts = {one.power_id: one for one in _drafts(by) if one.edition.code == edition.code and not one.submitted_number}
    return [_line(one, drafts.get(one.pk)) for one in powers]


def _line(power: PowerOfAttorney, draft: Draft | None) -> Line:
    if draft is None:
        return Line(power, None, "没有开始", "line", ready=False)
    ready = not steps.replaced(draft) and steps.finished(draft)
    return Line(power, draft, "● 填好了，可以提交" if ready else "▲ 还没填完", "ok" if ready else "warn", ready)
