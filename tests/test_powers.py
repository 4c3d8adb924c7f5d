"""The powers matrix: every route, every role, the outcome written by hand in tests/powers.toml. Default deny."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.contrib.messages import ERROR, get_messages
from django.db import transaction
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import resolve

from tests import people
from tests.people import Cast
from tests.test_house import routes
from tongban.applications import actions, documents
from tongban.applications.actions import opinions, serving
from tongban.applications.models import Application, Expert, NoticeObjection, PublicNotice
from tongban.authentication import actions as authentication
from tongban.authentication import cards, scanning
from tongban.catalog.actions import editing
from tongban.catalog.bulk_edits import actions as bulk_edits
from tongban.catalog.codes.imports import import_codes
from tongban.catalog.imports import trials
from tongban.catalog.models import CodeMapping, Edition
from tongban.counter import actions as counter
from tongban.credit import actions as credit
from tongban.delegation import actions as delegation
from tongban.delegation.tests.scenes import given_by_liu, id_of
from tongban.evaluations import actions as evaluations
from tongban.files.actions import keep_upload, resuming, sheaves
from tongban.files.tests.samples import picture
from tongban.identity import actions as identity
from tongban.identity import merging
from tongban.identity.models import Account, Authorisation, Membership, StaffPost
from tongban.kernel import bookkeeper, clock
from tongban.kernel.actors import system
from tongban.licences.models import Licence
from tongban.notices import actions as notices
from tongban.notices.kinds import KINDS, Words
from tongban.notices.models import Delivery
from tongban.orgs.models import Region
from tongban.reporting import actions as reporting
from tongban.reporting.models import ReportRow, ReturnedCase
from tongban.single_sign_on import actions as single_sign_on
from tongban.single_sign_on.models import Client as SystemClient
from tongban.single_sign_on.rules import Wanted as WantedSystem
from tongban.staffing import actions as staffing
from tongban.staffing.actions.proposing import Wanted
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket

WRITTEN = tomllib.loads((Path(__file__).parent / "powers.toml").read_text("utf-8"))
ROWS, GROUPS = WRITTEN["routes"], WRITTEN["groups"]
ROLES = (
    "anonymous", "liu", "stranger", "clerk", "reviewer", "foreign", "decider", "supervisor", "administrator",
    "editor", "keeper", "head", "government_head", "posted", "shift_leader", "helper", "delivery_desk",
    "village_helper", "ratings_keeper", "far_supervisor", "far_clerk",
)  # fmt: skip
OPEN_TO = ("anonymous", "liu", "stranger", "clerk", "reviewer", "administrator", "far_clerk")
"""Who tries what is open to everybody: nobody, citizens, and staff of each kind of scope."""
OUTCOMES = ("page", "made", "confirm", "onward", "login", "no", "unknown", "refused", "token")
METHODS = ("get", "post", "delete", "head", "patch")
REQUESTS = [
    pytest.param(route, request, id=f"{route}-{number}")
    for route, row in ROWS.items()
    for number, request in enumerate(row if isinstance(row, list) else [row])
]


@dataclass
class Scene:
    """What the braces in an address stand for, and how each role comes in."""

    things: dict[str, str]
    sessions: dict[str, str]
    tokens: dict[str, str]
    handler: ClientHandler


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """Prepared once; each cell happens in a savepoint of its transaction."""
    now = datetime(2026, 3, 2, 9, 30, tzinfo=clock.SHANGHAI)
    with django_db_blocker.unblock(), clock.at(now), transaction.atomic():
        yield _prepared(people.make(now=now))
        transaction.set_rollback(True)


def _prepared(cast: Cast) -> Scene:
    accounts = {
        "liu": cast.liu, "stranger": cast.stranger, "clerk": cast.clerk, "reviewer": cast.reviewer,
        "foreign": cast.foreign_reviewer, "decider": cast.decider, "supervisor": cast.supervisor,
        "administrator": cast.administrator, "editor": cast.editor, "keeper": cast.keeper, "head": cast.head,
        "government_head": cast.government_head, **_of_halls_and_elsewhere(cast),
    }  # fmt: skip
    sessions = {}
    for role, account in accounts.items():
        client = Client()
        client.force_login(account)
        people.has_confirmed(client)
        sessions[role] = client.cookies["sessionid"].value
        authentication.begin(
            account=account, key=sessions[role], method="password", device="", address="", now=cast.now
        )  # fmt: skip
    tokens = {role: identity.make_token(account=one, label=role, now=cast.now) for role, one in accounts.items()}
    return Scene(_things(cast), sessions, tokens, Client(headers={"host": "localhost"}).handler)


def _of_halls_and_elsewhere(cast: Cast) -> dict[str, Account]:
    """The rarer posts, and two that are held elsewhere in the region's tree: nothing here is theirs."""
    town, far = (
        Region.objects.create(code=code, name=name, level=5, path=f"500199/{code}/", parent=cast.region)
        for code, name in (("500199003", "石桥镇"), ("500199004", "青石镇"))
    )
    body, hall, now = cast.body, cast.hall, cast.now
    return {
        "posted": people._staff("posted", "posted", cast.region, body, hall, now),
        "shift_leader": people._staff("shift_leader", "shift_leader", cast.region, None, hall, now),
        "helper": people._staff("helper", "helper", cast.region, None, hall, now),
        "delivery_desk": people._staff("delivery_desk", "delivery_desk", cast.region, None, hall, now),
        "village_helper": people._staff("village_helper", "village_helper", town, None, None, now),
        "ratings_keeper": people._staff("ratings_keeper", "ratings_keeper", cast.region, None, None, now),
        "far_supervisor": people._staff("far_supervisor", "supervisor", far, None, None, now),
        "far_clerk": people._staff("far_clerk", "window", far, None, None, now),
    }


