"""一叠页's pages: the same on the phone that scanned the code and on the computer that shows it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.files import doors, links
from tongban.files.actions import sheaves
from tongban.files.models import Sheaf, StoredFile
from tongban.files.pages import common
from tongban.kernel import clock
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound, Refusal


@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest, token: str) -> HttpResponse:
    """By the signed link alone: it shows the material's name and the pictures taken through it, nothing else."""
    try:
        one, by = sheaves.by_link(token, now=clock.now())
    except (Conflict, NotFound) as no:
        used = no.code == "link_used"
        return render(
            request, "files/phone_over.html", {"refusal": no, "used": used}, status=200 if used else no.status
        )
    return _page(request, one, by, here=request.path, link=token)


@require_http_methods(["GET", "POST"])
def desktop(request: HttpRequest, sheaf: UUID) -> HttpResponse:
    by = common.actor(request)
    one = sheaves.own_sheaf(sheaf, by=by)
    if one.bound_at is not None:
        if request.headers.get("HX-Request"):  # the page asks by itself, and has to go as a whole
            return HttpResponse(headers={"HX-Redirect": one.back})
        return redirect(one.back)
    return _page(request, one, by, here=request.path, link="")


def _page(request: HttpRequest, one: Sheaf, by: Actor, *, here: str, link: str) -> HttpResponse:
    faults: list[Refusal] = []
    if request.method == "POST":
        faults = _act(request, one, by)
        if not faults:
            return redirect(here if link or "bind" not in request.POST else one.back)
    pages = list(one.pages.select_related("file").order_by("position"))
    context = {
        "sheaf": one,
        "here": here,
        "link": link,
        "pages": pages,
        "waiting": any(page.file.state == "quarantined" for page in pages),
        "invitation": None if link else links.invitation(one, now=clock.now()),
        "most": sheaves.MOST_PAGES,
        "errors": faults,
    }
    return render(request, "files/phone.html" if link else "files/sheaf.html", context, status=422 if faults else 200)


def _act(request: HttpRequest, one: Sheaf, by: Actor) -> list[Refusal]:
    """What the button says; pictures that are refused leave the others kept."""
    now, sent = clock.now(), request.POST
    try:
        for name, change in (("turn", sheaves.turn_page), ("remove", sheaves.remove_page)):
            if name in sent:
                change(one, _key(sent[name]))
        for name, up in (("up", True), ("down", False)):
            if name in sent:
                sheaves.move_page(one, _key(sent[name]), up=up)
        if "link" in sent:
            sheaves.open_sheaf(subject=one.subject, label=one.label, back=one.back, by=by, now=now)
        faults = _add(request, one, by)
        if "bind" in sent and not faults:
            sheaves.bind_sheaf(one, by=by, now=now)
    except Refusal as no:
        if no.status not in (409, 422):
            raise
        return [no]
    return faults


def _add(request: HttpRequest, one: Sheaf, by: Actor) -> list[Refusal]:
    now = clock.now()
    faults = [no] if (no := doors.too_large(request, "pages")) else []
    for number, picture in enumerate(request.FILES.getlist("pages"), 1):
        try:
            sheaves.add_page(one, picture.read(), by=by, now=now)
        except Refusal as no:
            no.reason, no.field = f"第 {number} 张：{no.reason}", "pages"
            faults.append(no)
    for public_id in request.POST.getlist(f"{doors.SENT}pages")[: sheaves.MOST_PAGES]:
        try:
            sheaves.place_page(one, doors.own(public_id, by=by), now=now)
        except Refusal as no:
            faults.append(no)
    return faults


@require_safe
def page_picture(request: HttpRequest, sheaf: UUID, page: int) -> HttpResponse:
    return doors.send_file(_file(sheaves.own_sheaf(sheaf, by=common.actor(request)), page), name=f"page-{page}")


@require_safe
def phone_picture(request: HttpRequest, token: str, page: int) -> HttpResponse:
    return doors.send_file(_file(sheaves.by_link(token, now=clock.now())[0], page), name=f"page-{page}")


def _file(one: Sheaf, page: int) -> StoredFile:
    found = one.pages.select_related("file").filter(pk=page).first()
    if found is None:
        raise NotFound("page_unknown", "没有这一页", "可能已经删除，请刷新页面")
    return found.file


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
