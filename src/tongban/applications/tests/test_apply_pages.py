"""The application in steps as its pages answer: nothing chosen for the applicant, no fault for what was never asked."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import people
from tongban.applications import actions
from tongban.applications.models import Draft
from tongban.applications.tests.test_desk import at

QUESTIONS = [
    *people.GUIDE["questions"],
    {
        "key": "raw", "text": "做不做凉菜？", "when": {"kind": ["catering"]},
        "options": [{"value": "yes", "label": "做"}, {"value": "no", "label": "不做"}],
    },
]  # fmt: skip


@pytest.fixture
def liu(cast: people.Cast) -> Client:
    return at(cast.liu)


def draft(cast: people.Cast) -> Draft:
    assert cast.liu.person
    return actions.open_draft(cast.guide, person=cast.liu.person, by=cast.actor(cast.liu), now=cast.now)


def test_the_applicant_says_in_whose_name(cast: people.Cast, liu: Client) -> None:
    url = f"/items/{cast.guide.code}/application"

    nothing = liu.post(url)
    myself = liu.post(url, {"applicant": ""})

    assert nothing.status_code == 422
    assert "请选择以谁的名义申请" in nothing.text
    assert myself.status_code == 302
    assert Draft.objects.get().organisation is None


def test_a_question_that_an_answer_calls_up_is_asked_and_not_found_missing(cast: people.Cast, liu: Client) -> None:
    cast.guide = people.publish(cast.body, now=cast.now, questions=QUESTIONS)
    url = f"/apply/{draft(cast).public_id}/situation"

    unanswered = liu.post(url)
    called_up = liu.post(url, {"kind": "catering"}, follow=True)
    left_out = liu.post(url, {"kind": "catering"})

    assert unanswered.status_code == 422
    assert (called_up.status_code, "做不做凉菜？" in called_up.text) == (200, True)
    assert "按您的回答，还要再答一题" in called_up.text
    assert "请修改以下内容" not in called_up.text
    assert left_out.status_code == 422


def test_a_file_that_is_refused_is_named_by_its_material(cast: people.Cast, liu: Client) -> None:
    one = draft(cast)
    actions.save_draft(one.public_id, answers={"kind": "catering"}, by=cast.actor(cast.liu), now=cast.now)

    answer = liu.post(
        f"/apply/{one.public_id}/materials", {"file.layout": SimpleUploadedFile("图.jpg", b"no picture"), "keep": "1"}
    )

    assert answer.status_code == 422
    assert "经营场所布局图：这个文件的内容不是可以接收的格式" in answer.text


def test_drafts_of_one_item_say_in_whose_name_each_is(cast: people.Cast, liu: Client) -> None:
    assert cast.liu.person
    actions.open_draft(
        cast.guide, person=cast.liu.person, organisation=cast.shop, by=cast.actor(cast.liu), now=cast.now
    )
    draft(cast)

    mine = liu.get("/my").text

    assert mine.count(f"以 {cast.shop.name} 的名义，") == 1
    assert mine.count("接着填") == 2