def _things(cast: Cast) -> dict[str, str]:
    now, liu, reviewer, decider = cast.now, *(cast.actor(who) for who in (cast.liu, cast.reviewer, cast.decider))
    file = str(keep_upload(people.paper(), by=liu, now=now).public_id)
    states = (
        "submitted", "correcting", "accepted", "suspended", "reviewed", "reviewed_by_decider", "granted", "delivered",
        "rated", "visited",
    )  # fmt: skip
    given = {"safety": "pledge", "layout": file}
    case = {state: cast.submit(key=f"powers-{state}", materials=given).number for state in states}
    actions.correct(case["correcting"], {"layout": actions.Gap(note="请补交布局图")}, by=reviewer, now=now)
    for state in states[2:]:
        actions.accept(case[state], by=reviewer, now=now)
    actions.suspend(case["suspended"], cause="hearing", reason="需要举行听证", by=reviewer, now=now)
    for state in states[4:]:
        by = decider if state == "reviewed_by_decider" else reviewer
        actions.review(case[state], passes=True, opinion="材料齐全，符合规定", by=by, now=now)
    for state in states[6:]:
        actions.decide(case[state], granted=True, by=decider, now=now)
    sent = keep_upload(people.paper("layout"), by=liu, now=now)
    actions.write_message(case["accepted"], text="布局图这样画行吗？", file=sent, by=liu, now=now)
    case["message_file"] = str(sent.public_id)
    accepted = Application.objects.get(number=case["accepted"])
    case["document_code"] = documents.document_of(accepted, "acceptance", now=now).code
    granted = Application.objects.get(number=case["granted"])
    posted = serving.record_service(
        granted.number, documents.document_of(granted, "decision", now=now).code, "post",
        {"tracking": "EMS123", "sent_to": "滨河路 8 号"}, file=keep_upload(people.paper("slip"), by=reviewer, now=now),
        by=reviewer, now=now,
    )  # fmt: skip
    case["posted"] = str(posted.public_id)
    for state in states[7:]:
        actions.deliver(case[state], by=liu, now=now)
    for state in states[8:]:
        evaluations.rate(case[state], level=5, comment="等得太久", by=liu, now=now)
    ticket, rectified = (Ticket.objects.get(subject=case[state]).number for state in states[8:])
    tickets.rectify(rectified, measures="已经加派人手", by=reviewer, now=now)
    delegated = people.publish(
        cast.body, now=now, code="990131001003", name="食品摊贩备案", accepted_by="window", questions=[], materials=[]
    )
    case["delegated"] = cast.submit(key="powers-delegated", edition=delegated, answers={}, materials={}).number
    case |= _procedural(cast, given)
    draft = actions.open_draft(cast.guide, person=cast.liu.person, by=liu, now=now)
    actions.save_draft(
        draft.public_id, answers={"kind": "catering"}, form={"name": "刘晓燕", "shop": "老灶", "area": "9"},
        materials=given, by=liu, now=now,
    )  # fmt: skip
    assert cast.liu.person
    number = cast.liu.person.id_number
    at_window = counter.start(cast.guide.code, counter.Applicant(number), by=cast.actor(cast.clerk), now=now)
    assert cast.stranger.person
    stranger = counter.Applicant(cast.stranger.person.id_number)
    back = counter.start(cast.guide.code, stranger, back=True, by=cast.actor(cast.clerk), now=now)
    case |= _exchanged(cast) | {"back_draft": str(back.public_id)}
    case |= _promised(cast) | _lettered(cast) | _told_again(cast, given)
    case |= _stepped(cast) | _delegated(cast)
    case |= _staffed(cast)
    case |= _registered(cast)
    case |= _connected(cast)
    case |= _reported(cast)
    case |= _carded(cast)
    import_codes(now=now)
    mapping = CodeMapping.objects.filter(source__set__system="gb", source__set__key="audience").latest("pk")
    licence = Licence.objects.get(case_number=case["granted"])
    bookkeeper.link_waiting()
    foreign = people.publish(cast.other_body, now=now, code="990111001001", name="养老机构备案")
    editing.start(item=cast.guide.item, body=cast.body, source=cast.guide, by=cast.actor(cast.editor), now=now)
    sent = resuming.begin(length=9, by=liu, now=now)
    sheaf = sheaves.open_sheaf(subject="tests", label="布局图", back="/my", by=liu, now=now)
    page = sheaves.add_page(sheaf, picture("PNG"), by=liu, now=now)
    return case | {
        "upload": str(sent.public_id), "sheaf": str(sheaf.public_id), "phone": sheaves.token_of(sheaf), "page": str(page.pk),
        "paper": people.paper().decode(),
        "opinion": str(opinions.word_opinion(
            None, act="reject", title="不归我们", text="不属于本机关职权范围", for_all=True, by=decider, now=now
        ).public_id),
        "edition": str(cast.guide.pk), "foreign_edition": str(foreign.pk),
        "item": cast.guide.code, "file": file, "draft": str(draft.public_id), "window_draft": str(at_window.public_id),
        "licence": str(licence.public_id), "code": licence.code, "ticket": ticket, "rectified": rectified,
        "id_number": number, "tail": number[-4:], "base": cast.guide.item.code, "body": str(cast.body.pk),
        "other": delegated.item.code, "in_force": f"{cast.guide.code}/1", "writing": f"{cast.guide.code}/2",
        "mapping": str(mapping.pk),
    }  # fmt: skip


