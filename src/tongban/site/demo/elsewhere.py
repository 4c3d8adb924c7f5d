"""办件回流 of the demo: a vertical system, one case of it that found its item, one that nobody has claimed, and what was typed
twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tongban.catalog.models import Edition
from tongban.identity.models import Account, Person
from tongban.identity.queries import actor_of
from tongban.kernel.actors import system
from tongban.reporting import actions
from tongban.reporting.actions import Typed
from tongban.reporting.models import DoubleEntry, ReturnedCase
from tongban.site.demo.logins import CAST


def load(*, now: datetime) -> None:
    """Once: what came back is not delivered again."""
    by = system("demo")
    accounts = {}
    for given in CAST["systems"]:
        account, _ = Account.objects.get_or_create(username=given["account"], defaults={"created_at": now})
        actions.set_system(given["key"], name=given["name"], account=account, hosts=[], passes=[], by=by, now=now)
        accounts[given["key"]] = account
    if ReturnedCase.objects.exists() or DoubleEntry.objects.exists():
        return
    for given in CAST["returned"]:
        speaks = actor_of(accounts[given["system"]], now=now, channel="api")
        actions.deliver([_line(given, now)], key=f"demo-{given['number']}", by=speaks, now=now)
    for given in CAST["typed_twice"]:
        clerk = actor_of(Account.objects.get(username=given["clerk"]), now=now, channel="web")
        said = Typed(_code(given["item"]), given["system"], str(given["minutes"]), str(given["fields"]), given["why"])
        actions.note(said, by=clerk, now=now)


def _line(given: dict[str, Any], now: datetime) -> tuple[dict[str, str], list[dict[str, str]]]:
    """One case as the system delivers it, with its progress."""
    person = Person.objects.get(account__username=given["applicant"])
    began = (now - timedelta(days=given["days_ago"])).replace(hour=9, minute=0)
    moments = [f"{began + timedelta(hours=2 * at):%Y-%m-%d %H:%M}" for at in range(len(given["says"]) + 1)]
    line = {
        "number": given["number"], "item": _code(given["item"]), "name": person.name, "id_number": person.id_number,
        "state": "granted", "applied_at": moments[0], "accepted_at": moments[1], "decided_at": moments[-1],
        "result": given["result"], "licence_name": given["licence_name"],
    }  # fmt: skip
    return line, [{"at": at, "says": says} for at, says in zip(moments[1:], given["says"], strict=True)]


def _code(item: str) -> str:
    """Of the published guide of an item; what is no item of ours stays as the system writes it."""
    found = Edition.objects.published().filter(item__code__startswith=item).order_by("pk").first()
    return found.code if found else item
