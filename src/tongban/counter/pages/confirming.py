"""申请人确认: before the clerk files, the person signs the printed form, or tells the code that came to their phone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.http import HttpRequest

from tongban.applications import actions as applications
from tongban.applications.actions import confirmations
from tongban.applications.actions.confirmations import Confirmed
from tongban.applications.models import Draft
from tongban.authentication import codes
from tongban.counter.pages import common
from tongban.design.parts import Choice, Field
from tongban.files import doors as files
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.identity.rules import mask_phone
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal


@dataclass(frozen=True)
class Panel:
    way: Field
    code: Field
    scan: Field
    phone: str
    """Masked; empty when no code can be sent."""
    stands: bool
    """Confirmed by a code already, and nothing was changed since."""


def panel(request: HttpRequest, one: Draft, person: Person, errors: dict[str, str]) -> Panel:
    by_phone = person.phone.startswith("1")
    standing = confirmations.of_draft(one)
    ways = [Choice("signature", "申请人看过，已在打印的申请表上签名")]
    ways += [Choice("code", f"申请人报短信确认码（发到 {mask_phone(person.phone)}）")] if by_phone else []
    chosen = common.typed(request, "confirmed", 10) or (standing.way if standing else "")
    return Panel(
        way=Field(name="confirmed", label="申请人怎么确认的", kind="choice", long=True, choices=ways, value=chosen,
                  error=errors.get("confirmed", "")),
        code=Field(name="code", label="短信确认码", kind="code", required=False, error=errors.get("code", ""),
                   attrs={"maxlength": "8", "autocomplete": "off"}),
        scan=Field(name="signed", label="签名页扫描件", kind="file", required=False, error=errors.get("signed", ""),
                   help="已经收到，内容没有改动的不用再传" if standing and standing.file else "选签名的，要扫描或者拍照上传"),
        phone=mask_phone(person.phone) if by_phone else "",
        stands=standing is not None,
    )  # fmt: skip


def send(request: HttpRequest, person: Person) -> None:
    """Raises Refusal on the limits."""
    try:
        codes.send(phone=person.phone, purpose="submit", address=request.META.get("REMOTE_ADDR", ""), now=clock.now())
    except Refusal as refusal:
        refusal.field = "code"
        raise
    messages.success(request, f"确认码已发到 {mask_phone(person.phone)}，请申请人看过内容再报给您")


def take(request: HttpRequest, one: Draft, person: Person, *, by: Actor) -> Draft:
    """What was said of the confirmation, kept with the draft. Raises Refusal when there is none."""
    way, of = common.typed(request, "confirmed", 10), confirmations.digest_of(one.content)
    standing = confirmations.of_draft(one)
    if way == "code":
        if standing and standing.way == "code":
            return one
        codes.check(phone=person.phone, purpose="submit", typed=common.typed(request, "code", 12), now=clock.now())
        said = Confirmed("code", of, phone=mask_phone(person.phone))
    elif way == "signature":
        scan = _scan(request, by) or (standing.file if standing else "")
        if not scan:
            raise confirmations.unsigned()
        said = Confirmed("signature", of, file=scan)
    else:
        raise confirmations.missing()
    return applications.save_draft(one.public_id, confirmed=asdict(said), by=by, now=clock.now())


def _scan(request: HttpRequest, by: Actor) -> str:
    try:
        scan = files.brought(request, "signed", by=by, now=clock.now())
    except Refusal as refusal:
        refusal.field = "signed"
        raise
    return str(scan.public_id) if scan else ""
