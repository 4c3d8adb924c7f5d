"""常用意见: one's own and the body's; a variable that doesn't exist is refused; filled in behind what was typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast
from tongban.applications import opinion_rules
from tongban.applications.actions import opinions as verbs
from tongban.applications.models import Opinion
from tongban.applications.tests.test_desk import at, url
from tongban.identity.models import Account
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound


def worded(cast: Cast, who: Account, **change: Any) -> Opinion:
    given = {
        "act": "reject",
        "title": "不属于本部门",
        "text": "{申请人}申请的“{事项名称}”不属于本机关职权范围。",
        "for_all": False,
    }
    return verbs.word_opinion(None, **(given | change), by=cast.actor(who), now=cast.now)


@given(st.text(max_size=60), st.text(max_size=600))
def test_words_are_kept_whole_or_refused_with_every_fault(title: str, text: str) -> None:
    try:
        kept = opinion_rules.check("reject", title, text)
    except Invalid as refusal:
        assert refusal.faults
        return
    assert kept[0] == title.strip()
    assert 0 < len(kept[0]) <= 30
    assert 0 < len(kept[1]) <= 500


def test_an_unknown_variable_and_a_lone_brace_are_told_at_once() -> None:
    with pytest.raises(Invalid) as found:
        opinion_rules.check("never", "", "{姓名}您好，请补交{材料")

    assert {one.code for one in found.value.faults} == {
        "opinion_act",
        "opinion_empty",
        "template_variable_unknown",
        "template_brace",
    }
    assert any("{事项名称}" in one.hint for one in found.value.faults)


def test_who_decides_and_the_head_write_for_all_and_others_for_themselves(cast: Cast) -> None:
    assert worded(cast, cast.decider, for_all=True).body == cast.body
    assert worded(cast, cast.head, for_all=True, title="另一条").body == cast.body
    own = worded(cast, cast.reviewer)
    assert (own.body, own.account) == (None, cast.reviewer)
    for who in (cast.reviewer, cast.clerk):
        with pytest.raises(Forbidden):
            worded(cast, who, for_all=True)
    for who in (cast.supervisor, cast.editor, cast.liu):
        with pytest.raises(Forbidden):
            worded(cast, who)
    assert JournalEntry.objects.filter(name="applications.OpinionWorded").count() == 3


def test_a_title_is_there_once_and_free_again_when_it_is_out_of_use(cast: Cast) -> None:
    one = worded(cast, cast.reviewer)
    with pytest.raises(Conflict, match="已经有了"):
        worded(cast, cast.reviewer)
    worded(cast, cast.decider)  # everyone has titles of their own

    verbs.retire_opinion(one.public_id, by=cast.actor(cast.reviewer), now=cast.now)

    assert worded(cast, cast.reviewer).pk != one.pk


def test_nobody_changes_what_is_another_s(cast: Cast) -> None:
    ours, own = worded(cast, cast.decider, for_all=True), worded(cast, cast.decider, title="自己用")
    for one in (ours, own):
        for who in (cast.reviewer, cast.foreign_reviewer):
            with pytest.raises(NotFound):
                verbs.retire_opinion(one.public_id, by=cast.actor(who), now=cast.now)


def filled(client: Client, cast: Cast, place: str, one: Opinion, **typed: str) -> str:
    answer = client.post(place, {"fill": "1", "opinion_template": str(one.public_id), "version": "1", **typed})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_opinion_comes_behind_what_was_typed_and_nothing_else_is_lost(cast: Cast) -> None:
    case, one = cast.submit(), worded(cast, cast.decider, for_all=True)
    client = at(cast.reviewer)
    assert f'<option value="{one.public_id}"' in client.get(url(case)).content.decode()

    page = filled(client, cast, url(case), one, rejection_reason="经核对：", right_body="县局", checking="1")

    assert f"经核对：\n刘晓燕申请的“{case.title}”不属于本机关职权范围。" in page
    assert 'value="县局"' in page
    assert not JournalEntry.objects.filter(name="applications.Rejected").exists()


def test_an_opinion_of_a_correction_goes_to_the_papers_that_lack_something(cast: Cast) -> None:
    case = cast.submit()
    one = worded(cast, cast.reviewer, act="correct", title="请补", text="请于{今天}起补交。")

    page = filled(at(cast.reviewer), cast, url(case), one, **{
        "checking": "1", "met.licence": "在有效期内", "missing.layout": "1",
    })  # fmt: skip

    assert 'name="note.layout" value="请于2026年3月2日起补交。"' in page
    assert 'name="note.licence" value=""' in page


def test_a_review_s_opinion_sets_the_conclusion_it_is_for(cast: Cast) -> None:
    case = cast.accepted()
    one = worded(cast, cast.reviewer, act="fail", title="面积不够", text="经营面积不符合要求。")

    page = filled(at(cast.reviewer), cast, url(case), one, passes="yes")

    assert "经营面积不符合要求。</textarea>" in page
    assert 'value="no" checked' in page


def test_another_body_s_or_person_s_opinion_is_neither_offered_nor_filled_in(cast: Cast) -> None:
    case = cast.submit()
    one = worded(cast, cast.foreign_reviewer, text="别处的意见")
    own = worded(cast, cast.decider)

    page = at(cast.reviewer).get(url(case)).content.decode()
    assert str(one.public_id) not in page
    assert str(own.public_id) not in page
    assert "别处的意见" not in filled(at(cast.reviewer), cast, url(case), one)


def test_the_page_keeps_what_was_typed_with_the_fault_beside_it(cast: Cast) -> None:
    client = at(cast.decider)
    sent = {"act": "grant", "title": "同意", "text": "同意{名称}", "for_all": "true"}

    page = client.post("/desk/opinions", sent)

    assert page.status_code == 422
    assert "没有“{名称}”这个变量" in page.content.decode()
    assert "同意{名称}</textarea>" in page.content.decode()
    assert client.post("/desk/opinions", sent | {"text": "同意{事项名称}"}).status_code == 302
    one = Opinion.objects.get()
    assert client.post(f"/desk/opinions/{one.public_id}", sent | {"text": "准予"}).status_code == 302
    assert client.post(f"/desk/opinions/{one.public_id}/retirement").status_code == 302
    assert not Opinion.objects.in_use().exists()
