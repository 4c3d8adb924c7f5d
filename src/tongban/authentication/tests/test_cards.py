from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast, has_confirmed
from tongban.authentication import cards, desk_rules, totp
from tongban.authentication.gateways.fake import FakeCard, FakeDevices
from tongban.authentication.models import Card, SignIn
from tongban.authentication.totp_rules import code_at, step_of
from tongban.identity import actions as identity
from tongban.identity.models import StaffPost
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.orgs.models import Region

NUMBER, FIRST, PIN = "99000000 0001", "591702", "802513"
HERE = "10.0.0.8"


@pytest.fixture
def card(cast: Cast) -> Card:
    return register(cast)


@pytest.fixture
def readers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> FakeDevices:
    """B04 holds a card that signs, registered for the clerk; B05 one that nobody registered."""
    signing = FakeCard("9900000000B04001", "246813")
    devices = FakeDevices({"B04": signing, "B05": FakeCard("9900000000B05001", "246813")})
    monkeypatch.setattr(cards, "DEVICES", devices)
    register(cast, number=signing.serial, pin="", key=signing.public_key)
    return devices


def register(cast: Cast, *, username: str = "clerk", number: str = NUMBER, pin: str = PIN, key: str = "") -> Card:
    """A card whose holder chose the PIN since."""
    by = cast.actor(cast.administrator)
    made = cards.register(username=username, number=number, pin=FIRST if pin else "", key=key, by=by, now=cast.now)
    if pin:
        cards.choose_pin(made.account, pin=pin, now=cast.now)
        made.refresh_from_db()
    return made


def at_reader(cast: Cast, name: str = "B04") -> Client:
    """A browser at a counter, where an administrator said which reader stands beside it."""
    browser = Client()
    browser.force_login(cast.administrator)
    assert has_confirmed(browser).post("/desk/cards/reader", {"reader": name}).status_code == 302
    browser.post("/logout")
    return browser


def enter(client: Client, **form: str) -> int:
    return client.post("/login/card", form).status_code


def test_a_card_and_its_pin_sign_in(cast: Cast, card: Card, client: Client) -> None:
    assert enter(client, number="990000000001", pin=PIN) == 302

    session = SignIn.objects.get()
    assert (session.account, session.method) == (cast.clerk, "card_number")
    assert client.get("/desk").status_code == 200


def test_neither_the_number_nor_the_pin_can_be_read_from_the_row(card: Card) -> None:
    assert card.tail == "0001" and card.pin.startswith("argon2id$")
    assert b"990000000001" not in bytes(card.number_index)


def test_every_reason_why_not_gets_one_answer(cast: Cast, client: Client) -> None:
    stopped = register(cast, username="reviewer", number="990000000002")
    cards.stop(stopped.public_id, to="lost", reason="遗失", by=cast.actor(cast.administrator), now=cast.now)
    left = register(cast, username="decider", number="990000000003")
    StaffPost.objects.filter(account=cast.decider).update(until_at=cast.now, from_at=cast.now - timedelta(days=1))
    register(cast)
    tried = [("990000000009", PIN), ("990000000001", "802514"), ("990000000002", PIN), (f"9900000000{'03'}", PIN)]

    answers = {client.post("/login/card", {"number": number, "pin": pin}).content.decode().count("卡号或 PIN 不对")
               for number, pin in tried}  # fmt: skip

    assert left.tail == "0003" and answers == {2} and not SignIn.objects.exists()


def test_five_tries_in_a_quarter_of_an_hour_whether_or_not_there_is_such_a_card(card: Card, client: Client) -> None:
    for number in ("990000000001", "990000000009"):
        answers = [client.post("/login/card", {"number": number, "pin": "000000"}) for _ in range(6)]

        assert ["15 分钟" in one.content.decode() for one in answers] == [False] * 5 + [True]
    assert enter(client, number="990000000001", pin=PIN) == 422


