"""The client against a real socket: found, clean, dies midway, too large, away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tongban.files.gateways import ScannerAway, Unscannable
from tongban.files.gateways.clamav import ClamAV
from tongban.files.tests.daemon import DIES, EICAR, LIMIT, daemon


@pytest.fixture(params=["tcp", "unix"])
def clamav(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ClamAV]:
    with daemon(tmp_path / "c.sock" if request.param == "unix" else None) as address:
        yield ClamAV(address, patience=5)


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 3_000_000])
def test_clean_content_of_any_size_is_clean(clamav: ClamAV, size: int) -> None:
    assert clamav.scan(bytes(size)) == ""


def test_a_virus_is_named_wherever_it_lies(clamav: ClamAV) -> None:
    assert clamav.scan(EICAR) == "Eicar-Test-Signature"
    assert clamav.scan(bytes(65_500) + EICAR + bytes(100)) == "Eicar-Test-Signature"


def test_a_daemon_that_dies_midway_has_said_nothing(clamav: ClamAV) -> None:
    with pytest.raises(ScannerAway):
        clamav.scan(DIES + bytes(3_000_000))


def test_content_past_its_limit_is_told_apart_from_a_daemon_that_is_away(clamav: ClamAV) -> None:
    with pytest.raises(Unscannable):
        clamav.scan(bytes(LIMIT + 1))


def test_it_says_its_version(clamav: ClamAV) -> None:
    assert clamav.ping().startswith("ClamAV 1.4.2")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.ctl"])
def test_nobody_there_is_said(address: str) -> None:
    with pytest.raises(ScannerAway, match=r"127\.0\.0\.1:1|nowhere"):
        ClamAV(address, patience=1).scan(b"x")
