"""A paper as PDF: always the same bytes, of what was kept when it was made out."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings

from tongban.applications.documents.common import FOLDER
from tongban.applications.models import CaseDocument
from tongban.design.documents import compile_pdf
from tongban.design.qr import qr_svg

NO_SEAL_YET = "印章位置（没有加盖电子印章）"
NO_SEAL_IN_DEMO = "（印章）演示：没有真的盖章"


def document_pdf(document: CaseDocument, *, now: datetime) -> bytes:
    """The PDF; its hash is kept, for who verifies the paper."""
    pdf = compile_pdf(FOLDER / "notice.typ", printed(document), at=document.made_at)
    _keep_hash(document, hashlib.sha256(pdf).hexdigest(), now=now)
    return pdf


def printed(document: CaseDocument) -> dict[str, Any]:
    """As `notice.typ` takes it."""
    facts = document.facts
    code = " ".join(document.code[at : at + 4] for at in range(0, len(document.code), 4))
    return {
        **facts["head"], **facts["paper"], "document_number": document.number,
        "qr": qr_svg(f"{settings.TONGBAN.base_url}/verify/documents/{document.code}"), "qr_note": f"扫码查验\n{code}",
        "seal_note": NO_SEAL_IN_DEMO if facts["head"]["demo"] else NO_SEAL_YET,
    }  # fmt: skip


def _keep_hash(document: CaseDocument, sha256: str, *, now: datetime) -> None:
    """Once, and again only when a later release sets the same facts otherwise."""
    if any(one["sha256"] == sha256 for one in document.files):
        return
    document.files = [*document.files, {"sha256": sha256, "at": now.isoformat(timespec="seconds")}]
    CaseDocument.objects.filter(pk=document.pk).update(files=document.files)
