"""Notices made by the verbs inside the instance: `python -m tests.browser.notices_cases` prints the case they are about.

Three go to 赵桂芳, who has no phone; two to 李国栋, whose number does not exist. With `bounce`, 王强's
number is refused.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from uuid import uuid4


def make(now: datetime) -> dict[str, str]:
    from django.db import transaction

    from tests.browser import cases
    from tests.people import check_digit
    from tongban.applications.models import Application
    from tongban.channels import actions as channels
    from tongban.channels.gateways.fake import FakeSms
    from tongban.channels.models import Sms
    from tongban.identity import actions as identity
    from tongban.identity.models import Person
    from tongban.kernel.typed import grouped
    from tongban.notices import actions
    from tongban.notices.kinds import KINDS

    case = Application.objects.select_related("body").get(number=cases.make(now, waiting=1)[0])  # type: ignore[index]
    values = {
        "事项": case.title, "编号": grouped(case.number), "部门": case.body.name, "份数": "2", "答复期限": "3月9日",
        "办结承诺": "，承诺3月9日前办结",
    }  # fmt: skip

    def person(name: str, seventeen: str, **known: str) -> Person:
        return identity.register_person(name=name, id_number=seventeen + check_digit(seventeen), now=now, **known)

    def tell(to: Person, kind: str) -> None:
        actions.tell(
            to, KINDS[kind], key=f"{case.number}/{kind}/{uuid4().hex[:8]}", subject=case.number, values=values,
            body_id=case.body_id, region_path=case.region_path, now=now,
        )  # fmt: skip

    unreachable = person("赵桂芳", "50019919420715202", address="云江区双榕镇上河村 3 组 12 号")
    for kind in ("corrected", "rejected", "lapsed"):
        tell(unreachable, kind)
    wrong = person("李国栋", "50019919610203101", phone="19911112222")
    for kind in ("corrected", "granted"):
        with transaction.atomic():  # what the worker would do, before it can
            tell(wrong, kind)
            channels.send_sms(Sms.objects.latest("pk").public_id, now=now, gateway=FakeSms(fault="refuse"))
    return {"number": case.number}


def bounce(now: datetime) -> dict[str, str]:
    """王强's number is refused once."""
    from django.db import transaction

    from tongban.channels import actions as channels
    from tongban.channels.gateways.fake import FakeSms
    from tongban.identity.models import Account
    from tongban.kernel.actors import system

    account = Account.objects.select_related("person").get(username="wang_qiang")
    with transaction.atomic():
        sms = channels.queue_sms(phone=account.person.phone, text="试发。", by=system("tests"), now=now)  # type: ignore[union-attr]
        channels.send_sms(sms.public_id, now=now, gateway=FakeSms(fault="refuse"))
    return {}


def main() -> None:
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps((bounce if sys.argv[1:] == ["bounce"] else make)(clock.now())))


if __name__ == "__main__":
    main()
