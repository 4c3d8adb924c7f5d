"""Makers: the same small cast in tests, demo data and manual screenshots. One of them is a stranger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.test import Client
from stdnum.cn import uscc

from tests.papers import paper as paper
from tongban.applications import actions as applications
from tongban.applications.models import Application
from tongban.authentication.doors import CONFIRMED
from tongban.catalog import actions as catalog
from tongban.catalog.content import Content
from tongban.catalog.models import Edition, Item
from tongban.identity import actions as identity
from tongban.identity.actors import Actor
from tongban.identity.levels import Level
from tongban.identity.models import Account, Organisation, Person
from tongban.identity.queries import actor_of
from tongban.kernel import calendar, clock
from tongban.kernel.actors import Channel, system
from tongban.orgs.models import Body, Hall, Region

PASSWORD = "tongban-demo"
LIU_PHONE = "19900000001"


def has_confirmed(client: Client) -> Client:
    """As if whoever is signed in there had proved a moment ago that it is they (再次确认)."""
    session = client.session
    session[CONFIRMED] = clock.now().isoformat()
    session.save()
    return client


SPRING_2026 = {
    **{date(2026, 2, day): ("春节", False) for day in range(15, 24)},
    date(2026, 2, 14): ("春节", True),
    date(2026, 2, 28): ("春节", True),
    **{date(2026, 4, day): ("清明节", False) for day in range(4, 7)},
    **{date(2026, 5, day): ("劳动节", False) for day in range(1, 6)},
    date(2026, 5, 9): ("劳动节", True),
}
"""An excerpt of the State Council's notice for 2026."""


