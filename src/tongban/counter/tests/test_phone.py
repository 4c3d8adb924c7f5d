"""扫码上传 at the window: the applicant's phone, or the window's own."""

from __future__ import annotations

from tests.people import Cast
from tongban.applications.tests.test_phone import at, given, photo, scanned
from tongban.counter import actions as counter
from tongban.files.models import StoredFile


def test_at_the_window_a_phone_takes_the_pictures_too(cast: Cast) -> None:
    clerk, phone = at(cast.clerk), at(None)
    by = cast.actor(cast.clerk)
    draft = counter.start(cast.guide.code, counter.Applicant(cast.stranger.person.id_number), by=by, now=cast.now)
    there = f"/counter/{draft.public_id}"
    listed = {"answer-kind": "catering", "listed": ["form", "licence", "safety", "layout"]}

    answer = clerk.post(there, {**listed, "phone": "layout"})
    assert answer["Location"] == f"{there}#paper-layout"
    assert "用手机扫一扫" in clerk.get(there).content.decode()
    link = scanned()
    phone.post(link, {"pages": [photo(1)], "add": "1"})
    phone.post(link, {"bind": "1"})

    assert "✓ 已扫描" in clerk.get(there).content.decode()
    assert clerk.post(there, {**listed, "sheaf": "layout"})["Location"].startswith("/sheaves/")
    assert StoredFile.objects.get(public_id=given(draft)["layout"]).uploaded_by == by.who
