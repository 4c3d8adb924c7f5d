"""Run in a process of its own on the crash lane's database: the cast, and a token for each who acts. Prints JSON."""

from __future__ import annotations

import json
from datetime import time

import django

django.setup()

from tests import people  # noqa: E402 - models need Django to be set up
from tongban.channels import actions as channels  # noqa: E402
from tongban.identity.actions import make_token  # noqa: E402
from tongban.kernel import clock  # noqa: E402


def main() -> None:
    now = clock.now()
    cast = people.make(now=now)
    channels.set_hours(  # the clock is the real one: whatever the hour, each message goes by itself and at once
        quiet_from=time(0), quiet_until=time(0), gather_minutes=0, by=cast.actor(cast.administrator), now=now
    )
    tokens = {
        name: make_token(account=account, label="crash", now=now)
        for name, account in (("liu", cast.liu), ("reviewer", cast.reviewer))
    }
    print(json.dumps({"item": cast.guide.code, "tokens": tokens}))


if __name__ == "__main__":
    main()
