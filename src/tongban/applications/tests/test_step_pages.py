"""The pages of steps: a page for each kind, the letters of the body that is asked, and their papers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.people import Cast
from tongban.applications import actions, documents, queries
from tongban.applications.models import CaseStep, HearingSession, Inspection, NoticeObjection, StepAnswer
from tongban.applications.tests.test_documents import text_of
from tongban.applications.tests.test_steps import (
    ASK,
    DECIDE,
    FIRE,
    FULL,
    SIGN,
    SITE,
    WORDS,
    Scene,
    at,
    step,
)
from tongban.applications.tests.test_told import told
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound
from tongban.notices.models import Message

pytestmark = pytest.mark.django_db


def client(account: Account) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    made = Client(headers={"host": "localhost"})
    made.force_login(account)
    return made


def place(scene: Scene, key: str, act: str = "") -> str:
    return f"/desk/cases/{scene.number}/steps/{key}" + (f"/{act}" if act else "")


def shown(scene: Scene, key: str, by: Account | None = None, status: int = 200) -> str:
    answer = client(by or scene.cast.reviewer).get(place(scene, key))
    assert answer.status_code == status
    return answer.content.decode()


def sent(scene: Scene, key: str, act: str, by: Account | None = None, **typed: Any) -> tuple[int, str]:
    answer = client(by or scene.cast.reviewer).post(
        place(scene, key, act), {"version": scene.case.version, **typed}
    )  # fmt: skip
    return answer.status_code, answer.content.decode()


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return SimpleUploadedFile("site.jpg", out.getvalue(), "image/jpeg")


def test_the_case_shows_its_course_with_where_it_is(cast: Cast) -> None:
    scene = Scene(cast, *FULL, step("hear", "hearing", when={"kind": ["retail"]}))
    scene.complete("paper")

    page = client(cast.reviewer).get(f"/desk/cases/{scene.number}").content.decode()

    assert page.count('class="course-step open"') == 2
    assert f'href="{place(scene, "site")}"' in page and "3月5日" in page
    assert "这件不需要" in page and "当“您的店属于哪一类？”选“食品销售”才办" in page
    assert "提交审查意见" not in page and "在环节图上打开正在办的环节" in page


def test_a_plain_case_has_no_course_and_keeps_its_opinion(cast: Cast) -> None:
    page = client(cast.reviewer).get(f"/desk/cases/{cast.accepted().number}").content.decode()

    assert "环节图" not in page and "提交审查意见" in page


def test_an_inspection_by_two_with_photos_through_its_page(cast: Cast) -> None:
    scene = Scene(cast, SITE, DECIDE)
    typed: dict[str, Any] = {
        "place": "滨河路 8 号", "inspected_on": "2026-03-02", "inspected_time": "9:10", "record": "后厨布局与图纸一致",
        "found": "yes", "present": "刘晓燕",
    }  # fmt: skip

    alone, page = sent(scene, "site", "inspections", **typed, photos=[photo()])
    assert alone == 422 and "不能一个人核查" in page and 'href="#id_inspectors"' in page and "滨河路 8 号" in page
    early, page = sent(scene, "site", "conclusion", opinion=WORDS)
    assert early == 409 and "还没有现场核查记录" in page
    wrong, page = sent(scene, "site", "inspections", **{**typed, "inspected_time": "下午", "inspectors": "1"})
    assert wrong == 422 and "请填写核查的日期和时间" in page
    done, _ = sent(scene, "site", "inspections", **typed, inspectors=str(scene.colleague.pk), photos=[photo(), photo()])
    assert done == 302

    page = shown(scene, "site")
    assert "刘晓燕" in page and "第 2 份（jpg）" in page and scene.colleague.username in page
    file = CaseStep.objects.get().files.first()
    assert file
    got = client(cast.reviewer).get(place(scene, "site", f"files/{file.file.public_id}"))
    assert (got.status_code, got.headers["Content-Type"]) == (200, "image/jpeg")
    assert client(cast.liu).get(place(scene, "site", f"files/{file.file.public_id}")).status_code == 403
    assert sent(scene, "site", "conclusion", opinion=WORDS)[0] == 302
    assert (scene.case.state, Inspection.objects.get().inspected_at) == ("reviewed", at(2, 9).replace(minute=10))


def test_the_body_that_is_asked_sees_the_letter_and_answers_on_its_own_page(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, DECIDE)
    foreign = client(cast.foreign_reviewer)

    tasks = foreign.get("/desk").content.decode()
    assert f'href="/desk/asked/{scene.number}"' in tasks and "待答复别的部门" in tasks
    page = foreign.get(f"/desk/asked/{scene.number}").content.decode()
    assert "请就房屋用途提出意见" in page and "老灶火锅店" in page and "500199198803124" not in page
    answer = foreign.post(f"/desk/asked/{scene.number}/answers/ask", {"opinion": ""})
    assert answer.status_code == 422 and "请选择同意还是不同意" in answer.content.decode()
    answer = foreign.post(f"/desk/asked/{scene.number}/answers/ask", {"agrees": "no", "opinion": "不行"})
    assert answer.status_code == 422 and "不同意的理由和依据" in answer.content.decode()
    assert (
        foreign.post(
            f"/desk/asked/{scene.number}/answers/ask", {"agrees": "yes", "opinion": "用途符合规划"}
        ).status_code
        == 302
    )

    page = shown(scene, "ask")
    assert "✓ 同意" in page and "用途符合规划" in page
    assert "已经答复过" in foreign.post(
        f"/desk/asked/{scene.number}/answers/ask", {"agrees": "yes", "opinion": "再说一遍"}
    ).content.decode()  # fmt: skip


def test_who_was_not_asked_finds_no_letter_and_no_material(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, DECIDE)

    for who in (cast.reviewer, cast.decider, cast.head, cast.clerk):
        assert client(who).get(f"/desk/asked/{scene.number}").status_code == 404
        assert client(who).get(f"/desk/asked/{scene.number}/materials/layout").status_code == 404
    assert client(cast.liu).get(f"/desk/asked/{scene.number}").status_code == 403
    assert client(cast.foreign_reviewer).get(f"/desk/cases/{scene.number}").status_code == 404
    assert client(cast.foreign_reviewer).get(place(scene, "ask")).status_code == 404


def test_a_stale_page_is_told_that_the_case_has_moved(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), ASK, DECIDE)
    version = scene.case.version
    scene.respond()

    answer = client(cast.reviewer).post(place(scene, "paper", "conclusion"), {
        "version": version, "passes": "yes", "opinion": WORDS
    })  # fmt: skip
    assert answer.status_code == 409 and "有了新的变化" in answer.content.decode()


def test_a_paper_answer_and_one_more_body_through_the_page(cast: Cast) -> None:
    scene = Scene(cast, {**ASK, "beside": False}, {**SIGN, "beside": True}, DECIDE)

    done, _ = sent(scene, "ask", "consultations", body=FIRE, question="请就疏散通道提出意见", days="3")
    again, page = sent(scene, "ask", "consultations", body=FIRE, question="请就疏散通道提出意见", days="3")
    assert (done, again) == (302, 409) and "已经征求过" in page
    bad, page = sent(scene, "ask", "consultations", body="区城管局", question="请就油烟提出意见", days="几天")
    assert bad == 422 and 'href="#id_days"' in page
    done, _ = sent(
        scene, "ask", "paper-answers", paper_body=FIRE, agrees="no", paper_opinion="通道宽度不够，消防函〔2026〕5 号"
    )
    assert done == 302
    assert StepAnswer.objects.get(step__key="ask", body_name=FIRE).agrees is False
    assert "过半数同意才算通过" in shown(scene, "sign")


def test_experts_through_their_page(cast: Cast) -> None:
    scene = Scene(cast, step("experts", "expert"), DECIDE)

    for name in ("陈立", "周敏"):
        assert sent(scene, "experts", "experts", name=name, unit="市食品检验研究院高级工程师")[0] == 302
    first, second = CaseStep.objects.get().experts.order_by("pk")
    assert sent(scene, "experts", "opinions", expert="", expert_passes="yes", expert_opinion="工艺流程合理")[0] == 422
    assert (
        sent(scene, "experts", "opinions", expert=first.pk, expert_passes="yes", expert_opinion="工艺流程合理")[0]
        == 302
    )
    assert sent(scene, "experts", "recusals", recused=second.pk, recusal_reason="与申请人有亲属关系")[0] == 302
    page = shown(scene, "experts")
    assert "— 回避" in page and "工艺流程合理" in page
    assert sent(scene, "experts", "conclusion", passes="yes", opinion=WORDS)[0] == 302

    text = text_of(documents.notice_pdf(scene.case, "experts-1", inside=True, now=scene.now))
    assert "陈立" in text and "工艺流程合理" in text and "回避" in text


def test_a_notice_and_its_objections_through_their_page(cast: Cast) -> None:
    scene = Scene(cast, step("notice", "notice"), DECIDE)

    wrong, page = sent(scene, "notice", "notice", notice_text="拟准予老灶火锅店经营", from_on="2026-03-02", until_on="")
    assert wrong == 422 and 'href="#id_until_on"' in page
    done, _ = sent(
        scene, "notice", "notice", notice_text="拟准予老灶火锅店经营", from_on="2026-03-02", until_on="2026-03-09"
    )  # fmt: skip
    assert done == 302
    assert sent(scene, "notice", "objections", objector="隔壁住户", objection_text="油烟排到楼道里")[0] == 302
    objection = NoticeObjection.objects.get()
    assert (
        sent(scene, "notice", "objection-answers", objection=objection.pk, objection_answer="已核实并加装净化器")[0]
        == 302
    )
    page = shown(scene, "notice")
    assert "✓ 已处理" in page and "公示期还没有结束" in page


def test_a_hearing_through_its_page_and_its_paper(cast: Cast) -> None:
    scene = Scene(cast, step("hear", "hearing"), DECIDE)
    call: dict[str, Any] = {"held_time": "09:30", "hearing_place": "行政服务中心三楼", "chair": cast.decider.pk}

    soon, page = sent(scene, "hear", "hearing", held_on="2026-03-05", **call)
    assert soon == 422 and "提前 7 个工作日" in page
    assert sent(scene, "hear", "hearing", held_on="2026-03-12", **call)[0] == 302
    text = text_of(documents.notice_pdf(scene.case, "hearing-1", now=scene.now))
    assert "2026年3月12日" in text and "行政服务中心三楼" in text and "申请回避" in text
    assert "还没有举行" in sent(
        scene, "hear", "hearing-record", hearing_record="双方陈述了意见", hearing_passes="yes"
    )[1]  # fmt: skip
    with clock.at(at(12, 11)):
        assert sent(scene, "hear", "hearing-record", hearing_record="双方陈述了意见", hearing_passes="yes")[0] == 302
    assert HearingSession.objects.get().passes


def test_a_step_is_sent_back_from_its_page(cast: Cast) -> None:
    scene = Scene(cast, step("paper"), SITE, DECIDE)
    scene.complete("paper")

    assert sent(scene, "paper", "return", return_reason="不")[0] == 422
    assert sent(scene, "paper", "return", return_reason="书面审查漏看了面积")[0] == 302
    assert "第 2 次办" in shown(scene, "paper") and "书面审查漏看了面积" in shown(scene, "paper")
    assert "已经退回" in shown(scene, "site")


def test_letters_and_the_record_of_the_inspection_are_papers_for_officials_only(cast: Cast) -> None:
    scene = Scene(cast, SITE, ASK, DECIDE)
    scene.inspect()
    scene.respond()

    letter = text_of(documents.notice_pdf(scene.case, "letter-1", inside=True, now=scene.now))
    reply = text_of(documents.notice_pdf(scene.case, "reply-1", inside=True, now=scene.now))
    record = text_of(documents.notice_pdf(scene.case, "inspection-1", inside=True, now=scene.now))

    assert "云江区民政局" in letter and "请就房屋用途提出意见" in letter and "逾期未答复的，视为没有意见" in letter
    assert "答复：同意" in reply
    assert "滨河路8号" in record and "后厨布局与图纸一致" in record
    with pytest.raises(NotFound):
        documents.notice_pdf(scene.case, "letter-1", now=scene.now)
    assert client(cast.liu).get(f"/my/applications/{scene.number}/documents/letter-1.pdf").status_code == 404
    assert client(cast.reviewer).get(f"/my/applications/{scene.number}/documents/letter-1.pdf").status_code == 200


def test_the_applicant_reads_the_steps_in_plain_words(cast: Cast) -> None:
    scene = Scene(cast, *FULL)
    scene.complete("paper")
    scene.inspect()
    scene.respond()

    told = [(moment.what, moment.who, moment.says) for moment in queries.timeline(scene.case)]
    assert ("完成审查", "云江区市场监督管理局", "书面审查") in told
    assert ("征求有关部门意见", "系统", "征求意见：云江区民政局") in told or any(
        what == "征求有关部门意见" and says == "征求意见：云江区民政局" for what, _, says in told
    )
    assert ("现场核查", "云江区市场监督管理局", "由 2 名工作人员核查") in told
    assert ("收到部门意见", "云江区民政局", "") in told
    assert queries.track(scene.case)[-3].title == "正在办：现场核查、征求意见"
    page = client(cast.liu).get(f"/my/applications/{scene.number}").content.decode()
    assert "正在办：现场核查、征求意见" in page and scene.colleague.username not in page


def test_a_page_of_a_step_costs_as_much_with_many_letters_as_with_one(cast: Cast) -> None:
    few = Scene(cast, {**ASK, "beside": False}, DECIDE)
    pages = client(cast.reviewer)
    pages.get(place(few, "ask"))

    with CaptureQueriesContext(
        connection,
    ) as one:
        pages.get(place(few, "ask"))
    for number in range(6):
        actions.consult(
            few.number, "ask", body=f"第{number}个单位", question="请就油烟提出意见", by=few.reviewer, now=few.now
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        pages.get(place(few, "ask"))

    assert len(many) == len(one) <= 30


def test_the_applicant_is_told_when_the_hearing_is(cast: Cast) -> None:
    scene = Scene(cast, step("hear", "hearing"), DECIDE)
    actions.call_hearing(
        scene.number, "hear", held_at=at(12), place="桂花巷三楼", chair=cast.head.pk, by=scene.reviewer, now=scene.now
    )  # fmt: skip

    assert told(scene.number)[-1] == "听证的时间和地点"
    assert any("3月12日" in message.text for message in Message.objects.all())
    assert not any("桂花巷" in message.text for message in Message.objects.all())
