"""Validity and verification codes: pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I, L: a code is read aloud and typed."""

CODE_LENGTH = 12


def valid_until(issued_on: date, months: int | None) -> date | None:
    """The last day of validity: the day before the same day `months` later; None for no end."""
    if months is None:
        return None
    years, month = divmod(issued_on.month - 1 + months, 12)
    year = issued_on.year + years
    last = calendar.monthrange(year, month + 1)[1]
    if issued_on.day > last:
        return date(year, month + 1, last)
    return date(year, month + 1, issued_on.day) - timedelta(days=1)
