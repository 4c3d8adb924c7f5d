"""Templates have versions; the administrator words them for all, a head for the own body; nothing is lost."""

from __future__ import annotations

import pytest

from tests.people import Cast
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid
from tongban.notices import actions, kinds
from tongban.notices.kinds import Kind, Words
from tongban.notices.models import Message, Template
from tongban.notices.tests.test_notices import NOW_KIND, tell

NEW = Words("办好了", "《{事项}》办好了，请来领取。", "{事项}办好了。", "")
OTHER = Words("好消息", "《{事项}》已经办好。", "", "")


def test_the_platforms_words_are_the_first_version_and_follow_a_release(cast: Cast) -> None:
    first = actions.current(NOW_KIND, cast.body.pk, now=cast.now)
    assert (first.version, first.builtin, first.by) == (1, True, "system:notices")
    assert actions.current(NOW_KIND, cast.body.pk, now=cast.now) == first

    released = Kind("tests_now", "急的", NOW_KIND.variables, NEW)
    second = actions.current(released, cast.body.pk, now=cast.now)
    assert (second.version, second.words) == (2, NEW)


def test_the_administrators_words_stay_through_a_release(cast: Cast) -> None:
    first = actions.current(NOW_KIND, None, now=cast.now)
    mine = actions.word(NOW_KIND, NEW, body=None, seen=1, by=cast.actor(cast.administrator), now=cast.now)
    released = Kind("tests_now", "急的", NOW_KIND.variables, OTHER)

    assert actions.current(released, cast.body.pk, now=cast.now) == mine
    assert (mine.version, mine.builtin) == (2, False)
    first.refresh_from_db()
    assert first.words == NOW_KIND.words


def test_a_message_keeps_the_version_it_was_made_of(cast: Cast) -> None:
    tell(cast, "a")
    actions.word(NOW_KIND, NEW, body=None, seen=1, by=cast.actor(cast.administrator), now=cast.now)
    tell(cast, "b")

    made = Message.objects.order_by("pk").values_list("title", "template__version")
    assert list(made) == [("有结果了", 1), ("办好了", 2)]


def test_a_bodys_own_words_are_for_its_cases_only_until_it_ends_them(cast: Cast) -> None:
    head = cast.actor(cast.head)
    actions.word(NOW_KIND, OTHER, body=cast.body, seen=0, by=head, now=cast.now)
    tell(cast, "own")
    tell(cast, "other", body_id=cast.other_body.pk)
    actions.use_the_general(NOW_KIND, body=cast.body, by=head, now=cast.now)
    tell(cast, "again")

    titles = Message.objects.order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["好消息", "有结果了", "有结果了"]
    assert Template.objects.filter(body=cast.body).count() == 2
    with pytest.raises(Conflict):
        actions.use_the_general(NOW_KIND, body=cast.body, by=head, now=cast.now)


@pytest.mark.parametrize("who", ["clerk", "reviewer", "decider", "supervisor", "government_head", "liu", "keeper"])
def test_others_word_nothing(cast: Cast, who: str) -> None:
    for body in (None, cast.body):
        with pytest.raises(Forbidden):
            actions.word(NOW_KIND, NEW, body=body, seen=0, by=cast.actor(getattr(cast, who)), now=cast.now)
    assert not Template.objects.exists()


def test_a_head_words_for_the_own_body_and_the_administrator_for_all(cast: Cast) -> None:
    for who, body in ((cast.head, None), (cast.head, cast.other_body), (cast.administrator, cast.body)):
        with pytest.raises(Forbidden):
            actions.word(NOW_KIND, NEW, body=body, seen=0, by=cast.actor(who), now=cast.now)


def test_who_did_not_see_the_last_version_does_not_overwrite_it(cast: Cast) -> None:
    by = cast.actor(cast.administrator)
    actions.current(NOW_KIND, None, now=cast.now)
    actions.word(NOW_KIND, NEW, body=None, seen=1, by=by, now=cast.now)
    with pytest.raises(Conflict) as caught:
        actions.word(NOW_KIND, OTHER, body=None, seen=1, by=by, now=cast.now)

    assert caught.value.code == "template_changed"
    assert actions.current(NOW_KIND, None, now=cast.now).words == NEW


def test_the_same_words_make_no_version_and_wrong_ones_none_either(cast: Cast) -> None:
    by = cast.actor(cast.administrator)
    first = actions.current(NOW_KIND, None, now=cast.now)
    assert actions.word(NOW_KIND, NOW_KIND.words, body=None, seen=1, by=by, now=cast.now) == first
    with pytest.raises(Invalid):
        actions.word(NOW_KIND, Words("好", "《{谁}》"), body=None, seen=1, by=by, now=cast.now)
    assert Template.objects.count() == 1


def test_a_change_is_in_the_journal_without_its_words(cast: Cast) -> None:
    actions.word(NOW_KIND, NEW, body=cast.body, seen=0, by=cast.actor(cast.head), now=cast.now)
    entry = JournalEntry.objects.get(name="notices.TemplateChanged")

    assert entry.facts == {"kind": "tests_now", "body": cast.body.key, "version": 1}


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="received"):
        kinds.declare(Kind("received", "又一个", {}, Words("好", "好")))
