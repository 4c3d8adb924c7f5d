"""Letters: printed once, by the body or its window, with who and when; the paper shows what the notice says."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from tests.people import Cast
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, NotFound
from tongban.notices import actions, queries
from tongban.notices.models import Delivery
from tongban.notices.tests.test_notices import change, fault, settle, tell  # noqa: F401 - a fixture among them


@pytest.fixture
def letter(cast: Cast) -> Delivery:
    tell(cast, person=change(cast.stranger, phone="", address="云江区双榕镇上河村 3 组"))
    return Delivery.objects.get()


def client_of(account: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def test_a_letter_is_printed_once_with_who_and_when(cast: Cast, letter: Delivery) -> None:
    actions.print_letter(letter.public_id, by=cast.actor(cast.reviewer), now=cast.now)
    letter.refresh_from_db()
    assert (letter.state, letter.printed_at) == ("printed", cast.now)

    with pytest.raises(Conflict) as caught:
        actions.print_letter(letter.public_id, by=cast.actor(cast.clerk), now=cast.now)
    assert caught.value.reason == "这封信已由reviewer在3月2日 09:30打印"
    entry = JournalEntry.objects.get(name="notices.LetterPrinted")
    assert entry.facts == {"number": "case", "letter": str(letter.public_id)}


@pytest.mark.parametrize("who", ["foreign_reviewer", "supervisor", "administrator", "head", "liu"])
def test_others_don_t_know_the_letter(cast: Cast, letter: Delivery, who: str) -> None:
    with pytest.raises(NotFound):
        actions.print_letter(letter.public_id, by=cast.actor(getattr(cast, who)), now=cast.now)
    with pytest.raises(NotFound):
        actions.print_letter(uuid4(), by=cast.actor(cast.clerk), now=cast.now)


def test_the_paper_is_addressed_and_says_what_the_notice_says(cast: Cast, letter: Delivery) -> None:
    window = client_of(cast.clerk)
    address = f"/desk/notices/letters/{letter.public_id}"
    assert window.get(f"{address}.pdf").status_code == 404, "not before it is on record who reads it"
    answer = window.post(address, follow=True)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")

    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    for words in ("王强", "上河村", "有结果了", "请来领取", cast.body.name, "2026"):
        assert words in text.replace(" ", "") or words in text, words


def test_the_list_shows_masked_names_and_no_address(cast: Cast, letter: Delivery) -> None:
    page = client_of(cast.reviewer).get("/desk/notices/letters").content.decode()

    assert "王*" in page and "有结果了" in page
    assert "王强" not in page and "上河村" not in page


def test_the_supervisor_sees_what_failed_and_what_was_done_then(cast: Cast, fault: Any) -> None:  # noqa: F811
    tell(cast)
    settle()
    page = client_of(cast.supervisor).get("/desk/notices/failures").content.decode()

    assert "退回" in page and "号码不存在或已停机" in page and "信函：待打印" in page
    assert cast.liu.person and cast.liu.person.phone not in page


def test_at_the_case_each_way_has_its_state_in_plain_words(cast: Cast, fault: Any) -> None:  # noqa: F811
    fault.fault = "die"
    tell(cast)
    settle()
    (told,) = queries.told_of("case")
    assert (told.channel, told.state, told.tone, told.attempts) == ("短信", "没有发出，将再试", "warn", 1)
    assert told.why == "短信网关连接不上" and told.next_at


def test_the_demos_gateway_is_called_by_its_name(cast: Cast) -> None:
    tell(cast)
    settle()
    (told,) = queries.told_of("case")

    assert (told.state, told.why) == ("已发出", "演示网关，没有真的发出")


def test_the_pages_cost_the_same_however_many_rows(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        tell(cast, f"k{number}", person=change(cast.stranger, phone=""))
    client = client_of(cast.clerk)
    with django_assert_max_num_queries(9):
        client.get("/desk/notices/letters")
    administrator = client_of(cast.administrator)
    administrator.get("/desk/notices/templates")
    with django_assert_max_num_queries(9):
        administrator.get("/desk/notices/templates")
