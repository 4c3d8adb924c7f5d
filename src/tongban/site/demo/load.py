"""演示数据: the fictional 云江区, its catalogue, halls and cast, loaded by the product's own importers.

Loading twice changes nothing, so every start of the demo may load.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from stdnum.iso7064 import mod_11_2

from tongban.catalog.aliases import import_aliases
from tongban.catalog.codes.imports import import_codes
from tongban.catalog.imports import import_guides, import_items
from tongban.catalog.indexing import refresh
from tongban.catalog.judging import judge_all
from tongban.catalog.models import Edition
from tongban.identity.actions import appoint, open_account, register_organisation, register_person
from tongban.identity.models import Account, Person, StaffPost
from tongban.identity.roles import ADMINISTRATOR, DECIDER, HEAD, REVIEWER, SUPERVISOR, WINDOW
from tongban.kernel.imports import import_calendar
from tongban.kernel.refusals import Refusal, demand
from tongban.orgs.imports import import_bodies, import_halls, import_regions
from tongban.orgs.models import Body, Hall, Region
from tongban.site.demo.logins import CAST, DEMO_PASSWORD

HERE = Path(__file__).parent
SURNAMES = "田江文石谭向冉秦余雷龙柏阳牟代龚程骆殷蒋"
GIVEN = ("雅琴", "志远", "春梅", "国栋", "丽娟", "文博", "晓东", "玉兰", "建平", "思敏", "海涛", "秀英", "明哲")


def load(*, now: datetime, progress: Callable[[str], None] | None = None) -> None:
    """Everything the demo shows; `progress` is told each step as it begins. Raises Refusal outside demo mode."""
    if not settings.TONGBAN.demo:
        raise Refusal("demo_only", "演示数据只能装入演示环境", "正式环境请导入本地的区划、机构和事项")
    say = progress or (lambda words: None)
    say("区划、机构、大厅、工作日历、代码")
    reports = [
        import_regions(HERE / "regions.csv", now=now),
        import_bodies(HERE / "bodies.csv", now=now),
        import_halls(HERE / "halls.toml", now=now),
        import_calendar(HERE / "holidays.csv", now=now),
        import_codes(now=now),
    ]
    say("事项")
    reports.append(import_items(HERE / "items.csv", now=now))
    say("办事指南")
    reports.append(import_guides(HERE / "guides", now=now))
    say("别名")
    reports.append(import_aliases(HERE / "aliases.csv", now=now))
    refresh(now=now)
    for report in reports:
        faults = "；".join(message for _, message in report.rejected[:3])
        demand(not report.rejected, "demo_data", f"演示数据 {report.source} 有误：{faults}", "请修改演示数据文件")
    say("指南质量")
    judge_all(now=now)
    say("人物和账号")
    with transaction.atomic():
        _citizens(now=now)
        _staff(now=now)
        _everyone_else(now=now)


def _citizens(*, now: datetime) -> None:
    people = {}
    for given in CAST["citizens"]:
        people[given["username"]] = _account(given, now=now).person
    for given in CAST["organisations"]:
        register_organisation(uscc=given["uscc"], name=given["name"], legal=people[given["owner"]], now=now)


def _staff(*, now: datetime) -> None:
    """Window staff serve their hall's region; supervisors and administrators the district; the others their body."""
    district = Region.objects.get(code=settings.TONGBAN.region)
    for given in CAST["staff"]:
        account = _account(given, now=now)
        match given["role"]:
            case WINDOW.key:
                hall = Hall.objects.select_related("region").get(key=given["hall"])
                _appoint(account, WINDOW.key, hall.region, hall=hall, now=now)
            case SUPERVISOR.key | ADMINISTRATOR.key as role:
                _appoint(account, role, district, now=now)
            case role:
                body = Body.objects.select_related("region").get(key=given["body"])
                _appoint(account, role, body.region, body=body, now=now)


def _everyone_else(*, now: datetime) -> None:
    """A reviewer, a decider and a head for every body whose items are handled here, so that each can be tried to its end;
    and a second clerk in every hall that has one, who confirms what the first entered."""
    handling = Edition.objects.published().filter(connection="here").values("body")
    for body in Body.objects.filter(pk__in=handling).select_related("region").order_by("key"):
        code = int(body.department_code)
        for role, serial in ((REVIEWER, 2 * code), (DECIDER, 2 * code + 1), (HEAD, 200 + code)):
            if not StaffPost.objects.held_at(now).filter(role=role.key, body=body).exists():
                account = _account(_colleague(f"{body.key}_{role.key}", serial), now=now)
                _appoint(account, role.key, body.region, body=body, now=now)
    for number, hall in enumerate(Hall.objects.select_related("region").order_by("key")):
        if StaffPost.objects.held_at(now).filter(role=WINDOW.key, hall=hall).count() == 1:
            account = _account(_colleague(f"{hall.key}_{WINDOW.key}_2", 290 - number), now=now)
            _appoint(account, WINDOW.key, hall.region, hall=hall, now=now)


def _colleague(username: str, serial: int) -> dict[str, str]:
    """A fictional person for a post, the same every time: the serial decides name, number and phone."""
    born = date(1978, 3, 1) + timedelta(days=serial * 61)
    number = f"500199{born:%Y%m%d}{700 + serial}"
    return {
        "username": username,
        "name": SURNAMES[serial % len(SURNAMES)] + GIVEN[serial % len(GIVEN)],
        "id_number": number + mod_11_2.calc_check_digit(number),
        "phone": f"1990001{serial:03d}0",
    }


def _account(given: dict[str, str], *, now: datetime) -> Account:
    """The account of that name: found, or opened for its person."""
    if found := Account.objects.filter(username=given["username"]).select_related("person").first():
        return found
    person: Person = register_person(
        name=given["name"],
        id_number=given["id_number"],
        phone=given["phone"],
        address=given.get("address", ""),
        now=now,
    )
    return open_account(username=given["username"], password=DEMO_PASSWORD, person=person, now=now, demo=True)


def _appoint(
    account: Account, role: str, region: Region, *, body: Body | None = None, hall: Hall | None = None, now: datetime
) -> None:
    if not StaffPost.objects.held_at(now).filter(account=account, role=role, body=body, hall=hall).exists():
        appoint(account=account, role=role, region=region, body=body, hall=hall, now=now)
