"""代码与对照: what comes with us, translating, and the keeper's verbs."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tongban.catalog.codes import actions, queries
from tongban.catalog.codes.imports import import_codes
from tongban.catalog.codes.rules import Book, Gap, Set
from tongban.catalog.models import CodeMapping, CodeSet, CodeValue
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

NOW = datetime(2026, 3, 2, tzinfo=UTC)
OURS = Set("gb", "audience", "服务对象", "", {"1": "自然人", "5": "行政机关", "6": "其他组织"})
THEIRS = Set("chongqing", "audience", "服务对象", "", {"1": "自然人", "5": "非法人企业", "6": "行政机关"})
BOOK = Book(
    {("gb", "audience"): OURS, ("chongqing", "audience"): THEIRS},
    {(("gb", "audience"), ("chongqing", "audience")): {"1": ("1",), "5": ("6",)}},
)


def test_the_same_code_means_other_things_in_other_systems():
    assert BOOK.translate("audience", "5", source="gb", target="chongqing") == ("6",)


def test_a_code_without_a_counterpart_is_a_gap_and_never_guessed():
    with pytest.raises(Gap, match="没有对应的代码"):
        BOOK.translate("audience", "6", source="gb", target="chongqing")
    assert BOOK.gaps(("gb", "audience"), ("chongqing", "audience")) == ["6"]


@pytest.mark.parametrize(
    ("key", "code", "target"),
    [("audience", "9", "chongqing"), ("type", "1", "chongqing"), ("audience", "1", "guangdong")],
)
def test_what_is_not_in_the_book_is_refused(key, code, target):
    with pytest.raises((Gap, NotFound)):
        BOOK.translate(key, code, source="gb", target=target)


@given(
    pairs=st.dictionaries(st.sampled_from(sorted(OURS.codes)), st.sets(st.sampled_from(sorted(THEIRS.codes))).map(tuple)),
    code=st.sampled_from(sorted(OURS.codes)),
)  # fmt: skip
def test_a_code_is_either_translated_into_codes_that_exist_or_listed_as_a_gap(pairs, code):
    place, other = ("gb", "audience"), ("chongqing", "audience")
    book = Book({place: OURS, other: THEIRS}, {(place, other): pairs})

    try:
        found = book.translate("audience", code, source="gb", target="chongqing")
    except Gap:
        assert code in book.gaps(place, other)
    else:
        assert set(found) == set(pairs[code]) <= set(THEIRS.codes)
        assert code not in book.gaps(place, other)


@pytest.mark.django_db
def test_what_comes_with_us_is_taken_whole_and_a_second_time_changes_nothing():
    first, second = import_codes(now=NOW), import_codes(now=NOW)

    book = queries.book()
    assert (first.rejected, second.changed) == ([], 0)
    assert book.translate("audience", "5", source="gb", target="chongqing") == ("6",)
    assert book.translate("audience", "5", source="chongqing", target="gb") == ("6",)
    assert book.gaps(("chongqing", "power_source"), ("tongban", "power_source")) == []
    assert book.gaps(("tongban", "power_source"), ("chongqing", "power_source")) == ["4", "5", "6"]
    assert {system for system, _ in book.sets} == {"gb", "chongqing", "guangdong", "tongban"}


@pytest.mark.django_db
def test_what_editors_changed_survives_the_next_import():
    import_codes(now=NOW)
    CodeMapping.objects.filter(source__set__system="gb").first().delete()
    CodeValue.objects.filter(set__system="gb", set__key="audience", code="6").update(name="别的组织")
    before = CodeMapping.objects.count()

    import_codes(now=NOW)
    assert CodeMapping.objects.count() == before

    import_codes(now=NOW, again=True)
    assert CodeMapping.objects.count() == before + 1
    assert CodeValue.objects.get(set__system="gb", set__key="audience", code="6").name == "别的组织"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "says"),
    [("[[set]]\nsystem = 'x'\n", "第 1 项"), ("[[sets]]\n", "sets"), ("[[set]", "第 1 行")],
)
def test_a_broken_file_names_the_place(tmp_path, text, says):
    (tmp_path / "codes.toml").write_text(text, "utf-8")

    with pytest.raises(Refusal) as caught:
        import_codes(tmp_path / "codes.toml", now=NOW)

    assert says in caught.value.reason
    assert not CodeSet.objects.exists()


@pytest.fixture
def shipped(cast):
    import_codes(now=cast.now)
    return CodeSet.objects.get(system="gb", key="audience")


def test_the_keeper_adds_renames_maps_unmaps_and_removes_and_all_is_journalled(cast, shipped):
    by, other = cast.actor(cast.keeper), CodeSet.objects.get(system="chongqing", key="audience")

    made = actions.add_code(shipped, code="7", name="合伙企业", by=by, now=cast.now)
    actions.rename_code(made, name="非法人企业", by=by, now=cast.now)
    mapping = actions.map_code(source=made, target=actions.value_of(other, "5"), by=by, now=cast.now)
    assert queries.book().translate("audience", "7", source="gb", target="chongqing") == ("5",)
    with pytest.raises(Conflict, match="还有对照"):
        actions.remove_code(made, by=by, now=cast.now)
    actions.unmap_code(mapping, by=by, now=cast.now)
    actions.remove_code(made, by=by, now=cast.now)

    names = [one.name for one in JournalEntry.objects.filter(subject="gb/audience").order_by("id")]
    assert [name.partition(".")[2] for name in names] == [
        "CodeChanged", "CodeChanged", "CodeMapped", "CodeUnmapped", "CodeChanged"
    ]  # fmt: skip


def test_only_the_keeper_may(cast, shipped):
    for account in (cast.editor, cast.reviewer, cast.stranger):
        with pytest.raises(Forbidden):
            actions.add_code(shipped, code="7", name="合伙企业", by=cast.actor(account), now=cast.now)


@pytest.mark.parametrize(("code", "name"), [("", "a"), ("1", "a"), ("x" * 21, "a"), ("7", ""), ("7", "长" * 101)])
def test_a_code_taken_or_misshapen_is_refused(cast, shipped, code, name):
    with pytest.raises(Refusal):
        actions.add_code(shipped, code=code, name=name, by=cast.actor(cast.keeper), now=cast.now)


def test_a_code_is_mapped_to_another_system_only_and_only_once(cast, shipped):
    by = cast.actor(cast.keeper)
    one, two = actions.value_of(shipped, "1"), actions.value_of(shipped, "2")
    theirs = actions.value_of(CodeSet.objects.get(system="chongqing", key="audience"), "1")

    with pytest.raises(Refusal, match="另一体系"):
        actions.map_code(source=one, target=two, by=by, now=cast.now)
    with pytest.raises(Conflict):
        actions.map_code(source=one, target=theirs, by=by, now=cast.now)


def test_the_page_says_why_a_code_was_not_added(cast, shipped):
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.keeper)

    answer = client.post("/desk/catalog/codes/gb/audience/add", {"code": "1", "name": "某"})

    assert answer.status_code == 422 or answer.status_code == 409
    assert "已经有了" in answer.content.decode()


def test_the_set_as_csv_and_as_json_says_what_each_code_becomes(cast, shipped):
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.editor)

    text = client.get("/desk/catalog/codes/gb/audience/file").content.decode("utf-8-sig")
    read = client.get("/api/v1/codes/gb/audience").json()

    assert text.splitlines()[0] == "代码,名称,渝快办"
    assert "5,行政机关,6" in text
    assert read["codes"][4] == {"code": "5", "name": "行政机关", "becomes": {"chongqing": ["6"]}}
    assert client.get("/api/v1/codes/gb/nothing").status_code == 404
