"""Cases about their materials: `python -m tests.browser.material_cases` prints their numbers.

`earlier`: 周德福's, its plan compared with the original at the window. `supplemented`: what he brought is still not right.
`wanting`: taken in at the window, and found wanting by the department.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from tests.browser.cases import ANSWERS, FORM
from tests.browser.steps import FOOD, layout_plan


def make(now: datetime) -> dict[str, str]:
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.files import actions as files
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of

    def actor(username: str):  # type: ignore[no-untyped-def]
        return actor_of(Account.objects.get(username=username), now=now, channel="web")

    applicant, reviewer, clerk = map(actor, ("zhou_defu", "chen_li", "wang_min"))
    person = Account.objects.select_related("person").get(username="zhou_defu").person
    edition = catalog.edition(FOOD)

    def plan() -> str:
        return str(files.keep_upload(layout_plan()["buffer"], by=applicant, now=now).public_id)

    def submitted() -> str:
        handed_in = actions.Submission(
            edition=edition, person=person, answers=ANSWERS, form=FORM,
            materials={"safety_rules": "pledge", "kitchen_layout": plan()},
        )  # fmt: skip
        return actions.submit(handed_in, key=f"materials-{uuid4().hex}", by=applicant, now=now).number

    earlier, supplemented = submitted(), submitted()
    actions.see_original(earlier, "kitchen_layout", grounds="当面与原件核对", by=clerk, now=now)
    gaps = {"kitchen_layout": actions.Gap(points=["标明各功能区面积"], note="图上没有面积")}
    actions.correct(supplemented, gaps, by=reviewer, now=now)
    actions.supplement(supplemented, materials={"kitchen_layout": plan()}, by=applicant, now=now)
    given = {"safety_rules": "pledge", "kitchen_layout": "paper"}
    handed_in = actions.Submission(
        edition=edition, person=person, answers=ANSWERS, form=FORM, materials=given,
        taken={"kitchen_layout": actions.Taken(points=["标明各功能区面积"], form="copy", copies=2, kept_at="档案柜 3 号盒")},
    )  # fmt: skip
    at_counter = replace(clerk, channel="counter", on_behalf_of=applicant.who)
    wanting = actions.submit(handed_in, key=f"materials-{uuid4().hex}", by=at_counter, now=now).number
    actions.correct(wanting, gaps, by=reviewer, now=now)
    draft = actions.open_draft(edition, person=person, answers=ANSWERS, by=applicant, now=now)
    actions.save_draft(draft.public_id, answers=ANSWERS, form=FORM, by=applicant, now=now)
    return {"earlier": earlier, "supplemented": supplemented, "wanting": wanting, "draft": str(draft.public_id)}


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now())))


if __name__ == "__main__":
    main()