def _registered(cast: Cast) -> dict[str, str]:
    """Liu's shop with the stranger as its handler; people who were registered twice, merged and not yet merged."""
    handler = Membership.objects.create(
        person=identity.register_person(name="邹明", id_type="taiwan", id_number="10000001", now=cast.now),
        organisation=cast.shop, kind="handler", from_at=cast.now - timedelta(days=1),
    )  # fmt: skip
    kept, merged, other, third = (
        identity.register_person(name="邹明", id_type="hk_macao", id_number=f"H0000000{each}", now=cast.now)
        for each in range(4)
    )
    by = cast.actor(cast.administrator)
    made = merging.merge(other.public_id, third.public_id, reason="两个证件同一人", by=by, now=cast.now)
    return {
        "shop": str(cast.shop.public_id), "handler": str(handler.public_id), "kept": str(kept.public_id),
        "merged": str(merged.public_id), "merging": str(made.public_id),
    }  # fmt: skip


def _procedural(cast: Cast, given: dict[str, str]) -> dict[str, str]:
    """Cases on which the rarer acts wait: extension, 转报, 事后核查, 补录, 容缺."""
    now, reviewer, decider = cast.now, cast.actor(cast.reviewer), cast.actor(cast.decider)

    def edition(nth: int, **change: Any) -> Edition:
        return people.publish(cast.body, now=now, code=f"99013100920{nth}", name=f"程序{nth}", **change)

    def accepted(key: str, **change: Any) -> str:
        change = {"materials": given, **change}
        return actions.accept(cast.submit(key=f"powers-{key}", **change).number, by=reviewer, now=now).number

    def reviewed(key: str, **change: Any) -> str:
        number = accepted(key, **change)
        return actions.review(number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=now).number

    case = {
        "asked": accepted("asked"),
        "asked_jointly": accepted("jointly", edition=edition(1, joint=True)),
        "provisional": accepted("provisional", materials={"safety": "pledge"}),
        "reviewed_for_above": reviewed("above", edition=edition(2, decided_above="重庆市市场监督管理局")),
        "forwarded": reviewed("forwarded", edition=edition(3, decided_above="重庆市市场监督管理局")),
        "pledged": reviewed("pledged", edition=edition(4, verify_days=20)),
    }  # fmt: skip
    for state in ("asked", "asked_jointly"):
        actions.ask_extension(case[state], days=5, reason="需要现场核查", by=reviewer, now=now)
    actions.forward(case["forwarded"], opinion="材料齐全，建议准予", by=decider, now=now)
    actions.decide(case["pledged"], granted=True, by=decider, now=now)
    for state, clerk in (("recorded", cast.clerk_two), ("own_recorded", cast.clerk)):
        case[state] = actions.back_enter(
            cast.submission(), received_at=now, reason="停电，手工收件", key=f"powers-{state}",
            by=cast.actor(clerk, "counter"), now=now,
        ).number  # fmt: skip
    return case


