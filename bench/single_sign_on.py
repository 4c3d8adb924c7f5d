"""An access token of a department's system for the demo's citizen, made inside the instance: `python -m bench.single_sign_on`."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

from bench.instance import Instance

ROOT = Path(__file__).resolve().parents[1]


def token(instance: Instance) -> str:
    """Ten minutes are more than the load needs."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.single_sign_on"], cwd=ROOT, env=instance.environ, check=True, capture_output=True,
        text=True,
    )  # fmt: skip
    return made.stdout.strip()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    from tongban.authentication import actions as authentication
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of
    from tongban.kernel import clock
    from tongban.single_sign_on import actions
    from tongban.single_sign_on.models import Client
    from tongban.single_sign_on.protocol import Wish

    now = clock.now()
    account = Account.objects.get(username="liu_xiaoyan")
    session = authentication.begin(
        account=account, key=secrets.token_hex(16), method="password", device="", address="", now=now
    )  # fmt: skip
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    client = Client.objects.filter(name__startswith="道路运输").order_by("pk")[0]
    wish = Wish(("openid", "profile", "phone"), "", "", challenge, frozenset(), None)
    by, back = actor_of(account, now=now, channel="web"), client.redirect_uris[0]
    code = actions.let_in(client, wish, redirect_uri=back, session=session, by=by, now=now)
    print(actions.redeem(client, code=code, redirect_uri=back, verifier=verifier, now=now).access)


if __name__ == "__main__":
    main()