def test_too_many_wrong_pins_over_days_lock_the_card_until_the_administrator_unlocks_it(cast: Cast, card: Card) -> None:
    for day in range(desk_rules.MOST_WRONG):
        with pytest.raises(Refusal):
            cards.check(NUMBER, "000000", address=HERE, now=cast.now + timedelta(days=day))
    later = cast.now + timedelta(days=30)

    with pytest.raises(Refusal, match="卡不能用"):
        cards.check(NUMBER, PIN, address=HERE, now=later)
    assert JournalEntry.objects.filter(name="authentication.CardChanged", facts__to="locked").count() == 1

    cards.resume(card.public_id, by=cast.actor(cast.administrator), now=later)
    assert cards.check(NUMBER, PIN, address=HERE, now=later) == cast.clerk


def test_the_right_pin_begins_the_count_anew(cast: Cast, card: Card) -> None:
    with pytest.raises(Refusal):
        cards.check(NUMBER, "000000", address=HERE, now=cast.now)
    cards.check(NUMBER, PIN, address=HERE, now=cast.now)

    card.refresh_from_db()
    assert (card.wrong, card.used_at) == (0, cast.now)


def test_a_card_that_signs_needs_its_own_pin_and_no_typed_number(cast: Cast, readers: FakeDevices) -> None:
    client = at_reader(cast)
    assert enter(client, number="9900000000B04001", pin="246813") == 422
    assert enter(client, pin="000000") == 422
    assert enter(client, pin="246813") == 302

    assert (SignIn.objects.get().account, SignIn.objects.get().method) == (cast.clerk, "certificate")


