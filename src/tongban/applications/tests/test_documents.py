"""The papers of a case: each says what was told then, and claims nothing that isn't so."""

from __future__ import annotations

import io
import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests import people
from tests.people import Cast
from tongban.applications import actions, documents
from tongban.applications.models import Application, Commitment
from tongban.flow import queries as flow
from tongban.kernel.actors import system
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import NotFound

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 3, 10, 9, 30, tzinfo=SHANGHAI)


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def paper(case: Application, kind: str, now: datetime = LATER) -> str:
    pdf = documents.notice_pdf(Application.objects.get(pk=case.pk), kind, now=now)
    if folder := os.environ.get("TONGBAN_PAPERS"):
        Path(folder, f"{kind}-{case.pk}.pdf").write_bytes(pdf)
    return text_of(pdf)


def kinds(case: Application) -> list[str]:
    return [kind for kind, _ in documents.available(Application.objects.get(pk=case.pk))]


def test_an_acceptance_says_complete_only_when_it_is(cast: Cast) -> None:
    whole = people.publish(cast.body, now=cast.now, code="990131009501", name="齐全的许可", materials=[], questions=[])
    provisional = people.publish(cast.body, now=cast.now, code="990131009502", name="容缺的许可", follow="decision")
    first = cast.accepted(key="doc-0001", edition=whole, answers={}, materials={})
    second = cast.accepted(key="doc-0002", edition=provisional)
    third = cast.submit(key="doc-0003", edition=whole, answers={}, materials={})
    actions.deem_accepted(third.number, by=system("tests"), now=LATER)

    complete, missing, deemed = (paper(one, "acceptance") for one in (first, second, third))

    assert "材料齐全、符合法定形式" in complete
    assert "受理通知书" in complete
    assert "承诺于2026年3月9日前办结，法定期限至2026年3月30日" in complete
    assert "容缺受理通知书" in missing
    assert "经营场所布局图2026年3月16日" in missing
    assert "视为您撤回申请" in missing
    assert "视为受理通知书" in deemed
    assert "自2026年3月2日收到材料之日起视为受理" in deemed
    assert not any("材料齐全、符合法定形式" in text for text in (missing, deemed))


def test_the_dates_of_a_paper_are_those_told_then(cast: Cast) -> None:
    case = cast.accepted()
    actions.ask_extension(case.number, days=10, reason="需要核实产权资料", by=cast.actor(cast.reviewer), now=cast.now)
    actions.extend(case.number, by=cast.actor(cast.head), now=cast.now)

    assert "承诺于2026年3月9日前办结" in paper(case, "acceptance")
    extended = paper(case, "extension")
    assert "第四十二条第一款，经本行政机关负责人批准，延长10个工作日" in extended
    assert "理由：需要核实产权资料" in extended
    assert "承诺于2026年3月23日前办结" in extended


def test_each_cause_is_told_with_its_time_and_article(cast: Cast) -> None:
    case = cast.accepted()
    for cause, reason in (("inspection", "现场检验，需要三个工作日"), ("hearing", "听证，需要十五日")):
        actions.suspend(case.number, cause=cause, reason=reason, by=cast.actor(cast.reviewer), now=cast.now)
    actions.resume(case.number, cause="inspection", by=cast.actor(cast.reviewer), now=cast.now + timedelta(days=2))

    first, second = (paper(case, f"suspension-{at}") for at in (1, 2))

    assert "依法需要检验。依据《中华人民共和国行政许可法》第四十五条" in first
    assert "暂停计算办理期限，这一情形已于2026年3月4日09:30结束" in paper(case, "resumption-1")
    assert "还有其他法定情形没有结束" in paper(case, "resumption-1")
    assert "现场检验，需要三个工作日" in first
    assert "这一情形结束以后恢复计算" in second


def test_what_was_promised_is_a_paper_of_the_applicant(cast: Cast) -> None:
    case = cast.accepted()

    words = paper(case, "commitment-1")

    assert "容缺后补承诺书" in words
    assert Commitment.objects.get(application=case).text.replace(" ", "") in words
    assert words.index("云江区市场监督管理局：") < words.index("承诺人")


