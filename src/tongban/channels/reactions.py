from uuid import UUID

from tongban.channels import actions
from tongban.channels.events import MailQueued, SmsQueued
from tongban.kernel import clock
from tongban.kernel.reactions import Entry, on


@on(SmsQueued)
def send(event: SmsQueued, entry: Entry) -> None:
    actions.send_sms(UUID(event.sms), now=clock.now())


@on(MailQueued)
def send_mail(event: MailQueued, entry: Entry) -> None:
    actions.send_mail(UUID(event.mail), now=clock.now())
