"""Cases whose editions have steps: `python -m tests.browser.step_cases` prints where they are.

`played`: 刘晓燕's shop asks to dig a road, handed in and not accepted. `kinds`: accepted, with a step of every kind open.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.browser.steps import SHOP, layout_plan

ROAD = "990119029000"
ANSWERS = {"activity": "pipeline", "traffic": "half", "agent": "self"}
FORM = {
    "organisation_name": SHOP, "uscc": "92500199MAYJ8801XJ", "agent_name": "刘晓燕",
    "agent_id_number": "500199198803124520", "agent_phone": "19900000101", "road": "县道 X101 线 K3+200 至 K3+260",
    "site_address": "云江区听澜街道书院街36号门前", "starts_on": "2026-04-01", "ends_on": "2026-04-07", "length": "60",
    "site_manager": "刘晓燕", "site_phone": "19900000101",
}  # fmt: skip
OFF_PLATFORM = "市消防救援总队"


def make(now: datetime) -> dict[str, str]:
    from tests.people import publish
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.catalog import rules as guide
    from tongban.files import actions as files
    from tongban.identity.models import Account, Organisation
    from tongban.identity.queries import actor_of
    from tongban.orgs.models import Body

    def actor(username: str):  # type: ignore[no-untyped-def]
        return actor_of(Account.objects.get(username=username), now=now, channel="web")

    liu, chen = actor("liu_xiaoyan"), actor("chen_li")
    account = Account.objects.select_related("person").get(username="liu_xiaoyan")
    edition = catalog.edition(ROAD)
    form = FORM | {"agent_id_number": account.person.id_number}  # type: ignore[union-attr]

    def picture() -> str:
        return str(files.keep_upload(layout_plan()["buffer"], by=liu, now=now).public_id)

    given = {one.key: picture() for one in guide.materials_for(edition.document, ANSWERS) if one.give == "upload"}
    played = actions.submit(
        actions.Submission(
            edition=edition, person=account.person, organisation=Organisation.objects.get(name=SHOP), answers=ANSWERS,
            form=form, materials=given,
        ),
        key=f"steps-{uuid4().hex}", by=liu, now=now,
    )  # fmt: skip
    kinds: dict[str, dict[str, Any]] = {
        "paper": {"name": "书面审查"}, "last": {"name": "复审"},
        "ask": {"name": "征求意见", "kind": "consultation", "asked": [OFF_PLATFORM, "云江区民政局"],
                "standard": "请就房屋用途提出意见"},
        "site": {"name": "现场核查", "kind": "inspection"}, "experts": {"name": "专家评审", "kind": "expert"},
        "notice": {"name": "公示", "kind": "notice"}, "hear": {"name": "听证", "kind": "hearing"},
        "rare": {"name": "特别审查", "when": {"kind": ["retail"]}},
    }  # fmt: skip
    steps = [{"key": key, "role": "reviewer", "beside": key != "paper", **more} for key, more in kinds.items()]
    every = publish(
        Body.objects.get(key="market"), now=now, code=f"9901319{uuid4().int % 100000:05}", name="多种环节演示事项",
        steps=[*steps, {"key": "decide", "name": "决定", "role": "decider"}],
    )  # fmt: skip
    person = Account.objects.select_related("person").get(username="zhou_defu").person
    handed_in = actions.Submission(
        edition=every, person=person, answers={"kind": "catering"}, form={"name": "周德福", "shop": "德福", "area": "9"},
        materials={
            "safety": "pledge",
            "layout": str(files.keep_upload(layout_plan()["buffer"], by=actor("zhou_defu"), now=now).public_id),
        },
    )  # fmt: skip
    case = actions.submit(handed_in, key=f"steps-{uuid4().hex}", by=actor("zhou_defu"), now=now)
    actions.accept(case.number, by=chen, now=now)
    return {"played": played.number, "kinds": case.number, "silent": _silent(now)}


def _silent(now: datetime) -> str:
    """Accepted three weeks ago; the body that was asked never answered, and its head was urged to."""
    from tests.people import publish
    from tongban.applications import actions
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of
    from tongban.orgs.models import Body

    then = now - timedelta(days=21)
    owner, chen = (
        actor_of(Account.objects.get(username=who), now=then, channel="web") for who in ("zhou_defu", "chen_li")
    )
    edition = publish(
        Body.objects.get(key="market"), now=then, code=f"9901319{uuid4().int % 100000:05}", name="征求意见演示事项",
        questions=[], materials=[],
        steps=[
            {"key": "ask", "name": "征求意见", "role": "reviewer", "kind": "consultation", "asked": ["云江区民政局"],
             "silence": "escalated"},
            {"key": "decide", "name": "决定", "role": "decider"},
        ],
    )  # fmt: skip
    handed_in = actions.Submission(
        edition=edition, person=Account.objects.get(username="zhou_defu").person, answers={},
        form={"name": "周德福", "shop": "德福", "area": "9"}, materials={},
    )  # fmt: skip
    case = actions.submit(handed_in, key=f"steps-{uuid4().hex}", by=owner, now=then)
    actions.accept(case.number, by=chen, now=then)
    assert list(actions.sweep_silence(now=now))
    return case.number


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now())))


if __name__ == "__main__":
    main()
