"""别名: added and removed by who manages the item, journalled, and found at once; the file is told line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.people import Cast, publish
from tongban.catalog import aliases, searching
from tongban.catalog.events import AliasAdded, AliasRemoved
from tongban.catalog.models import Alias
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

CODE = "990131001001"


def found(typed: str) -> list[str]:
    return [one.name for one in searching.search(typed).found]


@pytest.mark.parametrize("who", ["editor", "keeper"])
def test_an_alias_is_found_at_once_and_no_more_when_removed(cast: Cast, who: str) -> None:
    by = cast.actor(getattr(cast, who))
    assert found("串串香") == []

    aliases.add_alias(CODE, words=" 串串香 ", by=by, now=cast.now)
    assert found("串串香") == found("chuanchuanx") == ["食品经营许可新办"]
    assert searching.suggest("串串") == ["食品经营许可新办"]
    entry = JournalEntry.objects.get(name=AliasAdded.NAME)
    assert (entry.facts["item"], entry.facts["words"], entry.actor) == (CODE, "串串香", by.who)

    aliases.remove_alias(CODE, words="串串香", by=by, now=cast.now)
    assert found("串串香") == []
    assert JournalEntry.objects.filter(name=AliasRemoved.NAME).count() == 1


def test_an_alias_outlives_a_new_edition(cast: Cast) -> None:
    aliases.add_alias(CODE, words="串串香", by=cast.actor(cast.editor), now=cast.now)

    publish(cast.body, now=cast.now, phone="023-00000002")
    assert found("串串香") == ["食品经营许可新办"]


@pytest.mark.parametrize("who", ["liu", "clerk", "reviewer", "decider", "supervisor", "administrator"])
def test_who_does_not_manage_the_item_adds_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        aliases.add_alias(CODE, words="串串香", by=cast.actor(getattr(cast, who)), now=cast.now)


def test_an_editor_names_only_the_items_of_the_body(cast: Cast) -> None:
    publish(cast.other_body, now=cast.now, code="990111009001", name="社会团体登记")

    with pytest.raises(Forbidden, match="不管理这个事项"):
        aliases.add_alias("990111009001", words="商会", by=cast.actor(cast.editor), now=cast.now)
    aliases.add_alias("990111009001", words="商会", by=cast.actor(cast.keeper), now=cast.now)


@pytest.mark.parametrize(
    ("words", "code"), [("", "alias_short"), ("店", "alias_short"), ("！！", "alias_short"), ("店" * 61, "alias_long")]
)
def test_what_can_not_be_an_alias_is_refused(cast: Cast, words: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        aliases.add_alias(CODE, words=words, by=cast.actor(cast.editor), now=cast.now)
    assert (refused.value.code, refused.value.field) == (code, "words")


def test_an_alias_is_added_once_and_removed_once(cast: Cast) -> None:
    by = cast.actor(cast.editor)
    aliases.add_alias(CODE, words="串串香", by=by, now=cast.now)

    with pytest.raises(Conflict, match="已经有别名"):
        aliases.add_alias(CODE, words="串串香", by=by, now=cast.now)
    with pytest.raises(NotFound):
        aliases.remove_alias(CODE, words="没加过", by=by, now=cast.now)
    with pytest.raises(NotFound):
        aliases.add_alias("000", words="串串香", by=by, now=cast.now)


def test_a_file_of_aliases_is_told_line_by_line_and_taken_once(cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "aliases.csv"
    file.write_text(
        f"基本编码,事项名称,别名\n{CODE},食品经营许可新办,串串香；店；开酒楼\n990000000000,没有,什么\n", "utf-8"
    )

    tried = aliases.import_aliases(file, now=cast.now, dry_run=True)
    assert (tried.changed, Alias.objects.count()) == (1, 0)
    report = aliases.import_aliases(file, now=cast.now)
    assert (report.read, report.changed, len(report.rejected), len(report.warned)) == (2, 1, 1, 1)
    assert report.rejected[0][0] == 3 and "990000000000" in report.rejected[0][1]
    assert sorted(Alias.objects.values_list("words", flat=True)) == ["串串香", "开酒楼"]
    assert found("开酒楼") == ["食品经营许可新办"]

    again = aliases.import_aliases(file, now=cast.now)
    assert (again.changed, again.unchanged, Alias.objects.count()) == (0, 1, 2)
