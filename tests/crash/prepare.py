"""Run in a process of its own on the crash lane's database: the cast, and a token for each who acts. Prints JSON."""

from __future__ import annotations

import json

import django

django.setup()

from tests import people  # noqa: E402 - models need Django to be set up
from tongban.identity.actions import make_token  # noqa: E402
from tongban.kernel import clock  # noqa: E402


def main() -> None:
    now = clock.now()
    cast = people.make(now=now)
    tokens = {
        name: make_token(account=account, label="crash", now=now)
        for name, account in (("liu", cast.liu), ("reviewer", cast.reviewer))
    }
    print(json.dumps({"item": cast.guide.code, "tokens": tokens}))


if __name__ == "__main__":
    main()
