"""Cases made by the verbs inside the instance: `python -m tests.browser.cases` prints where they are.

Without an argument one in each state; with a number that many that wait to be accepted; with `procedure` those on which
the rarer acts are played.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from itertools import count
from uuid import uuid4

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
    from tongban.catalog.models import Edition
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
            handed_in,
            key=f"browser-{uuid4().hex[:8]}-{'waiting' if waiting else 'state'}-{next(keys)}",
            by=applicant,
            now=now,
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
    begun = Edition.objects.filter(item=edition.item, body=edition.body, state="draft").first()  # by another test
    writing = begun or editing.start(item=edition.item, body=edition.body, source=edition, by=actor("sun_yue"), now=now)
    states = (
        submitted, correcting, accepted, suspended, reviewed, granted, refused, rejected, delivered, badly_rated,
    )  # fmt: skip
    return {
        **{state.__name__: state() for state in states},
        "draft": str(draft.public_id),
        "writing": f"{writing.code}/{writing.version}",
        "window_draft": str(at_the_window.public_id),
    }


def procedure(now: datetime) -> dict[str, str]:
    """One to be accepted provisionally, one whose decision is made above, and one in a body where nobody holds a post."""
    from tests.people import publish
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.identity.models import Account, StaffPost
    from tongban.identity.queries import actor_of
    from tongban.orgs.models import Body

    applicant, reviewer = (
        actor_of(Account.objects.get(username=name), now=now, channel="web") for name in ("zhou_defu", "chen_li")
    )
    person = Account.objects.select_related("person").get(username="zhou_defu").person
    form = {"name": "周德福", "shop": "德福", "area": "9"}

    def submitted(edition, **change) -> str:  # type: ignore[no-untyped-def]
        handed_in = actions.Submission(edition=edition, person=person, **change)
        return actions.submit(
            handed_in, key=f"procedure-{uuid4().hex[:8]}-{edition.code}", by=applicant, now=now
        ).number

    def simple(code: str, name: str, body: Body, **change: object) -> str:
        edition = publish(body, now=now, code=code, name=name, materials=[], questions=[], **change)
        return submitted(edition, form=form)

    provisional = submitted(catalog.edition(FOOD), answers=ANSWERS, form=FORM, materials={"safety_rules": "pledge"})
    market = Body.objects.get(key="market")
    above = simple("990131901001", "转报演示事项", market, decided_above="重庆市市场监督管理局")
    actions.accept(above, by=reviewer, now=now)
    actions.review(above, passes=True, opinion="符合条件，建议准予。", by=reviewer, now=now)
    unstaffed = Body.objects.exclude(pk__in=StaffPost.objects.filter(body__isnull=False).values("body"))
    vacant = simple("990131902001", "空缺演示事项", unstaffed.order_by("key")[0])
    return {"provisional": provisional, "above": above, "vacant": vacant}


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    what = sys.argv[1] if len(sys.argv) > 1 else "0"
    made = procedure(clock.now()) if what == "procedure" else make(clock.now(), waiting=int(what))
    print(json.dumps(made))


if __name__ == "__main__":
    main()
