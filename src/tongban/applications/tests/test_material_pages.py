"""Materials on the pages: the desk's check, one material, the same gap again, the applicant's list, reuse, quality of intake."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import Cast, paper
from tongban.applications import actions
from tongban.applications.actions import Gap, Taken
from tongban.applications.models import (
    Application,
    Correction,
    CorrectionRequest,
    Draft,
    MaterialCheck,
    MaterialReuse,
    OriginalSeen,
)
from tongban.applications.tests.test_desk import at
from tongban.applications.tests.test_materials import AREA, AREA_GAP, SINK, file, layout_of, supplemented, whole
from tongban.kernel.jobs import run_reaction
from tongban.kernel.models import JournalEntry


def desk(case: Application, after: str = "") -> str:
    return f"/desk/cases/{case.number}{after}"


def ticks(case: Application, **more: Any) -> dict[str, Any]:
    """The page with every point ticked."""
    return {
        "version": case.version, "checking": "1", "met.licence": ["在有效期内"], "met.layout": [AREA, SINK], **more,
    }  # fmt: skip


@pytest.fixture
def reviewer(cast: Cast) -> Client:
    return at(cast.reviewer)


def test_accepting_on_the_page_keeps_what_was_ticked_and_what_does_not_apply(cast: Cast, reviewer: Client) -> None:
    case = whole(cast)

    sent = ticks(case, **{"met.layout": [AREA], "na.layout": [SINK]})
    assert reviewer.post(desk(case, "/acceptance"), sent).status_code == 302

    assert sorted(MaterialCheck.objects.values_list("material__key", "point", "result")) == [
        ("layout", AREA, "met"), ("layout", SINK, "none"), ("licence", "在有效期内", "met"),
    ]  # fmt: skip


def test_what_was_met_of_the_same_version_stays_ticked_and_a_new_file_is_looked_at_again(
    cast: Cast, reviewer: Client
) -> None:
    case = whole(cast)
    reviewer.post(desk(case, "/correction"), ticks(case, **{"met.layout": [SINK], "note.layout": "没有面积"}))
    actions.supplement(case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=cast.now)

    shown = reviewer.get(desk(case)).content.decode()

    assert 'name="met.licence" value="在有效期内" data-row data-tick checked' in shown
    assert f'name="met.layout" value="{SINK}" data-row data-tick>' in shown
    assert "共 2 版" in shown


def test_what_was_found_wanting_stays_in_sight_of_the_version_it_was_about(cast: Cast, reviewer: Client) -> None:
    case = supplemented(cast)
    actions.ask_again(
        case.number, {"layout": Gap(points=(AREA,), note="仍然没有面积")}, reason="补来的图还是没有面积",
        by=cast.actor(cast.reviewer), now=cast.now,
    )  # fmt: skip

    assert "■ 上次：仍然没有面积" in reviewer.get(desk(case)).content.decode()


def test_the_same_gap_again_goes_by_the_head_on_the_pages(cast: Cast, reviewer: Client) -> None:
    case, head = supplemented(cast), at(cast.head)
    sent = ticks(case, **{"met.layout": [SINK], "again_reason": ""})

    refused = reviewer.post(desk(case, "/correction"), sent)
    assert refused.status_code == 409
    assert "再次要求补正要由部门负责人说明理由" in refused.content.decode()
    silent = reviewer.post(desk(case, "/correction-request"), sent)
    assert silent.status_code == 422 and "请写明再次要求补正的情况" in silent.content.decode()
    assert (
        reviewer.post(desk(case, "/correction-request"), {**sent, "again_reason": "补来的图还是没有面积"}).status_code
        == 302
    )

    assert "待批准再次补正" in head.get("/desk").content.decode()
    shown = head.get(desk(case)).content.decode()
    assert "批准再次补正" in shown and "补来的图还是没有面积" in shown
    case.refresh_from_db()
    answer = {"version": case.version, "again_answer": "面积关系到许可条件"}
    assert head.post(desk(case, "/correction-approval"), answer).status_code == 302
    assert (Correction.objects.count(), CorrectionRequest.objects.get().state) == (2, "approved")
    theirs = at(cast.liu).get(f"/my/applications/{case.number}").content.decode()
    assert "再次要求补正的理由" in theirs and "面积关系到许可条件" in theirs
    assert "补来的图还是没有面积" not in theirs  # that is between colleagues


def test_a_head_that_says_no_says_why(cast: Cast, reviewer: Client) -> None:
    case, head = supplemented(cast), at(cast.head)
    actions.ask_again(case.number, AREA_GAP, reason="补来的图还是没有面积", by=cast.actor(cast.reviewer), now=cast.now)
    case.refresh_from_db()

    nothing = head.post(desk(case, "/correction-refusal"), {"version": case.version, "again_answer": "不"})
    assert nothing.status_code == 422 and "请写明不批准的理由" in nothing.content.decode()
    done = head.post(desk(case, "/correction-refusal"), {"version": case.version, "again_answer": "现有材料足够"})
    assert done.status_code == 302
    assert "现有材料足够" in reviewer.get(desk(case)).content.decode()


def test_one_material_shows_its_versions_and_takes_the_mark_of_the_original(cast: Cast, reviewer: Client) -> None:
    case = supplemented(cast)
    page = desk(case, "/materials/layout")

    shown = reviewer.get(page).content.decode()
    assert "已被替换" in shown and f"/my/applications/{case.number}/materials/layout?version=1" in shown
    assert "D 本人负责" in shown and "■ 不符合" in shown
    marked = reviewer.post(f"{page}/original", {"grounds": "当面与原件核对", "valid_until": "2027-01-01"}, follow=True)
    assert "B 原件已核" in marked.content.decode() and "2027年1月1日" in marked.content.decode()
    wrong = reviewer.post(f"{page}/original-withdrawal", {"withdrawal_reason": "错"})
    assert wrong.status_code == 422 and "请写明撤销的理由" in wrong.content.decode()
    undone = reviewer.post(f"{page}/original-withdrawal", {"withdrawal_reason": "看的不是同一份"}, follow=True)
    assert "■ 已撤销" in undone.content.decode()
    assert OriginalSeen.objects.get().withdrawn_by


@pytest.mark.parametrize(
    ("sent", "words"),
    [({"grounds": ""}, "请写明怎么核对的"), ({"grounds": "核对", "valid_until": "明年"}, "日期写成"),
     ({"grounds": "核对", "valid_until": "2026-03-01"}, "过了有效期")],
)  # fmt: skip
def test_a_mark_without_its_grounds_is_refused(cast: Cast, reviewer: Client, sent: dict[str, str], words: str) -> None:
    refused = reviewer.post(desk(whole(cast), "/materials/layout/original"), sent)

    assert refused.status_code == 422
    assert words in refused.content.decode()


def test_an_earlier_version_is_read_by_those_who_may_and_by_no_stranger(cast: Cast, reviewer: Client) -> None:
    case = supplemented(cast)
    address = f"/my/applications/{case.number}/materials/layout"

    assert (
        reviewer.get(f"{address}?version=1").status_code == at(cast.liu).get(f"{address}?version=1").status_code == 200
    )
    assert at(cast.stranger).get(f"{address}?version=1").status_code == 404
    for unknown in ("7", "0", "-1", "x", "1" * 30, "②"):
        assert reviewer.get(address, {"version": unknown}).status_code == 404


def test_the_applicant_chooses_between_replacing_and_adding(cast: Cast) -> None:
    case = whole(cast)
    actions.correct(case.number, AREA_GAP, by=cast.actor(cast.reviewer), now=cast.now)
    liu, page = at(cast.liu), f"/my/applications/{case.number}/supplement"

    assert "补充，和原来的一起用" in liu.get(page).content.decode()
    sent = {"file.layout": SimpleUploadedFile("plan.pdf", paper("two")), "way-layout": "beside"}
    assert liu.post(page, sent).status_code == 302

    assert [one.why for one in layout_of(case).versions] == ["first", "supplemented"]
    shown = liu.get(f"/my/applications/{case.number}").content.decode()
    assert "共 2 版" in shown and "没有达到“标明各功能区面积”" in shown


def test_the_applicant_reads_in_plain_words_how_far_each_is_trusted(cast: Cast) -> None:
    shown = at(cast.liu).get(f"/my/applications/{whole(cast).number}").content.decode()

    for words in (
        "由签发机构提供，可以直接使用",
        "由您的承诺代替，真实性由您负责",
        "按您填写的内容生成",
        "由您自己制作或者填写",
    ):
        assert words in shown


def test_a_draft_offers_what_was_given_before_and_takes_it(cast: Cast) -> None:
    earlier, liu = whole(cast), at(cast.liu)
    draft = actions.open_draft(
        cast.guide,
        person=cast.liu.person,
        answers={"kind": "catering"},
        by=cast.actor(cast.liu),
        now=cast.now,  # type: ignore[arg-type]
    )
    page = f"/apply/{draft.public_id}/materials"

    assert "用以前交过的" in liu.get(page).content.decode()
    taken = liu.post(f"{page}/layout/earlier", {"earlier": f"{earlier.number}/layout"}, follow=True)
    assert "以前交过的，提交以后加水印" in taken.content.decode()
    assert Draft.objects.get().content["reused"]["layout"]["number"] == earlier.number
    how = {"materials": {"safety": "pledge"}, "form": {"name": "刘晓燕", "shop": "老灶", "area": "9"}}
    actions.save_draft(draft.public_id, **how, by=cast.actor(cast.liu), now=cast.now)  # type: ignore[arg-type]
    case = actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now)
    shown = liu.get(f"/my/applications/{case.number}").content.decode()
    assert "正在加水印" in shown
    entry = JournalEntry.objects.get(name="applications.Reused")
    for _ in range(2):  # a reaction may run twice
        run_reaction("applications.put_the_watermark_on", entry.pk)
    assert MaterialReuse.objects.get().stamped_at
    assert "正在加水印" not in liu.get(f"/my/applications/{case.number}").content.decode()
    used = at(cast.reviewer).get(desk(earlier, "/materials/layout")).content.decode()
    assert "还用在哪里" in used


@pytest.mark.parametrize("sent", ["", "nothing", "1/layout", "\0/\0", "x" * 500])
def test_a_draft_takes_nothing_that_is_not_there(cast: Cast, sent: str) -> None:
    whole(cast)
    draft = actions.open_draft(
        cast.guide,
        person=cast.liu.person,
        answers={"kind": "catering"},
        by=cast.actor(cast.liu),
        now=cast.now,  # type: ignore[arg-type]
    )

    answer = at(cast.liu).post(f"/apply/{draft.public_id}/materials/layout/earlier", {"earlier": sent})

    assert answer.status_code in (302, 404)
    assert "reused" not in Draft.objects.get().content


def test_the_quality_of_intake_names_the_clerk_to_the_supervisor_alone(cast: Cast) -> None:
    handed_in = cast.submission(
        materials={"safety": "pledge", "layout": "paper"}, taken={"layout": Taken(points=(AREA,))}
    )
    by = replace(cast.actor(cast.clerk), channel="counter")
    case = actions.submit(handed_in, key="key-0001", by=by, now=cast.now)
    actions.correct(case.number, AREA_GAP, by=cast.actor(cast.reviewer), now=cast.now)

    supervisor, clerk = (at(one).get("/desk/intake-quality").content.decode() for one in (cast.supervisor, cast.clerk))

    for shown in (supervisor, clerk):
        assert "云江区行政服务中心" in shown and AREA in shown and "窗口曾勾选符合" in shown
    assert cast.clerk.display_name in supervisor and "按收件人" in supervisor
    assert "按收件人" not in clerk and "您收的" in clerk
    assert "您收的" not in at(cast.clerk_two).get("/desk/intake-quality").content.decode()
    assert at(cast.reviewer).get("/desk/intake-quality").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["since=2026-03-05&until=2026-03-01", "since=昨天", "until=2026-02-30", "since=2020-01-01&until=2026-01-01"],
)
def test_a_time_that_cannot_be_is_told_beside_its_field(cast: Cast, query: str) -> None:
    refused = at(cast.supervisor).get(f"/desk/intake-quality?{query}")

    assert refused.status_code == 422
    assert "日期不对" in refused.content.decode()


def test_the_next_page_of_findings_begins_behind_the_last(cast: Cast) -> None:
    assert at(cast.supervisor).get("/desk/intake-quality?after=1").status_code == 200
    assert at(cast.supervisor).get("/desk/intake-quality?after=x").status_code == 200
