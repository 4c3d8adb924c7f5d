"""When a case's time is over its personal data go, and its numbers stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from tests.people import Cast, check_digit, paper
from tongban.applications import actions as applications
from tongban.applications import retention as over
from tongban.applications.actions import forgetting
from tongban.applications.models import Application
from tongban.applications.pages import retention as page
from tongban.files.actions import keep_upload
from tongban.files.models import StoredFile
from tongban.files.store import store
from tongban.identity.actions import register_person
from tongban.identity.models import Person
from tongban.kernel import clock, journal
from tongban.kernel import forgetting as emptying
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.licences.models import Licence
from tongban.privacy import keeping, retention
from tongban.privacy.models import Anonymised, RetentionRule

LATER = timedelta(days=11 * 366)
NAME, ID, PHONE, SHOP = "钱无双", "50019919770707" + "111", "19911112222", "无双小面馆"


@pytest.fixture
def person(cast: Cast) -> Person:
    """Somebody who only ever came to the window."""
    number = ID + check_digit(ID)
    return register_person(name=NAME, id_number=number, phone=PHONE, address="云江区无双巷9号", now=cast.now)


@pytest.fixture
def case(cast: Cast, person: Person) -> Application:
    """Ended: rejected, with a paper and a message."""
    file = keep_upload(paper("无双的布局图"), by=cast.actor(cast.clerk), now=cast.now)
    made = applications.submit(
        replace(
            cast.submission(form={"name": NAME, "shop": SHOP, "area": "30"}, person=person),
            materials={"safety": "pledge", "layout": str(file.public_id)},
        ),
        key="key-qian-1", by=applications_actor(cast, person), now=cast.now,
    )  # fmt: skip
    return applications.reject(
        made.number,
        kind="not_needed",
        reason=f"{NAME}的场所不在本区",
        by=cast.actor(cast.reviewer),
        now=cast.now + timedelta(hours=1),
    )


def applications_actor(cast: Cast, person: Person):  # type: ignore[no-untyped-def]
    from tongban.counter.actions import acting_for

    return acting_for(cast.actor(cast.clerk), person)


def set_years(cast: Cast, years: int) -> None:
    """Set by the administrator; a shorter time also agreed to by the head, long before it is needed here."""
    made = keeping.set_rule(
        cast.guide.item.code, type_code="01", years=years, source="本地保管期限表第 3 条",
        by=cast.actor(cast.administrator), now=cast.now,
    )  # fmt: skip
    if made.shortens:
        keeping.agree(made.public_id, by=cast.actor(cast.head), now=cast.now)


def everything() -> str:
    """Every value of every table as text, decrypted where it is encrypted."""
    found = []
    for model in apps.get_models():
        fields = [field.attname for field in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*fields):
            found.append(f"{model._meta.label}: " + " ".join(repr(value) for value in row))
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        found += [args for (args,) in cursor.fetchall()]
    return "\n".join(found)


def test_after_its_time_the_known_values_are_nowhere(
    cast: Cast, case: Application, person: Person, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    set_years(cast, 10)
    known = [NAME, person.id_number, PHONE, SHOP, "无双巷", bytes(person.id_index).hex()]
    assert all(value in everything() for value in known[:5])
    (sha,) = StoredFile.objects.values_list("sha256", flat=True)
    entries = list(JournalEntry.objects.filter(subject=case.number).order_by("pk").values_list("pk", "facts"))

    with django_capture_on_commit_callbacks(execute=True):
        (gone,) = forgetting.sweep(now=cast.now + LATER)

    words = everything()
    assert [value for value in known if value in words] == []
    assert gone.person_too
    assert gone.files == 1
    assert not StoredFile.objects.exists()
    with pytest.raises(OSError):
        store().get(sha)
    after = Application.objects.get(number=case.number)
    assert (after.state, after.closed_at, after.body_id) == (case.state, case.closed_at, case.body_id)
    assert after.answers == {"kind": "catering"}
    kept = list(JournalEntry.objects.filter(subject=case.number).order_by("pk").values_list("pk", "facts"))
    assert kept[: len(entries)] == entries
    assert not [fault for fault in journal.verify(now=cast.now + LATER) if fault.kind != "unlinked"]
    stone = Anonymised.objects.get()
    assert (stone.number, stone.years, stone.source) == (case.number, 10, "本地保管期限表第 3 条")
    assert list(forgetting.sweep(now=cast.now + LATER)) == []


def test_the_case_of_someone_who_still_has_an_account_no_longer_leads_to_them(cast: Cast) -> None:
    set_years(cast, 10)
    case = applications.reject(
        cast.submit().number,
        kind="not_needed",
        reason="不属于本部门职权",
        by=cast.actor(cast.reviewer),
        now=cast.now + timedelta(hours=1),
    )

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    assert not gone.person_too
    assert Person.objects.get(pk=cast.liu.person_id).name == "刘晓燕"
    assert not Application.objects.filter(person=cast.liu.person_id).exists()
    client = Client()
    client.force_login(cast.reviewer)
    answer = client.get(f"/desk/cases/{case.number}")
    assert (answer.status_code, "已满保存期限" in answer.content.decode()) == (404, True)
    assert client.get("/desk/cases").status_code == 200


def test_a_hold_keeps_it_until_it_is_ended(cast: Cast, case: Application) -> None:
    set_years(cast, 10)
    by = cast.actor(cast.head)
    held = keeping.hold(case.number, cause="litigation", reason="（2026）行初 12 号", by=by, now=cast.now)
    with pytest.raises(Conflict):
        keeping.hold(case.number, cause="litigation", reason="再来一次的理由", by=by, now=cast.now)

    assert list(forgetting.sweep(now=cast.now + LATER)) == []
    (due,) = over.due(today=date(2037, 3, 1))
    assert due.stays == "暂缓：复议、诉讼"

    keeping.release(case.number, held.public_id, reason="判决已经生效", by=by, now=cast.now)
    with pytest.raises(Conflict):
        keeping.release(case.number, held.public_id, reason="判决已经生效", by=by, now=cast.now)
    assert len(list(forgetting.sweep(now=cast.now + LATER))) == 1
    with pytest.raises(Conflict):
        keeping.hold(case.number, cause="complaint", reason="来得太晚了些", by=by, now=cast.now + LATER)


def test_a_hold_that_comes_between_looking_and_acting_counts(cast: Cast, case: Application) -> None:
    set_years(cast, 10)
    (due,) = over.due(today=date(2037, 3, 1))
    forgetting.hold(case.number, cause="complaint", reason="信访件 2026-8", by=cast.actor(cast.head), now=cast.now)

    assert forgetting.anonymise(due, now=cast.now + LATER) is None
    assert not Anonymised.objects.exists()


def test_a_licence_in_force_keeps_its_case(cast: Cast) -> None:
    set_years(cast, 10)
    case = applications.deliver(cast.granted().number, by=cast.actor(cast.decider), now=cast.now + timedelta(days=1))
    assert case.closed_at

    Licence.objects.filter(case_number=case.number).update(valid_until=date(2040, 1, 1))
    (due,) = over.due(today=date(2037, 1, 5))
    assert due.stays == "证照仍然有效"


def test_nothing_goes_before_its_day(cast: Cast, case: Application) -> None:
    set_years(cast, 10)
    eve = datetime(2036, 12, 31, 12).astimezone()

    assert list(forgetting.sweep(now=eve)) == []
    assert len(list(forgetting.sweep(now=eve + timedelta(days=1)))) == 1


def test_every_table_with_encrypted_columns_that_belongs_to_a_case_is_emptied() -> None:
    beside = {"Application", "Draft"}
    wanted = {model.__name__ for model in apps.get_app_config("applications").get_models() if emptying.encrypted(model)}

    assert wanted - {model.__name__ for model, _ in forgetting.below()} == beside


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 100))
def test_the_day_is_the_first_of_january_after_so_many_whole_years(closed_on: date, years: int) -> None:
    day = retention.due_on(closed_on, retention.Rule(years, "x"))

    assert day
    assert (day.month, day.day) == (1, 1)
    assert day > closed_on.replace(day=1, month=1).replace(year=closed_on.year + years)


def test_for_ever_has_no_day_and_every_type_has_a_rule_with_its_source() -> None:
    assert retention.due_on(date(2026, 1, 1), retention.Rule(0, "x")) is None
    assert all("《" in retention.default(f"{at:02}").source for at in range(1, 21))
    with pytest.raises(Refusal):
        retention.check_rule(5, "本地保管期限表")
    with pytest.raises(Refusal):
        retention.check_hold("boredom", "没有理由的理由")


def test_a_hold_of_another_case_is_unknown(cast: Cast, case: Application) -> None:
    held = keeping.hold(case.number, cause="supervision", reason="审计抽查中", by=cast.actor(cast.head), now=cast.now)
    with pytest.raises(NotFound):
        keeping.release("0", held.public_id, reason="审计已经结束", by=cast.actor(cast.head), now=cast.now)


def test_the_head_holds_and_releases_on_the_page_of_the_case(cast: Cast) -> None:
    number = cast.submit().number
    client, url = Client(), f"/desk/cases/{number}/retention"
    client.force_login(cast.head)

    assert client.post(url, {"cause": "litigation", "reason": "短"}).status_code == 422
    assert client.post(url, {"cause": "litigation", "reason": "（2026）行初 12 号"}).status_code == 302
    page = client.get(url).content.decode()
    assert "（2026）行初 12 号" in page
    assert "保存 30 年" in page
    (held,) = keeping.holds_of(number)
    client.post(f"{url}/{held.public_id}/end", {"end_reason": "判决已经生效"})
    assert "判决已经生效" in client.get(url).content.decode()
    assert keeping.why_it_stays(number) == ""


def test_the_administrator_sets_the_years_of_an_item(cast: Cast, case: Application) -> None:
    client = Client()
    client.force_login(cast.administrator)
    sent = {"item": cast.guide.item.code, "years": "0", "source": "本地保管期限表第 3 条"}

    assert client.post("/desk/retention", {**sent, "years": "永久"}).status_code == 422
    assert client.post("/desk/retention", sent).status_code == 302
    assert "本地保管期限表第 3 条" in client.get("/desk/retention").content.decode()
    assert list(over.due(today=date(2100, 1, 1))) == []


def test_a_longer_time_counts_at_once_and_a_shorter_one_needs_another_person_and_time(
    cast: Cast, case: Application
) -> None:
    admin, item = cast.actor(cast.administrator), cast.guide.item.code

    def rule(years: int) -> RetentionRule:
        return keeping.set_rule(
            item, type_code="01", years=years, source="本地保管期限表第 3 条", by=admin, now=cast.now
        )

    rule(0)
    assert keeping.rules(today=cast.now.date())[item].years == 0

    shorter = rule(10)

    far = cast.now.date() + timedelta(days=4000)
    assert keeping.rules(today=far)[item].years == 0
    with pytest.raises(Forbidden):
        keeping.agree(shorter.public_id, by=admin, now=cast.now)
    keeping.agree(shorter.public_id, by=cast.actor(cast.head), now=cast.now + timedelta(days=3))
    with pytest.raises(Conflict):
        keeping.agree(shorter.public_id, by=cast.actor(cast.head), now=cast.now + timedelta(days=3))
    assert keeping.rules(today=cast.now.date() + timedelta(days=32))[item].years == 0
    assert keeping.rules(today=cast.now.date() + timedelta(days=33))[item].years == 10


def test_what_was_agreed_falls_away_with_a_longer_time_set_after_it(cast: Cast, case: Application) -> None:
    set_years(cast, 10)
    set_years(cast, 30)

    assert keeping.rules(today=cast.now.date() + timedelta(days=400))[cast.guide.item.code].years == 30
    assert keeping.coming(today=cast.now.date()) == []


def test_on_the_page_the_one_who_set_it_cannot_agree_and_the_head_can(cast: Cast, case: Application) -> None:
    admin, head, foreign = Client(), Client(), Client()
    admin.force_login(cast.administrator)
    head.force_login(cast.head)
    other = people._staff("other_head", "head", cast.region, cast.other_body, None, cast.now)
    foreign.force_login(other)
    sent = {"item": cast.guide.item.code, "years": "10", "source": "本地保管期限表第 3 条"}
    assert admin.post("/desk/retention", {**sent, "years": "1"}).status_code == 422

    admin.post("/desk/retention", sent)

    made = RetentionRule.objects.get()
    url = f"/desk/retention/{made.public_id}/agreement"
    assert "同意缩短" not in admin.get("/desk/retention").content.decode()
    assert "等另一个人同意" in admin.get("/desk/retention").content.decode()
    assert admin.post(url).status_code == 403
    assert foreign.post(url).status_code == 403
    assert "同意缩短" in head.get("/desk/retention").content.decode()
    assert head.post(url).status_code == 302
    assert "起生效" in admin.get("/desk/retention").content.decode()
    made.refresh_from_db()
    assert made.agreed_by == cast.actor(cast.head).who


def test_the_page_says_when_there_are_more(cast: Cast, case: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    set_years(cast, 10)
    second = cast.submit(key="second-case")
    applications.reject(
        second.number, kind="not_needed", reason="不属于本部门职权", by=cast.actor(cast.reviewer), now=cast.now
    )
    client = Client()
    with clock.at(cast.now + LATER):
        client.force_login(cast.administrator)
        assert "还有更多" not in client.get("/desk/retention").content.decode()
        monkeypatch.setattr(page, "MOST", 1)
        assert "还有更多，这里只列前 1 件" in client.get("/desk/retention").content.decode()


def test_only_what_is_due_is_read_and_through_the_index(cast: Cast, case: Application) -> None:
    set_years(cast, 0)
    with CaptureQueriesContext(connection) as asked:
        assert list(over.due(today=date(2100, 1, 1))) == []
    assert not [each for each in asked if "closed_at" in each["sql"]]  # permanent ones are not even looked at
    set_years(cast, 10)
    with CaptureQueriesContext(connection) as asked:
        assert len(list(over.due(today=date(2037, 1, 1)))) == 1
    (walk,) = [each["sql"] for each in asked if '"closed_at" <' in each["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DROP INDEX application_closed, application_of_body")
        cursor.execute(f"EXPLAIN {walk}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "application_kept" in plan


def test_what_was_set_later_is_what_is_agreed_to(cast: Cast, case: Application) -> None:
    by, head = cast.actor(cast.administrator), cast.actor(cast.head)
    item, source = cast.guide.item.code, "本地保管期限表第 3 条"
    keeping.set_rule(item, type_code="01", years=0, source=source, by=by, now=cast.now)
    first = keeping.set_rule(item, type_code="01", years=10, source=source, by=by, now=cast.now)
    keeping.agree(first.public_id, by=head, now=cast.now)
    second = keeping.set_rule(item, type_code="01", years=30, source=source, by=by, now=cast.now)
    stale = keeping.set_rule(item, type_code="01", years=10, source=source, by=by, now=cast.now)

    assert keeping.coming(today=cast.now.date()) == [stale, second, first]
    with pytest.raises(Conflict):
        keeping.agree(second.public_id, by=head, now=cast.now)
    keeping.agree(stale.public_id, by=head, now=cast.now)
    assert keeping.coming(today=cast.now.date() + timedelta(days=40)) == []
