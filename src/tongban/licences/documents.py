"""The licence as a PDF: typst, with a QR to the public verification page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tongban.licences.models import Licence


def licence_pdf(licence: Licence, *, now: datetime) -> bytes:
    raise NotImplementedError(Path(__file__))
