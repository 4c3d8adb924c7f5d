"""The window serves who has no phone and no e-mail: such fields stay empty there, and only there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import GUIDE, Cast, publish
from tongban.applications import actions as applications
from tongban.applications.models import Application
from tongban.catalog.models import Edition
from tongban.channels.models import Sms
from tongban.counter.tests.test_window import at, begin, signed
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.refusals import Invalid
from tongban.notices.models import Delivery

FORM = [
    *GUIDE["form"],
    {"title": "联系方式", "fields": [
        {"key": "mobile", "label": "手机号码", "kind": "phone"}, {"key": "mail", "label": "邮箱", "kind": "email"},
    ]},
    {"title": "家庭成员", "key": "family", "repeat": {"row": "家庭成员", "minimum": 1}, "fields": [
        {"key": "relative", "label": "姓名"}, {"key": "relative_phone", "label": "电话", "kind": "phone"},
    ]},
]  # fmt: skip
SENT = {
    "answer-kind": "retail", "form-name": "周德福", "form-shop": "周家面馆", "form-area": "40", "form-mobile": "",
    "form-mail": "", "rows-form-family": "1", "form-family-0-relative": "周小福", "form-family-0-relative_phone": "",
    "listed": ["form", "licence", "safety"], "material-safety": "1", "submit": "1",
}  # fmt: skip


@pytest.fixture
def asking(cast: Cast) -> Edition:
    return publish(cast.body, now=cast.now, form=FORM)


@pytest.fixture
def window(cast: Cast) -> Client:
    return at(cast.clerk)


def test_a_required_phone_may_stay_empty_at_the_window(cast: Cast, window: Client, asking: Edition) -> None:
    page = begin(window, cast)
    shown = window.get(page).content.decode()

    answer = window.post(page, {**SENT, **signed()})

    assert answer.status_code == 302, answer.content.decode()
    case = Application.objects.get()
    assert "mobile" not in case.form and "mail" not in case.form
    assert case.form["family"] == [{"relative": "周小福"}]
    assert shown.count("没有的可以不填") == 3


def test_a_number_that_is_given_there_is_checked_all_the_same(cast: Cast, window: Client, asking: Edition) -> None:
    answer = window.post(begin(window, cast), {**SENT, **signed(), "form-mobile": "123"})

    assert answer.status_code == 422
    assert "电话号码应为" in answer.content.decode()


def test_other_fields_stay_required_there(cast: Cast, window: Client, asking: Edition) -> None:
    answer = window.post(begin(window, cast), {**SENT, **signed(), "form-shop": ""})

    assert answer.status_code == 422
    assert "请填写“字号名称”" in answer.content.decode()


def test_on_line_the_phone_is_required(cast: Cast, asking: Edition) -> None:
    form = {"name": "刘晓燕", "shop": "x", "area": "1", "family": [{"relative": "刘小燕", "relative_phone": ""}]}

    with pytest.raises(Invalid) as found:
        cast.submit(edition=asking, answers={"kind": "retail"}, form=form)

    assert {one.field for one in found.value.faults} == {"form.mobile", "form.mail", "form.family.0.relative_phone"}


def test_who_has_no_phone_is_sent_no_sms_but_a_letter_waits_to_be_printed(
    cast: Cast, window: Client, asking: Edition
) -> None:
    window.post(begin(window, cast), {**SENT, **signed()})
    case = Application.objects.get()

    applications.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
    while bookkeeper.link_waiting():
        jobs.run_waiting()

    letter = Delivery.objects.get()
    assert not Sms.objects.exists()
    assert (letter.channel, letter.state, letter.body) == ("letter", "to_print", case.body)
    assert letter.text.startswith(f"《{case.title}》已受理")


def test_the_filled_in_form_is_printed_at_the_window(cast: Cast, window: Client, asking: Edition) -> None:
    page = begin(window, cast)
    shown = window.get(page).content.decode()

    address = next(part for part in shown.split('"') if part.endswith("/form.pdf"))

    assert window.get(address).content.startswith(b"%PDF")


def test_a_licence_that_was_made_is_handed_over_at_the_window(cast: Cast, window: Client) -> None:
    case = cast.granted()
    applications.make(case.number, by=cast.actor(cast.decider), now=cast.now)
    assert cast.liu.person

    found = window.get("/counter/cases", {"number": case.query_code})
    page = window.get(found["Location"])
    case.refresh_from_db()
    handed = window.post(found["Location"], {"version": case.version, "tail": cast.liu.person.id_number[-4:]})

    assert found["Location"].endswith("/delivery")
    assert page.status_code == 200 and "食品经营许可证" in page.content.decode()
    assert handed.status_code == 302
    case.refresh_from_db()
    assert case.delivery and case.delivery.channel == "window"


def test_the_desk_shows_the_window_its_step_for_a_made_licence(cast: Cast, window: Client) -> None:
    case = cast.granted()
    applications.make(case.number, by=cast.actor(cast.decider), now=cast.now)

    shown = window.get(reverse("applications:desk_case", args=[case.number])).content.decode()

    assert "窗口交付结果" in shown
