"""草稿: saved on every page, kept right or wrong, one's own, submitted once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.actions.drafts import own_draft
from tongban.applications.models import Application, Draft
from tongban.catalog import actions as catalog
from tongban.identity.actors import ANYONE
from tongban.kernel.actors import system
from tongban.kernel.refusals import Conflict, Invalid, NotFound, Refusal


def begin(cast: Cast) -> Draft:
    assert cast.liu.person
    return actions.open_draft(cast.guide, person=cast.liu.person, by=cast.actor(cast.liu), now=cast.now)


def fill(cast: Cast, draft: Draft, **change: Any) -> Draft:
    parts: dict[str, Any] = {
        "answers": {"kind": "catering"},
        "form": {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"},
        "materials": {"safety": "pledge"},
        **change,
    }
    return actions.save_draft(draft.public_id, **parts, by=cast.actor(cast.liu), now=cast.now)


def test_a_draft_is_resumed_not_begun_again(cast: Cast) -> None:
    assert begin(cast) == begin(cast)
    assert Draft.objects.count() == 1


def test_pages_add_up_and_what_is_wrong_is_kept(cast: Cast) -> None:
    draft, by = begin(cast), cast.actor(cast.liu)
    actions.save_draft(draft.public_id, answers={"kind": "catering"}, by=by, now=cast.now)
    actions.save_draft(draft.public_id, form={"area": "很大"}, by=by, now=cast.now)
    actions.save_draft(draft.public_id, form={"name": "刘"}, materials={"safety": "pledge"}, by=by, now=cast.now)
    draft = actions.save_draft(draft.public_id, materials={"safety": ""}, by=by, now=cast.now)

    assert draft.content == {
        "answers": {"kind": "catering"}, "form": {"area": "很大", "name": "刘"}, "materials": {},
    }  # fmt: skip


def test_a_draft_is_submitted_once(cast: Cast) -> None:
    draft = fill(cast, begin(cast))
    first = actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)
    again = actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)

    assert first == again
    draft.refresh_from_db()
    assert (draft.submitted_number, draft.content["form"]) == (first.number, {})
    assert begin(cast) != draft


@pytest.mark.django_db(transaction=True)
def test_a_double_click_submits_once(cast: Cast, together: Callable[..., list[Any]]) -> None:
    draft, by = fill(cast, begin(cast)), cast.actor(cast.liu)

    cases = together(*[lambda: actions.submit_draft(draft.public_id, by=by, now=cast.now)] * 3)

    assert len({case.number for case in cases}) == 1
    assert Application.objects.count() == 1


def test_a_draft_with_faults_stays_a_draft(cast: Cast) -> None:
    draft = fill(cast, begin(cast), form={"name": "刘"})

    with pytest.raises(Invalid):
        actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)
    draft.refresh_from_db()
    assert (draft.submitted_number, draft.content["form"]) == ("", {"name": "刘"})


def test_only_what_the_answers_still_call_for_is_submitted(cast: Cast) -> None:
    draft = fill(cast, begin(cast), materials={"safety": "pledge", "layout": ""})
    fill(cast, draft, answers={"kind": "retail"})
    case = actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)

    assert not case.materials.filter(key="layout").exists()


def test_a_submitted_draft_is_not_changed(cast: Cast) -> None:
    draft = fill(cast, begin(cast))
    case = actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)

    with pytest.raises(Conflict, match="已经提交") as refused:
        fill(cast, draft)
    assert case.number in refused.value.hint


def test_a_draft_of_a_withdrawn_guide_is_kept_and_not_submitted(cast: Cast) -> None:
    draft = fill(cast, begin(cast))
    catalog.withdraw(cast.guide, by=system("tests"), now=cast.now)

    with pytest.raises(Conflict, match="已更新或下线"):
        actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)
    draft.refresh_from_db()
    assert draft.content["form"]["shop"] == "老灶火锅店"


@pytest.mark.parametrize("who", ["stranger", "clerk", "decider", "administrator"])
def test_anothers_draft_is_not_there(cast: Cast, who: str) -> None:
    draft, by = begin(cast), cast.actor(getattr(cast, who))

    for attempt in (
        lambda: own_draft(draft.public_id, by=by),
        lambda: actions.save_draft(draft.public_id, form={}, by=by, now=cast.now),
        lambda: actions.submit_draft(draft.public_id, by=by, now=cast.now),
        lambda: actions.carry_over(draft.public_id, by=by, now=cast.now),
        lambda: actions.discard_draft(draft.public_id, by=by),
    ):
        with pytest.raises(NotFound, match="没有这份草稿"):
            attempt()


def test_nobody_in_particular_has_no_drafts(cast: Cast) -> None:
    draft = begin(cast)

    with pytest.raises(NotFound):
        own_draft(draft.public_id, by=ANYONE)
    with pytest.raises(NotFound):
        own_draft(uuid4(), by=cast.actor(cast.liu))
    with pytest.raises(Refusal, match="先登录"):
        actions.open_draft(cast.guide, person=cast.liu.person, by=ANYONE, now=cast.now)  # type: ignore[arg-type]


def test_a_discarded_draft_is_gone(cast: Cast) -> None:
    draft = begin(cast)
    actions.discard_draft(draft.public_id, by=cast.actor(cast.liu))

    assert not Draft.objects.exists()
