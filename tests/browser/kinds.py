"""What the pages of promises and mandates can't bring about themselves: `python -m tests.browser.kinds` prints numbers."""

from __future__ import annotations

import json
from datetime import datetime

DISPATCH = "990131081004"


def make(now: datetime) -> dict[str, str]:
    """A pledge of 林浩's company that was found broken; and one that was signed and waits to be accepted."""
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.identity.models import Account, Organisation
    from tongban.identity.queries import actor_of

    def actor(username: str):  # type: ignore[no-untyped-def]
        return actor_of(Account.objects.get(username=username), now=now, channel="web")

    owner, reviewer, decider = map(actor, ("lin_hao", "approval_reviewer", "approval_decider"))
    person = Account.objects.select_related("person").get(username="lin_hao").person
    company = Organisation.objects.get(pk=owner.organisation_ids[0])
    form = {
        "organisation_name": company.name, "uscc": company.uscc, "agent_name": "林浩", "agent_phone": "19900000104",
        "premises_address": "云江区听澜街道书院街12号", "capital": "300",
    }  # fmt: skip

    def signed(key: str) -> str:
        handed_in = actions.Submission(
            edition=catalog.edition(DISPATCH),
            person=person,
            organisation=company,
            answers={"what": "new", "agent": "self"},
            form=form,
            pledged=True,
        )
        return actions.submit(handed_in, key=f"browser-{key}", by=owner, now=now).number

    waiting, broken = signed("waiting"), signed("broken")
    actions.accept(broken, by=reviewer, now=now)
    actions.decide(broken, granted=True, by=decider, now=now)
    actions.verify(broken, 1, holds=False, note="现场没有固定的经营场所", by=reviewer, now=now)
    return {"signed": waiting, "broken": broken}


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now())))


if __name__ == "__main__":
    main()
