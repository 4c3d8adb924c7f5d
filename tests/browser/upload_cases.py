"""Drafts that wait for a material, made by the verbs: `python -m tests.browser.upload_cases`; with `link` the newest code's address."""

from __future__ import annotations

import json
import sys
from datetime import datetime

from tests.browser.cases import ANSWERS, FORM
from tests.browser.steps import FOOD


def make(now: datetime) -> dict[str, str]:
    """`citizen`: 王强's own; `window`: a clerk's for 周德福."""
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.counter import actions as counter
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of

    account = Account.objects.select_related("person").get(username="wang_qiang")
    by = actor_of(account, now=now, channel="web")
    own = actions.open_draft(catalog.edition(FOOD), person=account.person, answers=ANSWERS, by=by, now=now)
    actions.save_draft(own.public_id, form=FORM, materials={"safety_rules": "pledge"}, by=by, now=now)
    clerk = actor_of(Account.objects.get(username="wang_min"), now=now, channel="counter")
    window = counter.start(FOOD, counter.Applicant(id_number=FORM["agent_id_number"]), by=clerk, now=now)
    actions.save_draft(window.public_id, answers=ANSWERS, by=clerk, now=now)
    return {"citizen": str(own.public_id), "window": str(window.public_id)}


def link() -> str:
    """What a phone reads in the code."""
    from tongban.files.actions import sheaves
    from tongban.files.models import Sheaf

    return f"/phone/{sheaves.token_of(Sheaf.objects.latest('pk'))}"


if __name__ == "__main__":
    import django

    django.setup()
    from tongban.kernel import clock

    sys.stdout.write(json.dumps(link() if sys.argv[1:] == ["link"] else make(clock.now())))
