"""补正 with a phone, and what came stays when something else is wrong."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.people import Cast, paper
from tongban.applications import actions
from tongban.applications.models import Application, ApplicationMaterial
from tongban.files.actions import sheaves
from tongban.files.models import Sheaf
from tongban.files.tests.samples import picture
from tongban.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def correcting(cast: Cast) -> Application:
    case = cast.submit()
    gaps = {"layout": actions.Gap(note="请补交布局图"), "safety": actions.Gap(note="承诺书缺一页")}
    return actions.correct(case.number, gaps, by=cast.actor(cast.reviewer), now=cast.now)


@pytest.fixture
def liu(cast: Cast) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.liu)
    return client


def test_pages_from_a_phone_reach_the_supplement(correcting: Application, liu: Client, cast: Cast) -> None:
    here = f"/my/applications/{correcting.number}/supplement"
    safety = SimpleUploadedFile("safety.pdf", paper("承诺"))
    with clock.at(cast.now):
        asked = liu.post(here, {"phone": "layout", "file.safety": safety})
        assert asked.status_code == 200
        page = asked.content.decode()
        assert "用手机扫一扫" in page
        assert 'name="sent.file.safety"' in page
        sheaf = Sheaf.objects.get(taken_at=None)
        assert sheaf.subject == f"case/{correcting.number}/layout"
        found, phone = sheaves.by_link(sheaves.token_of(sheaf), now=cast.now)
        sheaves.add_page(found, picture("PNG"), by=phone, now=cast.now)
        sheaves.bind_sheaf(found, by=phone, now=cast.now)
        page = liu.get(here).content.decode()
        assert 'name="sent.file.layout"' in page
        sent = {f"sent.file.{key}": page.split(f'name="sent.file.{key}" value="')[1][:36] for key in ("layout",)}
        sent["sent.file.safety"] = asked.content.decode().split('name="sent.file.safety" value="')[1][:36]
        assert liu.post(here, sent).status_code == 302

    bound = Sheaf.objects.get()
    assert bound.taken_at is not None
    assert ApplicationMaterial.objects.get(application=correcting, key="layout").file_id == bound.file_id
    correcting.refresh_from_db()
    assert correcting.state == "submitted"


def test_a_file_that_is_refused_leaves_the_others_kept(correcting: Application, liu: Client, cast: Cast) -> None:
    here = f"/my/applications/{correcting.number}/supplement"
    with clock.at(cast.now):
        answer = liu.post(here, {
            "file.layout": SimpleUploadedFile("layout.pdf", paper("图")),
            "file.safety": SimpleUploadedFile("safety.pdf", b"MZ no document"),
        })  # fmt: skip
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'name="sent.file.layout"' in page
    assert 'name="sent.file.safety"' not in page


def test_what_another_has_sent_is_not_taken(correcting: Application, liu: Client, cast: Cast) -> None:
    """The id of another's file in the form is refused, as everywhere."""
    from tongban.files.actions import keep_upload

    other = keep_upload(paper("别人"), by=cast.actor(cast.stranger), now=cast.now)
    with clock.at(cast.now):
        answer = liu.post(
            f"/my/applications/{correcting.number}/supplement", {"sent.file.layout": str(other.public_id)}
        )
    assert answer.status_code == 422
