"""看材料: what can be seen is seen, framed by this site alone; ticks and words travel and nothing is done."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import people
from tests.people import Cast
from tongban.applications.models import Application
from tongban.applications.tests.test_desk import TICKED, at, url
from tongban.files.actions import keep_upload
from tongban.files.tests.samples import picture
from tongban.kernel.models import JournalEntry


@pytest.fixture
def case(cast: Cast) -> Application:
    by, now = cast.actor(cast.liu), cast.now
    file = keep_upload(people.paper(), by=by, now=now)
    return cast.submit(materials={"safety": "pledge", "layout": str(file.public_id)})


@pytest.fixture
def desk(cast: Cast) -> Client:
    return at(cast.reviewer)


def seen(client: Client, case: Application, query: str = "", **form: Any) -> str:
    there = url(case, "viewer") + query
    answer = client.post(there, form) if form else client.get(there)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_pdf_stands_in_a_frame_of_this_site_and_of_no_other(case: Application, desk: Client) -> None:
    there = url(case, "viewer/layout")
    assert f'<iframe class="viewer-frame" src="{there}"' in seen(desk, case, "?at=layout")

    answer = desk.get(there)

    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "sandbox" in answer["Content-Security-Policy"]
    plain = desk.get(f"/my/applications/{case.number}/materials/layout")
    assert plain["X-Frame-Options"] == "DENY"
    assert "sandbox" in plain["Content-Security-Policy"]


def test_a_picture_is_shown_larger_and_turned_by_plain_buttons(cast: Cast, desk: Client) -> None:
    file = keep_upload(picture("PNG"), by=cast.actor(cast.liu), now=cast.now)
    case = cast.submit(key="viewer-png", materials={"safety": "pledge", "layout": str(file.public_id)})

    page = seen(desk, case, "?at=layout&zoom=2&turn=90")

    assert '<div class="viewer-sheet zoom-2 turn-90"' in page
    assert "turn=180" in page
    assert 'class="viewer-sheet zoom-1 turn-0"' in seen(desk, case, "?at=layout&zoom=99&turn=45")


def test_a_file_that_no_browser_shows_is_offered_for_saving(cast: Cast, case: Application, desk: Client) -> None:
    material = case.materials.get(key="layout")
    assert material.file
    type(material.file).objects.filter(pk=material.file.pk).update(media_type="application/ofd", extension="ofd")

    page = seen(desk, case, "?at=layout")

    assert "OFD 文件不能在网页上直接看" in page
    assert "<iframe" not in page
    answer = desk.get(url(case, "viewer/layout"))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_form_stands_beside_a_paper(case: Application, desk: Client) -> None:
    page = seen(desk, case, "?at=layout&beside=form")

    assert page.count('class="panel-head"') == 2
    assert "老灶火锅店" in page


def test_ticks_and_words_go_with_every_change_of_paper_and_back_to_the_case(case: Application, desk: Client) -> None:
    typed = {
        "checking": "1", "met.licence": "在有效期内", "note.layout": "请标明<出口>", "rejection_reason": "还没写完",
        "version": "1",
    }  # fmt: skip
    page = seen(desk, case, "?at=layout", **typed)
    assert 'name="met.licence" value="在有效期内"' in page
    assert 'value="请标明&lt;出口&gt;"' in page
    assert 'name="rejection_reason" value="还没写完"' in page
    assert page.count('name="note.layout"') == 1
    assert "还有 2 个要点没有勾选" in page

    back = desk.post(url(case), {**typed, "met.layout": "标明各功能区面积"}).content.decode()

    assert 'value="标明各功能区面积" data-row data-tick checked' in back
    assert 'value="标明洗手、清洗水池位置" data-row data-tick>' in back
    assert "还没写完" in back
    assert not JournalEntry.objects.exclude(name="applications.Submitted").filter(subject=case.number).exists()


def test_with_every_point_ticked_in_the_viewer_the_case_is_accepted(case: Application, desk: Client) -> None:
    page = seen(
        desk,
        case,
        "?at=layout",
        **{key: value[0] if isinstance(value, list) else value for key, value in TICKED.items()},
    )
    assert "还有 1 个要点没有勾选" in page

    answer = desk.post(url(case, "acceptance"), TICKED)

    assert answer.status_code == 302


def test_strangers_and_other_bodies_see_no_paper(cast: Cast, case: Application) -> None:
    for account, status in ((cast.liu, 403), (cast.stranger, 403), (cast.foreign_reviewer, 404), (cast.editor, 404)):
        client = at(account)
        assert client.get(url(case, "viewer")).status_code == status
        assert client.get(url(case, "viewer/layout")).status_code == status
    assert at(cast.reviewer).get(url(case, "viewer/nothing")).status_code == 404


def test_who_does_not_check_reads_the_points_and_ticks_nothing(cast: Cast, case: Application) -> None:
    page = seen(at(cast.supervisor), case, "?at=layout")

    assert "标明各功能区面积" in page
    assert 'type="checkbox"' not in page
