"""People are found by the blind index of their number; what is encrypted can't be looked up or read from the table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.identity import actions
from tongban.identity.models import Membership, Person
from tongban.kernel.crypto import Unreadable
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NUMBER = "11010519491231002X"
pytestmark = pytest.mark.django_db


def register(**change: str) -> Person:
    usual = {"name": "张三丰", "id_number": NUMBER, "phone": "13812345678", "address": "滨河路 8 号"}
    return actions.register_person(**{**usual, **change}, now=NOW)


def test_a_person_is_registered_once_by_their_number() -> None:
    first = register()
    again = register(id_number=" 110105 19491231 002x", name="另一个名字", phone="13900000000")

    assert first == again
    assert (again.name, again.phone) == ("张三丰", "13812345678")
    assert Person.objects.with_id("id_card", NUMBER).get() == first


def test_the_database_keeps_one_person_to_a_number() -> None:
    first = register()
    twin = Person(name="张三丰", created_at=NOW)
    twin.set_id_number(NUMBER)

    with pytest.raises(IntegrityError, match="person_once"), transaction.atomic():
        twin.save()
    assert Person.objects.get() == first


def test_a_wrong_number_registers_nobody() -> None:
    with pytest.raises(Refusal):
        register(id_number="110105194912310021")

    assert not Person.objects.exists()


def test_the_table_shows_nothing_readable() -> None:
    person = register()

    with connection.cursor() as cursor:
        cursor.execute("SELECT p.*::text, name, phone FROM identity_person p")
        row, name, phone = cursor.fetchone()

    for secret in ("张三丰", NUMBER, "002X", "13812345678", "滨河路"):
        assert secret not in row
        assert secret.encode().hex() not in row
    assert bytes(name) != bytes(phone)
    assert Person.objects.get(pk=person.pk).address == "滨河路 8 号"


@pytest.mark.parametrize(
    "look_up", [{"name": "张三丰"}, {"phone__contains": "138"}, {"name__startswith": "张"}, {"name__in": ["张三丰"]}]
)
def test_an_encrypted_field_refuses_to_be_looked_up(look_up: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="blind index"):
        Person.objects.filter(**look_up).exists()


def test_a_value_moved_to_another_column_does_not_open() -> None:
    register()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE identity_person SET address = phone")

    with pytest.raises(Unreadable, match=r"identity\.Person\.address"):
        Person.objects.get()


def test_an_organisation_is_registered_once_and_its_legal_representative_acts_for_it() -> None:
    person = register()
    first = actions.register_organisation(uscc="91110000600037341L", name="某公司", legal=person, now=NOW)
    again = actions.register_organisation(uscc="91110000 600037341l", name="改名", legal=person, now=NOW)

    assert (first, again.name) == (again, "某公司")
    assert Membership.objects.get().kind == "legal"


def test_a_password_is_kept_as_argon2() -> None:
    account = actions.open_account(username="zhang", password="tongban-demo", person=None, now=NOW)

    assert account.password.startswith("argon2id$argon2id$")
    assert account.check_password("tongban-demo")
    assert not account.check_password("tongban-Demo")
