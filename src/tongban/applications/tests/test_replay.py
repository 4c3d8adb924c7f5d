"""指南回放: what an edition would have changed for past cases: pure over documents, and over real cases by the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.people import GUIDE, Cast, paper
from tongban.applications import actions, past
from tongban.applications.replay import Counted, PastCase, replay
from tongban.catalog import actions as catalog
from tongban.catalog import situations
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.files.actions import keep_upload
from tongban.kernel.actors import system

SHOP = Content.model_validate(GUIDE)
FORM = {"name": "刘晓燕", "shop": "老灶火锅店", "area": 86}


def case(number: str = "1", kind: str = "catering", **more: Any) -> PastCase:
    return PastCase(**{"number": number, "content": SHOP, "answers": {"kind": kind}, "form": FORM, **more})


def changed(*, without: str = "", **change: Any) -> Content:
    """The guide with some keys changed, or without one of its materials."""
    materials = [one for one in GUIDE["materials"] if one["key"] != without]
    return Content.model_validate(GUIDE | {"materials": materials} | change)


def now_given(key: str, give: str) -> Content:
    materials = [one | ({"give": give} if one["key"] == key else {}) for one in GUIDE["materials"]]
    return Content.model_validate(GUIDE | {"materials": materials})


@pytest.mark.parametrize("draft", [changed(without="layout"), now_given("layout", "library")])
def test_a_paper_that_is_fetched_or_dropped_is_saved_and_its_correction_avoided(draft: Content) -> None:
    cases = [case("1", corrections=(frozenset({"layout"}),)), case("2"), case("3", "retail")]
    result = replay(draft, cases)

    assert (result.cases, result.corrections, result.corrections_avoided) == (3, 1, 1)
    assert result.saved == (Counted("经营场所布局图", 2),)
    assert (result.papers, result.papers_saved, result.lighter, result.heavier) == (2, 2, 2, 0)


def test_a_correction_is_avoided_only_when_every_paper_it_named_is() -> None:
    both = (frozenset({"layout", "licence"}),)

    assert replay(changed(without="layout"), [case(corrections=both)]).corrections_avoided == 0


def test_a_new_paper_is_a_burden() -> None:
    lease = {"key": "lease", "name": "房屋租赁合同", "give": "upload"}
    result = replay(changed(materials=[*GUIDE["materials"], lease]), [case(), case("2", "retail")])

    assert result.added == (Counted("房屋租赁合同", 2),)
    assert result.heavier == 2


def test_answers_that_lead_nowhere_are_undefined_and_compared_no_further() -> None:
    options = [{"value": "retail", "label": "食品销售"}, {"value": "canteen", "label": "食堂"}]
    size = {
        "key": "size",
        "text": "面积超过五十平方米吗？",
        "options": [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}],
    }
    gone = replay(
        Content.model_validate(
            GUIDE | {"questions": [GUIDE["questions"][0] | {"options": options}], "materials": GUIDE["materials"][:3]}
        ),
        [case("8"), case("9", "retail")],
    )
    asked = replay(changed(questions=[*GUIDE["questions"], size]), [case("8")])

    assert (gone.undefined, gone.examples, gone.saved) == (1, ("8",), ())
    assert asked.open_questions == (Counted("面积超过五十平方米吗？", 1),)


def test_an_answer_to_a_question_that_was_dropped_is_no_difference() -> None:
    materials = [{key: value for key, value in one.items() if key != "when"} for one in GUIDE["materials"]]

    assert not replay(changed(questions=[], materials=materials), [case()]).differs


def test_new_required_fields_are_named_and_old_gaps_are_not_held_against_the_draft() -> None:
    page = {
        "title": "从业人员",
        "fields": [{"key": "staff", "label": "从业人数"}, {"key": "fax", "label": "传真", "required": False}],
    }
    result = replay(changed(form=[*GUIDE["form"], page]), [case(), case("2", form={"name": "刘", "shop": "店"})])

    assert result.fields == (Counted("从业人数", 2),)


@st.composite
def documents(draw: st.DrawFn) -> Content:
    keys = [f"q{n}" for n in range(draw(st.integers(0, 3)))]
    options = [{"value": value, "label": value} for value in "abc"]
    clause = st.dictionaries(
        st.sampled_from(keys or ["x"]), st.lists(st.sampled_from("abc"), min_size=1, unique=True), max_size=2
    )
    when = clause if keys else st.just({})
    gives = st.sampled_from(["upload", "window", "library", "generated", "pledge"])
    fields = [
        {"key": f"f{n}", "label": f"字段{n}", "required": draw(st.booleans()), "when": draw(when)} for n in range(3)
    ]
    return Content.model_validate({
        "audience": ["1"],
        "questions": [{"key": key, "text": key, "options": options, "when": draw(when)} for key in keys],
        "materials": [{"key": f"m{n}", "name": f"材料{n}", "give": draw(gives), "required": draw(st.booleans()),
                       "when": draw(when)} for n in range(draw(st.integers(0, 4)))],
        "form": [{"title": "页", "fields": fields}],
    })  # fmt: skip


def cases_under(document: Content) -> list[PastCase]:
    """A case for every way through its questions, some fields filled, every material told of once."""
    keys = frozenset(material.key for material in document.materials)
    return [
        PastCase(str(number), document, way.answers, {"f0": "写了"}, (keys,))
        for number, way in enumerate(situations.combinations(document))
    ]


@settings(deadline=None)
@given(documents())
def test_an_edition_replayed_over_its_own_cases_differs_in_nothing(document: Content) -> None:
    cases = cases_under(document)
    result = replay(document, cases)

    assert result.cases == len(cases)
    assert not result.differs
    assert (result.lighter, result.heavier) == (0, 0)


@settings(deadline=None)
@given(documents(), documents())
def test_any_edition_can_be_replayed_over_any_cases(draft: Content, other: Content) -> None:
    result = replay(draft, cases_under(other))

    assert result.undefined <= result.cases
    assert result.corrections_avoided <= result.corrections
    assert result.papers_saved <= result.papers


def draft_of(cast: Cast, content: Content) -> Edition:
    return catalog.draft(item=cast.guide.item, body=cast.body, content=content, by=system("tests"), now=cast.now)


def corrected_and_accepted(cast: Cast) -> list[str]:
    """Three catering cases, one of them corrected for its layout, and one retail case; by the verbs of every day."""
    layout = str(keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now).public_id)
    given = {"safety": "pledge", "layout": layout}
    cases = [cast.submit(key=f"replay-{n}", materials=given).number for n in range(3)]
    cases.append(cast.submit(key="replay-3", answers={"kind": "retail"}).number)
    by = cast.actor(cast.reviewer)
    actions.correct(
        cases[0], {"layout": actions.Gap(note="请补交清晰的布局图")}, by=by, now=cast.now + timedelta(hours=1)
    )
    return cases


@pytest.mark.django_db
def test_real_cases_are_replayed_with_their_corrections(cast: Cast) -> None:
    corrected_and_accepted(cast)
    draft = draft_of(cast, now_given("layout", "library"))
    result = replay(draft.document, past.cases_of(draft))

    assert (result.cases, result.corrections, result.corrections_avoided, result.papers_saved) == (4, 1, 1, 3)
    assert not replay(cast.guide.document, past.cases_of(cast.guide)).differs


@pytest.mark.django_db
def test_cases_are_read_in_batches_and_never_more_than_asked_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = corrected_and_accepted(cast)
    monkeypatch.setattr(past, "BATCH", 2)
    with CaptureQueriesContext(connection) as queries:
        found = [one.number for one in past.cases_of(cast.guide)]

    assert found == numbers[::-1]
    assert len(queries) <= 1 + 2 * 3
    assert [one.number for one in past.cases_of(cast.guide, at_most=3)] == numbers[:0:-1]


@pytest.mark.django_db
def test_the_page_shows_counts_and_no_one_in_particular(cast: Cast) -> None:
    numbers = corrected_and_accepted(cast)
    draft = draft_of(cast, changed(questions=[], materials=[]))
    gone = draft_of(
        cast, changed(questions=[{**GUIDE["questions"][0], "key": "other"}], materials=GUIDE["materials"][:3])
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.editor)

    page = client.get(f"/desk/catalog/replay/{draft.pk}").content.decode()
    assert "经营场所布局图" in page
    assert "刘晓燕" not in page
    undefined = client.get(f"/desk/catalog/replay/{gone.pk}?cases=10000").content.decode()
    assert "情形不明的办件" in undefined
    assert not any(number in undefined for number in numbers)
