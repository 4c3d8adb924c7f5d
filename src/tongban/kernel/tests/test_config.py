"""Settings are typed and named when wrong; secrets are made once, for the owner's eyes only."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tongban.kernel.config import Config, ConfigError, load, secrets_of


def written(folder: Path, text: str) -> Path:
    path = folder / "tongban.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_any_setting_the_instance_is_in_production() -> None:
    config = load({}, toml=Path("/nonexistent"))

    assert (config.mode, config.demo, config.clock) == ("production", False, "")
    assert config.data == Path("data").resolve()


def test_the_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    toml = written(tmp_path, 'site_name = "文件"\nregion = "500106"\nupload_limit_mb = 5\ndoor = true\n')

    config = load({"TONGBAN_SITE_NAME": "环境", "TONGBAN_DATA": str(tmp_path / "d")}, toml=toml)

    assert (config.site_name, config.region, config.upload_limit_mb, config.door) == ("环境", "500106", 5, True)
    assert config.data == tmp_path / "d"


def test_the_usual_name_of_the_database_wins(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "postgresql://one", "TONGBAN_DATABASE_URL": "postgresql://two"}

    assert load(environ, toml=tmp_path / "none").database_url == "postgresql://one"


def test_the_file_may_lie_elsewhere(tmp_path: Path) -> None:
    toml = written(tmp_path, 'office = "某区政务办"\n')

    assert load({"TONGBAN_TOML": str(toml)}).office == "某区政务办"


@pytest.mark.parametrize(
    ("text", "environ", "named"),
    [
        ('site_nane = "x"', {}, "site_nane"),
        ("[section]\na = 1", {}, "section"),
        ("not toml at all", {}, "tongban.toml"),
        ("", {"TONGBAN_UPLOAD_LIMIT_MB": "many"}, "TONGBAN_UPLOAD_LIMIT_MB"),
        ("", {"TONGBAN_MODE": "test"}, "TONGBAN_MODE"),
        ("", {"TONGBAN_PROXIES": "10.0.0.5, the proxy"}, "TONGBAN_PROXIES"),
        ("", {"TONGBAN_MODE": "demo", "TONGBAN_CLOCK": "yesterday"}, "TONGBAN_CLOCK"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, text: str, environ: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        load(environ, toml=written(tmp_path, text))


def test_the_clock_is_fixed_in_demos_only(tmp_path: Path) -> None:
    environ = {"TONGBAN_CLOCK": "2026-03-02T09:30:00+08:00"}

    assert load(environ | {"TONGBAN_MODE": "demo"}, toml=tmp_path / "none").clock
    with pytest.raises(ConfigError, match="TONGBAN_CLOCK"):
        load(environ, toml=tmp_path / "none")


def test_secrets_are_made_once_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "new" / "data")

    first, second = secrets_of(config), secrets_of(config)

    assert first == second
    assert [path.name for path in config.data.iterdir()] == ["secrets.json"]
    assert (config.data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(first.encryption[first.encryption_current])) == 32
    assert len({first.django, first.blind_index, first.journal_head, first.encryption["1"]}) == 4


def test_secrets_do_not_show_in_messages(tmp_path: Path) -> None:
    made = secrets_of(Config(data=tmp_path))

    assert made.django not in repr(made)
    assert made.encryption["1"] not in repr(made)
    assert made.blind_index not in repr(made)
    assert made.journal_head not in repr(made)


def test_two_processes_that_start_at_once_use_the_same_secrets(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from tongban.kernel.config import Config, secrets_of; "
        "print(secrets_of(Config(data=pathlib.Path(sys.argv[1]))).django)"
    )
    folder = tmp_path / "data"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    printed = {process.communicate(timeout=30)[0] for process in started}

    assert len(printed) == 1
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]


def test_what_a_crash_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    import os

    (tmp_path / f"secrets.{os.getpid()}.tmp").write_text("half")

    assert secrets_of(Config(data=tmp_path)).django


def test_demo_keys_are_refused_in_production(tmp_path: Path) -> None:
    secrets_of(Config(data=tmp_path, mode="demo"))

    with pytest.raises(ConfigError, match="demo keys"):
        secrets_of(Config(data=tmp_path))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"django": "x"}', '{"other": 1}'])
def test_broken_secrets_are_not_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "secrets.json").write_text(text)

    with pytest.raises(ConfigError, match="restore it from the backup"):
        secrets_of(Config(data=tmp_path))
    assert (tmp_path / "secrets.json").read_text() == text


def test_the_key_in_use_is_named(tmp_path: Path) -> None:
    secrets_of(Config(data=tmp_path))

    assert json.loads((tmp_path / "secrets.json").read_text())["encryption_current"] == "1"
