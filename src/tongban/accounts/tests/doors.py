"""Pages as people meet them, and the code that came by SMS."""

from __future__ import annotations

import re

from django.test import Client

from tongban.channels.models import Sms
from tongban.identity.models import Account


def visitor(account: Account | None = None) -> Client:
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    return client


def last_code() -> str:
    found = re.search(r"验证码 (\d{6})", Sms.objects.latest("pk").text)
    assert found
    return found[1]