def check_digit(seventeen: str) -> str:
    """GB 11643: the 18th character."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]


@dataclass
class Cast:
    region: Region
    body: Body
    other_body: Body
    hall: Hall
    liu: Account
    stranger: Account
    clerk: Account
    reviewer: Account
    decider: Account
    foreign_reviewer: Account
    supervisor: Account
    head: Account
    government_head: Account
    clerk_two: Account
    administrator: Account
    editor: Account
    keeper: Account
    shop: Organisation
    guide: Edition
    now: datetime

    def actor(self, account: Account, channel: Channel = "web") -> Actor:
        return actor_of(account, now=self.now, channel=channel)

    def submit(
        self, *, key: str = "key-0001", by: Account | None = None, now: datetime | None = None, **change: Any
    ) -> Application:
        """A complete submission by Liu, through the same verb as every door."""
        handed_in = self.submission(**change)
        return applications.submit(handed_in, key=key, by=self.actor(by or self.liu), now=now or self.now)

    def accepted(self, **change: Any) -> Application:
        """A case that the reviewer accepted."""
        return applications.accept(self.submit(**change).number, by=self.actor(self.reviewer), now=self.now)

    def reviewed(self, **change: Any) -> Application:
        """A case that awaits its decision."""
        return applications.review(
            self.accepted(**change).number,
            passes=True,
            opinion="材料齐全，符合规定",
            by=self.actor(self.reviewer),
            now=self.now,
        )

    def granted(self, **change: Any) -> Application:
        """A case that awaits its delivery."""
        return applications.decide(
            self.reviewed(**change).number, granted=True, by=self.actor(self.decider), now=self.now
        )

    def submission(self, **change: Any) -> applications.Submission:
        assert self.liu.person
        return applications.Submission(
            **{
                "edition": self.guide,
                "person": self.liu.person,
                "answers": {"kind": "catering"},
                "form": {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"},
                "materials": {"safety": "pledge"},
                **change,
            }
        )


GUIDE: dict[str, Any] = {
    "audience": ["1", "2"],
    "connection": "here",
    "online": True,
    "accepted_by": "department",
    "statutory": {"amount": 20, "basis": "《食品安全法》第三十五条"},
    "promised": {"amount": 5},
    "follow": "after",
    "aliases": ["开饭店", "开餐馆"],
    "questions": [
        {
            "key": "kind",
            "text": "您的店属于哪一类？",
            "options": [{"value": "catering", "label": "餐饮服务"}, {"value": "retail", "label": "食品销售"}],
        }
    ],
    "materials": [
        {"key": "form", "name": "申请书", "give": "generated"},
        {"key": "licence", "name": "营业执照", "give": "library", "check_points": ["在有效期内"]},
        {"key": "safety", "name": "食品安全管理制度", "give": "pledge", "pledge_text": "本人承诺制度齐全。"},
        {
            "key": "layout",
            "name": "经营场所布局图",
            "give": "upload",
            "may_follow": True,
            "check_points": ["标明各功能区面积", "标明洗手、清洗水池位置"],
            "when": {"kind": ["catering"]},
        },
    ],
    "form": [
        {
            "title": "经营者",
            "fields": [
                {"key": "name", "label": "姓名", "prefill": "person.name"},
                {"key": "shop", "label": "字号名称"},
                {
                    "key": "area",
                    "label": "经营面积",
                    "kind": "number",
                    "unit": "平方米",
                    "minimum": 1,
                    "maximum": 99999,
                },
            ],
        }
    ],
    "steps": [
        {"key": "review", "name": "审查", "role": "reviewer"},
        {"key": "decide", "name": "决定", "role": "decider"},
    ],
    "result": {"name": "食品经营许可证", "kind": "licence", "valid_months": 60},
    "phone": "023-00000001",
}


def make(*, now: datetime) -> Cast:
    calendar.replace(SPRING_2026, known_from=date(2026, 1, 1), known_until=date(2026, 12, 31), source="tests", now=now)
    region = Region.objects.create(code="500199", name="云江区", level=4, path="500199/")
    body = _body("market", "云江区市场监督管理局", region)
    other = _body("civil", "云江区民政局", region)
    hall = Hall.objects.create(
        key="centre",
        name="云江区行政服务中心",
        region=region,
        address="滨河路 1 号",
        hours="9:00–17:00",
        phone="023-00000000",
    )
    liu = _citizen("liu", "刘晓燕", "50019919880312452", LIU_PHONE, now)
    stranger = _citizen("wang", "王强", "50019919790805311", "19900000002", now)
    return Cast(
        region=region, body=body, other_body=other, hall=hall, liu=liu, stranger=stranger,
        clerk=_staff("clerk", "window", region, None, hall, now),
        reviewer=_staff("reviewer", "reviewer", region, body, None, now),
        decider=_staff("decider", "decider", region, body, None, now),
        foreign_reviewer=_staff("foreign", "reviewer", region, other, None, now),
        supervisor=_staff("supervisor", "supervisor", region, None, None, now),
        head=_staff("head", "head", region, body, None, now),
        government_head=_staff("government_head", "government_head", region, None, None, now),
        clerk_two=_staff("clerk_two", "window", region, None, hall, now),
        administrator=_staff("admin", "administrator", region, None, None, now),
        editor=_staff("editor", "catalog_editor", region, body, None, now),
        keeper=_staff("keeper", "catalog_keeper", region, None, None, now),
        shop=_shop(liu, now), guide=publish(body, now=now), now=now,
    )  # fmt: skip


def publish(
    body: Body, *, now: datetime, code: str = "990131001001", name: str = "食品经营许可新办", **change: Any
) -> Edition:
    item, _ = Item.objects.get_or_create(code=code, defaults={"name": name, "type_code": "01"})
    content = Content.model_validate({**GUIDE, **change})
    edition = catalog.draft(item=item, body=body, content=content, by=system("tests"), now=now)
    catalog.publish(edition, by=system("tests"), now=now)
    return edition


def _body(key: str, name: str, region: Region) -> Body:
    return Body.objects.create(key=key, name=name, short=name.removeprefix("云江区"), region=region)


def _citizen(username: str, name: str, id_seventeen: str, phone: str, now: datetime) -> Account:
    number = id_seventeen + check_digit(id_seventeen)
    person: Person = identity.register_person(
        name=name, id_number=number, phone=phone, phone_proved=True, assurance=Level.REAL_NAME, now=now
    )
    return identity.open_account(username=username, password=PASSWORD, person=person, now=now)


def _shop(owner: Account, now: datetime) -> Organisation:
    first = "92500199MA5U00001"
    number = first + uscc.calc_check_digit(first)
    return identity.register_organisation(uscc=number, name="云江区老灶火锅店", legal=owner.person, now=now)


def _staff(username: str, role: str, region: Region, body: Body | None, hall: Hall | None, now: datetime) -> Account:
    account = identity.open_account(username=username, password=PASSWORD, person=None, now=now)
    identity.appoint(account=account, role=role, region=region, body=body, hall=hall, now=now)
    return account
