"""What the browser finds of reporting: a target that refused something, a system with cases that came back, a deep-linked item.

Run inside the instance; prints what stands for the braces in a path.
"""

from __future__ import annotations

import json


def main() -> None:
    import django

    django.setup()
    from datetime import timedelta

    from tongban.catalog import actions as catalog
    from tongban.catalog.content import Content
    from tongban.catalog.models import Edition, Item
    from tongban.identity.models import Account, Person
    from tongban.identity.queries import actor_of
    from tongban.kernel import clock
    from tongban.kernel.actors import system
    from tongban.orgs.models import Body
    from tongban.reporting import actions
    from tongban.reporting.actions import Typed
    from tongban.reporting.models import Comparison, ReportBatch, ReportRow, ReportTarget, ReturnedCase

    now, by = clock.now(), system("tests")
    speaks = Account.objects.create(username="tax_system", created_at=now)
    actions.set_system(
        "tax", name="电子税务局", account=speaks, hosts=["127.0.0.1"], passes=["name", "id_number", "phone"], by=by, now=now
    )  # fmt: skip
    market = Body.objects.order_by("pk").first()
    assert market
    item = Item.objects.create(code="990199009901", name="税务登记信息确认", type_code="07")
    content = Content.model_validate({
        "audience": ["1"], "connection": "deep_link", "online_url": "http://127.0.0.1:9/apply", "system_level": "nation",
        "demo": True,
    })  # fmt: skip
    edition = catalog.draft(item=item, body=market, content=content, by=by, now=now)
    catalog.publish(edition, by=by, now=now)
    person = Person.objects.get(account__username="zhou_defu")
    line = {
        "number": "TAX-2026-0001", "item": edition.code, "name": person.name, "id_number": person.id_number,
        "state": "granted", "applied_at": "2026-02-25 10:00", "accepted_at": "2026-02-25 15:00",
        "decided_at": "2026-02-27 11:00", "result": "登记信息已确认", "licence_name": "税务登记信息确认书",
        "licence_number": "SW500199-1",
    }  # fmt: skip
    told = [{"at": "2026-02-25 15:00", "says": "税务所已受理"}, {"at": "2026-02-27 11:00", "says": "已办结"}]
    lines = [(line, told), ({**line, "number": "TAX-2026-0002", "item": "SW-LOCAL-7"}, ())]
    actions.deliver(lines, key="browser-returned", by=actor_of(speaks, now=now, channel="api"), now=now)
    target = actions.set_target(
        "city", name="市级政务服务平台", url="https://reports.example.cn", form="national", secret="x" * 20, by=by, now=now
    )  # fmt: skip
    ReportTarget.objects.filter(pk=target.pk).update(active=False)  # nothing leaves this machine
    for at in range(4):
        wrong = {"state": "refused", "table": "up_pro_accept", "field": "org_code", "code": "missing", "ours": True}
        ReportRow.objects.create(
            target=target, subject=f"5001992026030200000{at}00A", version=1, on=clock.today(), made_at=now, settled_at=now,
            reason="办件受理·受理部门编码：必填，没有内容" if at < 3 else "", **(wrong if at < 3 else {"state": "acknowledged"}),
        )  # fmt: skip
    ReportBatch.objects.create(
        target=target, state="sent", size=12, made_at=now, attempts=3, sent_at=now - timedelta(hours=1),
        next_try_at=now + timedelta(days=30), trouble="已经发出，没有等到回答",
    )  # fmt: skip
    Comparison.objects.create(
        target=target, on=clock.today(), table="up_pro_accept", ours=12, theirs=11, missing=["50019920260302000000014"], at=now
    )  # fmt: skip
    clerk = actor_of(Account.objects.get(username="wang_min"), now=now, channel="web")
    food = Edition.objects.published().filter(connection="here").order_by("code").first()
    assert food
    actions.note(Typed(food.code, "tax", "12", "30", "no_interface"), by=clerk, now=now)
    returned = ReturnedCase.objects.get(number=line["number"])
    print(json.dumps({
        "returned": str(returned.public_id), "deep": edition.code, "food": food.code,
        "tail": str(person.id_number)[-4:],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
