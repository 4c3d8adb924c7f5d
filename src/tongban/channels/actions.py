"""Queue a message inside a verb; send it from a reaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.channels.events import SmsQueued
from tongban.channels.gateways import SmsGateway, fake
from tongban.channels.models import Sms
from tongban.kernel import journal, rows
from tongban.kernel.actors import Actor

SIGNATURE = "【通办】"


@transaction.atomic(savepoint=False)
def queue_sms(*, phone: str, text: str, by: Actor, now: datetime) -> Sms:
    sms = rows.insert(Sms(phone=phone, text=SIGNATURE + text, queued_at=now))
    journal.record(SmsQueued(sms=str(sms.public_id)), by=by, now=now)
    return sms


def send_sms(public_id: UUID, *, now: datetime, gateway: SmsGateway | None = None) -> None:
    """Send once; a repeat after success does nothing. Raises what the gateway raises, so the job is retried."""
    gateway = gateway or fake.GATEWAY
    with transaction.atomic():
        sms = Sms.objects.select_for_update().get(public_id=public_id)
        if sms.state == "sent":
            return
        sms.receipt = gateway.send(phone=sms.phone, text=sms.text, reference=str(public_id))
        sms.state, sms.gateway, sms.sent_at = "sent", gateway.name, now
        rows.update(sms, "state", "gateway", "receipt", "sent_at")
