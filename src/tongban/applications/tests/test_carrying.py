"""A guide is replaced while drafts are open: a field renamed, one gone, a pledge reworded. Cases keep their edition."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from django.test import Client

from tests.people import GUIDE, Cast
from tongban.applications import actions
from tongban.applications.models import Application, Draft
from tongban.catalog import actions as catalog
from tongban.catalog.content import Content
from tongban.catalog.models import Edition
from tongban.kernel.actors import system

BY = system("tests")
TYPED = {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"}


@pytest.fixture
def draft(cast: Cast) -> Draft:
    assert cast.liu.person
    by = cast.actor(cast.liu)
    made = actions.open_draft(cast.guide, person=cast.liu.person, answers={"kind": "catering"}, by=by, now=cast.now)
    return actions.save_draft(made.public_id, form=TYPED, materials={"safety": "pledge"}, by=by, now=cast.now)


def replace(cast: Cast, **change: Any) -> Edition:
    """Publish a new version of the guide."""
    made = catalog.draft(
        item=cast.guide.item, body=cast.body, content=Content.model_validate(GUIDE | change), by=BY, now=cast.now
    )
    catalog.publish(made, by=BY, now=cast.now)
    return made


def renamed() -> list[dict[str, Any]]:
    form = deepcopy(GUIDE["form"])
    form[0]["fields"][1] |= {"key": "shop_name"}
    form[0]["fields"][2] |= {"maximum": 50}
    return form


def carry(cast: Cast, draft: Draft) -> Draft:
    return actions.carry_over(draft.public_id, by=cast.actor(cast.liu), now=cast.now)


def liu(cast: Cast) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.liu)
    return client


def test_a_field_renamed_while_a_draft_is_open_loses_nothing(cast: Cast, draft: Draft) -> None:
    new = replace(cast, form=renamed())
    moved = carry(cast, draft)

    assert moved.edition_id == new.pk
    assert moved.content["form"] == {"name": "刘晓燕", "shop_name": "老灶火锅店"}
    assert moved.content["carried"]["dropped"] == [["经营面积", "86 平方米", "“经营面积”不能大于 50 平方米，请重新填"]]


def test_carrying_over_twice_changes_nothing_more(cast: Cast, draft: Draft) -> None:
    replace(cast, form=renamed())

    assert carry(cast, draft).content == carry(cast, draft).content


def test_a_pledge_whose_words_changed_is_made_again(cast: Cast, draft: Draft) -> None:
    materials = deepcopy(GUIDE["materials"])
    materials[2]["pledge_text"] = "本人承诺制度齐全，并每日自查。"
    replace(cast, materials=materials)
    moved = carry(cast, draft)

    assert moved.content["materials"] == {}
    assert moved.content["carried"]["dropped"] == [["食品安全管理制度", "已承诺", "承诺的内容变了，请重新阅读"]]


def test_a_draft_of_a_guide_that_was_only_withdrawn_stays_as_it_is(cast: Cast, draft: Draft) -> None:
    catalog.withdraw(cast.guide, by=BY, now=cast.now)

    assert carry(cast, draft).content["form"] == TYPED
    page = liu(cast).get(f"/apply/{draft.public_id}/form/1").content.decode()
    assert "办事指南已下线" in page and "老灶火锅店" in page


def test_a_case_keeps_the_edition_it_was_handed_in_under(cast: Cast) -> None:
    case = cast.submit()
    replace(cast, form=renamed())
    case = Application.objects.get(pk=case.pk)

    assert case.edition_id == cast.guide.pk
    assert case.form["shop"] == "老灶火锅店"


def test_opening_the_guide_again_finds_the_draft_of_the_version_before(cast: Cast, draft: Draft) -> None:
    new = replace(cast, form=renamed())
    assert cast.liu.person
    again = actions.open_draft(new, person=cast.liu.person, by=cast.actor(cast.liu), now=cast.now)

    assert again.pk == draft.pk


def test_the_citizen_is_shown_what_changed_and_what_they_had_typed(cast: Cast, draft: Draft) -> None:
    replace(cast, form=renamed())
    client = liu(cast)

    assert client.get(f"/apply/{draft.public_id}")["Location"].endswith("/form/1")
    page = client.get(f"/apply/{draft.public_id}/form/1").content.decode()
    assert "填表期间，办事指南更新了" in page and "86 平方米" in page and 'value="老灶火锅店"' in page
    client.post(f"/apply/{draft.public_id}/form/1", {"area": "40"})
    assert client.post(f"/apply/{draft.public_id}/check").status_code == 302
    assert Application.objects.get().form == {"name": "刘晓燕", "shop_name": "老灶火锅店", "area": 40}


def test_what_was_typed_on_a_page_of_the_old_version_is_saved_before_it_is_carried(cast: Cast, draft: Draft) -> None:
    replace(cast, form=renamed())
    answer = liu(cast).post(f"/apply/{draft.public_id}/form/1", TYPED | {"shop": "新灶"})

    assert answer.status_code == 302
    liu(cast).get(answer["Location"])
    draft.refresh_from_db()
    assert draft.content["form"]["shop_name"] == "新灶"


def test_a_draft_resumes_at_its_first_unfinished_step(cast: Cast, draft: Draft) -> None:
    client, by = liu(cast), cast.actor(cast.liu)
    where = f"/apply/{draft.public_id}"

    assert client.get(where)["Location"] == f"{where}/check"
    actions.save_draft(draft.public_id, materials={"safety": ""}, by=by, now=cast.now)
    assert client.get(where)["Location"] == f"{where}/materials"
    actions.save_draft(draft.public_id, form={"area": ""}, by=by, now=cast.now)
    assert client.get(where)["Location"] == f"{where}/form/1"
    actions.save_draft(draft.public_id, answers={"kind": ""}, by=by, now=cast.now)
    assert client.get(where)["Location"] == f"{where}/situation"
