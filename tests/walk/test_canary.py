"""Invariant 6: personal data lies only in encrypted columns. A whole walk with known values, then every table is read."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection

from tests.people import Cast, check_digit, paper, publish
from tongban.applications import actions
from tongban.applications.actions import Gap
from tongban.applications.models import Application
from tongban.channels import actions as channels
from tongban.evaluations import actions as evaluations
from tongban.files import actions as files
from tongban.identity import actions as identity
from tongban.identity.levels import Level
from tongban.identity.models import Account
from tongban.kernel import bookkeeper, fields, jobs, journal
from tongban.kernel.actors import system
from tongban.notices.models import Message
from tongban.reporting import actions as reporting
from tongban.reporting.gateways import Case, Line, Receipt
from tongban.reporting.models import ReportRow
from tongban.tickets import actions as tickets
from tongban.tickets.models import Ticket

ID = "50019919660417208" + check_digit("50019919660417208")
SECRETS = {
    "name": "柳如烟",
    "id": ID,
    "phone": "13987654321",
    "address": "石桥镇桂花巷十七号",
    "shop": "如烟私房小馆",
    "gap": "图上看不清灶台的位置",
    "suspension": "灶台油烟需送检四天",
    "opinion": "油烟排放已复核合格",
    "refusal": "经营场所紧邻幼儿园",
    "rejection": "此摊位不需要许可证件",
    "withdrawal": "家里老人生病不办了",
    "comment": "跑了三趟还让我补图",
    "measures": "已向当事人道歉并培训",
    "visit": "当事人在电话中表示满意",
    "draft": "写了一半的店名春风里",
    "mail": "liu.ruyan@canary.example",
}


def test_personal_data_is_in_no_table_no_job_and_no_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    walk(cast)

    assert list(found()) == []
    assert [name for name, value in SECRETS.items() if value in caplog.text] == []
    assert Message.objects.count() >= 6, "the reactions ran"
    assert list(journal.verify(now=cast.now)) == []


def test_what_was_written_is_there_for_who_may_read_it(cast: Cast) -> None:
    case = walk(cast)

    assert case.form["shop"] == SECRETS["shop"]
    assert str(Ticket.objects.get().words) == SECRETS["comment"]


def test_the_search_finds_a_value_that_was_planted(cast: Cast) -> None:
    walk(cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE notices_message SET title = %s WHERE id = (SELECT min(id) FROM notices_message)", ["柳如烟"]
        )
        cursor.execute("UPDATE kernel_idempotencykey SET request_hash = %s", [b"13987654321"])
        cursor.execute("UPDATE flow_task SET title = %s", [json.dumps(SECRETS["address"])])
        cursor.execute(
            """INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('x', 'x', %s::jsonb)""",
            [json.dumps({"comment": SECRETS["comment"]})],
        )

    assert set(found()) == {
        ("notices_message", "name"), ("kernel_idempotencykey", "phone"), ("flow_task", "address"),
        ("procrastinate_jobs", "comment"),
    }  # fmt: skip


def test_without_encryption_every_value_would_be_found(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "encrypt", lambda plain, column: plain)
    monkeypatch.setattr(fields, "decrypt", lambda stored, column: stored)
    Account.objects.update(person=None)  # the cast's own rows are ciphertext and would not open
    walk(cast)

    assert {secret for _, secret in found()} == set(SECRETS)


def walk(cast: Cast) -> Application:
    """One case through everything, one refused, one rejected, one withdrawn, one never sent; then the worker."""
    person = identity.register_person(
        name=SECRETS["name"], id_number=ID, phone=SECRETS["phone"], address=SECRETS["address"],
        assurance=Level.REAL_NAME, now=cast.now,
    )  # fmt: skip
    identity.set_mail(person.pk, address=SECRETS["mail"])
    channels.queue_mail(
        to=SECRETS["mail"], subject="消息", text=SECRETS["name"], by=system("tests"), now=cast.now
    )  # there is no mail server: its tries and faults are kept too
    account = identity.open_account(username="canary", password="tongban-demo", person=person, now=cast.now)
    me, reviewer, decider = cast.actor(account), cast.actor(cast.reviewer), cast.actor(cast.decider)
    now = cast.now

    def submit() -> str:
        draft = actions.open_draft(cast.guide, person=person, by=me, now=now)
        actions.save_draft(
            draft.public_id, answers={"kind": "catering"}, materials={"safety": "pledge"},
            form={"name": SECRETS["name"], "shop": SECRETS["shop"], "area": "86"}, by=me, now=now,
        )  # fmt: skip
        return actions.submit_draft(draft.public_id, by=me, now=now).number

    number = submit()
    actions.correct(number, {"layout": Gap(note=SECRETS["gap"])}, by=reviewer, now=now)
    file = files.keep_upload(paper(SECRETS["name"]), by=me, now=now)
    actions.supplement(number, materials={"layout": str(file.public_id)}, by=me, now=now)
    actions.accept(number, by=reviewer, now=now)
    actions.suspend(number, cause="test", reason=SECRETS["suspension"], by=reviewer, now=now)
    actions.resume(number, by=reviewer, now=now)
    actions.review(number, passes=True, opinion=SECRETS["opinion"], by=reviewer, now=now)
    actions.decide(number, granted=True, by=decider, now=now)
    case = actions.deliver(number, by=me, now=now)
    evaluations.rate(number, level=5, comment=SECRETS["comment"], by=me, now=now)
    ticket = Ticket.objects.get()
    tickets.rectify(ticket.number, measures=SECRETS["measures"], by=reviewer, now=now)
    tickets.visit(ticket.number, satisfied=True, note=SECRETS["visit"], by=decider, now=now)

    refused = submit()
    actions.accept(refused, by=reviewer, now=now)
    actions.review(refused, passes=False, opinion=SECRETS["opinion"], by=reviewer, now=now)
    actions.decide(refused, granted=False, reason=SECRETS["refusal"], by=decider, now=now)
    actions.reject(submit(), kind="not_needed", reason=SECRETS["rejection"], by=reviewer, now=now)
    actions.withdraw(submit(), reason=SECRETS["withdrawal"], by=me, now=now)
    begun = actions.open_draft(cast.guide, person=person, by=me, now=now)
    actions.save_draft(begun.public_id, form={"shop": SECRETS["draft"]}, by=me, now=now)

    while bookkeeper.link_waiting():
        with connection.cursor() as cursor:
            cursor.execute("SELECT args::text FROM procrastinate_jobs")
            waiting = " ".join(row[0] for row in cursor.fetchall())
        assert not [name for name, value in SECRETS.items() if value in waiting]
        jobs.run_waiting()
    report(cast, account, number)
    return case


def report(cast: Cast, account: Account, number: str) -> None:
    """Told upward, refused with words that say too much; come back from another system; handed over to it."""
    now, by = cast.now, system("tests")
    cast.body.uscc = "11500199MB0000001X"
    cast.body.save(update_fields=["uscc"])
    target = reporting.set_target(
        "city", name="市级平台", url="https://r.example.cn", form="national", secret="s" * 20, from_start=True, by=by, now=now
    )  # fmt: skip
    assert reporting.turn(target, now=now, gateway=Gossip(number)) >= 1
    assert ReportRow.objects.get(subject=number).reason == SECRETS["name"]
    speaks = Account.objects.create(username="canary_system", created_at=now)
    reporting.set_system(
        "tax", name="电子税务局", account=speaks, hosts=["tax.example.cn"], passes=["name"], by=by, now=now
    )
    line = {
        "number": "T-1", "item": cast.guide.code, "name": SECRETS["name"], "id_number": ID, "state": "handling",
        "applied_at": "2026-02-25", "result": SECRETS["opinion"],
    }  # fmt: skip
    wrong = {**line, "number": "T-2", "state": SECRETS["name"], "id_kind": SECRETS["phone"]}
    for key, lines in (("canary-1", [line, wrong]), ("canary-2", [{**line, "state": "accepted"}])):
        reporting.deliver([(one, ()) for one in lines], key=key, by=cast.actor(speaks, "api"), now=now)
    deep = publish(
        cast.body, now=now, code="990131009401", name="税务登记", connection="deep_link",
        online_url="https://tax.example.cn/", form=[], steps=[], materials=[],
    )  # fmt: skip
    _, url = reporting.hand_over(deep, answers={"kind": "catering"}, agrees=True, by=cast.actor(account), now=now)
    told = reporting.fetch(url.rpartition("=")[2], by=cast.actor(speaks, "api"), now=now)
    assert told["applicant"] == {"name": SECRETS["name"]}
    while bookkeeper.link_waiting():
        jobs.run_waiting()


class Gossip:
    """A platform that refuses one case and names its applicant."""

    def __init__(self, refused: str) -> None:
        self.refused = refused

    def send(self, batch: UUID, cases: Sequence[Case], *, form: str, now: datetime) -> Receipt:
        assert SECRETS["name"] in str(cases), "it is told what it asks for"
        return Receipt(
            tuple(
                Line(one.subject, one.version, accepted=one.subject != self.refused, code="no", words=SECRETS["name"])
                for one in cases
            )
        )

    def ask(self, batch: UUID, *, now: datetime) -> Receipt | None:
        return None

    counts = cases = ask


def found() -> Iterator[tuple[str, str]]:
    """(table, secret) for each secret that some row of some table shows: as text, escaped, or as its bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in sorted(tables):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            rows = "\n".join(row[0] for row in cursor.fetchall())
            for name, value in SECRETS.items():
                escaped = json.dumps(value)[1:-1]
                forms = (value, escaped, escaped.replace("\\", "\\\\"), value.encode().hex())
                if any(form in rows for form in forms):
                    yield table, name
