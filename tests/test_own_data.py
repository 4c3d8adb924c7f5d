"""Everything the platform keeps about somebody, for that person only, in one file."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.apps import apps
from django.test import Client

from tests.people import LIU_PHONE, Cast, has_confirmed, paper
from tongban.applications import actions as applications
from tongban.files.actions import keep_upload
from tongban.identity.models import Account, Membership
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.kernel.personal import KEPT
from tongban.kernel.refusals import Conflict, NotFound
from tongban.licences.models import Licence
from tongban.privacy import actions, vault
from tongban.privacy.models import OwnData

NOT_TOLD = {
    "identity.FaceCheck": "the try itself; what came of it is a Verification",
    "notices.MailConfirmation": "an address that waits an hour for its code",
    "privacy.OwnData": "the request itself",
}


def made(cast: Cast, account: Account) -> tuple[OwnData, zipfile.ZipFile]:
    one = actions.make(actions.ask(by=cast.actor(account), now=cast.now).public_id, now=cast.now)
    return one, zipfile.ZipFile(io.BytesIO(b"".join(vault.pieces(str(one.public_id)))))


def test_the_file_holds_everything_of_this_person_and_nothing_of_another(cast: Cast) -> None:
    file = keep_upload(paper("布局图"), by=cast.actor(cast.liu), now=cast.now)
    case = cast.submit(materials={"safety": "pledge", "layout": str(file.public_id)})
    client = Client()
    client.force_login(cast.reviewer)
    client.get(f"/desk/cases/{case.number}")
    assert cast.liu.person

    one, archive = made(cast, cast.liu)

    told = json.loads(archive.read("data.json"))
    words = json.dumps(told, ensure_ascii=False)
    for known in (cast.liu.person.id_number, LIU_PHONE, "老灶火锅店", case.number, "云江区市场监督管理局", "审查申请"):
        assert known in words, known
    assert "我的登记" in archive.read("index.html").decode()
    (name,) = [name for name in archive.namelist() if name.startswith("materials/")]
    assert archive.read(name).startswith(b"%PDF")
    assert one.sha256
    stored = vault.path_of(str(one.public_id))
    assert stored.stat().st_mode & 0o777 == 0o600
    assert cast.liu.person.id_number.encode() not in stored.read_bytes()

    _, other = made(cast, cast.stranger)
    assert "老灶火锅店" not in other.read("data.json").decode()
    assert LIU_PHONE not in other.read("index.html").decode()


def test_every_table_with_a_person_is_told_or_named_here() -> None:
    told = {label for one in KEPT.values() for label in one.models}
    persons = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model and field.related_model.__name__ == "Person"
    }

    assert persons - told - set(NOT_TOLD) == set()
    assert told <= {model._meta.label for model in apps.get_models()}


def test_it_is_taken_by_its_person_until_it_expires(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.liu)
    assert client.post("/my/data").status_code == 302
    one = OwnData.objects.get()
    url = f"/my/data/{one.public_id}.zip"
    assert client.get(url).headers["Location"] == f"/confirm?next={quote(url, safe='')}"
    has_confirmed(client)
    assert client.get(url).status_code == 409
    actions.make(one.public_id, now=cast.now)

    assert "下载（ZIP" in client.get("/my/data").content.decode()
    assert client.get(url).getvalue()[:2] == b"PK"
    stranger = Client()
    stranger.force_login(cast.stranger)
    has_confirmed(stranger)
    assert stranger.get(url).status_code == 404
    names = list(JournalEntry.objects.filter(subject=str(one.public_id)).order_by("pk").values_list("name", flat=True))
    assert names == ["privacy.OwnDataAsked", "privacy.OwnDataMade", "privacy.OwnDataTaken"]

    later = cast.now + timedelta(days=8)
    assert actions.let_go(now=later) == 1
    assert not vault.path_of(str(one.public_id)).exists()
    with clock.at(later), pytest.raises(Conflict):
        actions.take(one.public_id, by=cast.actor(cast.liu), now=later)


def test_one_asks_for_one_at_a_time(cast: Cast) -> None:
    one = actions.ask(by=cast.actor(cast.liu), now=cast.now)
    with pytest.raises(Conflict, match="正在整理"):
        actions.ask(by=cast.actor(cast.liu), now=cast.now + timedelta(days=1))
    actions.make(one.public_id, now=cast.now)
    actions.make(one.public_id, now=cast.now)  # a job that runs twice
    with pytest.raises(Conflict, match="十二小时"):
        actions.ask(by=cast.actor(cast.liu), now=cast.now + timedelta(hours=1))
    actions.ask(by=cast.actor(cast.liu), now=cast.now + timedelta(hours=13))
    with pytest.raises(NotFound):
        actions.take(one.public_id, by=cast.actor(cast.stranger), now=cast.now)


def test_who_handled_a_firm_s_case_takes_its_number_and_day_and_nothing_in_it(cast: Cast) -> None:
    file = keep_upload(paper("布局图"), by=cast.actor(cast.liu), now=cast.now)
    case = cast.submit(organisation=cast.shop, materials={"safety": "pledge", "layout": str(file.public_id)})
    Licence.objects.create(
        number="FIRM-1", code="abcdefgh", title="食品经营许可证", case_number=case.number, body=cast.body,
        person=cast.liu.person, organisation=cast.shop, holder_name="云江区老灶火锅店", particulars={"经营者": "某人"},
        issued_on=cast.now.date(),
    )  # fmt: skip
    applications.open_draft(
        cast.guide, person=cast.liu.person, organisation=cast.shop, by=cast.actor(cast.liu), now=cast.now
    )
    Membership.objects.filter(person=cast.liu.person).update(until_at=cast.now)

    _, archive = made(cast, cast.liu)

    sections = {one["key"]: one["rows"] for one in json.loads(archive.read("data.json"))["sections"]}
    assert sections["handled"] == [{"办件编号": case.number, "事项": case.title, "收件日期": "2026-03-02"}]
    assert [sections[key] for key in ("cases", "materials", "words", "drafts", "licences", "ratings")] == [[]] * 6
    assert not [name for name in archive.namelist() if name.startswith(("materials/", "licences/"))]
    assert "FIRM-1" not in archive.read("index.html").decode()