def _told_again(cast: Cast, given: dict[str, str]) -> dict[str, str]:
    """What was supplied is still not right, in one case with the head; and a paper whose original was seen."""
    now, liu, reviewer = cast.now, cast.actor(cast.liu), cast.actor(cast.reviewer)
    gaps = {"layout": actions.Gap(points=["标明各功能区面积"])}
    found = {}
    for state in ("supplemented", "asked_again"):
        found[state] = cast.submit(key=f"powers-{state}", materials=given).number
        actions.correct(found[state], gaps, by=reviewer, now=now)
        actions.supplement(found[state], materials={"layout": given["layout"]}, by=liu, now=now)
    actions.ask_again(found["asked_again"], gaps, reason="补来的图还是没有面积", by=reviewer, now=now)
    found["original_seen"] = cast.submit(key="powers-original", materials=given).number
    actions.see_original(found["original_seen"], "layout", grounds="当面与原件核对", by=reviewer, now=now)
    return found


def _delegated(cast: Cast) -> dict[str, str]:
    """Liu gave the stranger a power; the stranger asks Liu for another."""
    today = cast.now.date()
    asked = delegation.Wanted(
        side="agent", kind="attorney", other=delegation.Other("刘晓燕", id_of(cast.liu)), acts=["submit"], from_on=today,
        until_on=today + timedelta(days=30),
    )  # fmt: skip
    waiting = delegation.ask(asked, by=cast.actor(cast.stranger), now=cast.now)
    other = people.publish(cast.body, now=cast.now, code="990131001077", name="委托的事项", connection="here")
    given = given_by_liu(cast, item_codes=[other.item.code])  # of no case here: the stranger stays one
    return {"given_power": str(given.public_id), "asked_power": str(waiting.public_id)}


