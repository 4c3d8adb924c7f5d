"""Rows written without Django's statement building are the rows that Django would have written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.people import Cast
from tongban.applications.models import Application, ApplicationMaterial
from tongban.channels.models import Sms
from tongban.identity.models import Person
from tongban.kernel import rows
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
