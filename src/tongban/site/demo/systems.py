"""单点登录 of the demo: a department's system that is connected and that a citizen agreed to, and one that waits for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.orgs.models import Body
from tongban.single_sign_on import actions
from tongban.single_sign_on.models import Asking
from tongban.single_sign_on.rules import Wanted
from tongban.site.demo.logins import CAST


def load(*, now: datetime) -> None:
    """Once."""
    if Asking.objects.exists():
        return
    for given in CAST["connected"]:
        head = actor_of(Account.objects.get(username=given["head"]), now=now, channel="web")
        body = Body.objects.select_related("region").get(key=given["body"])
        asking = actions.ask(_wanted(given), body=body, by=head, now=now)
        if "granted" in given:
            administrator = actor_of(Account.objects.get(username=given["approved_by"]), now=now, channel="web")
            client = actions.approve(
                asking.public_id, scopes=given["granted"], words="同意接入", by=administrator, now=now
            )
            for username in given["agreed"]:
                account = Account.objects.get(username=username)
                by = actor_of(account, now=now, channel="web")
                actions.agree(client, account=account, scopes=client.scopes, by=by, now=now)


def _wanted(given: dict[str, Any]) -> Wanted:
    return Wanted(
        name=given["name"], redirect_uris=tuple(given["back"]), logout_uris=tuple(given["home"]),
        backchannel_uri=given["told"], reasons=tuple(given["reasons"].items()),
    )  # fmt: skip
