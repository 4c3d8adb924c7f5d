"""体检 and the commands: the keys' age, a change of keys that isn't finished, cases that should have gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.people import Cast
from tongban.applications import actions as applications
from tongban.kernel import clock, config, crypto, keyring, reencrypting
from tongban.privacy import keeping
from tongban.site import doctor
from tongban.site.cli import privacy


@pytest.fixture
def secrets(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "secrets.json"
    path.write_bytes((settings.TONGBAN.data / "secrets.json").read_bytes())
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)
    settings.TONGBAN_SECRETS = config.read_secrets(path)
    monkeypatch.setattr(crypto, "LOOK_AGAIN", 0.0)
    monkeypatch.setattr(crypto, "_next_look", 0.0)
    crypto._cipher.cache_clear()
    yield path
    crypto._cipher.cache_clear()


def test_a_change_of_keys_is_told_until_the_old_one_is_gone(cast: Cast, secrets: Path) -> None:
    assert doctor._rotation().well

    keyring.rotate(secrets, now=cast.now)
    found = doctor._rotation()
    assert (found.well, "张表还没有换完" in found.says) == (False, True)
    reencrypting.reencrypt(now=lambda: cast.now, progress=lambda table, done: None)
    assert "各表都换过了" in doctor._rotation().says
    keyring.retire(secrets, "1", used=lambda: 0, now=cast.now + timedelta(hours=1))
    with clock.at(cast.now + timedelta(days=30)):
        assert doctor._rotation().well
    with clock.at(cast.now + timedelta(days=400)):
        assert not doctor._rotation().well


def test_what_should_have_gone_is_told_and_goes(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    case = applications.reject(
        cast.submit().number, kind="not_needed", reason="依法不需要许可", by=cast.actor(cast.reviewer),
        now=cast.now + timedelta(hours=1),
    )  # fmt: skip
    made = keeping.set_rule(
        cast.guide.item.code, type_code="01", years=10, source="本地保管期限表", by=cast.actor(cast.administrator),
        now=cast.now,
    )  # fmt: skip
    keeping.agree(made.public_id, by=cast.actor(cast.head), now=cast.now)
    assert doctor._retention().well

    with clock.at(cast.now + timedelta(days=11 * 366)):
        assert not doctor._retention().well
        privacy._due(Args())
        assert f"{case.number}\t2037-01-01\t10 年\t将匿名化" in capsys.readouterr().out
        assert doctor._retention().says.startswith("1 个")  # looking changed nothing
        privacy._anonymise(Args())
        assert doctor._retention().well


class Args:
    on = None