def test_a_signature_by_another_key_or_of_another_challenge_is_no_proof(
    cast: Cast, readers: FakeDevices, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = readers.sign

    def replayed(reader: str, challenge: bytes, *, pin: str):  # type: ignore[no-untyped-def]
        return genuine(reader, b"an earlier challenge", pin=pin)

    monkeypatch.setattr(readers, "sign", replayed)
    with pytest.raises(Refusal, match="卡号或 PIN 不对"):
        cards.check_on_reader("B04", "246813", address=HERE, now=cast.now)

    monkeypatch.setattr(readers, "sign", genuine)
    Card.objects.update(public_key=_der(FakeCard("another", "1").key.public_key()))
    with pytest.raises(Refusal, match="卡号或 PIN 不对"):
        cards.check_on_reader("B04", "246813", address=HERE, now=cast.now)


def test_a_certificate_ends_with_its_day(cast: Cast, readers: FakeDevices) -> None:
    Card.objects.update(valid_until=cast.now)

    with pytest.raises(Refusal):
        cards.check_on_reader("B04", "246813", address=HERE, now=cast.now)


def test_without_a_card_on_the_reader_it_is_said(cast: Cast, readers: FakeDevices, client: Client) -> None:
    answer = at_reader(cast, "B09").post("/login/card", {"pin": "246813"})

    assert answer.status_code == 422 and "读卡器上没有卡" in answer.content.decode()
    assert enter(at_reader(cast, "B05"), pin="246813") == 422
    readers.away = True
    assert enter(at_reader(cast), pin="246813") == 503


def test_a_reader_is_asked_by_the_browser_beside_it_alone(cast: Cast, readers: FakeDevices, client: Client) -> None:
    client.cookies["reader"] = "B04"

    assert enter(client, reader="B04", pin="246813") == 422
    assert client.post("/login/card?reader=B04", {"pin": "246813"}).status_code == 422
    assert readers.readers["B04"].tries == 5 and not SignIn.objects.exists()


def test_tries_at_an_empty_reader_are_counted(cast: Cast, readers: FakeDevices) -> None:
    browser = at_reader(cast, "B09")
    answers = [browser.post("/login/card", {"pin": "246813"}).content.decode() for _ in range(21)]

    assert ["读卡器上没有卡" in one for one in answers] == [True] * 20 + [False] and "15 分钟" in answers[20]


def test_only_an_administrator_says_which_reader_stands_where(cast: Cast, readers: FakeDevices) -> None:
    browser = Client()
    browser.force_login(cast.clerk)

    assert has_confirmed(browser).post("/desk/cards/reader", {"reader": "B04"}).status_code == 403
    assert "reader" not in browser.cookies


def test_a_typed_number_is_one_proof_and_the_second_is_asked(cast: Cast, card: Card, client: Client) -> None:
    secret = totp.begin(cast.clerk, now=cast.now)
    totp.confirm(cast.clerk, code_at(secret, step_of(cast.now)), by=cast.actor(cast.clerk), now=cast.now)

    for path, form in (("/login/card", {}), ("/switch", {"who": "card"})):
        answer = Client().post(path, {"number": "990000000001", "pin": PIN, **form})
        assert answer["Location"] == "/login/second"
    assert not SignIn.objects.exists()

    enter(client, number="990000000001", pin=PIN)
    client.post("/login/second", {"code": code_at(secret, step_of(cast.now) + 1)})
    assert (SignIn.objects.get().method, SignIn.objects.get().second) == ("card_number", "totp")
    assert "station" in client.cookies


def test_a_pin_that_another_chose_is_changed_before_its_holder_is_signed_in(cast: Cast, client: Client) -> None:
    by = cast.actor(cast.administrator)
    made = cards.register(username="clerk", number=NUMBER, pin=FIRST, by=by, now=cast.now)
    answer = client.post("/login/card", {"number": NUMBER, "pin": FIRST, "next": "/counter"})
    assert answer["Location"] == "/login/card/pin" and not SignIn.objects.exists()

    for new, again in ((FIRST, FIRST), (PIN, "802514"), ("123456", "123456")):
        assert client.post("/login/card/pin", {"new": new, "again": again}).status_code == 422
    assert client.get("/desk").status_code == 302
    assert client.post("/login/card/pin", {"new": PIN, "again": PIN})["Location"] == "/counter"

    assert SignIn.objects.get().account == cast.clerk
    with pytest.raises(Refusal):
        cards.check(NUMBER, FIRST, address=HERE, now=cast.now)
    entry = JournalEntry.objects.get(name="authentication.CardChanged")
    assert (entry.facts["to"], entry.actor) == ("own_pin", f"staff:{cast.clerk.pk}")

    cards.set_pin(made.public_id, pin="770341", by=by, now=cast.now)
    assert Client().post("/login/card", {"number": NUMBER, "pin": "770341"})["Location"] == "/login/card/pin"
    assert Client().get("/login/card/pin")["Location"] == "/login/card"


def test_whoever_holds_a_post_beyond_the_administrators_region_is_not_theirs(cast: Cast, card: Card) -> None:
    town = Region.objects.create(code="500199003", name="石桥镇", level=5, path="500199/500199003/", parent=cast.region)
    account = identity.open_account(username="admin_of_town", password="x", person=None, now=cast.now)
    identity.appoint(account=account, role="administrator", region=town, now=cast.now)
    identity.appoint(account=cast.clerk, role="village_helper", region=town, now=cast.now)
    both = cast.actor(account)

    with pytest.raises(Refusal, match="没有这个岗位账号"):
        cards.register(username="clerk", number="990000000002", pin=FIRST, by=both, now=cast.now)
    for act in (
        lambda: cards.set_pin(card.public_id, pin="770341", by=both, now=cast.now),
        lambda: cards.resume(card.public_id, by=both, now=cast.now),
        lambda: cards.card(card.public_id, by=both, now=cast.now),
    ):
        with pytest.raises(NotFound):
            act()

    StaffPost.objects.filter(account=cast.clerk, region=cast.region).update(
        from_at=cast.now - timedelta(days=2), until_at=cast.now - timedelta(days=1)
    )
    assert cards.card(card.public_id, by=both, now=cast.now) == card


def test_what_gives_a_way_in_is_confirmed_first(cast: Cast, card: Card, client: Client) -> None:
    client.force_login(cast.administrator)
    here = f"/desk/cards/{card.public_id}"

    for path in ("/desk/cards", f"{here}/stopping", f"{here}/resumption", f"{here}/pin", "/desk/cards/reader"):
        assert client.post(path, {"pin": "770341"})["Location"].startswith("/confirm?")


def test_a_card_is_registered_once_and_an_account_has_one(cast: Cast, card: Card) -> None:
    for username, number in (("reviewer", NUMBER), ("clerk", "990000000002")):
        with pytest.raises(Conflict):
            register(cast, username=username, number=number)


def test_what_is_lost_makes_room_for_another_and_cannot_come_back_beside_it(cast: Cast, card: Card) -> None:
    by = cast.actor(cast.administrator)
    cards.stop(card.public_id, to="lost", reason="本人报告遗失", by=by, now=cast.now)
    register(cast, number="990000000002")

    with pytest.raises(Conflict):
        cards.resume(card.public_id, by=by, now=cast.now)


def test_a_card_is_for_staff_of_the_region_and_never_for_oneself(cast: Cast) -> None:
    for username in ("liu", "nobody"):
        with pytest.raises(Refusal, match="没有这个岗位账号"):
            register(cast, username=username)
    with pytest.raises(Forbidden):
        register(cast, username="admin")
    with pytest.raises(Forbidden):
        cards.register(username="clerk", number=NUMBER, pin=PIN, by=cast.actor(cast.head), now=cast.now)


def test_an_administrator_elsewhere_sees_no_card_of_ours(cast: Cast, card: Card) -> None:
    other = type(cast.region).objects.create(code="500198", name="别区", level=4, path="500198/")
    stranger = identity.open_account(username="admin_elsewhere", password="x", person=None, now=cast.now)
    identity.appoint(account=stranger, role="administrator", region=other, now=cast.now)
    by = cast.actor(stranger)

    with pytest.raises(NotFound):
        cards.stop(card.public_id, to="lost", reason="遗失", by=by, now=cast.now)
    with pytest.raises(Refusal, match="没有这个岗位账号"):
        cards.register(username="reviewer", number="990000000002", pin=PIN, by=by, now=cast.now)


def test_keys_that_are_not_on_p_256_are_refused(cast: Cast) -> None:
    others = [ec.generate_private_key(ec.SECP384R1()).public_key(), rsa.generate_private_key(65537, 2048).public_key()]
    for key in ["-----BEGIN nonsense", *(_pem(one) for one in others)]:
        with pytest.raises(Refusal):
            register(cast, pin="", key=key)


def test_the_desk_registers_stops_and_hands_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.administrator)
    has_confirmed(client)
    made = client.post("/desk/cards", {"username": "clerk", "number": NUMBER, "pin": PIN})
    assert made.status_code == 302
    card = Card.objects.get()
    here = f"/desk/cards/{card.public_id}"

    assert client.post(f"{here}/stopping", {"to": "lost", "reason": ""}).status_code == 422
    assert client.post(f"{here}/stopping", {"to": "lost", "reason": "遗失"}).status_code == 302
    assert "挂失" in client.get(here).content.decode()
    assert client.post(f"{here}/resumption").status_code == 302
    assert client.post(f"{here}/pin", {"pin": "123456"}).status_code == 422
    assert client.post(f"{here}/pin", {"pin": "770341"}).status_code == 302

    assert cards.check(NUMBER, "770341", address=HERE, now=cast.now) == cast.clerk
    told = [
        one.facts.get("to") for one in JournalEntry.objects.filter(name="authentication.CardChanged").order_by("pk")
    ]
    assert told == ["lost", "active", "pin"]
    assert Card.objects.get().pin_given


@pytest.mark.parametrize("weak", ["12345", "111111", "121212", "123456", "987654", "890123", "12345a"])
def test_a_pin_that_anybody_tries_first_is_refused(weak: str) -> None:
    with pytest.raises(Refusal):
        desk_rules.pin(weak)


@given(st.text(max_size=40))
def test_a_card_number_is_kept_in_one_way_of_writing(typed: str) -> None:
    try:
        number = desk_rules.card_number(typed)
    except Refusal:
        return
    assert desk_rules.card_number(number) == number


def _pem(key: object) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()  # type: ignore[attr-defined,no-any-return]


def _der(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def test_who_is_signed_in_with_a_card_that_is_lost_is_signed_out(cast: Cast, card: Card, client: Client) -> None:
    enter(client, number="990000000001", pin=PIN)
    cards.stop(card.public_id, to="lost", reason="本人报告遗失", by=cast.actor(cast.administrator), now=cast.now)

    assert SignIn.objects.get().ended_how == "ended"
    assert client.get("/desk").status_code == 302
