"""Cases of 周德福's in the wider procedure, made by the verbs inside the instance: `python -m tests.browser.rights_cases`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import count

from tests.browser.steps import FOOD


def make(now: datetime) -> dict[str, str]:
    """State → number."""
    from tests import people
    from tongban.applications import actions
    from tongban.catalog import queries as catalog
    from tongban.identity import actions as identity
    from tongban.identity.models import Account
    from tongban.identity.queries import actor_of
    from tongban.kernel.actors import system

    def actor(username: str):  # type: ignore[no-untyped-def]
        return actor_of(Account.objects.get(username=username), now=now, channel="web")

    body = catalog.edition(FOOD).body
    account = identity.open_account(username="head_of_market", password="tongban-demo", person=None, now=now)
    identity.appoint(account=account, role="head", region=body.region, body=body, hall=None, now=now)
    applicant, reviewer, decider, clerk = map(actor, ("zhou_defu", "chen_li", "zhao_guoping", "wang_min"))
    head = actor("head_of_market")
    person = Account.objects.select_related("person").get(username="zhou_defu").person
    usual = people.publish(body, now=now, code="990131009701", name="小食杂店登记", verify_days=20)
    provisional = people.publish(body, now=now, code="990131009702", name="小餐饮登记", follow="decision")
    above = people.publish(
        body, now=now, code="990131009703", name="食品生产许可", decided_above="渝州市市场监督管理局"
    )
    keys = count(1)

    def handed_in(edition=usual):  # type: ignore[no-untyped-def]
        return actions.Submission(
            edition=edition, person=person, answers={"kind": "catering"},
            form={"name": "周德福", "shop": "德福面馆", "area": "40"}, materials={"safety": "pledge"},
        )  # fmt: skip

    def submitted(edition=usual, at: datetime = now) -> str:  # type: ignore[no-untyped-def]
        return actions.submit(handed_in(edition), key=f"rights-{next(keys):04}", by=applicant, now=at).number

    def accepted(edition=usual) -> str:  # type: ignore[no-untyped-def]
        return actions.accept(submitted(edition), by=reviewer, now=now).number

    def reviewed(edition=usual) -> str:  # type: ignore[no-untyped-def]
        return actions.review(
            accepted(edition), passes=True, opinion="符合条件，建议准予。", by=reviewer, now=now
        ).number

    def granted() -> str:
        return actions.decide(reviewed(), granted=True, by=decider, now=now).number

    written = accepted()
    actions.write_message(written, text="布局图要标尺寸吗？", by=applicant, now=now)
    actions.write_message(written, text="要标，见指南里的样图。", by=reviewer, now=now)
    busy = accepted(provisional)
    actions.ask_extension(busy, days=5, reason="需要向镇政府核实产权资料。", by=reviewer, now=now)
    actions.extend(busy, by=head, now=now)
    actions.ask_hearing(busy, reason="想当面说明灶台的位置。", by=applicant, now=now)
    for cause in ("inspection", "expert_review"):
        actions.suspend(busy, cause=cause, reason="需要三个工作日，完成后马上恢复。", by=reviewer, now=now)
    early = now - timedelta(days=30)
    lapsed = submitted(at=early)
    actions.correct(lapsed, {"layout": actions.Gap(note="请补交")}, days=3, by=reviewer, now=early)
    actions.lapse(lapsed, by=system("tests"), now=now)
    deemed = submitted(at=early)
    actions.deem_accepted(deemed, by=system("tests"), now=now)
    refused = actions.decide(reviewed(), granted=False, reason="生熟加工路线交叉。", by=decider, now=now).number
    actions.deliver(refused, by=applicant, now=now)
    revoked = actions.revoke(granted(), ground="deceit", reason="提交的布局图与现场不符。", by=head, now=now).number
    amended = granted()
    actions.amend(amended, was="中街7号", becomes="中街17号", reason="门牌号写错了。", by=decider, now=now)
    return {
        "accepted": accepted(), "hearing": accepted(), "provisional": accepted(provisional),
        "follows": accepted(provisional), "written": written, "busy": busy, "lapsed": lapsed, "deemed": deemed,
        "refused": refused, "revoked": revoked, "amended": amended, "granted": granted(),
        "forwarded": actions.forward(reviewed(above), opinion="符合条件，报请决定。", by=decider, now=now).number,
        "terminated": actions.terminate(
            accepted(), ground="duplicate", reason="同一事项已经另案办理。", by=decider, now=now
        ).number,
        "made": actions.make(granted(), by=decider, now=now).number,
        "reopened": actions.reopen(
            granted(), ground="reconsideration", document="云江府复〔2026〕12 号", reason="复议决定重新作出决定。",
            by=head, now=now,
        ).number,
        "recorded": actions.back_enter(
            handed_in(), received_at=now - timedelta(days=2), reason="停电时收的纸质材料。", key="rights-back-entry",
            by=clerk, now=now,
        ).number,
    }  # fmt: skip


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now())))


if __name__ == "__main__":
    main()
