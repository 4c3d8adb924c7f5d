"""扫码上传: from the materials page to the phone and back; large files in pieces; what is under check."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import Cast, paper
from tongban.applications import actions
from tongban.applications.models import Draft
from tongban.applications.pages import steps
from tongban.applications.pages.materials import material_rows
from tongban.files import actions as files
from tongban.files.actions import sheaves
from tongban.files.models import Sheaf, StoredFile
from tongban.files.tests.samples import picture
from tongban.identity.models import Account
from tongban.kernel import clock
from tongban.kernel.refusals import NotFound, Refusal


def at(account: Account | None) -> Client:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # else the static file server warns
    client = Client(headers={"host": "localhost"})
    if account:
        client.force_login(account)
    return client


@pytest.fixture
def draft(cast: Cast) -> Draft:
    one = actions.open_draft(
        cast.guide, person=cast.liu.person, answers={"kind": "catering"}, by=cast.actor(cast.liu), now=cast.now
    )
    return actions.save_draft(
        one.public_id, form={"name": "刘晓燕", "shop": "老灶", "area": "9"}, materials={"safety": "pledge"},
        by=cast.actor(cast.liu), now=cast.now,
    )  # fmt: skip


def materials(draft: Draft) -> str:
    return f"/apply/{draft.public_id}/materials"


def scanned() -> str:
    """The address in the code, as the phone gets it."""
    return f"/phone/{sheaves.token_of(Sheaf.objects.latest('pk'))}"


def photo(number: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{number}.jpg", picture("JPEG", (10 * number, 5)), content_type="image/jpeg")


def given(draft: Draft) -> dict[str, str]:
    draft.refresh_from_db()
    return draft.content["materials"]


def test_pictures_of_a_phone_appear_on_the_computer_as_one_pdf(cast: Cast, draft: Draft) -> None:
    liu, phone = at(cast.liu), at(None)
    answer = liu.post(materials(draft), {"phone": "layout", "pledge.safety": "yes"})
    assert answer["Location"] == f"{materials(draft)}#material-layout"
    page = liu.get(materials(draft)).content.decode()
    assert "用手机扫一扫" in page and 'hx-trigger="every 2s"' in page

    there = scanned()
    seen = phone.get(there).content.decode()
    assert "经营场所布局图" in seen
    assert not [word for word in ("刘晓燕", "老灶", cast.liu.person.id_number, str(draft.public_id)) if word in seen]
    assert phone.post(there, {"pages": [photo(1), photo(2), photo(3)], "add": "1"}).status_code == 302
    assert "手机已打开" in liu.get(materials(draft)).content.decode()
    first, second, third = re.findall(r'name="remove" value="(\d+)"', phone.get(there).content.decode())
    for name, value in (("up", third), ("turn", third), ("remove", first)):
        assert phone.post(there, {name: value}).status_code == 302
    assert phone.get(f"{there}/pages/{second}")["Content-Type"] == "image/jpeg"
    assert phone.post(there, {"bind": "1"}).status_code == 302

    page = liu.get(materials(draft)).content.decode()
    assert "✓ 已上传" in page and "2 页" in page and "用手机扫一扫" not in page
    file = StoredFile.objects.get(public_id=given(draft)["layout"])
    assert (file.media_type, file.pages, file.uploaded_by) == ("application/pdf", 2, cast.actor(cast.liu).who)
    over = phone.get(there)
    assert over.status_code == 200 and "已经传好了" in over.content.decode()
    assert actions.submit_draft(draft.public_id, by=cast.actor(cast.liu), now=cast.now).number


def test_an_expired_link_is_said_and_a_new_one_goes_on(cast: Cast, draft: Draft) -> None:
    liu, phone = at(cast.liu), at(None)
    liu.post(materials(draft), {"phone": "layout"})
    there = scanned()
    phone.post(there, {"pages": [photo(1)], "add": "1"})

    with clock.at(cast.now + timedelta(minutes=11)):
        answer = phone.get(there)
        assert answer.status_code == 409 and "链接已过期" in answer.content.decode()
        assert phone.post(there, {"bind": "1"}).status_code == 409
        page = liu.get(materials(draft)).content.decode()
        assert "二维码已过期" in page and 'hx-trigger="every 2s"' not in page
        liu.post(materials(draft), {"phone": "layout"})
        assert phone.get(there).status_code == 404, "the old link has ended"
        assert "共 1 页" in phone.get(scanned()).content.decode()


def test_a_refused_picture_says_why_and_the_others_stay(cast: Cast, draft: Draft) -> None:
    liu, phone = at(cast.liu), at(None)
    liu.post(materials(draft), {"phone": "layout"})
    there = scanned()
    bad = SimpleUploadedFile("b.jpg", b"\xff\xd8\xff broken", content_type="image/jpeg")

    answer = phone.post(there, {"pages": [photo(1), bad], "add": "1"})

    assert answer.status_code == 422
    assert "第 2 张：图片打不开" in answer.content.decode() and "共 1 页" in answer.content.decode()


def test_pages_are_put_in_order_on_the_computer_too(cast: Cast, draft: Draft) -> None:
    liu = at(cast.liu)
    there = liu.post(materials(draft), {"sheaf": "layout"})["Location"]
    assert there.startswith("/sheaves/")
    assert "几张图片合成一份" in liu.get(there).content.decode()
    liu.post(there, {"pages": [photo(1), photo(2)], "add": "1"})

    answer = liu.post(there, {"bind": "1"})

    assert answer["Location"] == f"{materials(draft)}#material-layout"
    liu.get(materials(draft))
    assert StoredFile.objects.get(public_id=given(draft)["layout"]).pages == 2
    assert liu.get(there)["Location"] == answer["Location"]
    assert liu.get(there, headers={"HX-Request": "true"})["HX-Redirect"] == answer["Location"]


def test_what_was_finished_between_two_looks_is_still_awaited(cast: Cast, draft: Draft) -> None:
    """The page asked, then the phone finished, then the page was drawn: it has to ask again."""
    by = cast.actor(cast.liu)
    sheaf = sheaves.open_sheaf(subject=draft.subject("layout"), label="布局图", back="/", by=by, now=cast.now)
    sheaves.add_page(sheaf, picture("PNG"), by=by, now=cast.now)
    sheaves.bind_sheaf(sheaf, by=by, now=cast.now)

    (row,) = [
        one for one in material_rows(draft, steps.materials_of(draft), {}, by=by) if one["material"].key == "layout"
    ]

    assert row["awaited"] and row["invitation"].bound and not row["invitation"].alive


def test_to_a_stranger_there_is_no_draft_to_send_to(cast: Cast, draft: Draft) -> None:
    assert at(cast.stranger).post(materials(draft), {"phone": "layout"}).status_code == 404
    sheaf = sheaves.open_sheaf(
        subject=draft.subject("layout"), label="布局图", back="/", by=cast.actor(cast.liu), now=cast.now
    )
    sheaves.add_page(sheaf, picture("PNG"), by=cast.actor(cast.liu), now=cast.now)
    sheaves.bind_sheaf(sheaf, by=cast.actor(cast.liu), now=cast.now)

    with pytest.raises(NotFound):
        actions.take_bound(draft, by=cast.actor(cast.stranger), now=cast.now)
    assert "layout" not in given(draft)


def test_a_material_that_is_not_asked_for_gets_no_code(cast: Cast, draft: Draft) -> None:
    assert at(cast.liu).post(materials(draft), {"phone": "nothing"})["Location"] == materials(draft)
    assert not Sheaf.objects.exists()


def test_a_large_file_sent_in_pieces_is_the_material(cast: Cast, draft: Draft) -> None:
    liu, content = at(cast.liu), paper("x" * 5000)
    made = liu.post("/uploads", headers={"Upload-Length": str(len(content))})
    assert made.status_code == 201
    there = made["Location"]
    raw = {"content_type": "application/offset+octet-stream"}

    half = liu.patch(there, content[:3000], headers={"Upload-Offset": "0"}, **raw)
    assert (half.status_code, half["Upload-Offset"]) == (204, "3000")
    assert liu.head(there)["Upload-Offset"] == "3000"
    wrong = liu.patch(there, content[:3000], headers={"Upload-Offset": "0"}, **raw)
    assert (wrong.status_code, wrong.json()["code"]) == (409, "upload_offset")
    done = liu.patch(there, content[3000:], headers={"Upload-Offset": "3000"}, **raw)
    assert (done.status_code, done.json()["state"]) == (200, "clean")
    assert at(cast.stranger).head(there).status_code == 404

    assert liu.post(materials(draft), {"sent.file.layout": done.json()["id"]}).status_code == 302
    assert given(draft)["layout"] == done.json()["id"]
    refused = at(cast.stranger).post("/uploads", headers={"Upload-Length": "many"})
    assert (refused.status_code, refused.json()["code"]) == (422, "upload_header")


def test_the_phones_link_opens_the_door_for_pieces_and_nothing_else(cast: Cast, draft: Draft) -> None:
    liu, phone = at(cast.liu), at(None)
    liu.post(materials(draft), {"phone": "layout"})
    there, content = scanned(), picture("JPEG", (30, 30))
    link = {"X-Phone-Link": there.removeprefix("/phone/")}
    made = phone.post("/uploads", headers={**link, "Upload-Length": str(len(content)), "Upload-Way": "page"})
    sent = phone.patch(made["Location"], content, headers={**link, "Upload-Offset": "0"}, content_type="x/y")

    assert phone.post(there, {"sent.pages": sent.json()["id"], "add": "1"}).status_code == 302
    assert "共 1 页" in phone.get(there).content.decode()
    assert phone.head(made["Location"]).status_code == 401
    assert phone.post("/uploads", headers={"X-Phone-Link": "x", "Upload-Length": "9"}).status_code == 404


def test_another_ones_file_is_not_slipped_in(cast: Cast, draft: Draft) -> None:
    theirs = files.keep_upload(paper(), by=cast.actor(cast.stranger), now=cast.now)

    answer = at(cast.liu).post(materials(draft), {"sent.file.layout": str(theirs.public_id)})

    assert answer.status_code == 422 and "没有这个文件" in answer.content.decode()
    assert at(cast.liu).post(materials(draft), {"sent.file.layout": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("state", "words"),
    [("quarantined", "◌ 正在检查"), ("refused", "■ 没有通过检查"), ("infected", "■ 发现病毒，已隔离")],
)
def test_what_is_not_clean_is_shown_as_it_is_and_opened_by_nobody(
    cast: Cast, draft: Draft, state: str, words: str
) -> None:
    by, liu = cast.actor(cast.liu), at(cast.liu)
    file = files.keep_upload(paper(), by=by, now=cast.now)
    actions.save_draft(draft.public_id, materials={"layout": str(file.public_id)}, by=by, now=cast.now)
    case = cast.submit(key="phone-0001", materials={"safety": "pledge", "layout": str(file.public_id)})
    StoredFile.objects.filter(pk=file.pk).update(state=state, reason="" if state == "quarantined" else "因为")

    for who, page in (
        (cast.liu, materials(draft)),
        (cast.liu, f"/my/applications/{case.number}"),
        (cast.reviewer, f"/desk/cases/{case.number}"),
    ):
        shown = at(who).get(page).content.decode()
        assert words in shown
        assert not re.search(r'(my/applications|apply)/[^"]*/materials/layout', shown)
    for who, page in (
        (cast.liu, f"{materials(draft)}/layout"),
        (cast.reviewer, f"/my/applications/{case.number}/materials/layout"),
    ):
        assert at(who).get(page).status_code == (409 if state == "quarantined" else 403)
    if state == "quarantined":
        assert 'hx-trigger="every 2s"' in liu.get(materials(draft)).content.decode()
        actions.submit_draft(draft.public_id, by=by, now=cast.now)
    else:
        with pytest.raises(Refusal, match=r"没有通过检查|发现病毒"):
            actions.submit_draft(draft.public_id, by=by, now=cast.now)


def test_the_reviewer_sees_whether_a_file_was_scanned(cast: Cast) -> None:
    file = files.keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now)
    case = cast.submit(key="phone-0002", materials={"safety": "pledge", "layout": str(file.public_id)})

    assert "未扫描病毒" in at(cast.reviewer).get(f"/desk/cases/{case.number}").content.decode()


def test_a_signed_original_is_only_saved(cast: Cast, tmp_path: Path) -> None:
    import pikepdf

    from tongban.files.tests.test_cleaning import ATTACKS, made

    def sign(document: pikepdf.Pdf) -> None:
        value = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 1, 2, 3], Contents=b"\0" * 8)
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[pikepdf.Dictionary(FT=pikepdf.Name.Sig, V=value)])
        ATTACKS["open action"](document)

    content = made(sign, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    file = files.keep_upload(content, by=cast.actor(cast.liu), now=cast.now)
    case = cast.submit(key="phone-0003", materials={"safety": "pledge", "layout": str(file.public_id)})
    reviewer, there = at(cast.reviewer), f"/my/applications/{case.number}/materials/layout"

    assert "下载带签名的原件" in reviewer.get(f"/desk/cases/{case.number}").content.decode()
    preview, original = reviewer.get(there), reviewer.get(f"{there}?original")
    assert preview["Content-Disposition"].startswith("inline") and b"JavaScript" not in preview.content
    assert original["Content-Disposition"].startswith("attachment") and original.content == content
    assert io.BytesIO(original.content).read(5) == b"%PDF-"
