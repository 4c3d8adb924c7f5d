"""A draft is begun, saved part by part, refused with its reason, published once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.people import GUIDE, Cast, publish
from tongban.catalog import actions, queries
from tongban.catalog.actions import editing, items
from tongban.catalog.content import Basis
from tongban.catalog.models import Edition, Item
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal

FOOD_LAW = {"law": "《中华人民共和国食品安全法》", "article": "第三十五条"}


def begun(cast: Cast, **more: Any) -> Edition:
    given = {"item": cast.guide.item, "body": cast.body, "source": cast.guide} | more
    return editing.start(**given, by=cast.actor(cast.editor), now=cast.now)


def saved(cast: Cast, draft: Edition, part: dict[str, Any], seen: int | None = None) -> Edition:
    by = cast.actor(cast.editor)
    return editing.save(draft, part, seen=draft.revision if seen is None else seen, by=by, now=cast.now)


def test_a_draft_begins_with_what_is_in_force(cast: Cast) -> None:
    draft = begun(cast)

    assert (draft.state, draft.version, draft.revision) == ("draft", 2, 1)
    assert draft.document == cast.guide.document
    assert draft.edited_by == cast.actor(cast.editor).who


def test_there_is_one_open_draft_for_a_body_and_item(cast: Cast) -> None:
    begun(cast)

    with pytest.raises(Conflict, match="已经有这个事项的草稿"):
        begun(cast)


def test_another_body_claims_an_edition_without_what_is_only_theirs(cast: Cast) -> None:
    source = publish(cast.other_body, now=cast.now, code="990131001009", places=[
        {"name": "大厅", "address": "滨河路", "hours": "9-17"}
    ])  # fmt: skip
    draft = begun(cast, item=source.item, source=source)

    assert draft.document.places == ()
    assert draft.document.materials == source.document.materials
    assert draft.code != source.code


def test_a_draft_begins_from_its_item_where_there_is_nothing(cast: Cast) -> None:
    item = Item.objects.create(code="990131001077", name="新事项", type_code="20", audience=["2"], basis=[FOOD_LAW])
    draft = begun(cast, item=item, source=None)

    assert draft.document.audience == ("2",)
    assert draft.document.basis == (Basis.model_validate(FOOD_LAW),)


def test_saving_counts_and_says_what_was_written(cast: Cast) -> None:
    draft = saved(cast, begun(cast), {"phone": "023-00000009", "visits": 0})

    assert (draft.revision, draft.document.phone) == (2, "023-00000009")
    entry = JournalEntry.objects.filter(name="catalog.DraftSaved").get()
    assert entry.facts["parts"] == ["phone", "visits"]


def test_saving_nothing_new_is_no_save(cast: Cast) -> None:
    draft = begun(cast)

    assert saved(cast, draft, {"phone": draft.document.phone}).revision == 1


def test_what_lists_need_follows_the_document(cast: Cast) -> None:
    draft = saved(cast, begun(cast), {"promised": {"amount": 2, "unit": "working_day", "basis": ""}, "online": False})

    assert (draft.promised_days, draft.online) == (2, False)


def test_who_saves_over_anothers_save_is_told(cast: Cast) -> None:
    draft = begun(cast)
    saved(cast, draft, {"phone": "1"})

    with pytest.raises(Conflict, match="被改过"):
        saved(cast, draft, {"visits": 1}, seen=1)
    assert Edition.objects.get(pk=draft.pk).visits == cast.guide.visits


def test_a_fault_says_its_place_in_words(cast: Cast) -> None:
    draft = begun(cast)
    materials = [dict(one) for one in draft.content["materials"]]
    materials[3]["name"] = "长" * 201

    with pytest.raises(Invalid) as refused:
        saved(cast, draft, {"materials": materials})
    assert refused.value.faults[0].field == "materials.3.name"
    assert "材料名称：最多 200 个字" in refused.value.faults[0].reason


def test_an_edition_may_not_say_another_basis_than_its_item(cast: Cast) -> None:
    Item.objects.filter(pk=cast.guide.item_id).update(basis=[FOOD_LAW])
    draft = begun(cast)

    assert draft.document.basis == (Basis.model_validate(FOOD_LAW),)
    with pytest.raises(Refusal, match="设定依据与事项目录不一致"):
        saved(cast, draft, {"basis": []})


def test_a_draft_that_says_otherwise_is_not_published_either(cast: Cast) -> None:
    draft = begun(cast)
    Item.objects.filter(pk=cast.guide.item_id).update(basis=[FOOD_LAW])

    with pytest.raises(Refusal, match="不一致"):
        actions.publish(draft, by=cast.actor(cast.editor), now=cast.now)


def test_an_expired_basis_is_not_published(cast: Cast) -> None:
    yesterday = (cast.now - timedelta(days=1)).date()
    draft = saved(cast, begun(cast), {"basis": [FOOD_LAW | {"valid_until": yesterday.isoformat()}]})

    with pytest.raises(Invalid, match="失效"):
        actions.publish(draft, by=cast.actor(cast.editor), now=cast.now)
    assert queries.edition(cast.guide.code) == cast.guide


def test_a_basis_holds_through_its_last_day(cast: Cast) -> None:
    draft = saved(cast, begun(cast), {"basis": [FOOD_LAW | {"valid_until": cast.now.date().isoformat()}]})
    actions.publish(draft, by=cast.actor(cast.editor), now=cast.now, note="补上依据")

    assert queries.edition(cast.guide.code).note == "补上依据"


def test_a_draft_that_was_overtaken_waits_until_it_stands_behind_the_newest(cast: Cast) -> None:
    by = cast.actor(cast.editor)
    draft = saved(cast, begun(cast), {"phone": "023-00000003"})
    newer = publish(cast.body, now=cast.now, phone="023-00000004")

    with pytest.raises(Conflict, match=f"又发布了第 {newer.version} 版"):
        actions.publish(draft, by=by, now=cast.now)
    draft = editing.catch_up(draft, by=by, now=cast.now)
    actions.publish(draft, by=by, now=cast.now)
    assert queries.edition(cast.guide.code).document.phone == "023-00000003"


def test_what_was_changed_after_the_publisher_looked_is_not_published(cast: Cast) -> None:
    draft = saved(cast, begun(cast), {"phone": "1"})

    with pytest.raises(Conflict, match="没有发布"):
        actions.publish(draft, seen=1, by=cast.actor(cast.editor), now=cast.now)


def test_a_discarded_draft_is_gone_and_what_is_published_stays(cast: Cast) -> None:
    draft = begun(cast)
    editing.discard(draft, by=cast.actor(cast.editor), now=cast.now)

    assert not Edition.objects.filter(pk=draft.pk).exists()
    assert queries.edition(cast.guide.code) == cast.guide
    with pytest.raises(Conflict, match="已经删除"):
        saved(cast, draft, {"phone": "1"})


@pytest.mark.parametrize("who", ["reviewer", "decider", "clerk", "supervisor", "administrator", "liu"])
def test_only_editors_write(cast: Cast, who: str) -> None:
    by = cast.actor(getattr(cast, who))
    draft = begun(cast)

    for verb in (
        lambda: editing.start(item=cast.guide.item, body=cast.body, by=by, now=cast.now),
        lambda: editing.save(draft, {"phone": "1"}, seen=1, by=by, now=cast.now),
        lambda: editing.discard(draft, by=by, now=cast.now),
        lambda: actions.publish(draft, by=by, now=cast.now),
        lambda: actions.withdraw(cast.guide, by=by, now=cast.now),
    ):
        with pytest.raises(Forbidden):
            verb()


def test_an_editor_writes_for_their_own_body_only_and_a_keeper_for_the_region(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        begun(cast, body=cast.other_body)
    made = editing.start(item=cast.guide.item, body=cast.other_body, by=cast.actor(cast.keeper), now=cast.now)

    assert made.body == cast.other_body


# 基本目录


def elements(cast: Cast, **change: Any) -> items.Elements:
    item = cast.guide.item
    return items.Elements(**({"name": item.name, "type_code": item.type_code} | change))


def test_revising_one_of_the_four_republishes_every_edition_and_the_drafts_follow(cast: Cast) -> None:
    other = publish(cast.other_body, now=cast.now)
    draft = begun(cast)
    basis = [Basis.model_validate(FOOD_LAW)]

    done = items.revise(
        cast.guide.item,
        elements(cast, name="食品经营许可（新办）", basis=basis),
        by=cast.actor(cast.keeper),
        now=cast.now,
    )

    assert (done.changed, done.republished, done.drafts) == (("name", "basis"), 2, 1)
    for code in (cast.guide.code, other.code):
        now = queries.edition(code)
        assert (now.name, now.document.basis) == ("食品经营许可（新办）", tuple(basis))
        assert "三级四同" in now.note
    draft.refresh_from_db()
    assert (draft.name, draft.document.basis, draft.revision) == ("食品经营许可（新办）", tuple(basis), 2)
    actions.publish(draft, by=cast.actor(cast.editor), now=cast.now)  # not overtaken by the republication


def test_revising_the_other_elements_leaves_the_editions_alone(cast: Cast) -> None:
    done = items.revise(cast.guide.item, elements(cast, exercise="审批"), by=cast.actor(cast.keeper), now=cast.now)

    assert (done.changed, done.republished) == (("exercise",), 0)
    assert queries.edition(cast.guide.code) == cast.guide


def test_an_expired_basis_cannot_be_given_to_an_item_in_force(cast: Cast) -> None:
    basis = [Basis.model_validate(FOOD_LAW | {"valid_until": date(2025, 1, 1)})]

    with pytest.raises(Invalid, match="失效"):
        items.revise(cast.guide.item, elements(cast, basis=basis), by=cast.actor(cast.keeper), now=cast.now)
    assert Item.objects.get(pk=cast.guide.item_id).basis == []


def made(cast: Cast, code: str, kind: str, parent: Item | None = None) -> Item:
    named = elements(cast, name=f"事项{code}")
    return items.create(
        code=code, kind=kind, elements=named, parent=parent, by=cast.actor(cast.keeper), now=cast.now
    )  # fmt: skip


def test_the_tree_is_main_item_sub_item_item(cast: Cast) -> None:
    by = cast.actor(cast.keeper)
    main, sub = made(cast, "100", "main"), made(cast, "101", "sub")
    items.place(sub, main, by=by, now=cast.now)
    items.place(cast.guide.item, sub, by=by, now=cast.now)

    cast.guide.item.refresh_from_db()
    assert (cast.guide.item.parent, cast.guide.item.main_name) == (sub, main.name)
    for child, parent in ((main, sub), (sub, sub), (sub, cast.guide.item), (main, cast.guide.item)):
        with pytest.raises(Refusal):
            items.place(child, parent, by=by, now=cast.now)


def test_a_cycle_is_refused_whatever_the_kinds(cast: Cast) -> None:
    from tongban.catalog.levels import check_parent

    with pytest.raises(Conflict, match="绕成一圈"):
        check_parent("sub", "main", code="100", above=["101", "100"])


def test_a_code_is_given_once(cast: Cast) -> None:
    with pytest.raises(Conflict, match="已经有事项在用"):
        made(cast, cast.guide.item.code, "item")


def test_an_abolished_item_is_withdrawn_and_stays_so(cast: Cast) -> None:
    by, draft = cast.actor(cast.keeper), begun(cast)

    assert items.abolish(cast.guide.item, by=by, now=cast.now) == 1
    assert Edition.objects.get(pk=cast.guide.pk).state == "withdrawn"
    with pytest.raises(Conflict, match="已经取消"):
        actions.publish(draft, by=by, now=cast.now)
    with pytest.raises(Conflict, match="已经取消"):
        items.abolish(cast.guide.item, by=by, now=cast.now)


def test_an_item_with_others_under_it_is_not_abolished(cast: Cast) -> None:
    main = made(cast, "100", "main")
    items.place(cast.guide.item, main, by=cast.actor(cast.keeper), now=cast.now)

    with pytest.raises(Conflict, match="下面还有"):
        items.abolish(main, by=cast.actor(cast.keeper), now=cast.now)


def test_only_the_keeper_of_the_whole_catalogue_governs_it(cast: Cast) -> None:
    for who in (cast.editor, cast.reviewer, cast.administrator):
        by = cast.actor(who)
        with pytest.raises(Forbidden):
            items.create(code="1", kind="item", elements=elements(cast), by=by, now=cast.now)
        with pytest.raises(Forbidden):
            items.revise(cast.guide.item, elements(cast, name="x"), by=by, now=cast.now)
        with pytest.raises(Forbidden):
            items.place(cast.guide.item, None, by=by, now=cast.now)
        with pytest.raises(Forbidden):
            items.abolish(cast.guide.item, by=by, now=cast.now)


def test_an_unknown_key_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid):
        saved(cast, begun(cast), {"colour": "red"})


def test_the_guide_of_the_cast_survives_a_round_of_saving(cast: Cast) -> None:
    draft = saved(cast, begun(cast), {"phone": "023-00000008"})

    assert draft.document == cast.guide.document.model_copy(update={"phone": "023-00000008"})
    assert draft.document.questions[0].text == GUIDE["questions"][0]["text"]