def _promised(cast: Cast) -> dict[str, str]:
    """A mandate and an item that it may name, a pledge that was signed, records of broken ones."""
    now, head = cast.now, cast.actor(cast.head)
    signing = people.publish(
        cast.body, now=now, code="990131009301", name="公共场所卫生许可", licence_pledge=True, verify_days=20,
        conditions=["经营场所固定"],
    )  # fmt: skip
    signed = cast.submit(key="powers-signed", edition=signing, pledged=True, materials={})
    instant = people.publish(cast.body, now=now, code="990131009302", name="执照补领", review="instant")
    mandate = actions.grant_mandate(
        body=cast.body, hall=cast.hall, item_codes=[instant.item.code], acts=["decide"], document="1", from_at=now,
        until_at=now + timedelta(days=365), by=head, now=now,
    )  # fmt: skip
    records = [
        credit.record(
            kind="pledge_broken", case_number=f"{which}", title="公共场所卫生许可", ground="承诺不实",
            person=cast.liu.person, organisation=cast.shop, body=body, by=head, now=now,
        )
        for which, body in (("1", cast.body), ("2", cast.other_body))
    ]  # fmt: skip
    return {
        "signed": signed.number, "hall": str(cast.hall.pk), "instant_item": instant.item.code,
        "mandate": str(mandate.pk), "record": str(records[0].public_id), "foreign_record": str(records[1].public_id),
    }  # fmt: skip


def _lettered(cast: Cast) -> dict[str, str]:
    """Two letters to someone without a phone, one of them printed; and a template of the body's own."""
    now, head = cast.now, cast.actor(cast.head)
    number = "500199194207152023"[:17]
    person = identity.register_person(name="赵桂芳", id_number=number + people.check_digit(number), now=now)
    found = {}
    for name, kind in (("letter", KINDS["rejected"]), ("printed_letter", KINDS["lapsed"])):
        notices.tell(
            person, kind, key=f"powers-{name}", subject="1", values={}, body_id=cast.body.pk,
            region_path=cast.region.path, now=now,
        )  # fmt: skip
        found[name] = str(Delivery.objects.get(message__key=f"powers-{name}").public_id)
    notices.print_letter(UUID(found["printed_letter"]), by=cast.actor(cast.reviewer), now=now)
    notices.word(KINDS["received"], Words("收到", "收到了"), body=cast.body, seen=0, by=head, now=now)
    return found


def _stepped(cast: Cast) -> dict[str, str]:
    """A case whose steps of every kind are open side by side, with what lies on record in some; and one with a step done."""
    now, reviewer = cast.now, cast.actor(cast.reviewer)
    asks = {"asked": [cast.other_body.name, "市消防救援总队"]}
    kinds: dict[str, dict[str, Any]] = {
        "paper": {}, "last": {}, "ask": {"kind": "consultation", **asks}, "sign": {"kind": "countersign", **asks},
        "site": {"kind": "inspection"}, "experts": {"kind": "expert"}, "notice": {"kind": "notice"},
        "running": {"kind": "notice"}, "hear": {"kind": "hearing"}, "heard": {"kind": "hearing"},
    }  # fmt: skip
    steps = [{"key": key, "name": key, "role": "reviewer", "beside": True, **more} for key, more in kinds.items()]
    edition = people.publish(
        cast.body, now=now, code="990131009205", name="多种环节",
        steps=[*steps, {"key": "decide", "name": "决定", "role": "decider"}],
    )  # fmt: skip
    file = str(keep_upload(people.paper("layout"), by=cast.actor(cast.liu), now=now).public_id)
    given = {"safety": "pledge", "layout": file}
    number = actions.accept(
        cast.submit(key="powers-steps", edition=edition, materials=given).number, by=reviewer, now=now
    ).number  # fmt: skip
    colleague = people._staff("reviewer_two", "reviewer", cast.region, cast.body, None, now)
    photo = keep_upload(people.paper("photo"), by=reviewer, now=now)
    found = actions.Findings("滨河路 8 号", now, [colleague.pk], "后厨布局与图纸一致", passes=True)
    actions.inspect(number, "site", found, photos=[photo], by=reviewer, now=now)
    actions.complete_step(number, "paper", passes=True, opinion="材料齐全，符合规定", by=reviewer, now=now)
    actions.name_expert(number, "experts", name="陈立", unit="市研究院", by=reviewer, now=now)
    today = now.date()
    actions.publish_notice(
        number, "running", text="拟准予经营", from_on=today, until_on=today + timedelta(days=7), by=reviewer, now=now
    )  # fmt: skip
    actions.receive_objection(number, "running", who="隔壁住户", text="油烟排到楼道", by=reviewer, now=now)
    actions.call_hearing(
        number, "heard", held_at=now + timedelta(days=20), place="三楼会议室", chair=cast.head.pk, by=reviewer, now=now
    )  # fmt: skip
    return {
        "steps": number, "colleague": str(colleague.pk), "photo": str(photo.public_id), "colleague_name": "reviewer_two",
        "expert": str(Expert.objects.get().pk), "objection": str(NoticeObjection.objects.get().pk),
        "chair": str(cast.head.pk), "public_notice": str(PublicNotice.objects.get().public_id),
    }  # fmt: skip


