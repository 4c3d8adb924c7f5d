"""A case with a PDF to look at: `python -m tests.browser.viewer_cases` prints its number."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from tests.browser.cases import ANSWERS, FORM
from tests.browser.steps import FOOD


def make(now: datetime) -> str:
    from tests.people import paper
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.files import actions as files
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of

    account = Account.objects.select_related("person").get(username="zhou_defu")
    applicant = actor_of(account, now=now, channel="web")
    assert account.person
    plan = files.keep_upload(paper(), by=applicant, now=now)
    handed_in = actions.Submission(
        edition=catalog.edition(FOOD), person=account.person, answers=ANSWERS, form=FORM,
        materials={"safety_rules": "pledge", "kitchen_layout": str(plan.public_id)},
    )  # fmt: skip
    return actions.submit(handed_in, key=f"viewer-{uuid4().hex}", by=applicant, now=now).number


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(make(clock.now()))


if __name__ == "__main__":
    main()
