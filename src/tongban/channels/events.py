from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SmsQueued(Event, name="channels.SmsQueued", subject="sms"):
    sms: str


@dataclass(frozen=True, kw_only=True)
class MailQueued(Event, name="channels.MailQueued", subject="mail"):
    mail: str


@dataclass(frozen=True, kw_only=True)
class Undeliverable(Event, name="channels.Undeliverable", subject="sending"):
    """It did not arrive and is not tried again: `state` is failed, bounced or given_up."""

    channel: str
    sending: str
    state: str
