"""One turn for one target: look, gather, send."""

from __future__ import annotations

from datetime import datetime

from tongban.reporting.actions.looking import gather, look
from tongban.reporting.actions.sending import send_due
from tongban.reporting.gateways import ReportGateway
from tongban.reporting.models import ReportTarget

LOOKS = 20
"""Steps through the journal in one turn."""


def turn(target: ReportTarget, *, now: datetime, gateway: ReportGateway | None = None) -> int:
    """How many batches were settled."""
    for _ in range(LOOKS):
        if look(target.pk, now=now) is None:
            break
    gather(target.pk, now=now)
    return send_due(target, now=now, gateway=gateway)
