"""Tell a person something, once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.channels import actions as channels
from tongban.identity.actors import Actor as IdentityActor
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.actors import system
from tongban.notices.models import Message


@transaction.atomic(savepoint=False)
def tell(
    person: Person, *, key: str, subject: str, title: str, text: str, link: str, sms: str = "", now: datetime
) -> bool:
    """An in-site message, and an SMS where `sms` has words and the phone is known. False when it was told before."""
    message = Message(key=key, person=person, subject=subject, title=title, text=text, link=link, at=now)
    fresh = rows.insert_unless_there(message)
    if fresh and sms and person.phone:
        channels.queue_sms(phone=person.phone, text=sms, by=system("notices"), now=now)
    return fresh


def mark_read(*, by: IdentityActor, now: datetime) -> int:
    return Message.objects.visible_to(by).filter(read_at=None).update(read_at=now)