def test_a_case_from_paper_carries_its_mark(cast: Cast) -> None:
    received = cast.now - timedelta(days=3)
    clerk = cast.actor(cast.clerk)
    case = actions.back_enter(
        cast.submission(),
        received_at=received,
        reason="当天停电，先收了纸质材料",
        key="doc-0009",
        by=clerk,
        now=cast.now,
    )

    waiting = paper(case, "receipt")
    confirmed_at = cast.now + timedelta(minutes=5)
    actions.confirm_entry(case.number, by=cast.actor(cast.clerk_two), now=confirmed_at)

    assert "【补录】纸质材料的实际收件时间是2026年2月27日09:30" in waiting
    assert "待另一名工作人员复核后生效" in waiting
    assert "另一名工作人员已于2026年3月2日09:35复核" in paper(case, "receipt")


def test_forwarded_then_decided_above(cast: Cast) -> None:
    above = "渝州市市场监督管理局"
    edition = people.publish(cast.body, now=cast.now, code="990131009503", name="转报的许可", decided_above=above)
    case = cast.reviewed(edition=edition)
    decider = cast.actor(cast.decider)
    actions.forward(case.number, opinion="符合条件，报请决定", by=decider, now=cast.now)
    actions.decide(case.number, granted=True, document="渝市监许〔2026〕18 号", by=decider, now=cast.now)

    assert f"这个事项由{above}决定" in paper(case, "forwarding")
    assert "渝市监许〔2026〕18号" in paper(case, "decision")


def test_what_comes_afterwards_is_on_paper_too(cast: Cast) -> None:
    case = cast.granted()
    decider, head, now = cast.actor(cast.decider), cast.actor(cast.head), cast.now
    actions.amend(case.number, was="滨河路1号", becomes="滨河路11号", reason="门牌号写错了", by=decider, now=now)
    actions.revoke(case.number, ground="deceit", reason="提交的材料系伪造", by=head, now=now)
    amended, revoked = paper(case, "amendment-1"), paper(case, "revocation")
    actions.reopen(
        case.number, ground="judgment", document="（2026）渝0199行初3号", reason="判决重新作出决定", by=head, now=LATER
    )

    assert "滨河路1号滨河路11号" in amended
    assert "第六十九条，现予撤销" in revoked
    assert "人民法院判决、裁定“（2026）渝0199行初3号”" in paper(case, "reopening")
    assert "decision" not in kinds(case)
    assert "承诺于2026年3月17日前办结" in paper(case, "reopening")


def test_an_end_without_a_decision_says_why(cast: Cast) -> None:
    ended = cast.accepted(key="doc-0011")
    actions.terminate(
        ended.number, ground="duplicate", reason="同一事项已经另案办理", by=cast.actor(cast.decider), now=cast.now
    )
    silent = cast.submit(key="doc-0012")
    actions.correct(
        silent.number, {"layout": actions.Gap(note="请补交")}, days=3, by=cast.actor(cast.reviewer), now=cast.now
    )
    actions.lapse(silent.number, by=system("tests"), now=LATER)

    assert "同一事项已由其他办件办理，决定终止办理" in paper(ended, "termination")
    assert "您没有在2026年3月5日前补齐" in paper(silent, "lapse")


def test_the_clock_on_paper_has_every_day_of_the_page(cast: Cast) -> None:
    case = cast.accepted()
    actions.suspend(
        case.number, cause="inspection", reason="现场检验，需要三个工作日", by=cast.actor(cast.reviewer), now=cast.now
    )
    actions.resume(case.number, by=cast.actor(cast.reviewer), now=cast.now + timedelta(days=2))

    pdf = documents.sheet_pdf(case, now=LATER)
    if folder := os.environ.get("TONGBAN_PAPERS"):
        Path(folder, "clock.pdf").write_bytes(pdf)
    words = text_of(pdf)

    promised = next(one for one in flow.sheets(case.number, today=LATER.date()) if one.kind == "promised")
    assert promised.due_on == date(2026, 3, 11)
    for day in promised.days:
        assert f"{day.on.year}年{day.on.month}月{day.on.day}日星期" in words
    assert "依法暂停（《行政许可法》第四十五条）" in words
    assert "已用4天" in words


def test_a_paper_that_was_not_made_out_is_not_there(cast: Cast) -> None:
    case = cast.submit()

    with pytest.raises(NotFound):
        documents.notice_pdf(case, "decision", now=cast.now)

    assert kinds(case) == ["receipt"]