def _staffed(cast: Cast) -> dict[str, str]:
    """A proposal of the head's that waits, an authorisation, and the year's confirmation under way."""
    colleague, by = Account.objects.get(username="reviewer_two"), cast.actor(cast.head)
    wanted = Wanted("decider", cast.region, body=cast.body)
    today = cast.now.date()
    proposal = staffing.propose(
        colleague, wanted, from_on=today, last_on=None, reason="接替调离的同事", by=by, now=cast.now
    )  # fmt: skip
    staffing.open_review(by=cast.actor(cast.administrator), now=cast.now)
    given = Authorisation.objects.get(account=cast.decider)
    return {
        "proposal": str(proposal.public_id), "authorisation": str(given.public_id), "decider": str(cast.decider.pk),
        "colleague_post": str(StaffPost.objects.get(account=colleague).pk),
    }  # fmt: skip


def _carded(cast: Cast) -> dict[str, str]:
    """A card that the reviewer signs in with; a screen that waits for a phone."""
    by = cast.actor(cast.administrator)
    card = cards.register(username="reviewer", number="990000000001", pin="802513", by=by, now=cast.now)
    scan, token = scanning.begin(browser="powers", device="", address="", now=cast.now)
    return {"card": str(card.public_id), "card_number": "990000000001", "scan": token, "scan_number": scan.number}


def _connected(cast: Cast) -> dict[str, str]:
    """Systems that sign people in here: one that Liu agreed to, one that is suspended, one of another body; and a request."""
    now, head, administrator = cast.now, cast.actor(cast.head), cast.actor(cast.administrator)
    back = "https://system.example.cn/back"
    wanted = WantedSystem(name="不动产登记系统", redirect_uris=(back,), reasons=(("profile", "核对申请人"),))

    def connect() -> SystemClient:
        asking = single_sign_on.ask(wanted, body=cast.body, by=head, now=now)
        return single_sign_on.approve(asking.public_id, scopes=["profile"], by=administrator, now=now)

    client, suspended, foreign = connect(), connect(), connect()
    single_sign_on.make_secret(client.key, by=head, now=now)
    single_sign_on.suspend(suspended.key, why="正在更换服务器", by=head, now=now)
    foreign.body = cast.other_body
    foreign.save()
    single_sign_on.agree(client, account=cast.liu, scopes=["openid"], by=cast.actor(cast.liu), now=now)
    waiting = single_sign_on.ask(wanted, body=cast.body, by=head, now=now)
    wish = {
        "client_id": client.key, "redirect_uri": back, "response_type": "code", "scope": "openid profile", "state": "s",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256",
    }  # fmt: skip
    return {
        "client": client.key, "suspended_client": suspended.key, "foreign_client": foreign.key,
        "connection": str(waiting.public_id), "sign_on": urlencode(wish),
    }  # fmt: skip


