"""Rows written without Django's statement building are the rows that Django would have written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.people import Cast
from tongban.applications.events import Withdrawn
from tongban.applications.models import Application, ApplicationMaterial, Correction
from tongban.channels.models import Sms
from tongban.identity.models import Person
from tongban.kernel import journal, rows
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry, Outbox
from tongban.kernel.together import batch, together
from tongban.notices.models import Message

pytestmark = pytest.mark.django_db


def test_an_inserted_row_reads_back_through_django(cast: Cast) -> None:
    sms = rows.insert(Sms(phone="19900000101", text="您的申请已收到", queued_at=cast.now))

    found = Sms.objects.get(pk=sms.pk)
    assert (found.phone, found.text, found.state, found.public_id) == (sms.phone, sms.text, "queued", sms.public_id)
    assert not sms._state.adding


def test_personal_data_is_ciphertext_in_the_table(cast: Cast) -> None:
    sms = rows.insert(Sms(phone="19900000101", text="x", queued_at=cast.now))
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM channels_sms WHERE id = %s", [sms.pk])
        assert b"19900000101" not in bytes(cursor.fetchone()[0])


def test_several_rows_get_their_keys_in_order(cast: Cast) -> None:
    case = cast.submit()
    listed = [
        ApplicationMaterial(application=case, key=key, name=key, give="upload", given=False) for key in ("x", "y", "z")
    ]
    rows.insert_all(listed)
    assert [ApplicationMaterial.objects.get(pk=row.pk).key for row in listed] == ["x", "y", "z"]
    assert rows.insert_all([]) == []


def test_get_is_what_django_gets(cast: Cast) -> None:
    theirs, ours = Person.objects.get(pk=cast.liu.person_id), rows.get(Person, cast.liu.person_id)
    assert {f.attname: getattr(ours, f.attname) for f in Person._meta.concrete_fields} == {
        f.attname: getattr(theirs, f.attname) for f in Person._meta.concrete_fields
    }
    with pytest.raises(Person.DoesNotExist):
        rows.get(Person, 0)


def test_json_columns_come_back_as_values(cast: Cast) -> None:
    case = cast.submit()
    assert rows.get(Application, case.pk).particulars == case.particulars
    assert rows.get(type(cast.guide), cast.guide.pk).content == cast.guide.content


def test_update_writes_only_what_is_named(cast: Cast) -> None:
    case = cast.submit()
    case.visits, case.title = 7, "not written"
    case.submitted_at += timedelta(days=1)
    rows.update(case, "visits", "submitted_at")

    found = Application.objects.get(pk=case.pk)
    assert (found.visits, found.submitted_at) == (7, case.submitted_at)
    assert found.title != "not written"


def test_a_taken_key_raises_or_is_left_alone(cast: Cast) -> None:
    def message() -> Message:
        return Message(key="k", person_id=cast.liu.person_id, subject="s", title="t", text="x", at=cast.now)

    assert rows.insert_unless_there(message())
    assert not rows.insert_unless_there(message())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(message())


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_closed_is_noticed_without_asking() -> None:
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        assert other.is_usable()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert not other.is_usable()
    finally:
        other.close()


def test_find_takes_no_value_one_and_several_and_orders(cast: Cast) -> None:
    case = cast.submit()
    listed = list(case.materials.order_by("key"))

    found = rows.find(
        ApplicationMaterial,
        {"application_id": case.pk, "file_id": None, "key": tuple(one.key for one in listed)},
        order="key",
    )

    assert found == [one for one in listed if one.file_id is None]
    assert rows.find(Application, {"number": "none"}) == []


def test_what_goes_out_together_is_what_goes_out_one_by_one(cast: Cast) -> None:
    case = cast.submit()
    sms = Sms(phone="19900000101", text="您的申请已收到", queued_at=cast.now)
    correction = Correction(
        application=case, by="staff:1", by_post="1", at=cast.now, gaps=[], answer_by=cast.now.date()
    )
    case.visits = 7

    with transaction.atomic(), together():
        rows.insert_all([sms])
        rows.insert(correction)
        rows.update(case, "visits")
        journal.record(Withdrawn(number=case.number), by=system("tests"), now=cast.now)
        assert sms.pk is None
        assert not Correction.objects.exists()

    assert Sms.objects.get(pk=sms.pk).text == sms.text
    assert Correction.objects.get() == correction
    assert Application.objects.get(pk=case.pk).visits == 7
    entry = JournalEntry.objects.latest("id")
    assert (entry.name, entry.subject) == ("applications.Withdrawn", case.number)
    assert Outbox.objects.filter(entry_id=entry.pk).exists()


def test_a_row_is_keyed_by_another_that_goes_out_with_it(cast: Cast) -> None:
    case = rows.get(Application, cast.submit().pk)
    case.pk, case.number, case.query_code = None, "another", "00000000"
    listed = [ApplicationMaterial(application=case, key=key, name=key, give="upload", given=False) for key in "xyz"]

    with transaction.atomic(), together():
        rows.insert(case)
        rows.insert_all(listed)

    assert [(row.key, row.application_id) for row in case.materials.order_by("id")] == [(key, case.pk) for key in "xyz"]
    assert [row.application_id for row in listed] == [case.pk] * 3


def test_entries_that_go_out_together_keep_their_order(cast: Cast) -> None:
    with transaction.atomic(), together():
        for number in range(8):
            journal.record(Withdrawn(number=f"case-{number}"), by=system("tests"), now=cast.now)

    entries = JournalEntry.objects.filter(subject__startswith="case-").order_by("id")
    assert [entry.subject for entry in entries] == [f"case-{number}" for number in range(8)]


def test_an_error_on_the_way_sends_nothing_and_one_at_the_end_comes_up(cast: Cast) -> None:
    with pytest.raises(ValueError, match="on the way"), transaction.atomic(), together():
        rows.insert(Sms(phone="1", text="x", queued_at=cast.now))
        raise ValueError("on the way")
    assert batch() is None

    taken = rows.get(Application, cast.submit().pk)
    taken.pk = None
    with pytest.raises(IntegrityError), transaction.atomic(), together():
        rows.insert(taken)
    assert not Sms.objects.exists()
