"""A case file holds all of a case, needs no tongban to be checked, and no byte of it changes unseen."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests import people
from tests.people import Cast
from tongban.applications import actions
from tongban.applications.actions import archiving
from tongban.applications.archive import checking, contents, form, packing, record
from tongban.applications.models import Application, ApplicationMaterial
from tongban.files.actions import keep_upload
from tongban.files.models import StoredFile
from tongban.files.store import store
from tongban.kernel import bookkeeper, signing
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(cast: Cast) -> Application:
    """A case with an upload, a message with an attachment, a review, a licence."""
    liu = cast.actor(cast.liu)
    layout = keep_upload(people.paper("布局图"), by=liu, now=cast.now)
    case = cast.granted(materials={"safety": "pledge", "layout": str(layout.public_id)})
    sent = keep_upload(people.paper("附件"), by=liu, now=cast.now)
    actions.write_message(case.number, text="请问什么时候能领？", file=sent, by=liu, now=cast.now)
    actions.deliver(case.number, by=liu, now=cast.now)
    bookkeeper.link_waiting()
    return Application.objects.get(pk=case.pk)


@pytest.fixture
def filed(delivered: Application, cast: Cast, tmp_path: Path) -> Path:
    path = tmp_path / "case.zip"
    actions.archive(delivered.number, path, by=cast.actor(cast.decider), now=cast.now)
    return path


def test_it_holds_all_of_the_case_and_says_so(filed: Path, delivered: Application, cast: Cast) -> None:
    report = checking.check(filed, key=contents.key().public_key())

    assert report.holds, report.faults
    assert report.known is True
    assert report.index
    titles = [one.title for one in report.index.entries]
    for title in ("申请材料接收凭证", "受理通知书", "时限计算单", "经营场所布局图", "留言附件", "办件数据", "日志摘录"):
        assert title in titles
    assert report.index.applicant == "刘晓燕"
    assert not report.index.lost
    with zipfile.ZipFile(filed) as archive:
        said = json.loads(archive.read(form.RECORD))
        assert archive.read("materials/layout.pdf").startswith(b"%PDF")
        assert any(name.startswith("licences/") for name in archive.namelist())
    assert said["application"]["particulars"]["form"]["shop"] == "老灶火锅店"
    assert said["person"]["id_number"] == delivered.person.id_number
    assert [row["passes"] for row in said["rows"]["applications.Review"]] == [True]
    assert said["rows"]["applications.CaseMessage"][0]["file"].startswith("attachments/casemessage-")
    names = [line["said"][2] for line in report.journal]
    assert names[0] == "applications.Submitted"
    assert "applications.Delivered" in names
    entry = JournalEntry.objects.get(subject=delivered.number, name="applications.Archived")
    assert entry.facts["sha256"] == hashlib.sha256(filed.read_bytes()).hexdigest()
    assert filed.stat().st_mode & 0o777 == 0o600


def test_every_table_that_hangs_on_a_case_is_in_it() -> None:
    """By the relations, so nothing that is added later is forgotten."""
    from django.apps import apps

    listed = set(record.tables())
    for model in apps.get_app_config("applications").get_models():
        points = {one.related_model for one in model._meta.fields if one.related_model}
        if Application in points:
            assert model._meta.label in listed
    assert {"applications.StepFile", "applications.StepAnswer", "flow.Clock", "licences.Licence"} <= listed
    assert "applications.Draft" not in listed


def test_every_file_has_a_title_for_people() -> None:
    """A table that comes to point at files says what they are called in the index."""
    from django.apps import apps

    own = {"applications.ApplicationMaterial", "applications.MaterialVersion"}
    pointing = {
        label.rpartition(".")[2].lower()
        for label in set(record.tables()) - own
        if any(one.related_model is StoredFile for one in apps.get_model(label)._meta.fields)
    }
    assert pointing == set(contents.TITLES)


def test_an_earlier_version_lies_beside_its_material(cast: Cast, tmp_path: Path) -> None:
    liu, reviewer = cast.actor(cast.liu), cast.actor(cast.reviewer)

    def sent(words: str) -> str:
        return str(keep_upload(people.paper(words), by=liu, now=cast.now).public_id)

    case = cast.submit(materials={"safety": "pledge", "layout": sent("第一版")})
    actions.correct(case.number, {"layout": actions.Gap(note="请重画")}, by=reviewer, now=cast.now)
    actions.supplement(case.number, materials={"layout": sent("第二版")}, by=liu, now=cast.now)
    actions.withdraw(case.number, by=liu, now=cast.now)
    bookkeeper.link_waiting()

    index = actions.archive(case.number, tmp_path / "case.zip", by=cast.actor(cast.head), now=cast.now)

    titles = {one.path: one.title for one in index.entries}
    assert titles["materials/layout.pdf"] == "经营场所布局图"
    assert titles["materials/layout.v1.pdf"] == "经营场所布局图（第 1 版）"


def test_the_same_case_gives_the_same_file(filed: Path, delivered: Application, cast: Cast, tmp_path: Path) -> None:
    """But for the entry that the first export left in the journal."""
    one, other = tmp_path / "one.zip", tmp_path / "other.zip"
    for path in (one, other):
        archiving.write(delivered_again(delivered), path, by=cast.actor(cast.decider), now=cast.now)

    assert one.read_bytes() == other.read_bytes()


def delivered_again(case: Application) -> Application:
    bookkeeper.link_waiting()
    return Application.objects.get(pk=case.pk)


def test_any_changed_byte_is_found(filed: Path, tmp_path: Path) -> None:
    """Some in every member and all over the frame of the ZIP: flipped, one at a time."""
    whole, changed = filed.read_bytes(), tmp_path / "changed.zip"
    with zipfile.ZipFile(filed) as archive:
        starts = [one.header_offset for one in archive.infolist()]
        directory = archive.start_dir
    places = {at for start in starts for at in range(start, start + 60, 7)}
    places |= set(range(directory, len(whole), 11)) | set(range(0, len(whole), 997)) | {len(whole) - 1}
    for at in sorted(places):
        changed.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not checking.check(changed).holds, f"byte {at} of {len(whole)}"


@pytest.mark.parametrize("change", ["behind", "before", "shorter", "comment", "added", "removed", "compressed"])
def test_nothing_is_added_removed_or_repacked_unseen(filed: Path, tmp_path: Path, change: str) -> None:
    whole, changed = filed.read_bytes(), tmp_path / "changed.zip"
    with zipfile.ZipFile(filed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if change in ("behind", "before", "shorter"):
        changed.write_bytes({"behind": whole + b"\0", "before": b"#" + whole, "shorter": whole[:-30]}[change])
    else:
        if change == "added":
            members["materials/other.pdf"] = b"%PDF"
        if change == "removed":
            del members["materials/layout.pdf"]
        packed = zipfile.ZIP_DEFLATED if change == "compressed" else zipfile.ZIP_STORED
        with zipfile.ZipFile(changed, "w", packed) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
            archive.comment = b"hidden" if change == "comment" else b""

    assert not checking.check(changed).holds


def test_who_signs_with_another_key_is_found_out(filed: Path, tmp_path: Path) -> None:
    """A forger who makes all sums and the signature anew gets a whole file, but not our key."""
    forged, other = tmp_path / "forged.zip", Ed25519PrivateKey.generate()
    with zipfile.ZipFile(filed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[form.INDEX] = members[form.INDEX].replace("刘晓燕".encode(), "柳晓燕".encode())
    members[form.KEY] = signing.public_pem(other)
    hashes = {name: hashlib.sha256(members[name]).hexdigest() for name in members if "SHA256SUMS" not in name}
    members[form.SUMS] = form.sums(hashes)
    members[form.SIGNATURE] = other.sign(members[form.SUMS])
    with forged.open("wb") as out:
        packing.write(out, form.in_order(members), members.__getitem__)

    assert checking.check(forged).holds
    assert checking.check(forged).known is None
    report = checking.check(forged, key=contents.key().public_key())
    assert [fault.place for fault in report.faults] == [form.KEY]


def test_a_reworded_journal_does_not_fit_its_chain(filed: Path, tmp_path: Path) -> None:
    """Even signed by our own key: the chain tells, and so does the journal of the instance."""
    changed = tmp_path / "reworded.zip"
    with zipfile.ZipFile(filed) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[form.JOURNAL] = members[form.JOURNAL].replace(b'"passes": true', b'"passes": false')
    index = form.Index.read(members[form.INDEX])
    entries = [
        one if one.path != form.JOURNAL else form.Entry(
            one.path, one.group, one.title, len(members[form.JOURNAL]),
            hashlib.sha256(members[form.JOURNAL]).hexdigest(), one.on, one.source,
        )
        for one in index.entries
    ]  # fmt: skip
    members[form.INDEX] = form.Index(**{**index.__dict__, "entries": tuple(entries)}).write()
    hashes = {name: hashlib.sha256(members[name]).hexdigest() for name in members if "SHA256SUMS" not in name}
    members[form.SUMS] = form.sums(hashes)
    members[form.SIGNATURE] = contents.key().sign(members[form.SUMS])
    with changed.open("wb") as out:
        packing.write(out, form.in_order(members), members.__getitem__)

    faults = checking.check(changed, key=contents.key().public_key()).faults
    assert [fault.says for fault in faults] == ["日志内容与哈希不符"]
    report = checking.check(filed)
    assert not contents.unknown_here(report.journal)
    report.journal[0]["hash"] = "00" * 32
    assert len(contents.unknown_here(report.journal)) == 1


@pytest.mark.skipif(not shutil.which("sha256sum") or not shutil.which("openssl"), reason="needs sha256sum and openssl")
def test_a_stranger_checks_it_without_tongban(filed: Path, tmp_path: Path) -> None:
    """As README.txt in the file says."""
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(filed) as archive:
        archive.extractall(folder)
    said = (folder / form.README).read_text("utf-8")
    commands = [line.strip() for line in said.splitlines() if line.startswith(("  sha256sum", "  openssl"))]
    assert len(commands) == 2
    for command in commands:
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    (folder / "materials/layout.pdf").write_bytes(b"%PDF changed")
    assert subprocess.run(commands[0].split(), cwd=folder, check=False, capture_output=True).returncode


def test_only_whoever_may_and_only_what_has_ended(delivered: Application, cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "none.zip"
    for who, refusal in ((cast.reviewer, Forbidden), (cast.liu, Forbidden), (cast.foreign_reviewer, NotFound)):
        with pytest.raises(refusal):
            actions.archive(delivered.number, path, by=cast.actor(who), now=cast.now)
    running = cast.submit(key="running-0001")
    bookkeeper.link_waiting()
    with pytest.raises(Conflict, match="办结以后才能归档"):
        actions.archive(running.number, path, by=cast.actor(cast.decider), now=cast.now)
    assert not path.exists()


def test_it_waits_for_the_bookkeeper(cast: Cast, tmp_path: Path) -> None:
    layout = keep_upload(people.paper(), by=cast.actor(cast.liu), now=cast.now)
    case = cast.granted(materials={"safety": "pledge", "layout": str(layout.public_id)})
    actions.deliver(case.number, by=cast.actor(cast.liu), now=cast.now)
    with pytest.raises(Conflict, match="还没有记入日志"):
        actions.archive(case.number, tmp_path / "x.zip", by=cast.actor(cast.decider), now=cast.now)


def test_what_cannot_be_given_is_named(delivered: Application, cast: Cast, tmp_path: Path) -> None:
    """A file under quarantine, and one that the store lost: the case file is made, and says what it lacks."""
    material = ApplicationMaterial.objects.get(application=delivered, key="layout")
    StoredFile.objects.filter(pk=material.file_id).update(state="refused", reason="含有病毒")
    message = delivered.messages.get()
    assert message.file
    store().delete(message.file.sha256)
    path = tmp_path / "case.zip"

    index = actions.archive(delivered.number, path, by=cast.actor(cast.head), now=cast.now)

    assert {one.title for one in index.lost} == {"经营场所布局图", "留言附件"}
    assert "含有病毒" in "".join(one.why for one in index.lost)
    assert checking.check(path).holds


def test_a_file_that_is_there_is_not_overwritten(filed: Path, delivered: Application, cast: Cast) -> None:
    was = filed.read_bytes()
    bookkeeper.link_waiting()
    with pytest.raises(FileExistsError):
        actions.archive(delivered.number, filed, by=cast.actor(cast.decider), now=cast.now)
    assert filed.read_bytes() == was


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_case_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    assert not checking.check(path).holds


def test_the_command_needs_no_database(filed: Path, tmp_path: Path) -> None:
    """On a machine with nothing but the program and the file: told in words, and by the exit code."""
    key = tmp_path / "key.pem"
    key.write_bytes(signing.public_pem(contents.key()))

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tongban.site.cli", "archive", "verify", *arguments]
        environment = {**os.environ, "TONGBAN_DATA": str(tmp_path / "nothing"), "DATABASE_URL": "postgresql://nowhere/"}
        return subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True, check=False)

    whole, known = run(str(filed)), run(str(filed), "--key", str(key))
    content = filed.read_bytes()
    filed.write_bytes(content.replace(b"%PDF", b"%pDF", 1))
    changed, missing = run(str(filed)), run(str(tmp_path / "none.zip"))

    assert (whole.returncode, known.returncode, changed.returncode, missing.returncode) == (0, 0, 1, 1)
    assert "没有公钥可对" in whole.stdout
    assert "没有公钥可对" not in known.stdout
    assert "\t内容已损坏，读不出来" in changed.stderr
    assert "没有这个案卷文件" in missing.stderr
    assert not (tmp_path / "nothing").exists()