def _reported(cast: Cast) -> dict[str, str]:
    """Cases that came back from a system, an item that leads to it, and a target that refused something."""
    now, by = cast.now, system("tests")
    speaks = Account.objects.create(username="powers_system", created_at=now)
    reporting.set_system(
        "tax", name="电子税务局", account=speaks, hosts=["tax.example.cn"], passes=["name"], by=by, now=now
    )  # fmt: skip
    people.publish(
        cast.body, now=now, code="990131009401", name="税务登记信息确认", connection="deep_link",
        online_url="https://tax.example.cn/", form=[], steps=[], materials=[], questions=[],
    )  # fmt: skip
    assert cast.liu.person
    line = {
        "number": "T-1", "item": cast.guide.code, "name": "刘晓燕", "id_number": cast.liu.person.id_number,
        "state": "handling", "applied_at": "2026-02-25",
    }  # fmt: skip
    lines = [(line, ()), ({**line, "number": "T-2", "item": "LOCAL-1"}, ())]
    reporting.deliver(lines, key="powers-returned", by=cast.actor(speaks, "api"), now=now)
    target = reporting.set_target(
        "city", name="市级平台", url="https://reports.example.cn", form="national", secret="x" * 20, by=by, now=now
    )  # fmt: skip
    ReportRow.objects.create(
        target=target, subject="powers", version=1, on=now.date(), state="refused", code="gone", made_at=now,
        settled_at=now,
    )  # fmt: skip
    found = {one.number: str(one.public_id) for one in ReturnedCase.objects.order_by("pk")}
    deep = Edition.objects.get(item__code="990131009401").code
    return {"returned": found["T-1"], "unclaimed": found["T-2"], "deep": deep}


def _exchanged(cast: Cast) -> dict[str, str]:
    """A file the keeper tried, and the editor's bulk edits: planned, drafted, done."""
    now, editor, keeper = cast.now, cast.actor(cast.editor), cast.actor(cast.keeper)
    tried = trials.try_import("name,type,body\n某事项,01,market\n".encode(), "items.csv", by=keeper, now=now)
    found = {"trial": str(tried.pk)}
    for number, state in enumerate(("planned", "drafted", "done")):
        one = people.publish(cast.body, now=now, code=f"99013100910{number}", name=f"批量{number}")
        changes = [{"what": "phone", "new": "023-12345678"}]
        edit = bulk_edits.plan(title="升位", editions=[one.pk], changes=changes, by=editor, now=now)
        if state != "planned":
            bulk_edits.make_drafts(edit, by=editor, now=now)
        if state == "done":
            bulk_edits.publish(edit, by=editor, now=now)
        found[state] = str(edit.pk)
    return found


@pytest.mark.parametrize(("route", "request_"), REQUESTS)
def test_every_role_meets_what_the_matrix_says(
    route: str, request_: dict[str, Any], scene: Scene, django_db_blocker: Any
) -> None:
    """One line a cell that differs: role, expected, got."""
    expected = expectation(route, request_)
    tried = OPEN_TO if "everybody" in request_.values() else ROLES
    with django_db_blocker.unblock():
        got = {role: _outcome(route, request_, role, scene) for role in tried}

    differs = [f"{role}: {expected[role]} expected, got {got[role]}" for role in tried if expected[role] != got[role]]
    assert not differs, f"{route} {request_}\n  " + "\n  ".join(differs)


def expectation(route: str, request: dict[str, Any]) -> dict[str, str]:
    """Role → outcome, from a row as it is written."""
    found = {"anonymous": "token" if route.startswith("api:") else "login"}
    for outcome in OUTCOMES:
        named = request.get(outcome, "")
        for role in ROLES if named == "everybody" else _spelled_out(named):
            assert role in ROLES, f"{route}: who is {role}?"
            found[role] = outcome
    return {role: found[role] if role in found else request["rest"] for role in ROLES}


