"""补录: the time on the paper, as it was typed. Pure."""

from __future__ import annotations

from datetime import date, datetime, time

from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Invalid, Refusal


def true_time(on: str, at: str) -> datetime:
    """The moment of a day (2026-03-02) and a time (09:30) at the window. Raises Invalid naming `received_on`, `received_at`."""
    faults, day, moment = [], None, None
    try:
        day = date.fromisoformat(on.strip())
    except ValueError:
        faults.append(Refusal("received_on", "请填写实际收件的日期", "看纸质收件凭证", "received_on"))
    try:
        moment = time.fromisoformat(at.strip())
    except ValueError:
        faults.append(Refusal("received_at", "请填写实际收件的时间", "看纸质收件凭证，例如 09:30", "received_at"))
    if day is None or moment is None:
        raise Invalid(faults)
    return datetime.combine(day, moment.replace(tzinfo=None), SHANGHAI)
