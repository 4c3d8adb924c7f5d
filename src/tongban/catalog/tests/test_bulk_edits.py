"""批量修改: what each change does; plan, draft, publish, undo, restore."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from tongban.catalog.actions import publish as publish_one
from tongban.catalog.actions.editing import start
from tongban.catalog.bulk_edits import actions
from tongban.catalog.bulk_edits.changes import FLAGS, WORDED, apply_all, changes_of
from tongban.catalog.content import Content
from tongban.catalog.models import BulkEdit, Edition, SearchEntry
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

DOCUMENT = Content.model_validate({
    **people.GUIDE,
    "places": [{"name": "大厅", "address": "滨河路 1 号", "hours": "9:00–17:00"}],
    "basis": ["《食品安全法》第三十五条", "《行政许可法》第三条"], "themes": ["准营准办"],
}).model_dump(mode="json")  # fmt: skip


def after(*changes):
    return Content.model_validate(apply_all(changes_of(list(changes)), DOCUMENT)).model_dump(mode="json")


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"what": "phone", "new": "023-9"}, "phone", "023-9"),
        ({"what": "phone", "old": "另一个", "new": "023-9"}, "phone", "023-00000001"),
        ({"what": "complaint_phone", "old": "12345", "new": "12315"}, "complaint_phone", "12315"),
        ({"what": "themes", "add": True, "name": "证件办理"}, "themes", ["准营准办", "证件办理"]),
        ({"what": "themes", "add": True, "name": "准营准办"}, "themes", ["准营准办"]),
        ({"what": "themes", "add": False, "name": "准营准办"}, "themes", []),
        ({"what": "flag", "key": "bookable", "holds": True}, "bookable", True),
    ],
)
def test_a_change_does_what_its_name_says(change, key, value):
    assert after(change)[key] == value


def test_a_limit_keeps_its_basis_and_places_and_laws_are_replaced_where_they_match():
    changed = after(
        {"what": "promised", "amount": 3},
        {"what": "address", "old": "滨河路", "new": "江滨路"},
        {"what": "hours", "place": "大厅", "new": "全天"},
        {"what": "law", "old": "食品安全法", "new": "《食品安全法（2027 修订）》", "number": "主席令第 1 号"},
    )

    assert changed["promised"]["amount"] == 3
    assert (changed["places"][0]["address"], changed["places"][0]["hours"]) == ("江滨路 1 号", "全天")
    assert [one["law"] for one in changed["basis"]] == ["《食品安全法（2027 修订）》", "《行政许可法》"]
    assert changed["basis"][0]["article"] == "第三十五条"


def test_words_are_replaced_in_their_section_and_never_in_marks():
    changed = after({"what": "words", "section": "materials", "old": "layout", "new": "x"})
    assert changed == DOCUMENT
    changed = after({"what": "words", "section": "materials", "old": "布局图", "new": "平面图"})
    assert changed["materials"][3]["name"] == "经营场所平面图"
    assert changed["questions"] == DOCUMENT["questions"]


texts = st.text(min_size=1, max_size=8).filter(str.strip)
changes = st.one_of(
    st.fixed_dictionaries({"what": st.sampled_from(["phone", "complaint_phone"]), "old": texts, "new": texts}),
    st.fixed_dictionaries({"what": st.just("words"), "section": st.sampled_from(sorted(WORDED)), "old": texts, "new": texts}),
    st.fixed_dictionaries({"what": st.sampled_from(["themes", "life_events"]), "add": st.booleans(), "name": texts}),
    st.fixed_dictionaries({"what": st.just("flag"), "key": st.sampled_from(sorted(FLAGS)), "holds": st.booleans()}),
    st.fixed_dictionaries({"what": st.just("promised"), "amount": st.integers(0, 999)}),
)  # fmt: skip


@given(st.lists(changes, max_size=4))
def test_changes_leave_the_document_they_were_given_alone_and_are_stored_and_read_back(given_changes):
    before = Content.model_validate(DOCUMENT).model_dump(mode="json")
    typed = changes_of(given_changes)

    once = apply_all(typed, DOCUMENT)

    assert before == DOCUMENT
    assert changes_of([one.model_dump(mode="json") for one in typed]) == typed
    assert apply_all(changes_of([one.model_dump(mode="json") for one in typed]), DOCUMENT) == once
    assert all(str(one) for one in typed)


PHONE = [{"what": "phone", "new": "023-77776666"}]


@pytest.fixture
def several(cast):
    """Three more guides of the market's and one of another body's."""
    made = [people.publish(cast.body, now=cast.now, code=f"9901310020{n:02d}", name=f"许可{n}") for n in range(1, 4)]
    return [*made, people.publish(cast.other_body, now=cast.now, code="990111002001", name="民政许可")]


def planned(cast, editions, changes=PHONE, account=None):
    by = cast.actor(account or cast.keeper)
    return actions.plan(title="电话升位", editions=[one.pk for one in editions], changes=changes, by=by, now=cast.now)


def test_planned_drafted_published_and_found_at_once(cast, several):
    by, edit = cast.actor(cast.keeper), planned(cast, several)
    assert Edition.objects.filter(state="draft").count() == 0

    assert actions.make_drafts(edit, by=by, now=cast.now) == 4
    assert Edition.objects.published().filter(content__phone="023-77776666").count() == 0
    assert actions.publish(edit, by=by, now=cast.now) == 4

    found = Edition.objects.published().filter(content__phone="023-77776666")
    assert {(one.version, one.note) for one in found} == {(2, "电话升位")}
    assert SearchEntry.objects.filter(pk__in=found).count() == 4
    assert Edition.objects.filter(state="withdrawn").count() == 4
    whats = [one.facts["what"] for one in JournalEntry.objects.filter(name="catalog.BulkChanged").order_by("id")]
    assert whats == ["planned", "drafted", "published"]


def test_undone_before_publication_the_drafts_are_gone_but_not_those_edited_further(cast, several):
    by, edit = cast.actor(cast.keeper), planned(cast, several)
    actions.make_drafts(edit, by=by, now=cast.now)
    Edition.objects.filter(pk=edit.lines.first().draft_id).update(revision=2)

    assert actions.undo(edit, by=by, now=cast.now) == 3

    assert Edition.objects.filter(state="draft").count() == 1
    assert Edition.objects.published().count() == 5


def test_restored_after_publication_it_says_what_it_said_unless_published_since(cast, several):
    by, edit = cast.actor(cast.keeper), planned(cast, several)
    actions.make_drafts(edit, by=by, now=cast.now)
    actions.publish(edit, by=by, now=cast.now)
    newer = start(
        item=several[0].item, body=cast.body, source=Edition.objects.published().get(code=several[0].code), by=by, now=cast.now
    )  # fmt: skip
    publish_one(newer, by=by, now=cast.now)

    assert actions.restore(edit, by=by, now=cast.now) == (3, 1)

    again = Edition.objects.published().get(code=several[1].code)
    assert (again.version, again.sha256) == (3, several[1].sha256)
    assert Edition.objects.published().get(code=several[0].code).pk == newer.pk


def test_what_can_not_be_changed_is_left_out_with_its_reason(cast, several):
    start(item=several[0].item, body=cast.body, source=several[0], by=cast.actor(cast.editor), now=cast.now)

    edit = planned(cast, several, [{"what": "promised", "amount": 90}])
    same = planned(cast, several, [{"what": "phone", "new": people.GUIDE["phone"]}])

    reasons = dict(edit.lines.values_list("edition", "refused"))
    assert "已经有一份草稿" in reasons[several[0].pk]
    assert "长于法定时限" in reasons[several[1].pk]
    assert set(same.lines.values_list("refused", flat=True)) == {
        "已经有一份草稿在改，请先发布或删除那份草稿",
        actions.NOTHING,
    }


def test_an_editor_changes_their_own_body_only(cast, several):
    with pytest.raises(Forbidden):
        planned(cast, several, account=cast.editor)

    edit = planned(cast, several[:3], account=cast.editor)
    by = cast.actor(cast.editor)
    actions.make_drafts(edit, by=by, now=cast.now)
    with pytest.raises(Forbidden):
        actions.publish(edit, by=cast.actor(cast.reviewer), now=cast.now)
    assert actions.publish(edit, by=by, now=cast.now) == 3


def test_a_step_is_done_once_and_in_its_turn(cast, several):
    by, edit = cast.actor(cast.keeper), planned(cast, several)
    with pytest.raises(Conflict):
        actions.publish(edit, by=by, now=cast.now)
    actions.make_drafts(edit, by=by, now=cast.now)
    with pytest.raises(Conflict):
        actions.make_drafts(edit, by=by, now=cast.now)
    actions.publish(edit, by=by, now=cast.now)
    with pytest.raises(Conflict):
        actions.undo(edit, by=by, now=cast.now)
    actions.restore(edit, by=by, now=cast.now)
    with pytest.raises(Conflict):
        actions.restore(edit, by=by, now=cast.now)


@pytest.mark.parametrize(
    ("title", "changes"),
    [("", PHONE), ("缘由", []), ("缘由", [{"what": "x"}]), ("缘由", [{"what": "phone", "new": ""}])],
)
def test_without_a_reason_or_a_change_nothing_is_planned(cast, several, title, changes):
    with pytest.raises(Refusal):
        actions.plan(title=title, editions=[several[0].pk], changes=changes, by=cast.actor(cast.keeper), now=cast.now)
    assert not BulkEdit.objects.exists()
