"""The editor fills in a step: its kind, whom it asks, when it is needed and what silence means, without a line of JSON."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests import people
from tests.people import Cast
from tongban.catalog.actions import editing
from tongban.catalog.conditions import all_deciders, uses
from tongban.catalog.content import Content
from tongban.catalog.models import Edition

pytestmark = pytest.mark.django_db
LARGE = {"title": "规模", "fields": [{"key": "large", "label": "面积是否超过 300 平方米", "kind": "yes_no"}]}
FORM = [*people.GUIDE["form"], LARGE]


def test_a_step_is_filled_in_by_choosing(cast: Cast) -> None:
    guide = people.publish(cast.body, now=cast.now, code="990131001088", name="有环节的", form=FORM)
    editing.start(item=guide.item, body=cast.body, source=guide, by=cast.actor(cast.editor), now=cast.now)
    draft = Edition.objects.get(item=guide.item, state="draft")
    place = f"/desk/catalog/editions/{draft.code}/{draft.version}/steps/steps/0"
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    editor = Client(headers={"host": "localhost"})
    editor.force_login(cast.editor)

    page = editor.get(place).content.decode()
    assert "征求意见逾期不答复" in page and "面积是否超过 300 平方米" in page and "您的店属于哪一类？" in page
    sent = editor.post(place, {
        "revision": str(draft.revision), "name": "征求消防意见", "role": "reviewer", "kind": "consultation",
        "beside": "", "when-0-large": "yes", "asked": "云江区民政局\n云江区公安局", "mode": "all",
        "silence": "escalated", "limit-amount": "3", "limit-unit": "working_day", "standard": "消防设施是否合格",
    })  # fmt: skip
    assert sent.status_code in (302, 303)

    draft.refresh_from_db()
    step = draft.document.steps[0]
    assert (step.kind, step.asked, step.silence) == ("consultation", ("云江区民政局", "云江区公安局"), "escalated")
    assert (step.when, step.limit and step.limit.amount) == ({"large": ("yes",)}, 3)
    listed = editor.get(f"/desk/catalog/editions/{draft.code}/{draft.version}/steps").content.decode()
    assert "征求意见" in listed and "云江区公安局" in listed


def test_a_condition_of_a_step_may_name_any_question_and_any_choice_outside_rows() -> None:
    content = Content.model_validate(people.GUIDE | {"form": FORM})

    assert [one.key for one in all_deciders(content)] == ["kind", "large"]


def test_a_question_that_a_step_needs_is_named() -> None:
    steps = [{"key": "site", "name": "现场核查", "role": "reviewer", "when": {"large": ["yes"]}}]
    content = Content.model_validate(people.GUIDE | {"form": FORM, "steps": steps})

    assert uses(content, "large") == ["环节“现场核查”"]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"nothing": ["yes"]}, "不存在的问题"),
        ({"shop": ["老灶"]}, "不能作条件"),
        ({"large": ["perhaps"]}, "没有的答案"),
    ],
)
def test_a_condition_that_names_nothing_is_refused(when: dict[str, list[str]], words: str) -> None:
    steps = [{"key": "site", "name": "现场核查", "role": "reviewer", "when": when}]

    with pytest.raises(ValueError, match=words):
        Content.model_validate(people.GUIDE | {"form": FORM, "steps": steps})
