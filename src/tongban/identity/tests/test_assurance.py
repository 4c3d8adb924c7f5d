"""认证等级: raised by what proves it, never by what doesn't; what expires is gone when it expires; asked in one query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.identity import actions, assurance
from tongban.identity.actors import Actor
from tongban.identity.gateways import fake
from tongban.identity.gateways.chosen import chosen
from tongban.identity.levels import Level, check_level
from tongban.identity.models import Account, FaceCheck, Person, Verification
from tongban.identity.queries import actor_of
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal, Unavailable
from tongban.orgs.models import Region

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
NUMBER = "11010519491231002X"
pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    person = actions.register_person(name="张三丰", id_number=NUMBER, phone="19900000007", now=NOW)
    account = Account(username="zhang", person=person, created_at=NOW)
    account.set_unusable_password()
    account.save()
    return account


@pytest.fixture
def clerk() -> Actor:
    region = Region.objects.create(code="500199", name="云江区", level=4, path="500199/")
    account = Account.objects.create(username="clerk", created_at=NOW)
    actions.appoint(account=account, role="window", region=region, now=NOW)
    return actor_of(account, now=NOW, channel="counter")


def acting(account: Account, now: datetime = NOW) -> Actor:
    return actor_of(account, now=now, channel="web")


def gateway(fault: str = "accept") -> fake.Fake:
    return fake.Fake(fault)


def test_who_just_registered_is_at_the_lowest_level_and_a_row_of_before_counts_as_real_name(account: Account) -> None:
    assert acting(account).assurance == Level.REGISTERED

    with connection.cursor() as cursor:  # a program that doesn't know the column yet
        cursor.execute(
            "INSERT INTO identity_person (public_id, name, id_type, id_number, id_index, id_tail_index, phone, address, "
            "created_at) SELECT gen_random_uuid(), name, 'old', id_number, id_index, id_tail_index, phone, address, "
            "created_at FROM identity_person RETURNING assurance"
        )
        assert cursor.fetchone() == (Level.REAL_NAME,)


def test_name_number_and_phone_that_belong_together_make_a_real_name(account: Account) -> None:
    made = assurance.prove_real_name(phone="19900000008", proof=fake.proof(gateway()), by=acting(account), now=NOW)

    assert acting(account).assurance == Level.REAL_NAME == made.level
    assert made.reference.startswith("fake-") and made.expires_at is None
    assert (Person.objects.get().phone, Person.objects.get().phone_proved_at) == ("19900000008", NOW)
    entry = JournalEntry.objects.get(name="identity.Verified")
    assert entry.facts == {"person": str(account.person.public_id), "level": "real_name", "how": "real_name"}


def test_a_phone_is_theirs_once_its_code_was_typed(account: Account) -> None:
    assert Person.objects.get().phone_proved_at is None  # somebody typed it when the person was registered

    assurance.prove_phone(phone="19900000007", by=acting(account), now=NOW)

    assert Person.objects.get().phone_proved_at == NOW


def test_above_the_phone_only_the_number_on_record_is_proved_anew(account: Account) -> None:
    Person.objects.update(assurance=Level.REAL_NAME)
    assurance.prove_phone(phone="19900000009", by=acting(account), now=NOW)
    assert (Person.objects.get().phone, Person.objects.get().phone_proved_at) == ("19900000007", None)

    assurance.prove_phone(phone="19900000007", by=acting(account), now=NOW)

    assert Person.objects.get().phone_proved_at == NOW


@pytest.mark.parametrize(
    ("fault", "phone", "code"),
    [
        ("accept", "13800000000", "real_name_differs"),
        ("differs", "19900000008", "real_name_differs"),
        ("unknown", "19900000008", "real_name_differs"),
        ("die", "19900000008", "proof_away"),
    ],
)
def test_without_an_answer_that_says_so_nothing_is_proved(account: Account, fault: str, phone: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        assurance.prove_real_name(phone=phone, proof=fake.proof(gateway(fault)), by=acting(account), now=NOW)

    assert refused.value.code == code and isinstance(refused.value, Unavailable) == (fault == "die")
    assert acting(account).assurance == Level.REGISTERED and not Verification.objects.exists()
    assert Person.objects.get().phone == "19900000007"


def test_a_number_is_asked_about_five_times_in_a_quarter_of_an_hour(account: Account) -> None:
    asked = gateway("differs")
    for _ in range(7):
        with pytest.raises(Refusal) as refused:
            assurance.prove_real_name(phone="19900000008", proof=fake.proof(asked), by=acting(account), now=NOW)

    assert refused.value.code == "proof_tries" and len(asked.calls) == 5


def test_a_face_counts_for_half_an_hour_and_once(account: Account) -> None:
    proof = fake.proof(gateway())
    assurance.begin_face(back="/my/verify", proof=proof, by=acting(account), now=NOW)

    assert assurance.finish_face(proof=proof, by=acting(account), now=NOW) == account.person
    assert acting(account).assurance == Level.FACE
    assert acting(account, NOW + timedelta(minutes=29)).assurance == Level.FACE
    assert acting(account, NOW + timedelta(minutes=30)).assurance == Level.REGISTERED
    with pytest.raises(Conflict, match="没有正在进行"):
        assurance.finish_face(proof=proof, by=acting(account), now=NOW)


def test_the_answer_about_a_face_is_nobody_elses(account: Account) -> None:
    proof = fake.proof(gateway())
    assurance.begin_face(back="/my/verify", proof=proof, by=acting(account), now=NOW)
    other = Account.objects.create(
        username="other", created_at=NOW,
        person=actions.register_person(name="李四", id_number="440524188001010014", now=NOW),
    )  # fmt: skip

    with pytest.raises(Conflict, match="没有正在进行"):
        assurance.finish_face(proof=proof, by=acting(other), now=NOW)


@pytest.mark.parametrize(
    ("fault", "code", "over"),
    [("differs", "face_failed", True), ("waiting", "face_waiting", False), ("die", "proof_away", False)],
)
def test_a_face_that_is_not_recognised_proves_nothing(account: Account, fault: str, code: str, over: bool) -> None:
    assurance.begin_face(back="/my/verify", proof=fake.proof(gateway()), by=acting(account), now=NOW)

    with pytest.raises(Refusal) as refused:
        assurance.finish_face(proof=fake.proof(gateway(fault)), by=acting(account), now=NOW)

    assert refused.value.code == code and acting(account).assurance == Level.REGISTERED
    assert (FaceCheck.objects.get().ended_at is not None) == over


def test_a_clerk_who_sees_the_card_raises_to_in_person_and_each_time_is_a_row(account: Account, clerk: Actor) -> None:
    for _ in range(2):
        assurance.see_in_person(name="张三丰", id_type="id_card", id_number=NUMBER, by=clerk, now=NOW)

    seen, again = Verification.objects.order_by("pk")
    assert (again.level, again.how) == (seen.level, seen.how)
    assert (seen.level, seen.how, seen.by, seen.by_post) == (Level.IN_PERSON, "card", clerk.who, clerk.post)
    assert acting(account).assurance == Level.IN_PERSON


def test_only_a_window_sees_cards_and_only_those_that_match(account: Account, clerk: Actor) -> None:
    with pytest.raises(Forbidden):
        assurance.see_in_person(name="张三丰", id_type="id_card", id_number=NUMBER, by=acting(account), now=NOW)
    with pytest.raises(Refusal, match="不一致"):
        assurance.see_in_person(name="张三", id_type="id_card", id_number=NUMBER, by=clerk, now=NOW)
    with pytest.raises(NotFound):
        assurance.see_in_person(name="李四", id_type="id_card", id_number="440524188001010014", by=clerk, now=NOW)
    assert not Verification.objects.exists()


def test_a_level_stays_when_a_lower_one_is_proved_again(account: Account, clerk: Actor) -> None:
    assurance.see_in_person(name="张三丰", id_type="id_card", id_number=NUMBER, by=clerk, now=NOW)
    assurance.prove_real_name(phone="19900000008", proof=fake.proof(gateway()), by=acting(account), now=NOW)

    assert acting(account).assurance == Level.IN_PERSON


def test_who_acts_is_still_one_query(account: Account) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        actor_of(account, now=NOW, channel="web")

    assert len(asked) == 1


@pytest.mark.parametrize(
    ("has", "needed", "enough"),
    [(2, Level.REAL_NAME, False), (3, Level.REAL_NAME, True), (5, Level.IN_PERSON, True), (4, Level.FACE, False)],
)
def test_a_level_includes_those_before_it(has: int, needed: Level, enough: bool) -> None:
    try:
        check_level(has, needed, what="网上办")
    except Forbidden as no:
        assert not enough and needed.label in no.reason
    else:
        assert enough


def test_production_takes_nobody_at_their_word() -> None:
    with pytest.raises(ValueError, match="demos and tests only"):
        chosen("fake", demo=False)
    with pytest.raises(ValueError, match="FAULT one of"):
        chosen("fake:nonsense", demo=True)
    closed = chosen("", demo=False)
    with pytest.raises(Exception, match="没有接通"):
        closed.market.look_up("91500199MAYJ9901XL")
