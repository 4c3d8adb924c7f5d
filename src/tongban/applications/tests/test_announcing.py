"""公示 before the public, and an answer that never came: who may object, and when one goes on without."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.test import Client

from tests.people import Cast
from tongban.applications import actions
from tongban.applications.models import CaseStep, NoticeObjection, PublicNotice, StepAnswer
from tongban.applications.tests.test_steps import DECIDE, Scene, at, step
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

pytestmark = pytest.mark.django_db
WORDS = "油烟直接排到三楼窗口，没有装净化器"


@pytest.fixture
def scene(cast: Cast) -> Scene:
    made = Scene(cast, step("notice", "notice"), DECIDE)
    actions.publish_notice(
        made.number, "notice", text="拟准予老灶火锅店经营", from_on=date(2026, 3, 2), until_on=date(2026, 3, 9),
        by=made.reviewer, now=made.now,
    )  # fmt: skip
    return made


def seen_by(account: Account | None, path: str, *, now: datetime, **sent: str) -> tuple[int, str]:
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    with clock.at(now):
        answer = client.post(path, sent) if sent else client.get(path)
    return answer.status_code, answer.content.decode()


def test_the_public_reads_and_objects_and_the_step_waits_for_the_answer(scene: Scene, cast: Cast) -> None:
    notice = PublicNotice.objects.get()
    path = f"/announcements/{notice.public_id}"

    status, listed = seen_by(None, "/announcements", now=at(4))
    assert (status, path in listed, scene.case.title in listed) == (200, True, True)
    status, page = seen_by(None, path, now=at(4))
    assert "拟准予老灶火锅店经营" in page
    assert "刘晓燕" not in page
    assert "请先" in page
    assert seen_by(cast.stranger, path, now=at(4), text="短")[0] == 422
    assert seen_by(cast.stranger, path, now=at(4), text=WORDS)[0] == 302

    objection = NoticeObjection.objects.get()
    assert (objection.who, objection.text) == (cast.stranger.person.name, WORDS)  # type: ignore[union-attr]
    assert WORDS not in seen_by(None, path, now=at(4))[1]
    with pytest.raises(Conflict, match="异议还有 1 件"):
        scene.complete("notice", now=at(10))


def test_when_it_is_over_nobody_objects_any_more(scene: Scene, cast: Cast) -> None:
    notice = PublicNotice.objects.get().public_id
    stranger = cast.actor(cast.stranger)

    with pytest.raises(Conflict, match="不在公示期内"):
        actions.object_to(notice, text=WORDS, by=stranger, now=at(10))
    assert "公示已经结束" in seen_by(None, f"/announcements/{notice}", now=at(10))[1]
    assert str(notice) not in seen_by(None, "/announcements", now=at(10))[1]
    actions.return_step(scene.number, "notice", reason="公示内容有误", by=scene.reviewer, now=at(4))
    with pytest.raises(Conflict, match="已经办结或者撤回"):
        actions.object_to(notice, text=WORDS, by=stranger, now=at(4))
    assert str(notice) not in seen_by(None, "/announcements", now=at(4))[1]


def test_one_person_has_three_objections_and_officials_none(scene: Scene, cast: Cast) -> None:
    notice = PublicNotice.objects.get().public_id
    for _ in range(3):
        actions.object_to(notice, text=WORDS, by=cast.actor(cast.stranger), now=at(4))
    with pytest.raises(Conflict, match="已经提出 3 次"):
        actions.object_to(notice, text=WORDS, by=cast.actor(cast.stranger), now=at(4))
    for who in (cast.reviewer, cast.supervisor):
        with pytest.raises(NotFound):
            actions.object_to(notice, text=WORDS, by=cast.actor(who), now=at(4))
    with pytest.raises(NotFound):
        actions.object_to(uuid4(), text=WORDS, by=cast.actor(cast.stranger), now=at(4))


def test_the_list_goes_on_where_it_stopped(scene: Scene, cast: Cast) -> None:
    row = CaseStep.objects.get()
    more = [
        PublicNotice(
            step=CaseStep.objects.create(
                application=row.application, round=1, key=f"n{at}", name="公示", kind="notice", opened_at=scene.now
            ),
            text=f"第 {at} 件", from_on=date(2026, 3, 2), until_on=date(2026, 3, 9), by=scene.reviewer.who, at=scene.now,
        )
        for at in range(24)
    ]  # fmt: skip
    PublicNotice.objects.bulk_create(more)
    everything = {str(one.public_id) for one in PublicNotice.objects.all()}

    _, first = seen_by(None, "/announcements", now=at(4))
    after = first.split("?after=")[1].split('"')[0]
    _, second = seen_by(None, f"/announcements?after={after}", now=at(4))

    on_first, on_second = ({one for one in everything if f"/announcements/{one}" in page} for page in (first, second))
    assert (len(on_first), len(on_second), on_first | on_second) == (20, 5, everything)
    assert seen_by(None, "/announcements?after=%00", now=at(4))[0] == 200


# An answer that never came


ASKED = step("ask", "consultation", asked=["云江区民政局"], silence="escalated")


def test_the_head_goes_on_without_an_answer_that_was_escalated(cast: Cast) -> None:
    scene = Scene(cast, ASKED, DECIDE)
    head = cast.actor(cast.head)
    waive = {"body": "云江区民政局", "reason": "督办以后仍然没有答复，不影响审查"}
    with pytest.raises(Conflict, match="没有逾期未答复"):
        actions.go_without(scene.number, "ask", **waive, by=head, now=scene.now)
    assert [one.body_name for one in actions.sweep_silence(now=at(20))] == ["云江区民政局"]
    with pytest.raises(Conflict, match="还有 1 个部门没有答复"):
        scene.complete("ask", now=at(20))
    with pytest.raises(Forbidden):
        actions.go_without(scene.number, "ask", **waive, by=scene.reviewer, now=at(20))
    with pytest.raises(Refusal, match="不再等待的理由"):
        actions.go_without(scene.number, "ask", **{**waive, "reason": ""}, by=head, now=at(20))

    actions.go_without(scene.number, "ask", **waive, by=head, now=at(20))
    scene.complete("ask", now=at(20))

    assert scene.case.state == "reviewed"
    assert StepAnswer.objects.get().waived_by == head.who
    with pytest.raises(Conflict):
        actions.go_without(scene.number, "ask", **waive, by=head, now=at(20))


def test_who_heads_the_body_may_chair_a_hearing(cast: Cast) -> None:
    scene = Scene(cast, step("hear", "hearing"), DECIDE)
    offered = {post.account_id for post in actions.chairs(scene.case, now=scene.now)}
    assert {cast.head.pk, cast.decider.pk, cast.reviewer.pk} <= offered
    assert cast.foreign_reviewer.pk not in offered
    assert cast.editor.pk not in offered
