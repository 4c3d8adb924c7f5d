"""What the pages of the window share: who may enter, and how a fault finds its field."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from tongban.catalog import sheets
from tongban.design.parts import Fault
from tongban.files import doors as files
from tongban.files.models import StoredFile
from tongban.identity import doors
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.kernel.refusals import Forbidden, Invalid, Refusal


def window(request: HttpRequest) -> Actor:
    """The clerk, acting at the counter. Unidentified (→ login) or Forbidden for all others."""
    by = doors.actor(request)
    if not by.posts_for("application.intake"):
        raise Forbidden("no_intake", "您的岗位不能在窗口收件", "收件由综窗人员办理；需要的，请向管理员申请综窗岗位")
    return replace(by, channel="counter")


def typed(request: HttpRequest, name: str, most: int = 4000) -> str:
    return request.POST.get(name, "").replace("\0", "")[:most]


def seen(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() and len(text) < 9 else None


def faults_of(refusal: Refusal) -> list[Refusal]:
    return refusal.faults if isinstance(refusal, Invalid) else [refusal]


def named(field: str) -> str:
    """The name on the page: `form.shop` is `form-shop`, so that a question, a field and a material may share a key."""
    if field.startswith("form."):
        return sheets.name_of(field, "form-")
    for what, name in (("answers.", "answer-"), ("materials.", "material-")):
        if field.startswith(what):
            return name + field.removeprefix(what)
    return field


def shown_faults(refusals: list[Refusal]) -> list[Fault]:
    """For the error summary: what is wrong, linked to its field."""
    return [Fault(named(each.field), _words(each)) for each in refusals]


def by_name(refusals: list[Refusal]) -> dict[str, str]:
    """For the fields: the same words, by the field's name on the page."""
    return {named(each.field): _words(each) for each in refusals}


HINTS = {"pledge_missing": "请申请人看过承诺内容，当面确认"}
"""Where the usual hint sends people to the window: they are here."""


def _words(refusal: Refusal) -> str:
    """The reason, and what to do next; a field left empty shows its help already."""
    hint = "" if refusal.code == "field_missing" else HINTS.get(refusal.code, refusal.hint)
    return "，".join(filter(None, [refusal.reason, hint]))


def keep_scan(request: HttpRequest, key: str, *, by: Actor) -> str:
    """The id of the scan sent for that material, empty when none was. Raises Refusal naming the material."""
    if no := files.too_large(request, f"materials.{key}"):
        raise no
    try:
        file = files.brought(request, f"file-{key}", by=by, now=clock.now())
        return str(file.public_id) if file else ""
    except Refusal as refusal:
        refusal.field = f"materials.{key}"
        raise


def brought(request: HttpRequest, keys: list[str], *, by: Actor) -> tuple[dict[str, str], list[Refusal]]:
    """How each material asked for was brought: a new scan, one kept from the page before, or paper."""
    given: dict[str, str] = {}
    faults: list[Refusal] = []
    for key in keys:
        kept = typed(request, f"kept-{key}", 36)
        mine = len(kept) == 36 and StoredFile.objects.filter(public_id=_uuid(kept), uploaded_by=by.who).exists()
        given[key] = kept if mine else "paper" if request.POST.get(f"material-{key}") else ""
        try:
            given[key] = keep_scan(request, key, by=by) or given[key]
        except Refusal as refusal:
            faults.append(refusal)
    return given, faults


def _uuid(text: str) -> str:
    """The text when it can be a file's id, else one that no file has."""
    plain = text.replace("-", "")
    return text if len(plain) == 32 and set(plain.lower()) <= set("0123456789abcdef") else "0" * 32


def way_of(how: str) -> str:
    """`scan` for a file's id."""
    return how if how in ("", "paper") else "scan"
