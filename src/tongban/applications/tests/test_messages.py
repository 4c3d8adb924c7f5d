"""留言: each side writes, the other is told; limits hold; no step of the case closes what waits for an answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from tests.people import Cast, paper
from tongban.applications import actions, rules
from tongban.applications.models import CaseMessage
from tongban.files.actions import keep_upload
from tongban.flow.models import Task
from tongban.identity.models import Account
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.notices.models import Message

WORDS = "布局图要标尺寸吗？我家在桂花巷"


def at(account: Account) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def awaited(number: str) -> list[str]:
    return list(Task.objects.open().filter(subject=number, act="application.answer").values_list("act", flat=True))


def test_a_message_awaits_an_answer_and_the_answer_is_announced(cast: Cast) -> None:
    case = cast.accepted()
    actions.write_message(case.number, text=WORDS, by=cast.actor(cast.liu), now=cast.now)
    actions.write_message(case.number, text="另外问一下开业时间", by=cast.actor(cast.liu), now=cast.now)

    task = Task.objects.get(subject=case.number, act="application.answer", closed_at=None)
    assert str(task.due_on) == "2026-03-04"
    actions.review(case.number, passes=True, opinion="材料齐全，符合规定", by=cast.actor(cast.reviewer), now=cast.now)
    assert awaited(case.number), "a step of the case leaves the question open"

    actions.write_message(case.number, text="要标，见样图", by=cast.actor(cast.reviewer), now=cast.now)
    while bookkeeper.link_waiting():
        jobs.run_waiting()

    assert awaited(case.number) == []
    told = Message.objects.get(subject=case.number, title="经办部门给您留言")
    assert told.link == f"/my/applications/{case.number}/messages"
    assert not Message.objects.filter(text__contains="样图").exists()


def test_the_words_lie_encrypted(cast: Cast) -> None:
    case = cast.submit()
    actions.write_message(case.number, text=WORDS, by=cast.actor(cast.liu), now=cast.now)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM applications_casemessage")
        (stored,) = cursor.fetchone()

    assert "桂花巷".encode() not in bytes(stored)
    assert CaseMessage.objects.get().text == WORDS


@pytest.mark.parametrize(
    ("who", "error"),
    [("stranger", NotFound), ("foreign_reviewer", NotFound), ("clerk", Forbidden), ("supervisor", Forbidden),
     ("head", Forbidden)],
)  # fmt: skip
def test_only_both_sides_write(cast: Cast, who: str, error: type[Refusal]) -> None:
    case = cast.submit()

    with pytest.raises(error):
        actions.write_message(case.number, text="随便说说", by=cast.actor(getattr(cast, who)), now=cast.now)

    assert not CaseMessage.objects.exists()


def test_length_and_number_have_limits(cast: Cast) -> None:
    case, liu = cast.submit(), cast.actor(cast.liu)

    for text, code in (("  ", "message_empty"), ("长" * 1001, "message_too_long"), ("\0", "message_empty")):
        with pytest.raises(Refusal) as refused:
            actions.write_message(case.number, text=text, by=liu, now=cast.now)
        assert refused.value.code == code
    for _ in range(rules.MESSAGES_A_DAY):
        actions.write_message(case.number, text="在吗", by=liu, now=cast.now)
    with pytest.raises(Conflict, match="一天最多 20 条"):
        actions.write_message(case.number, text="在吗", by=liu, now=cast.now)

    actions.write_message(case.number, text="在的", by=cast.actor(cast.reviewer), now=cast.now)
    actions.write_message(case.number, text="谢谢", by=liu, now=cast.now + timedelta(days=2))


def test_long_after_its_end_a_case_is_no_longer_written_about(cast: Cast) -> None:
    case = actions.withdraw(cast.submit().number, by=cast.actor(cast.liu), now=cast.now)

    actions.write_message(case.number, text="还能再申请吗", by=cast.actor(cast.liu), now=cast.now)
    with pytest.raises(Conflict, match="超过 90 天"):
        actions.write_message(
            case.number, text="还能再申请吗", by=cast.actor(cast.liu), now=cast.now + timedelta(days=91)
        )


def test_anothers_file_is_not_sent(cast: Cast) -> None:
    case = cast.submit()
    theirs = keep_upload(paper("theirs"), by=cast.actor(cast.stranger), now=cast.now)

    with pytest.raises(Refusal, match="不是您上传的"):
        actions.write_message(case.number, text="请看附件", file=theirs, by=cast.actor(cast.liu), now=cast.now)


def test_both_pages_show_what_was_written_and_mark_it_read(cast: Cast) -> None:
    case = cast.submit()
    mine, desk = f"/my/applications/{case.number}/messages", f"/desk/cases/{case.number}/messages"
    upload = SimpleUploadedFile("图.pdf", paper("plan"), content_type="application/pdf")

    sent = at(cast.liu).post(mine, {"text": WORDS, "file": upload})
    assert sent.status_code == 302
    at(cast.supervisor).get(desk)
    assert CaseMessage.objects.get().read_at is None, "who only looks on has not read it"
    assert "有未读" in at(cast.reviewer).get(f"/desk/cases/{case.number}").content.decode()
    shown = at(cast.reviewer).get(desk).content.decode()
    file = CaseMessage.objects.get().file

    assert WORDS in shown
    assert file
    assert f"/my/applications/{case.number}/messages/{file.public_id}" in shown
    assert CaseMessage.objects.get().read_at == cast.now
    assert at(cast.reviewer).get(f"{mine}/{file.public_id}").content == paper("plan")
    assert at(cast.stranger).get(f"{mine}/{file.public_id}").status_code == 404

    assert at(cast.reviewer).post(desk, {"text": "要标，见样图"}).status_code == 302
    assert "1 条未读" in at(cast.liu).get(f"/my/applications/{case.number}").content.decode()
    page = at(cast.liu).get(mine).content.decode()
    assert "要标，见样图" in page
    assert "对方已读" in page
    assert "未读" not in at(cast.liu).get(f"/my/applications/{case.number}").content.decode()


def test_what_was_typed_stays_beside_the_refusal(cast: Cast) -> None:
    case = cast.submit()
    broken = SimpleUploadedFile("图.exe", b"MZ" + bytes(100), content_type="application/pdf")

    answer = at(cast.liu).post(f"/my/applications/{case.number}/messages", {"text": WORDS, "file": broken})

    assert answer.status_code == 422
    assert f"{WORDS}</textarea>" in answer.content.decode()
    assert not CaseMessage.objects.exists()
