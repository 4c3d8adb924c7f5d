"""Keys come and go while processes run; nothing written is lost on the way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.people import Cast
from tongban.identity.models import Person
from tongban.kernel import config, crypto, keyring, reencrypting
from tongban.kernel.models import Reencryption
from tongban.kernel.refusals import Conflict, NotFound

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
COLUMN = "identity.Person.phone"


@pytest.fixture
def secrets(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """This process's own copy of the secrets file."""
    path = tmp_path / "secrets.json"
    path.write_bytes((settings.TONGBAN.data / "secrets.json").read_bytes())
    path.chmod(0o600)
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)
    settings.TONGBAN_SECRETS = config.read_secrets(path)
    crypto._cipher.cache_clear()
    monkeypatch.setattr(crypto, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr(crypto, "_next_look", 0.0)
    yield path
    crypto._cipher.cache_clear()


def key_of(person: Person) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM identity_person WHERE id = %s", [person.pk])
        stored = bytes(cursor.fetchone()[0])
    return stored[1 : 1 + stored[0]].decode()


def run(*, batch: int = 200) -> list[reencrypting.Left]:
    return reencrypting.reencrypt(now=lambda: NOW, progress=lambda table, done: None, batch=batch)


def test_a_new_key_is_used_at_once_and_the_old_one_still_opens(secrets: Path) -> None:
    before = crypto.encrypt(b"before", column=COLUMN)

    made = keyring.rotate(secrets, now=NOW)

    assert made == "2"
    assert crypto.encrypt(b"after", column=COLUMN).startswith(crypto.prefix("2"))
    assert crypto.decrypt(before, column=COLUMN) == b"before"
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in secrets.parent.iterdir()] == ["secrets.json"]
    assert [(key.id, key.current) for key in keyring.keys(secrets)] == [("1", False), ("2", True)]


def test_a_process_that_looks_seldom_opens_what_a_quicker_one_wrote(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crypto, "_next_look", float("inf"))  # this one would not look for a long time
    code = "import sys; from django.conf import settings; from tongban.kernel import crypto; sys.stdout.buffer.write(crypto.encrypt(b'quick', column='identity.Person.phone'))"
    keyring.rotate(secrets, now=NOW)
    quick = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True,
        env=os.environ | {"TONGBAN_DATA": str(secrets.parent), "PYTHONPATH": os.pathsep.join(sys.path)},
    ).stdout  # fmt: skip

    assert quick.startswith(crypto.prefix("2"))
    assert crypto.decrypt(quick, column=COLUMN) == b"quick"


def test_a_running_process_goes_on_when_the_new_file_is_broken(secrets: Path, caplog: Any) -> None:
    held = crypto.encrypt(b"before", column=COLUMN)
    secrets.write_text("{")

    assert crypto.decrypt(crypto.encrypt(b"x", column=COLUMN), column=COLUMN) == b"x"
    assert crypto.decrypt(held, column=COLUMN) == b"before"
    assert "can't be read" in caplog.text


def test_a_key_that_was_added_waits_until_it_is_used(secrets: Path) -> None:
    made = keyring.add(secrets, now=NOW)

    assert crypto.encrypt(b"x", column=COLUMN).startswith(crypto.prefix("1"))
    keyring.use(secrets, made, now=NOW)
    assert crypto.encrypt(b"x", column=COLUMN).startswith(crypto.prefix("2"))
    with pytest.raises(NotFound):
        keyring.use(secrets, "9", now=NOW)


def test_every_encrypted_column_of_every_model_is_found() -> None:
    from django.apps import apps

    from tongban.kernel.fields import Encrypted

    found = {(table.label, column) for table in reencrypting.tables() for column, _ in table.columns}

    wanted = {
        (model._meta.label, field.column)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Encrypted)
    }
    assert found == wanted
    assert ("identity.Person", "id_number") in found


def test_everything_is_encrypted_anew_and_reads_as_before(cast: Cast, secrets: Path) -> None:
    case = cast.submit()
    before = list(Person.objects.order_by("pk").values_list("name", "id_number", "phone", "address", "mail"))
    keyring.rotate(secrets, now=NOW)
    assert sum(each.count for each in reencrypting.left()) > 8

    assert run(batch=3) == []

    assert list(Person.objects.order_by("pk").values_list("name", "id_number", "phone", "address", "mail")) == before
    case.refresh_from_db()
    assert case.particulars["form"]["shop"] == "老灶火锅店"
    assert reencrypting.left() == []
    assert reencrypting.left(key_id="1") == []
    assert Reencryption.objects.get(table="identity.Person").values >= len(before)


