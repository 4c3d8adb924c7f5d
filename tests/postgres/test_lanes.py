"""Which PostgreSQL runs, and with which settings."""

import re
import shutil
from pathlib import Path

import psycopg
import pytest

from tests.postgres.supervision import ROOT, Start
from tongban.kernel.postgres import Lane, Remote, ServerError, choose
from tongban.kernel.postgres import start as start_here

pytestmark = pytest.mark.postgres


def test_only_programs_of_its_version_open_a_cluster(start: Start, data: Path, lane: str) -> None:
    start(data, lane=lane).stop()
    other = "system" if lane == "wheel" else "wheel"

    refused = start(data, lane=other)

    assert "which only PostgreSQL" in refused.error
    assert start(data).server["lane"] == lane


def test_without_fitting_programs_the_error_names_the_version(start: Start, data: Path) -> None:
    start(data).stop()
    (data / "postgres" / "PG_VERSION").write_text("9\n")

    one = start(data)

    assert "written by PostgreSQL 9" in one.error
    assert "choose a new data folder" in one.error


def test_the_operator_has_the_last_word_on_settings(start: Start, data: Path) -> None:
    start(data).stop()
    local = data / "postgres" / "local.conf"
    local.write_text("work_mem = 9MB\n")
    if ROOT:
        shutil.chown(local, (data / "postgres").stat().st_uid)
    one = start(data)
    assert one.query("SHOW work_mem") == [["9MB"]]
    one.stop()

    local.write_text("work_mem = plenty\n")

    assert "work_mem" in start(data).error


def test_commits_are_durable_and_the_owner_is_no_superuser(start: Start, data: Path) -> None:
    one = start(data, TONGBAN_POSTGRES_FAST="")

    assert one.query("SELECT current_setting('fsync'), current_setting('synchronous_commit')") == [["on", "on"]]
    assert one.query("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user") == [["tongban", False]]
    assert one.query("SELECT has_parameter_privilege('session_replication_role', 'SET')") == [[False]]
    assert one.query("SELECT pg_encoding_to_char(encoding), upper('é') FROM pg_database LIMIT 1") == [["UTF8", "É"]]
    assert one.query("SELECT current_setting('timezone'), current_setting('listen_addresses')") == [["UTC", ""]]
    with psycopg.connect(one.server["admin_url"]) as connection:
        assert connection.execute("SHOW is_superuser").fetchone() == ("on",)


def test_a_test_cluster_may_empty_tables_that_only_grow(start: Start, data: Path) -> None:
    one = start(data, TONGBAN_POSTGRES_FAST="1")

    assert one.query("SHOW fsync") == [["off"]]
    assert one.query("SELECT has_parameter_privilege('session_replication_role', 'SET')") == [[True]]


def test_details_of_errors_stay_out_of_the_log(start: Start, data: Path) -> None:
    one = start(data)
    with psycopg.connect(one.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (id_number text PRIMARY KEY)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO people VALUES ('500199-secret')")
            except psycopg.errors.UniqueViolation:
                break
    one.stop()

    log = "".join(path.read_text() for path in (data / "postgres" / "log").glob("*.log"))

    assert "duplicate key value" in log
    assert "500199-secret" not in log


def test_a_url_is_used_as_it_is(start: Start, data: Path, folder: Path) -> None:
    one = start(data)

    server = start_here(folder / "unused", environ={"DATABASE_URL": one.url})

    assert (server.lane, server.url, server.pid, server.poll()) == (Lane.URL, one.url, None, None)
    assert re.fullmatch(r"\d+\.\d+", server.version)
    server.stop()
    assert one.poll() is None
    assert not (folder / "unused").exists()


def test_a_silent_url_is_reported_without_its_password(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr("tongban.kernel.postgres.remote.PATIENCE", 0.0)

    with pytest.raises(ServerError, match="doesn't let us in") as caught:
        start_here(folder, environ={"DATABASE_URL": f"postgresql://me:secret@/x?host={folder}"})

    assert "secret" not in str(caught.value)


def test_the_environment_chooses_the_lane() -> None:
    url = "postgresql://somewhere/tongban"
    assert choose({"DATABASE_URL": url}) == Remote(url)
    assert choose({"DATABASE_URL": url, "TONGBAN_POSTGRES": "wheel"}).lane is Lane.WHEEL
    for environ, words in (
        ({"TONGBAN_POSTGRES": "url"}, "DATABASE_URL is empty"),
        ({"TONGBAN_POSTGRES": "docker"}, "can be url, system or wheel"),
    ):
        with pytest.raises(ServerError, match=words):
            choose(environ)
