"""申请人确认 at a window: a clerk files for somebody, and that somebody says so, by a code or by a signature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tongban.applications.agent_models import IntakeConfirmation
from tongban.applications.events import IntakeConfirmed
from tongban.applications.models import Application, Draft
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel import idempotency, journal
from tongban.kernel.refusals import Refusal

Way = Literal["code", "signature"]
KEPT = ("answers", "form", "materials", "pledged")


@dataclass(frozen=True)
class Confirmed:
    """`phone`: masked, of a code; `file`: id of the scan of a signature; `of`: what was confirmed (`digest_of`)."""

    way: Way
    of: str
    phone: str = ""
    file: str = ""


def digest_of(content: Mapping[str, Any]) -> str:
    """What the person confirms: another answer, field or paper needs another confirmation."""
    parts = (f"{key}={content.get(key)!r}" for key in KEPT)
    return idempotency.request_hash(*parts).hex()


def of_draft(draft: Draft) -> Confirmed | None:
    """The confirmation that stands, if what it was given for is still what is handed in."""
    said = draft.content.get("confirmed")
    return Confirmed(**said) if said and said["of"] == digest_of(draft.content) else None


def missing() -> Refusal:
    return Refusal(
        "intake_unconfirmed", "请申请人确认以后再收件", "请申请人在打印的申请表上签名，或者报短信确认码", "confirmed"
    )


def unsigned() -> Refusal:
    return Refusal(
        "signature_unscanned",
        "请扫描上传申请人签了名的申请表",
        "没有扫描仪的，用手机拍；也可以改用短信确认码",
        "signed",
    )


def demand(draft: Draft, *, by: Actor) -> Confirmed:
    """The confirmation that stands, with what proves it: a clerk files nothing on their own word. Raises Refusal."""
    said = of_draft(draft)
    if said is None or (said.way == "code" and not said.phone):
        raise missing()
    if said.way == "signature" and _scan_of(said, by=by) is None:
        raise unsigned()
    return said


def _scan_of(said: Confirmed, *, by: Actor) -> StoredFile | None:
    """The clerk's own scan."""
    return StoredFile.objects.filter(public_id=said.file, uploaded_by=by.who).first() if said.file else None


def keep(application: Application, confirmed: Confirmed, *, by: Actor, now: datetime) -> None:
    IntakeConfirmation.objects.create(
        application=application, way=confirmed.way, phone=confirmed.phone, file=_scan_of(confirmed, by=by), by=by.who,
        by_post=by.post, at=now,
    )  # fmt: skip
    journal.record(IntakeConfirmed(number=application.number, way=confirmed.way), by=by, now=now)


def words_of(application: Application) -> str:
    """短信确认码（199****0001）; empty where the applicant filed it themself, or on paper before."""
    found = IntakeConfirmation.objects.filter(application=application).first()
    if found is None:
        return ""
    beside = found.phone or ("已扫描" if found.file_id else "")
    return f"{found.get_way_display()}（{beside}）" if beside else found.get_way_display()
