"""Cases made by the verbs inside the instance: `python -m tests.browser.cases` prints where they are.

Without an argument one in each state; with a number that many that wait to be accepted.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from itertools import count

from tests.browser.steps import FOOD, layout_plan

ANSWERS = {"kind": "catering", "raw": "no", "agent": "self"}
FORM = {
    "organisation_name": "双榕镇德福面馆", "uscc": "92500199MAYJ8801XJ", "agent_name": "周德福",
    "agent_id_number": "500199194508153010", "agent_phone": "19900000102", "premises_address": "云江区双榕镇中街7号",
    "premises_area": "40", "staff_count": "2", "diners": "16", "safety_manager": "周德福",
}  # fmt: skip
UNMET = ["标明各功能区面积", "操作间与就餐区分隔"]


def make(now: datetime, waiting: int = 0) -> dict[str, str] | list[str]:
    """State → number of a case of 周德福's, and the drafts; or only waiting ones."""
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.catalog.actions import editing
    from tongban.counter import actions as counter
    from tongban.evaluations import actions as evaluations
    from tongban.files import actions as files
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of

    def actor(username: str):  # type: ignore[no-untyped-def]
        return actor_of(Account.objects.get(username=username), now=now, channel="web")

    applicant, reviewer, decider, clerk = map(actor, ("zhou_defu", "chen_li", "zhao_guoping", "wang_min"))
    person = Account.objects.select_related("person").get(username="zhou_defu").person
    edition = catalog.edition(FOOD)
    keys = count(1)

    def submitted() -> str:
        plan = files.keep_upload(layout_plan()["buffer"], by=applicant, now=now)
        handed_in = actions.Submission(
            edition=edition, person=person, answers=ANSWERS, form=FORM,
            materials={"safety_rules": "pledge", "kitchen_layout": str(plan.public_id)},
        )  # fmt: skip
        return actions.submit(
            handed_in, key=f"browser-{'waiting' if waiting else 'state'}-{next(keys)}", by=applicant, now=now
        ).number

    def correcting() -> str:
        gaps = {"kitchen_layout": actions.Gap(points=UNMET, note="请在图上补画")}
        return actions.correct(submitted(), gaps, by=reviewer, now=now).number

    def accepted() -> str:
        return actions.accept(submitted(), by=reviewer, now=now).number

    def suspended() -> str:
        return actions.suspend(
            accepted(), cause="expert_review", reason="需要专家评审，预计三个工作日", by=reviewer, now=now
        ).number

    def reviewed() -> str:
        return actions.review(accepted(), passes=True, opinion="符合条件，建议准予。", by=reviewer, now=now).number

    def granted() -> str:
        return actions.decide(reviewed(), granted=True, by=decider, now=now).number

    def refused() -> str:
        return actions.decide(
            reviewed(), granted=False, reason="生熟加工路线交叉，不符合食品安全法第三十三条", by=decider, now=now
        ).number

    def rejected() -> str:
        return actions.reject(
            submitted(), kind="wrong_body", reason="不属于本机关职权范围，应向镇人民政府申请", right_body="双榕镇人民政府",
            by=reviewer, now=now,
        ).number  # fmt: skip

    def delivered() -> str:
        return actions.deliver(granted(), by=applicant, now=now).number

    def badly_rated() -> str:
        number = delivered()
        evaluations.rate(
            number, level=4, aspects={"speed": 4}, comment="跑了两次才说清楚要什么图", by=applicant, now=now
        )
        return number

    if waiting:
        return [submitted() for _ in range(waiting)]
    draft = actions.open_draft(edition, person=person, answers=ANSWERS, by=applicant, now=now)
    actions.save_draft(draft.public_id, form=FORM, by=applicant, now=now)
    at_the_window = counter.start(FOOD, counter.Applicant(id_number=FORM["agent_id_number"]), by=clerk, now=now)
    actions.save_draft(at_the_window.public_id, answers=ANSWERS, by=clerk, now=now)
    writing = editing.start(item=edition.item, body=edition.body, source=edition, by=actor("sun_yue"), now=now)
    states = (
        submitted, correcting, accepted, suspended, reviewed, granted, refused, rejected, delivered, badly_rated,
    )  # fmt: skip
    return {
        **{state.__name__: state() for state in states},
        "draft": str(draft.public_id),
        "writing": f"{writing.code}/{writing.version}",
        "window_draft": str(at_the_window.public_id),
    }


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now(), waiting=int(sys.argv[1]) if len(sys.argv) > 1 else 0)))


if __name__ == "__main__":
    main()
