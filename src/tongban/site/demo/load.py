"""演示数据: the fictional 云江区, its catalogue, halls and cast, loaded by the product's own importers.

Loading twice changes nothing, so every start of the demo may load.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from stdnum.iso7064 import mod_11_2

from tongban.accounts.migrating import import_users
from tongban.accounts.migrating_models import Migration
from tongban.applications.actions.opinions import word_opinion
from tongban.applications.models import Opinion
from tongban.authentication import cards
from tongban.authentication.gateways.fake import DEMO_CARD
from tongban.authentication.models import Card
from tongban.catalog import relisting
from tongban.catalog.aliases import import_aliases
from tongban.catalog.codes.imports import import_codes
from tongban.catalog.imports import import_guides, import_items
from tongban.catalog.indexing import refresh
from tongban.catalog.judging import judge_all
from tongban.catalog.models import Edition
from tongban.identity import absences, handlers, posts
from tongban.identity.actions import appoint, open_account, register_organisation, register_person
from tongban.identity.gateways import fake
from tongban.identity.levels import Level
from tongban.identity.models import Account, Authorisation, Organisation, Person, StaffPost
from tongban.identity.queries import actor_of
from tongban.identity.roles import ADMINISTRATOR, DECIDER, GOVERNMENT_HEAD, HEAD, REVIEWER, SUPERVISOR
from tongban.identity.rules import AUTHORISED_ACTS
from tongban.kernel.actors import system
from tongban.kernel.clock import date_of
from tongban.kernel.imports import import_calendar
from tongban.kernel.refusals import Refusal, demand
from tongban.licences.actions import take_in
from tongban.orgs.imports import import_bodies, import_halls, import_regions
from tongban.orgs.models import Body, Hall, Region
from tongban.site.demo import elsewhere, powers, systems
from tongban.site.demo.logins import CAST, DEMO_PASSWORD

HERE = Path(__file__).parent
SURNAMES = "田江文石谭向冉秦余雷龙柏阳牟代龚程骆殷蒋"
IN_POST = timedelta(days=365)
"""For how long everyone has held their post: the chosen cases look back."""
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
    relisting.refresh(now=now)
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
        _absences(now=now)
        _authorisations(now=now)
        _licences(now=now)
        _handlers(now=now)
        _opinions(now=now)
        _cards(now=now)
        elsewhere.load(now=now)
        powers.load(now=now)
        systems.load(now=now)
    _migrated(now=now)


def _citizens(*, now: datetime) -> None:
    people = {}
    for given in CAST["citizens"]:
        people[given["username"]] = _account(given, now=now).person
    for given in CAST["organisations"]:
        register_organisation(uscc=given["uscc"], name=given["name"], legal=people[given["owner"]], now=now)


def _staff(*, now: datetime) -> None:
    """Who stands in a hall serves its region; supervisors, administrators and the head of the government the district; the
    others their body."""
    district = Region.objects.get(code=settings.TONGBAN.region)
    for given in CAST["staff"]:
        account = _account(given, now=now)
        match given["role"]:
            case role if "hall" in given:
                hall = Hall.objects.select_related("region").get(key=given["hall"])
                _appoint(account, role, hall.region, hall=hall, now=now)
            case SUPERVISOR.key | ADMINISTRATOR.key | GOVERNMENT_HEAD.key as role:
                _appoint(account, role, district, now=now)
            case role:
                body = Body.objects.select_related("region").get(key=given["body"])
                _appoint(account, role, body.region, body=body, now=now)


def _absences(*, now: datetime) -> None:
    """Who is away when the demo begins, with who stands in."""
    for given in CAST["absences"]:
        account, substitute = (Account.objects.get(username=given[who]) for who in ("account", "substitute"))
        if account.absences.exists():
            continue
        absences.declare(
            account=account.pk, substitute=substitute.pk, from_on=date_of(now),
            last_on=date_of(now) + timedelta(days=given["days"]), reason=given["reason"],
            by=actor_of(account, now=now, channel="web"), now=now,
        )  # fmt: skip


def _authorisations(*, now: datetime) -> None:
    """授权书 that a body wrote itself, in the place of the one it was set up with."""
    for given in CAST["authorisations"]:
        body, account = Body.objects.get(key=given["body"]), Account.objects.get(username=given["account"])
        own = Authorisation.objects.filter(body=body, account=account)
        if own.filter(document=given["document"]).exists():
            continue
        head = StaffPost.objects.held_at(now).select_related("account").get(role=HEAD.key, body=body).account
        by = actor_of(head, now=now, channel="web")
        posts.authorise(
            body=body, account=account, item_codes=None, acts=list(AUTHORISED_ACTS), document=given["document"],
            from_at=now - IN_POST, until_at=now + IN_POST, by=by, now=now,
        )  # fmt: skip
        for before in own.exclude(document=given["document"]).filter(revoked_at=None):
            posts.revoke(before, reason="由部门自己出具的授权书代替", by=by, now=now)


def _licences(*, now: datetime) -> None:
    """What the library holds of people before they apply for anything."""
    for given in CAST["licences"]:
        holder = Person.objects.get(account__username=given["holder"])
        take_in(
            title=given["title"], source=given["source"], person=holder, organisation=None,
            body=Body.objects.select_related("region").get(key=given["body"]), particulars=given["particulars"],
            issued_on=given["issued_on"], valid_until=given.get("valid_until"), by=system("demo"), now=now,
        )  # fmt: skip


def _handlers(*, now: datetime) -> None:
    """Who acts for an enterprise beside its legal representative."""
    for given in CAST["handlers"]:
        organisation = Organisation.objects.get(uscc=given["uscc"])
        if handlers.handlers_of(organisation, now=now):
            continue
        new = handlers.NewHandler(
            name=given["name"], id_type="id_card", id_number=given["id_number"], phone=given["phone"],
            from_on=date_of(now), last_on=date_of(now) + timedelta(days=given["days"]),
        )  # fmt: skip
        by = actor_of(Account.objects.get(username=given["owner"]), now=now, channel="web")
        handlers.add_handler(organisation.public_id, new, proof=fake.proof(fake.Fake()), by=by, now=now)


def _migrated(*, now: datetime) -> None:
    """A file of a department's users: one known, one new, one for the administrator to recognise, one with a wrong number."""
    if not Migration.objects.exists():
        import_users(HERE / "users.csv", system="区民政局养老服务系统", by=system("demo"), now=now)


