"""What a phone reads off a screen's code: the address, by the key of the screen's session on standard input."""

from __future__ import annotations

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

if __name__ == "__main__":
    kept = SessionStore(sys.stdin.read().strip())["scan"]
    print(f"{settings.TONGBAN.base_url}/scan/{kept['token']}", end="")
