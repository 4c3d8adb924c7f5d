"""The licence as a PDF, with a QR to the public verification page. Not yet sealed: the PDF says so."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from tongban.design.documents import compile_pdf
from tongban.design.qr import qr_svg
from tongban.kernel.clock import date_of
from tongban.kernel.typed import grouped
from tongban.licences.models import Licence

FOLDER = Path(__file__).parent / "typst"


def licence_pdf(licence: Licence, *, now: datetime) -> bytes:
    """As printed on the day of `now`: the status line is that day's."""
    return compile_pdf(
        FOLDER / "licence.typ",
        {
            "title": licence.title,
            "number": grouped(licence.number),
            "holder": licence.holder_name,
            "rows": [[label, value] for label, value in licence.particulars.items()],
            "issuer": licence.body.name,
            "issued_on": _chinese(licence.issued_on),
            "valid_until": _chinese(licence.valid_until) if licence.valid_until else "长期",
            "code": licence.code,
            "qr": qr_svg(f"{settings.TONGBAN.base_url}/verify/{licence.code}"),
            "status": licence.status_on(date_of(now)),
            "demo": settings.TONGBAN.demo,
        },
        at=now,
    )


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
