from __future__ import annotations

from django.conf import settings

from tongban.channels.models import Bounce, SendingHours
from tongban.channels.rules import Hours
from tongban.kernel.crypto import blind_index


def hours() -> Hours:
    """Those in force."""
    last = SendingHours.objects.order_by("-pk").first()
    return Hours(last.quiet_from, last.quiet_until, last.gather_minutes) if last else Hours()


def bounced(channel: str, address: str) -> Bounce | None:
    """The entry of the bounce list, if this address is on it."""
    return Bounce.objects.filter(channel=channel, address_index=index_of(channel, address)).first()


def index_of(channel: str, address: str) -> bytes:
    return blind_index(address, purpose="phone" if channel == "sms" else "mail")


def mail_is_open() -> bool:
    """Whether this instance has a mail server."""
    return bool(settings.TONGBAN.mail_host)
