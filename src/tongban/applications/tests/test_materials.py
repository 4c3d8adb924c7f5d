"""Materials of a case: versions, originals, checks, the same gap a second time, reuse with its watermark, quality of intake."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pypdf import PdfReader

from tests.people import Cast, paper, publish
from tongban.applications import actions, intake_quality, material_states
from tongban.applications.actions import Gap, Reused, Taken
from tongban.applications.material_rules import Result
from tongban.applications.models import (
    Application,
    ApplicationMaterial,
    Correction,
    CorrectionRequest,
    IntakeFinding,
    MaterialCheck,
    MaterialReuse,
    MaterialVersion,
    OriginalSeen,
    WindowIntake,
)
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.files.tests.samples import picture
from tongban.flow.models import Task
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal

AREA, SINK = "标明各功能区面积", "标明洗手、清洗水池位置"
AREA_GAP = {"layout": Gap(points=(AREA,), note="没有面积")}


def file(cast: Cast, by: Account | None = None, content: bytes | None = None) -> str:
    return str(files.keep_upload(content or paper(), by=cast.actor(by or cast.liu), now=cast.now).public_id)


def whole(cast: Cast, key: str = "key-0001", **change: object) -> Application:
    return cast.submit(key=key, materials={"safety": "pledge", "layout": file(cast)}, **change)


def layout_of(case: Application) -> material_states.State:
    found = material_states.state_of(case, "layout")
    assert found
    return found


def window(cast: Cast) -> Actor:
    return replace(cast.actor(cast.clerk), channel="counter")


# Versions


def test_a_submission_writes_its_materials_and_no_row_more(cast: Cast) -> None:
    case = whole(cast)

    state = layout_of(case)
    assert not MaterialVersion.objects.exists()
    assert [(one.number, one.why, one.source, one.by) for one in state.versions] == [
        (1, "first", "upload", f"person:{cast.liu.person.public_id}")  # type: ignore[union-attr]
    ]
    assert dict(case.materials.values_list("key", "source")) == {
        "form": "generated", "licence": "library", "safety": "pledge", "layout": "upload",
    }  # fmt: skip


def test_what_takes_the_place_of_a_file_leaves_it_readable(cast: Cast) -> None:
    case, later = whole(cast), cast.now + timedelta(hours=1)
    first = layout_of(case).versions[0].file
    actions.correct(case.number, AREA_GAP, by=cast.actor(cast.reviewer), now=cast.now)

    actions.supplement(case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=later)

    state = layout_of(case)
    assert [(one.number, one.why, one.stands) for one in state.versions] == [(1, "first", False), (2, "replaced", True)]
    assert (state.versions[0].file, state.versions[0].at) == (first, cast.now)
    assert (state.row.file, state.row.version) == (state.versions[1].file, 2)
    assert state.versions[1].correction_id == Correction.objects.get().pk


def test_what_is_put_beside_a_file_stands_with_it(cast: Cast) -> None:
    case = whole(cast)
    actions.correct(case.number, AREA_GAP, by=cast.actor(cast.reviewer), now=cast.now)
    by = cast.actor(cast.liu)

    actions.supplement(case.number, materials={"layout": file(cast)}, beside=["layout"], by=by, now=cast.now)

    assert [(one.why, one.stands) for one in layout_of(case).versions] == [("first", True), ("supplemented", True)]


def test_what_follows_a_provisional_acceptance_is_a_first_version(cast: Cast) -> None:
    case = actions.accept(cast.submit().number, by=cast.actor(cast.reviewer), now=cast.now)
    assert layout_of(case).versions == ()

    actions.supply(case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=cast.now)

    assert [(one.number, one.why) for one in layout_of(case).versions] == [(1, "first")]


def test_rows_from_before_versions_were_kept_read_as_their_first_version(cast: Cast) -> None:
    case = whole(cast)
    ApplicationMaterial.objects.update(source="")

    assert {one.row.key: one.current and one.current.source for one in material_states.states_of(case)} == {
        "form": "generated", "licence": "library", "safety": "pledge", "layout": "upload",
    }  # fmt: skip


# What a window says of paper


def taken_in(cast: Cast, taken: dict[str, Taken], key: str = "key-0001", **materials: str) -> Application:
    handed_in = cast.submission(materials={"safety": "pledge", "layout": "paper", **materials}, taken=taken)
    return actions.submit(handed_in, key=key, by=window(cast), now=cast.now)


def test_a_window_says_how_many_copies_of_what_and_where_they_lie(cast: Cast) -> None:
    case = taken_in(cast, {"layout": Taken(form="copy", copies=2, kept_at="档案柜 3 号盒")})

    (version,) = layout_of(case).versions
    assert (version.paper, version.hall, version.source) == ("复印件，2 份，存放于档案柜 3 号盒", cast.hall, "window")


def test_an_original_seen_at_the_intake_makes_it_trusted(cast: Cast) -> None:
    case = taken_in(cast, {"layout": Taken(original=True, valid_until=date(2026, 12, 31))})

    mark = OriginalSeen.objects.get()
    assert (mark.by, mark.hall, mark.valid_until) == (f"staff:{cast.clerk.pk}", cast.hall, date(2026, 12, 31))
    assert layout_of(case).trust == "B"


def test_an_applicant_cannot_say_that_the_original_was_seen(cast: Cast) -> None:
    handed_in = cast.submission(
        materials={"safety": "pledge", "layout": file(cast)}, taken={"layout": Taken(original=True, points=(AREA,))}
    )
    case = actions.submit(handed_in, key="key-0001", by=cast.actor(cast.liu), now=cast.now)

    assert not OriginalSeen.objects.exists() and not MaterialCheck.objects.exists()
    assert layout_of(case).trust == "D"


@pytest.mark.parametrize("copies", [0, -1, 100])
def test_copies_that_cannot_be_are_refused_at_their_material(cast: Cast, copies: int) -> None:
    with pytest.raises(Invalid, match="份数") as refused:
        taken_in(cast, {"layout": Taken(copies=copies)})
    assert refused.value.faults[0].field == "materials.layout"


def test_a_window_ticks_only_points_of_the_guide(cast: Cast) -> None:
    with pytest.raises(Refusal, match="没有这个审查要点：画得好看"):
        taken_in(cast, {"layout": Taken(points=("画得好看",))})


# The original


def test_the_mark_of_the_original_is_withdrawn_with_a_reason_and_stays_on_record(cast: Cast) -> None:
    case, by = whole(cast), cast.actor(cast.reviewer)
    actions.see_original(case.number, "layout", grounds="当面与原件核对", by=by, now=cast.now)
    assert layout_of(case).trust == "B"

    actions.withdraw_original(case.number, "layout", reason="看的不是同一份", by=by, now=cast.now)

    mark = OriginalSeen.objects.get()
    assert (mark.withdrawn_by, mark.withdrawal_reason) == (by.who, "看的不是同一份")
    assert layout_of(case).trust == "D"
    actions.see_original(case.number, "layout", grounds="重新核对了原件", by=by, now=cast.now)
    assert OriginalSeen.objects.count() == 2


@pytest.mark.parametrize("who", ["liu", "stranger", "foreign_reviewer", "supervisor", "head"])
def test_the_mark_is_set_by_nobody_else(cast: Cast, who: str) -> None:
    case = whole(cast)

    with pytest.raises((Forbidden, NotFound)):
        actions.see_original(
            case.number, "layout", grounds="当面与原件核对", by=cast.actor(getattr(cast, who)), now=cast.now
        )
    assert not OriginalSeen.objects.exists()


def test_the_mark_is_of_a_version_that_there_is_and_of_nothing_without_an_original(cast: Cast) -> None:
    case, by = whole(cast), cast.actor(cast.reviewer)
    how = {"grounds": "当面与原件核对", "by": by, "now": cast.now}

    with pytest.raises(NotFound, match="没有第 7 版"):
        actions.see_original(case.number, "layout", version=7, **how)  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="没有这份材料"):
        actions.see_original(case.number, "marriage", **how)  # type: ignore[arg-type]
    for key in ("licence", "safety", "form"):
        with pytest.raises(Conflict, match="没有原件可以核对"):
            actions.see_original(case.number, key, **how)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="有效期"):
        actions.see_original(case.number, "layout", valid_until=date(2026, 3, 1), **how)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="没有原件已核的标记"):
        actions.withdraw_original(case.number, "layout", reason="看的不是同一份", by=by, now=cast.now)
    assert not OriginalSeen.objects.exists()


def test_what_was_not_given_has_no_original_yet(cast: Cast) -> None:
    with pytest.raises(Conflict, match="还没有交"):
        actions.see_original(
            cast.submit().number, "layout", grounds="当面与原件核对", by=cast.actor(cast.reviewer), now=cast.now
        )


def test_the_mark_does_not_pass_to_a_file_that_came_later(cast: Cast) -> None:
    case, by = whole(cast), cast.actor(cast.reviewer)
    actions.see_original(case.number, "layout", grounds="当面与原件核对", by=by, now=cast.now)
    actions.correct(case.number, AREA_GAP, by=by, now=cast.now)
    actions.supplement(case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=cast.now)

    assert [one.trust for one in layout_of(case).versions] == ["B", "D"]
    assert layout_of(case).trust == "D"


# What the check found


def test_every_point_is_on_record_with_the_version_it_was_about(cast: Cast) -> None:
    case, by = whole(cast), cast.actor(cast.reviewer)
    actions.correct(case.number, AREA_GAP, found={"layout": {SINK: Result.MET}}, by=by, now=cast.now)
    actions.supplement(case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=cast.now)
    actions.accept(case.number, found={"layout": {AREA: Result.MET, SINK: Result.NONE}}, by=by, now=cast.now)

    found = MaterialCheck.objects.order_by("version", "point").values_list("version", "point", "result", "at_window")
    assert sorted(found) == [
        (1, AREA, "unmet", False), (1, SINK, "met", False), (2, AREA, "met", False), (2, SINK, "none", False),
    ]  # fmt: skip
    assert MaterialCheck.objects.get(result="unmet").note == "没有面积"


def test_what_is_not_met_is_not_accepted(cast: Cast) -> None:
    case = whole(cast)

    with pytest.raises(Conflict, match="还有审查要点不符合"):
        actions.accept(case.number, found={"layout": {AREA: Result.UNMET}}, by=cast.actor(cast.reviewer), now=cast.now)
    assert not MaterialCheck.objects.exists()
    case.refresh_from_db()
    assert case.state == "submitted"


@pytest.mark.parametrize(
    ("gaps", "found", "words"),
    [
        ({"layout": Gap(points=("画得好看",))}, {}, "没有这个审查要点：画得好看"),
        (AREA_GAP, {"licence": {"画得好看": Result.MET}}, "没有这个审查要点"),
        (AREA_GAP, {"marriage": {AREA: Result.MET}}, "没有材料：marriage"),
    ],
)
def test_a_point_that_no_guide_has_is_refused(
    cast: Cast, gaps: dict[str, Gap], found: dict[str, dict[str, Result]], words: str
) -> None:
    case = whole(cast)

    with pytest.raises(Refusal, match=words):
        actions.correct(case.number, gaps, found=found, by=cast.actor(cast.reviewer), now=cast.now)
    assert not Correction.objects.exists() and not MaterialCheck.objects.exists()


def test_nothing_is_corrected_once_it_is_decided(cast: Cast) -> None:
    case = cast.granted()
    for verb in (
        lambda: actions.correct(case.number, AREA_GAP, by=cast.actor(cast.reviewer), now=cast.now),
        lambda: actions.ask_again(
            case.number, AREA_GAP, reason="还是没有面积", by=cast.actor(cast.reviewer), now=cast.now
        ),
    ):
        with pytest.raises(Conflict, match="“准予，待送达”"):
            verb()


# The same gap a second time


def supplemented(cast: Cast, gaps: dict[str, Gap] = AREA_GAP) -> Application:
    case = whole(cast)
    actions.correct(case.number, gaps, by=cast.actor(cast.reviewer), now=cast.now)
    return actions.supplement(
        case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=cast.now + timedelta(hours=1)
    )


def test_the_same_gap_again_needs_the_heads_reason_and_then_goes_out_with_it(cast: Cast) -> None:
    case, reviewer, head = supplemented(cast), cast.actor(cast.reviewer), cast.actor(cast.head)
    both = {"layout": Gap(points=(AREA, SINK), note="补来的图还是没有面积")}

    with pytest.raises(Conflict, match="再次要求补正要由部门负责人说明理由：经营场所布局图：标明各功能区面积"):
        actions.correct(case.number, both, by=reviewer, now=cast.now)
    case = actions.ask_again(case.number, both, reason="补来的图还是没有面积", days=5, by=reviewer, now=cast.now)

    assert case.state == "submitted"
    assert set(Task.objects.open().values_list("act", flat=True)) == {"application.accept", "application.correct_again"}
    case = actions.correct_again(case.number, reason="面积关系到许可条件，必须标明", by=head, now=cast.now)

    notice, request = Correction.objects.order_by("-pk").first(), CorrectionRequest.objects.get()
    assert notice and case.state == "correcting"
    assert [gap["points"] for gap in notice.gaps] == [[AREA, SINK]]
    assert (request.correction, request.state, request.answer) == (notice, "approved", "面积关系到许可条件，必须标明")
    assert request.again == [["经营场所布局图", AREA]]
    assert not Task.objects.open().exists()


def test_a_new_gap_in_a_new_file_is_told_without_asking(cast: Cast) -> None:
    case = supplemented(cast)

    again = actions.correct(case.number, {"layout": Gap(points=(SINK,))}, by=cast.actor(cast.reviewer), now=cast.now)

    assert again.state == "correcting"


def test_what_the_head_declines_is_not_asked_for(cast: Cast) -> None:
    case, reviewer = supplemented(cast), cast.actor(cast.reviewer)
    actions.ask_again(case.number, AREA_GAP, reason="补来的图还是没有面积", by=reviewer, now=cast.now)

    case = actions.decline_again(case.number, answer="现有材料足够判断", by=cast.actor(cast.head), now=cast.now)

    assert (case.state, Correction.objects.count()) == ("submitted", 1)
    assert list(Task.objects.open().values_list("act", flat=True)) == ["application.accept"]
    assert actions.accept(case.number, by=reviewer, now=cast.now).state == "accepted"


def test_a_notice_that_needs_no_head_makes_the_request_void(cast: Cast) -> None:
    case, reviewer = supplemented(cast), cast.actor(cast.reviewer)
    actions.ask_again(case.number, AREA_GAP, reason="补来的图还是没有面积", by=reviewer, now=cast.now)

    actions.correct(case.number, {"layout": Gap(points=(SINK,))}, by=reviewer, now=cast.now)

    assert CorrectionRequest.objects.get().state == "void"
    actions.supplement(case.number, materials={"layout": file(cast)}, by=cast.actor(cast.liu), now=cast.now)
    with pytest.raises(Conflict, match="没有待批准的再次补正"):
        actions.correct_again(case.number, reason="必须标明面积", by=cast.actor(cast.head), now=cast.now)


def test_only_what_was_told_goes_to_the_head_and_only_once(cast: Cast) -> None:
    case, reviewer = supplemented(cast), cast.actor(cast.reviewer)
    how = {"reason": "补来的图还是没有面积", "by": reviewer, "now": cast.now}

    with pytest.raises(Conflict, match="没有告知过"):
        actions.ask_again(case.number, {"layout": Gap(points=(SINK,))}, **how)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="不能再要求补正"):
        actions.ask_again(case.number, AREA_GAP | {"licence": Gap(note="过期")}, **how)  # type: ignore[arg-type]
    actions.ask_again(case.number, AREA_GAP, **how)  # type: ignore[arg-type]
    with pytest.raises(Conflict, match="正在等待部门负责人批准"):
        actions.ask_again(case.number, AREA_GAP, **how)  # type: ignore[arg-type]


def test_another_round_begins_with_nothing_told(cast: Cast) -> None:
    case, reviewer, head = supplemented(cast), cast.actor(cast.reviewer), cast.actor(cast.head)
    actions.ask_again(case.number, AREA_GAP, reason="补来的图还是没有面积", by=reviewer, now=cast.now)
    actions.reject(case.number, kind="not_needed", reason="这件事不需要许可", by=reviewer, now=cast.now)
    actions.reopen(case.number, ground="own_error", reason="原决定认定有误", by=head, now=cast.now)

    case = actions.correct(case.number, AREA_GAP, by=reviewer, now=cast.now)

    assert (case.state, Correction.objects.order_by("-pk").values_list("round", flat=True)[0]) == ("correcting", 2)


# 用以前交过的


def reusing(cast: Cast, earlier: Application, key: str = "key-0002", **change: object) -> Application:
    handed_in = cast.submission(
        **{"materials": {"safety": "pledge"}, "reused": {"layout": Reused(earlier.number, "layout")}, **change}
    )
    return actions.submit(handed_in, key=key, by=cast.actor(cast.liu), now=cast.now)


def text_of(found: StoredFile) -> str:
    pages = PdfReader(io.BytesIO(files.read(found))).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_an_earlier_file_serves_again_with_the_watermark_of_its_level(cast: Cast) -> None:
    earlier = whole(cast)
    actions.see_original(earlier.number, "layout", grounds="当面核对", by=window(cast), now=cast.now)
    unmarked = layout_of(earlier).row.file

    case = reusing(cast, earlier)

    assert layout_of(case).row.file is None and layout_of(case).awaits_stamp  # nothing is shown without its mark
    assert actions.stamp(case.number, "layout", now=cast.now)
    assert not actions.stamp(case.number, "layout", now=cast.now)
    state = layout_of(case)
    assert state.row.file and state.row.file != unmarked
    words = text_of(state.row.file)
    assert "此件经云江区行政服务中心与原件核对无误" in words
    assert "仅用于办理“食品经营许可新办”" in words and case.number in words and "2026年3月2日" in words
    assert (state.trust, state.versions[0].source) == ("B", "earlier")
    assert layout_of(earlier).row.file == unmarked and "仅用于" not in text_of(unmarked)  # type: ignore[arg-type]
    assert list(MaterialReuse.objects.values_list("origin__application__number", "trust")) == [(earlier.number, "B")]


def test_a_picture_becomes_a_page_with_its_watermark(cast: Cast) -> None:
    earlier = cast.submit(materials={"safety": "pledge", "layout": file(cast, content=picture("JPEG"))})
    case = reusing(cast, earlier)

    actions.stamp(case.number, "layout", now=cast.now)

    marked = layout_of(case).row.file
    assert marked and marked.extension == "pdf"
    assert "此件由申请人自行制作并对真实性负责" in text_of(marked)


def test_what_was_seen_long_ago_is_to_be_checked_again(cast: Cast) -> None:
    cast.guide = publish(cast.body, now=cast.now, materials=[
        {"key": "layout", "name": "房屋产权证", "give": "upload", "origin": "government"},
    ])  # fmt: skip
    earlier = cast.submit(materials={"layout": file(cast)})
    actions.see_original(
        earlier.number, "layout", grounds="当面核对", valid_until=date(2026, 3, 2), by=window(cast), now=cast.now
    )

    same_day = reusing(cast, earlier, materials={})
    handed_in = cast.submission(materials={}, reused={"layout": Reused(earlier.number, "layout")})
    next_day = actions.submit(
        handed_in, key="key-0003", by=cast.actor(cast.liu), now=cast.now + timedelta(days=1)
    )  # fmt: skip

    assert [layout_of(case).trust for case in (earlier, same_day, next_day)] == ["B", "B", "C"]


def test_what_was_taken_from_an_earlier_case_is_taken_on_without_its_watermark(cast: Cast) -> None:
    first = whole(cast)
    second = reusing(cast, first)
    actions.stamp(second.number, "layout", now=cast.now)

    third = reusing(cast, second, key="key-0003")
    actions.stamp(third.number, "layout", now=cast.now)

    words = text_of(layout_of(third).row.file)  # type: ignore[arg-type]
    assert third.number in words and second.number not in words


@pytest.mark.parametrize("whose", ["another person", "an enterprise"])
def test_nobody_uses_what_others_gave(cast: Cast, whose: str) -> None:
    assert cast.stranger.person
    if whose == "another person":
        theirs = cast.submit(
            key="key-0009", by=cast.stranger, person=cast.stranger.person,
            materials={"safety": "pledge", "layout": file(cast, cast.stranger)},
        )  # fmt: skip
    else:
        theirs = whole(cast, key="key-0009", organisation=cast.shop)

    with pytest.raises(Refusal, match="没有这份以前交过的材料") as refused:
        reusing(cast, theirs)
    assert isinstance(refused.value, Invalid | NotFound)
    assert not MaterialReuse.objects.exists()


@pytest.mark.parametrize("state", ["quarantined", "refused", "infected"])
def test_a_file_that_is_not_clean_is_not_used_again(cast: Cast, state: str) -> None:
    earlier = whole(cast)
    StoredFile.objects.filter(pk=layout_of(earlier).row.file_id).update(state=state)

    with pytest.raises(Refusal, match="没有通过安全检查"):
        reusing(cast, earlier)


def test_a_draft_takes_an_earlier_file_and_forgets_it_when_another_takes_its_place(cast: Cast) -> None:
    earlier, by = whole(cast), cast.actor(cast.liu)
    draft = actions.open_draft(cast.guide, person=cast.liu.person, answers={"kind": "catering"}, by=by, now=cast.now)  # type: ignore[arg-type]
    how = {"form": {"name": "刘晓燕", "shop": "老灶", "area": "9"}, "by": by, "now": cast.now}
    actions.save_draft(draft.public_id, materials={"safety": "pledge"}, **how)  # type: ignore[arg-type]

    actions.reuse_in_draft(draft.public_id, "layout", Reused(earlier.number, "layout"), by=by, now=cast.now)
    actions.save_draft(draft.public_id, materials={"layout": file(cast)}, **how)  # type: ignore[arg-type]
    case = actions.submit_draft(draft.public_id, by=by, now=cast.now)

    assert layout_of(case).versions[0].source == "upload"
    again = actions.open_draft(cast.guide, person=cast.liu.person, answers={"kind": "catering"}, by=by, now=cast.now)  # type: ignore[arg-type]
    actions.save_draft(again.public_id, materials={"safety": "pledge"}, **how)  # type: ignore[arg-type]
    actions.reuse_in_draft(again.public_id, "layout", Reused(earlier.number, "layout"), by=by, now=cast.now)
    assert layout_of(actions.submit_draft(again.public_id, by=by, now=cast.now)).versions[0].source == "earlier"


# 收件质量


def test_what_a_window_took_in_and_the_department_found_wanting_is_counted_with_what_it_had_ticked(cast: Cast) -> None:
    case = taken_in(cast, {"layout": Taken(points=(AREA, SINK))})
    taken_in(cast, {}, key="key-0002")
    whole(cast, key="key-0003")  # on line: no window had it in hand
    gaps = {"layout": Gap(points=(AREA,)), "licence": Gap(note="过期")}
    actions.correct(case.number, gaps, by=cast.actor(cast.reviewer), now=cast.now)

    mine = intake_quality.whose(cast.actor(cast.supervisor))
    span = intake_quality.span("", "", today=date(2026, 3, 2))
    (hall,) = intake_quality.by_hall(mine, span)
    assert (hall.name, hall.taken, hall.returned, hall.share) == ("云江区行政服务中心", 2, 1, 50)
    (point,) = intake_quality.by_point(mine, span)  # the licence came from the library
    assert (point.material, point.point, point.times, point.ticked) == ("经营场所布局图", AREA, 1, 1)
    assert [one.clerk for one in intake_quality.findings(mine, span, limit=9)] == [f"staff:{cast.clerk.pk}"]
    assert WindowIntake.objects.filter(returned_at=cast.now).count() == 1


def test_what_a_window_finds_itself_is_its_work_and_no_fault(cast: Cast) -> None:
    case = taken_in(cast, {})
    actions.correct(case.number, AREA_GAP, by=window(cast), now=cast.now)

    assert not IntakeFinding.objects.exists()
    assert WindowIntake.objects.get().returned_at is None


def test_what_another_window_took_in_later_is_its_own(cast: Cast) -> None:
    case = whole(cast)
    actions.correct(case.number, AREA_GAP, by=cast.actor(cast.reviewer), now=cast.now)
    two = replace(cast.actor(cast.clerk_two), channel="counter")
    actions.supplement(case.number, materials={"layout": "paper"}, by=two, now=cast.now)
    actions.correct(case.number, {"layout": Gap(points=(SINK,))}, by=cast.actor(cast.reviewer), now=cast.now)

    finding = IntakeFinding.objects.get()
    assert (finding.clerk, finding.version, finding.point) == (f"staff:{cast.clerk_two.pk}", 2, SINK)


def test_who_sees_the_quality_of_intake(cast: Cast) -> None:
    supervisor, clerk = (intake_quality.whose(cast.actor(one)) for one in (cast.supervisor, cast.clerk))

    assert supervisor.names and supervisor.regions == ("500199/",)
    assert not clerk.names and clerk.halls == (cast.hall.pk,)
    for who in (cast.liu, cast.reviewer, cast.head):
        with pytest.raises(Forbidden):
            intake_quality.whose(cast.actor(who))


@pytest.mark.parametrize(
    ("since", "until"), [("2026-03-02", "2026-03-01"), ("2024-01-01", "2026-03-01"), ("昨天", ""), ("", "2026-13-01")]
)
def test_a_span_that_cannot_be_is_refused(since: str, until: str) -> None:
    with pytest.raises(Refusal):
        intake_quality.span(since, until, today=date(2026, 3, 2))
