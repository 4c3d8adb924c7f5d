"""我的企业 at the doors: registered, a handler added, the case theirs to hand in, the power ended."""

from __future__ import annotations

from tests.people import Cast, check_digit
from tongban.accounts.tests.doors import visitor
from tongban.identity import actions as identity
from tongban.identity.levels import Level
from tongban.identity.models import Account, Membership, Organisation

USCC = "91500199MAYJ9902XM"
LIU = "500199198806142027"


def owner(cast: Cast) -> Account:
    """The Liu whom the demo's register of enterprises names."""
    person = identity.register_person(name="刘晓燕", id_number=LIU, assurance=Level.REAL_NAME, now=cast.now)
    return identity.open_account(username="liu_demo", password="x", person=person, now=cast.now)


def test_an_enterprise_and_its_handler_from_end_to_end(cast: Cast) -> None:
    liu, number = visitor(owner(cast)), "44052419900101001" + check_digit("44052419900101001")
    assert (
        "没有以您为法定代表人" in visitor(cast.stranger).post("/my/organisations/new", {"uscc": USCC}).content.decode()
    )

    page = liu.post("/my/organisations/new", {"uscc": USCC})["Location"]
    handler = {"name": "李四", "id_type": "id_card", "id_number": number, "phone": "19900000055"}
    wrong = liu.post(page, handler | {"from_on": "2026-03-02", "last_on": "soon"})
    assert wrong.status_code == 422 and "日期写得不对" in wrong.content.decode() and "李四" in wrong.content.decode()
    assert liu.post(page, handler | {"from_on": "2026-03-02", "last_on": "2026-03-31"}).status_code == 302

    made, one = Organisation.objects.get(uscc=USCC), Membership.objects.get(kind="handler")
    account = identity.open_account(username="lisi", password="x", person=one.person, now=cast.now)
    assert cast.actor(account).organisation_ids == (made.pk,)
    shown = liu.get(page).content.decode()
    assert "3月31日" in shown and number not in shown
    assert visitor(account).get(page).status_code == 404
    assert "不再替它经办" in visitor(account).get("/my/organisations").content.decode()
    assert visitor(cast.stranger).post(f"/my/organisations/handlers/{one.public_id}/end").status_code == 404

    assert visitor(account).post(f"/my/organisations/handlers/{one.public_id}/end")["Location"] == "/my/organisations"
    assert "已结束" in liu.get(page).content.decode()


def test_who_has_no_real_name_is_led_to_it(cast: Cast) -> None:
    person = identity.register_person(name="刘晓燕", id_number=LIU, now=cast.now)
    account = identity.open_account(username="liu_demo", password="x", person=person, now=cast.now)

    answer = visitor(account).post("/my/organisations/new", {"uscc": USCC})

    assert answer.status_code == 403 and "/my/verify?level=real_name" in answer.content.decode()
