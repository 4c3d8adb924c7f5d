from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class SmsQueued(Event, name="channels.SmsQueued", subject="sms"):
    sms: str