def _opinions(*, now: datetime) -> None:
    """常用意见 of their bodies."""
    for given in CAST["opinions"]:
        by = actor_of(Account.objects.get(username=given["writer"]), now=now, channel="web")
        if not Opinion.objects.visible_to(by).filter(act=given["act"], title=given["title"]).exists():
            word_opinion(None, act=given["act"], title=given["title"], text=given["text"], for_all=True, by=by, now=now)


FIRST_PIN = "591702"


def _cards(*, now: datetime) -> None:
    """工作证卡, registered by the administrator; each holder chose a PIN of their own since."""
    administrator = Account.objects.filter(posts__role=ADMINISTRATOR.key).order_by("pk")[0]
    by = actor_of(administrator, now=now, channel="web")
    for given in CAST["cards"]:
        if Card.objects.filter(account__username=given["holder"]).exists():
            continue
        key = DEMO_CARD.public_key if given["number"] == DEMO_CARD.serial else ""
        card = cards.register(
            username=given["holder"], number=given["number"], pin=FIRST_PIN if "pin" in given else "", key=key, by=by, now=now
        )  # fmt: skip
        if "pin" in given:
            cards.choose_pin(card.account, pin=given["pin"], now=now)


def _everyone_else(*, now: datetime) -> None:
    """A reviewer and a decider for every body whose items are handled here, or that is asked in one of their steps, so that
    each can be tried to its end."""
    here = list(Edition.objects.published().filter(connection="here").order_by("pk"))
    asked = {name for edition in here for step in edition.document.steps for name in step.asked}
    handling = Q(pk__in={edition.body_id for edition in here}) | Q(name__in=asked)
    for body in Body.objects.filter(handling).select_related("region").order_by("key"):
        for which, role in enumerate((REVIEWER, DECIDER)):
            if not StaffPost.objects.held_at(now).filter(role=role.key, body=body).exists():
                account = _account(_colleague(body, role.key, which), now=now)
                _appoint(account, role.key, body.region, body=body, now=now)


def _colleague(body: Body, role: str, which: int) -> dict[str, str]:
    """A fictional person for a post, the same every time: the department's code decides name, number and phone."""
    serial = int(body.department_code) * 2 + which
    born = date(1978, 3, 1) + timedelta(days=serial * 61)
    number = f"500199{born:%Y%m%d}{700 + serial}"
    return {
        "username": f"{body.key}_{role}",
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
        assurance=Level.REAL_NAME,
        phone_proved=True,
        now=now,
    )
    return open_account(username=given["username"], password=DEMO_PASSWORD, person=person, now=now, demo=True)


def _appoint(
    account: Account, role: str, region: Region, *, body: Body | None = None, hall: Hall | None = None, now: datetime
) -> None:
    if not StaffPost.objects.held_at(now).filter(account=account, role=role, body=body, hall=hall).exists():
        appoint(account=account, role=role, region=region, body=body, hall=hall, now=now - IN_POST)
