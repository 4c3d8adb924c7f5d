"""Mail against a real server on this machine: taken, refused, asked to wait, cut off at every point of the talk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from tongban.channels import actions, queries
from tongban.channels.gateways.smtp import SmtpMail, chosen
from tongban.channels.models import Bounce, Mail
from tongban.channels.tests.post_office import PostOffice, opened
from tongban.kernel.actors import system
from tongban.kernel.config import Config
from tongban.kernel.models import JournalEntry

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TO = "liu@example.org"
pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with opened() as one:
        yield one


def gateway(office: PostOffice, **change: str) -> SmtpMail:
    return SmtpMail(
        host="localhost", port=office.port, sender="noreply@yunjiang.example", timeout=3,
        **{"security": "none", "sender_name": "云江政务服务", **change},
    )  # fmt: skip


def queue(text: str = "您的申请已受理。\n.第二行") -> Mail:
    return actions.queue_mail(to=TO, subject="申请已受理", text=text, by=system("tests"), now=NOW)


def sent(mail: Mail, office: PostOffice, now: datetime = NOW) -> Mail:
    actions.send_mail(mail.public_id, now=now, gateway=gateway(office))
    mail.refresh_from_db()
    return mail


def test_a_mail_arrives_as_it_was_written(office: PostOffice) -> None:
    mail = sent(queue(), office)
    (came,) = office.taken

    assert (mail.state, mail.gateway, mail.receipt, mail.attempts) == ("sent", "smtp", "250 taken", 1)
    assert (came["To"], came["Subject"]) == (TO, "申请已受理")
    assert came["Message-ID"] == f"<{mail.public_id}@yunjiang.example>"
    assert came.get_content() == "您的申请已受理。\r\n.第二行\r\n"
    assert came["Auto-Submitted"] == "auto-generated"
    sent(mail, office)
    assert len(office.seen) == 1, "a repeat after success hands nothing over"


def test_a_line_of_the_mail_that_is_only_a_full_stop_does_not_end_it(office: PostOffice) -> None:
    sent(queue("first\n.\nlast"), office)

    assert office.taken[0].get_content() == "first\r\n.\r\nlast\r\n"


def test_a_server_that_takes_the_mail_and_dies_gets_it_once_more_with_the_same_number(office: PostOffice) -> None:
    office.answers["END"] = "DIE"
    mail = sent(queue(), office)
    assert (mail.state, mail.unanswered, mail.error) == ("queued", 1, "邮件服务器收下后没有答复，可能已经送达")
    assert mail.next_at == NOW + timedelta(minutes=1)

    sent(mail, office, NOW + timedelta(seconds=59))
    assert len(office.seen) == 1, "not before its time"
    sent(mail, office, NOW + timedelta(minutes=1))

    assert len({came["Message-ID"] for came in office.seen}) == 1 and len(office.seen) == 2
    assert (mail.state, mail.error) == ("given_up", "邮件服务器收下后没有答复，可能已经送达")
    assert JournalEntry.objects.filter(name="channels.Undeliverable").count() == 1
    assert actions.try_again(now=NOW + timedelta(days=2)) == 0, "at most once more"


def test_after_an_unknown_outcome_an_answer_settles_it(office: PostOffice) -> None:
    office.answers["END"] = "DIE"
    mail = sent(queue(), office)
    office.answers.clear()

    assert sent(mail, office, NOW + timedelta(minutes=2)).state == "sent"
    assert mail.error == ""


@pytest.mark.parametrize("word", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_dies_before_the_mail_has_not_got_it(office: PostOffice, word: str) -> None:
    office.answers[word] = "DIE"
    mail = sent(queue(), office)

    assert (mail.state, mail.unanswered, office.seen) == ("queued", 0, [])
    assert mail.next_at == NOW + timedelta(minutes=1)


def test_a_server_that_is_not_there_holds_nobody_up_for_long(office: PostOffice) -> None:
    mails = [queue() for _ in range(3)]
    for mail in mails:
        actions.send_mail(mail.public_id, now=NOW, gateway=SmtpMail("localhost", 1, "a@b.example", "none", timeout=3))

    assert set(Mail.objects.values_list("error", flat=True)) == {"邮件服务器连接不上"}
    assert actions.try_again(now=NOW + timedelta(minutes=5)) == 1, "no server set: the turn ends with the first"


def test_greylisting_is_waited_out(office: PostOffice) -> None:
    office.answers["RCPT"] = "451 4.7.1 greylisted, try again in 60 seconds"
    mail = sent(queue(), office)
    assert (mail.state, mail.attempts) == ("queued", 1)
    assert "稍后再试：451" in mail.error

    office.answers.clear()
    assert sent(mail, office, NOW + timedelta(minutes=1)).state == "sent"
    assert mail.attempts == 2


def test_a_refused_address_bounces_and_is_not_used_again(office: PostOffice) -> None:
    office.answers["RCPT"] = f"550 5.1.1 <{TO}>: no such user"
    mail = sent(queue(), office)

    assert (mail.state, mail.error) == ("bounced", "收件地址被拒收：550 5.1.1 …: no such user")
    assert queries.bounced("mail", TO) and not queries.bounced("sms", TO)
    office.answers.clear()
    later = sent(queue(), office)
    assert (later.state, later.attempts, office.seen) == ("bounced", 0, [])

    assert actions.use_again("mail", TO)
    assert sent(queue(), office).state == "sent"


@pytest.mark.parametrize(
    ("word", "answer", "words"),
    [
        ("END", "554 looks like spam", "邮件服务器退回了邮件：554 looks like spam"),
        ("MAIL", "550 no relaying", "邮件服务器不接受发件地址：550 no relaying"),
    ],
)
def test_a_mail_refused_for_other_reasons_fails_and_the_address_stays_good(
    office: PostOffice, word: str, answer: str, words: str
) -> None:
    office.answers[word] = answer
    mail = sent(queue(), office)

    assert (mail.state, mail.error) == ("failed", words)
    assert not Bounce.objects.exists()


def test_it_speaks_starttls_and_trusts_nobody_unknown(tmp_path: Path) -> None:
    with opened(tmp_path) as office:
        mail = queue()
        trusting = gateway(office, security="starttls", authorities=str(office.certificate))
        actions.send_mail(mail.public_id, now=NOW, gateway=gateway(office, security="starttls"))
        mail.refresh_from_db()
        assert (mail.state, mail.error, office.seen) == ("queued", "邮件服务器连接不上", [])

        actions.send_mail(mail.public_id, now=NOW + timedelta(hours=1), gateway=trusting)
        mail.refresh_from_db()
        assert (mail.state, office.secure) == ("sent", [True])


def test_without_encryption_nothing_is_handed_over_where_it_is_wanted(office: PostOffice) -> None:
    mail = queue()
    actions.send_mail(mail.public_id, now=NOW, gateway=gateway(office, security="starttls"))
    mail.refresh_from_db()

    assert (mail.error, office.seen) == ("邮件服务器不支持要求的加密", [])


def test_tries_end(office: PostOffice) -> None:
    office.answers["RCPT"] = "DIE"
    mail, now = queue(), NOW
    tries = 0
    while sent(mail, office, now).state == "queued":
        tries, now = tries + 1, mail.next_at
        assert tries < 20

    assert (mail.state, mail.attempts) == ("given_up", 8)
    assert now - NOW < timedelta(days=3)


def test_the_table_shows_neither_address_nor_words(office: PostOffice) -> None:
    office.answers["RCPT"] = f"550 <{TO}> unknown"
    sent(queue(), office)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT m::text FROM channels_mail m) || (SELECT b::text FROM channels_bounce b)")
        (row,) = cursor.fetchone()

    assert TO not in row and "受理" not in row


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mail_security": "ssl"}, "TONGBAN_MAIL_SECURITY"),
        ({"mail_security": "none", "mail_user": "a"}, "no password in clear"),
        ({"mail_from": "nobody"}, "TONGBAN_MAIL_FROM"),
    ],
)
def test_a_wrong_setting_is_named(change: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        chosen(Config(Path(), mail_host="localhost", **{"mail_from": "a@b.example", **change}))
