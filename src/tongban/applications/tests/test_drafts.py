"""草稿: saved on every page, kept right or wrong, one's own, submitted once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.people import Cast, paper
from tongban.applications import actions
from tongban.applications.actions import drafts
from tongban.applications.actions.drafts import own_draft
from tongban.applications.actions.reusing import Reused
from tongban.applications.models import Application, Draft
from tongban.catalog import actions as catalog
from tongban.files.actions import keep_upload
from tongban.files.models import StoredFile
from tongban.identity.actors import ANYONE
from tongban.identity.models import Membership
from tongban.kernel import clock
from tongban.kernel.actors import system
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal


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


def test_a_draft_that_nobody_went_on_with_is_gone_after_thirty_days_with_its_files(cast: Cast) -> None:
    liu = cast.actor(cast.liu)
    person = cast.liu.person
    assert person
    file = keep_upload(paper("布局图"), by=liu, now=cast.now)
    old = actions.open_draft(cast.guide, person=person, by=liu, now=cast.now)
    actions.save_draft(old.public_id, materials={"layout": str(file.public_id)}, by=liu, now=cast.now)

    assert drafts.expire_drafts(now=cast.now + timedelta(days=30)) == 0
    assert drafts.expire_drafts(now=cast.now + timedelta(days=31)) == 1
    assert not Draft.objects.exists()
    assert not StoredFile.objects.exists()


def test_an_ended_handler_is_kept_out_of_the_firm_s_draft(cast: Cast) -> None:
    liu, now = cast.actor(cast.liu), cast.now
    person, shop = cast.liu.person, cast.shop
    assert person
    file = keep_upload(paper("布局图"), by=liu, now=now)
    case = cast.submit(organisation=shop, materials={"safety": "pledge", "layout": str(file.public_id)})
    draft = actions.open_draft(
        cast.guide, person=person, organisation=shop, answers={"kind": "catering"}, by=liu, now=now
    )
    actions.save_draft(draft.public_id, form={"name": "刘晓燕"}, by=liu, now=now)
    Membership.objects.filter(person=person).update(until_at=now)

    after = cast.actor(cast.liu)
    assert after.organisation_ids == ()
    client = Client()
    client.force_login(cast.liu)
    with clock.at(now):
        for url in ("form/1", "materials", "materials/layout", "check", "form.pdf", "pledge.pdf"):
            assert client.get(f"/apply/{draft.public_id}/{url}").status_code == 403, url
    with pytest.raises(Forbidden, match="经办人"):
        actions.reuse_in_draft(draft.public_id, "layout", Reused(case.number, "layout"), by=after, now=now)
    with pytest.raises(Forbidden, match="经办人"):
        actions.save_draft(draft.public_id, form={"shop": "x"}, by=after, now=now)


def test_a_clerk_still_fills_in_for_a_firm(cast: Cast) -> None:
    clerk, person = cast.actor(cast.clerk), cast.liu.person
    assert person
    draft = actions.open_draft(cast.guide, person=person, organisation=cast.shop, by=clerk, now=cast.now)

    saved = actions.save_draft(draft.public_id, form={"shop": "老灶"}, by=clerk, now=cast.now)

    assert saved.content["form"] == {"shop": "老灶"}