def _spelled_out(named: str) -> list[str]:
    """Roles, those of groups among them."""
    return [role for word in named.split() for role in GROUPS.get(word, word).split()]


def _outcome(route: str, request: dict[str, Any], role: str, scene: Scene) -> str:
    """Send it as that role, and undo what it did."""
    browser = RequestFactory(headers={"host": "localhost"})  # a Client would keep what every template was given
    headers: dict[str, str] = {}
    if route.startswith("api:"):
        headers["Idempotency-Key"] = f"powers-{role}"
        if role in scene.tokens:
            headers["Authorization"] = f"Bearer {scene.tokens[role]}"
    elif role in scene.sessions:
        browser.cookies["sessionid"] = scene.sessions[role]
    method = next(name for name in METHODS if name in request)
    sent: dict[str, Any] = {}
    if route.startswith("api:") and method == "post":
        sent = {"data": b"", "content_type": "application/json"}
    if "form" in request:
        sent["data"] = _filled(request["form"], scene)
    elif "body" in request:
        body = _filled(request["body"], scene)
        sent = {"data": body if isinstance(body, str) else json.dumps(body), "content_type": "application/json"}
    with transaction.atomic():
        asked = getattr(browser, method)(request[method].format(**scene.things), headers=headers, **sent)
        response = scene.handler(asked.environ)  # the middleware is loaded once
        transaction.set_rollback(True)
    return _word(response, method)


def _word(response: Any, method: str) -> str:
    status = response.status_code
    if status in (302, 303):
        if response["Location"].startswith("/login?"):
            return "login"
        if method == "get":
            return "onward"
        if response["Location"].startswith("/confirm?"):
            return "confirm"
        told = get_messages(response.wsgi_request)._queued_messages
        return "refused" if any(one.level >= ERROR for one in told) else "made"
    words = {
        200: "page",
        201: "made",
        204: "made",
        401: "token",
        403: "no",
        404: "unknown",
        409: "refused",
        422: "refused",
    }
    return words.get(status, str(status))


def _filled(value: Any, scene: Scene) -> Any:
    if isinstance(value, dict):
        return {key.format(**scene.things): _filled(one, scene) for key, one in value.items()}
    return value.format(**scene.things) if isinstance(value, str) else value


@pytest.mark.parametrize(("route", "request_"), REQUESTS)
def test_a_row_drives_its_own_route(route: str, request_: dict[str, Any], scene: Scene) -> None:
    method = next(name for name in METHODS if name in request_)
    path = request_[method].format(**scene.things).partition("?")[0]

    if route.startswith("api:"):
        wanted, _, template = routes()[route].partition(" ")
        parts = [(a, b) for a, b in zip(template.split("/"), path.split("/"), strict=True) if not a.startswith("{")]
        assert wanted == method.upper()
        assert all(a == b for a, b in parts), path
    else:
        assert resolve(path).view_name == route
    assert set(request_) <= {*METHODS, *OUTCOMES, "form", "body", "rest"}, request_


def test_every_role_is_spoken_of_somewhere_by_name_or_by_rest() -> None:
    silent = [
        route
        for route, row in ROWS.items()
        for request in (row if isinstance(row, list) else [row])
        if "rest" not in request and "everybody" not in request.values()
    ]

    assert silent == []


def test_one_who_holds_a_post_applies_for_nothing_with_it(cast: Cast) -> None:
    """岗位账号 with a person behind it: neither a draft nor a submission by API."""
    account = people._citizen("both", "双重", "50019919790805312", "19900000009", cast.now)
    identity.appoint(account=account, role="reviewer", region=cast.region, body=cast.other_body, now=cast.now)
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    token = identity.make_token(account=account, label="tests", now=cast.now)
    body = {"item": cast.guide.code, "answers": {"kind": "retail"}, "form": {}, "materials": {}}

    page = client.post(f"/items/{cast.guide.code}/application")
    api = client.post(
        "/api/v1/applications", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "powers-both"},
    )  # fmt: skip

    assert (page.status_code, api.status_code) == (403, 403)
