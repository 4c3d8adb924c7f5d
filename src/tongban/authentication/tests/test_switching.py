from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.people import PASSWORD, Cast
from tongban.authentication import cards
from tongban.authentication.models import SignIn
from tongban.kernel import clock

PINS = {"clerk": "802513", "clerk_two": "770341"}


@pytest.fixture
def counter(cast: Cast, client: Client) -> Client:
    """A browser at a window where the clerk sits, who came by password; the colleague signed in there earlier."""
    by = cast.actor(cast.administrator)
    for number, (username, pin) in enumerate(PINS.items()):
        card = cards.register(username=username, number=f"99000000000{number}", pin="591702", by=by, now=cast.now)
        cards.choose_pin(card.account, pin=pin, now=cast.now)
    client.post("/login/card", {"number": "990000000001", "pin": PINS["clerk_two"]})
    client.post("/login", {"username": "clerk", "password": PASSWORD})
    return client


def test_who_steps_aside_is_signed_out_before_the_next_one_comes(cast: Cast, counter: Client) -> None:
    answer = counter.post("/switch/leaving", {"next": "/counter/cases?number=1"})

    assert answer["Location"] == "/switch?next=%2Fcounter"
    assert SignIn.objects.get(account=cast.clerk).ended_how == "taken_over"
    assert counter.get("/counter").status_code == 302
    page = counter.get(answer["Location"]).content.decode()
    assert "clerk_two" in page and PINS["clerk"] not in page


def test_the_next_one_needs_a_name_and_a_pin(cast: Cast, counter: Client) -> None:
    counter.post("/switch/leaving", {"next": "/counter"})

    wrong = counter.post("/switch", {"who": str(cast.clerk_two.pk), "pin": PINS["clerk"], "next": "/counter"})
    assert wrong.status_code == 422 and counter.get("/counter").status_code == 302
    right = counter.post("/switch", {"who": str(cast.clerk_two.pk), "pin": PINS["clerk_two"], "next": "/counter"})

    assert right["Location"] == "/counter"
    assert SignIn.objects.filter(account=cast.clerk_two, method="pin", ended_at=None).count() == 1


def test_drafts_stay_whose_they_are(cast: Cast, counter: Client) -> None:
    assert cast.liu.person
    started = counter.post(
        "/counter", {"item": cast.guide.code, "id_number": cast.liu.person.id_number, "start": "1"}
    )  # fmt: skip
    draft = started["Location"]
    assert counter.get(draft).status_code == 200
    counter.post("/switch/leaving", {"next": draft})
    counter.post("/switch", {"who": str(cast.clerk_two.pk), "pin": PINS["clerk_two"]})

    assert counter.get(draft).status_code == 404
    counter.post("/switch/leaving", {"next": "/counter"})
    counter.post("/switch", {"who": str(cast.clerk.pk), "pin": PINS["clerk"]})
    assert counter.get(draft).status_code == 200


def test_a_name_that_was_not_here_today_needs_the_card(cast: Cast, counter: Client) -> None:
    elsewhere = Client()

    for browser in (elsewhere, counter):
        who = cast.reviewer if browser is counter else cast.clerk
        answer = browser.post("/switch", {"who": str(who.pk), "pin": PINS["clerk"]})
        assert answer.status_code == 422
    by_card = elsewhere.post("/switch", {"who": "card", "number": "990000000000", "pin": PINS["clerk"]})
    assert by_card.status_code == 302


def test_names_are_forgotten_overnight(cast: Cast, counter: Client) -> None:
    counter.post("/switch/leaving", {"next": "/counter"})

    with clock.at(cast.now + timedelta(hours=13)):
        answer = counter.post("/switch", {"who": str(cast.clerk.pk), "pin": PINS["clerk"]})

    assert answer.status_code == 422


def test_a_pin_does_not_prolong_the_day(cast: Cast, counter: Client) -> None:
    """Whoever signed in by PIN and left again is remembered from when they came with all it takes."""
    with clock.at(cast.now + timedelta(hours=7)):
        counter.post("/switch/leaving", {"next": "/counter"})
        for who in (cast.clerk, cast.clerk_two):
            answer = counter.post("/switch", {"who": str(who.pk), "pin": PINS[who.username]})
            assert answer.status_code == 302
            counter.post("/switch/leaving", {"next": "/counter"})

    with clock.at(cast.now + timedelta(hours=13)):
        for who in (cast.clerk, cast.clerk_two):
            assert counter.post("/switch", {"who": str(who.pk), "pin": PINS[who.username]}).status_code == 422


def test_each_name_has_its_own_day(cast: Cast, counter: Client) -> None:
    with clock.at(cast.now + timedelta(hours=7)):
        counter.post("/switch", {"who": "card", "number": "990000000000", "pin": PINS["clerk"]})

    with clock.at(cast.now + timedelta(hours=13)):
        answers = [
            counter.post("/switch", {"who": str(who.pk), "pin": PINS[who.username]}).status_code
            for who in (cast.clerk, cast.clerk_two)
        ]
    assert answers == [302, 422]


def test_names_that_somebody_wrote_into_the_cookie_are_not_believed(cast: Cast, counter: Client) -> None:
    stranger = Client()
    stranger.cookies["station"] = f"{cast.clerk.pk}:forged"

    assert stranger.post("/switch", {"who": str(cast.clerk.pk), "pin": PINS["clerk"]}).status_code == 422
    assert "clerk" not in stranger.get("/switch").content.decode().partition("<main")[2]


def test_only_staff_step_aside(cast: Cast, client: Client) -> None:
    client.force_login(cast.liu)

    assert client.post("/switch/leaving").status_code == 403
