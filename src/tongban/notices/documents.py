"""A notice as a letter: addressed, dated, for a window envelope."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from tongban.design.documents import compile_pdf
from tongban.kernel.clock import date_of
from tongban.kernel.typed import grouped
from tongban.notices.models import Delivery

FOLDER = Path(__file__).parent / "typst"


def letter_pdf(letter: Delivery) -> bytes:
    """To the address of service where the message has one, else to the person's own."""
    message = letter.message
    to = message.address or {"receiver": letter.person.name, "address": letter.person.address}
    return compile_pdf(
        FOLDER / "letter.typ",
        {
            "title": message.title,
            "name": to["receiver"],
            "address": to["address"],
            "paragraphs": [line for line in letter.text.split("\n") if line.strip()],
            "office": letter.body.name if letter.body else settings.TONGBAN.office,
            "date": date_of(message.at),
            "number": grouped(message.subject),
            "demo": settings.TONGBAN.demo,
        },
        at=message.at,
    )