def test_what_an_old_process_wrote_meanwhile_is_found_by_the_next_run(cast: Cast, secrets: Path, settings: Any) -> None:
    old = settings.TONGBAN_SECRETS
    keyring.rotate(secrets, now=NOW)
    run()
    new, settings.TONGBAN_SECRETS = settings.TONGBAN_SECRETS, replace(old, mark=(0, 0, 0))
    Person.objects.filter(pk=cast.liu.person_id).update(name="刘小燕")
    settings.TONGBAN_SECRETS = new
    assert [each.values for each in reencrypting.left()] == [{"1": 1}]

    assert run() == []

    assert Person.objects.get(pk=cast.liu.person_id).name == "刘小燕"


def test_a_value_written_between_reading_and_swapping_stays(
    cast: Cast, secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.rotate(secrets, now=NOW)
    read = reencrypting._rows_after

    def and_then_somebody_writes(table: reencrypting.Table, last: str, batch: int) -> Any:
        rows = read(table, last, batch)
        if table.label == "identity.Person":
            Person.objects.filter(pk=cast.liu.person_id).update(name="刘大燕")
        return rows

    monkeypatch.setattr(reencrypting, "_rows_after", and_then_somebody_writes)

    assert run() == []
    assert Person.objects.get(pk=cast.liu.person_id).name == "刘大燕"


def test_a_value_that_does_not_open_is_left_and_told(cast: Cast, secrets: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE identity_person SET phone = %s WHERE id = %s",
            [crypto.prefix("1") + b"x" * 40, cast.liu.person_id],
        )
    keyring.rotate(secrets, now=NOW)

    assert run() == [reencrypting.Left("identity.Person", {"1": 1})]


@pytest.mark.django_db
def test_a_key_goes_only_when_nothing_needs_it(secrets: Path) -> None:
    counted = {"left": 3}

    def retire(key_id: str, *, later: timedelta = timedelta(minutes=5)) -> None:
        keyring.retire(secrets, key_id, used=lambda: counted["left"], now=NOW + later)

    with pytest.raises(Conflict, match="正在使用"):
        retire("1")
    keyring.rotate(secrets, now=NOW)
    with pytest.raises(Conflict, match="刚刚停用"):
        retire("1", later=timedelta(minutes=1))
    with pytest.raises(Conflict, match="还有 3 个值"):
        retire("1")
    counted["left"] = 0
    retire("1")

    assert [key.id for key in keyring.keys(secrets)] == ["2"]
    assert "1" not in json.loads(secrets.read_text())["encryption_until"]


def test_a_backup_keeps_a_key_that_was_retired_while_it_was_made(secrets: Path) -> None:
    earlier = secrets.read_bytes()
    keyring.rotate(secrets, now=NOW)
    keyring.retire(secrets, "1", used=lambda: 0, now=NOW + timedelta(hours=1))
    later = secrets.read_bytes()

    kept = json.loads(keyring.with_keys_of(later, earlier))

    assert set(kept["encryption"]) == {"1", "2"}
    assert kept["encryption_current"] == "2"
    assert keyring.with_keys_of(later, later) == later


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_goes_on_from_there(secrets: Path) -> None:
    """kill -9 of the real command, twice; then it ends, and every value reads as before."""
    from tests import people

    cast = people.make(now=NOW)
    with transaction.atomic():
        for at in range(120):
            made = Person(name=f"王{at}", address=f"云江路{at}号", created_at=NOW)
            made.set_id_number(f"{at:018d}")
            made.set_phone("19900000001")
            made.save()
    before = list(Person.objects.order_by("pk").values_list("name", "id_number", "phone", "address"))
    keyring.rotate(secrets, now=NOW)
    wanted = sum(each.count for each in reencrypting.left())
    url = "postgresql://?" + "&".join(
        f"{name}={value}" for name, value in connection.get_connection_params().items()
        if name in ("dbname", "user", "password", "host", "port") and value
    )  # fmt: skip
    environ = os.environ | {
        "DATABASE_URL": url,
        "TONGBAN_DATA": str(secrets.parent),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }

    def start(pause: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tongban.site.cli", "keys", "reencrypt", "--batch", "10", "--pause", pause]
        return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)

    counts = [wanted]
    for _ in range(2):
        process = start("0.05")
        assert process.stdout
        seen = 0
        while seen < 3 and (line := process.stdout.readline()):
            seen += line.startswith("identity.Person\t")
        process.kill()
        process.communicate()
        counts.append(sum(each.count for each in reencrypting.left()))
    at = Reencryption.objects.get(table="identity.Person")
    assert at.finished_at is None
    assert counts[0] > counts[1] > counts[2] > 0

    last = start("0")
    said, _ = last.communicate(timeout=120)

    assert last.returncode == 0, said
    assert f"换了 {counts[2]} 个值" in said  # what the killed ones did was not done again
    assert reencrypting.left() == []
    assert list(Person.objects.order_by("pk").values_list("name", "id_number", "phone", "address")) == before
    assert cast.liu.person_id
