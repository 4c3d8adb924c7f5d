"""Every store of keys keeps one contract; the one in a module is tried with SoftHSM where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tongban.kernel.actors import system
from tongban.kernel.config import ConfigError
from tongban.kernel.refusals import Refusal, Unavailable
from tongban.trust import actions, chains, queries
from tongban.trust.certificates import Usage
from tongban.trust.gateways import KeyStore, pkcs11, software
from tongban.trust.keys import Algorithm, read_public
from tongban.trust.rules import Role

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token of our own; the module reads its settings once in a process."""
    pytest.importorskip("pkcs11")
    if not Path(MODULE).exists() or not shutil.which("softhsm2-util"):
        pytest.skip("SoftHSM is not installed: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "conf").write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "conf")
    words = ["softhsm2-util", "--init-token", "--free", "--label", "tongban", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(words, check=True, capture_output=True)
    yield MODULE
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


@pytest.fixture(params=["software", "pkcs11"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    if request.param == "software":
        return software.SoftwareKeys()
    return pkcs11.opened(request.getfixturevalue("softhsm"), "tongban", PIN)


def test_a_store_signs_with_the_key_that_it_made(store: KeyStore) -> None:
    made, other = (store.make(Algorithm.ECDSA, label=label) for label in ("one", "two"))

    signature = store.sign(b"data", algorithm=Algorithm.ECDSA, label="one", private=made.private)

    assert read_public(made.public).verify(signature, b"data")
    assert not read_public(made.public).verify(signature, b"datb")
    assert not read_public(other.public).verify(signature, b"data")
    for label in ("one", "two"):
        store.destroy(label=label)
        store.destroy(label=label)


def test_a_key_in_a_module_cannot_be_read_out(softhsm: str) -> None:
    store = pkcs11.opened(softhsm, "tongban", PIN)
    made = store.make(Algorithm.ECDSA, label="hidden")
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.exceptions import PKCS11Error

    key = store._session.get_key(object_class=ObjectClass.PRIVATE_KEY, label="hidden")

    assert made.private == ""
    with pytest.raises(PKCS11Error):
        key[Attribute.VALUE]


def test_a_destroyed_key_and_a_wrong_pin_are_said_to_be(softhsm: str) -> None:
    store = pkcs11.opened(softhsm, "tongban", PIN)
    store.make(Algorithm.ECDSA, label="gone")
    store.destroy(label="gone")

    with pytest.raises(Unavailable, match="NoSuchKey"):
        store.sign(b"data", algorithm=Algorithm.ECDSA, label="gone", private="")
    with pytest.raises(Unavailable, match="不能签名"):
        pkcs11.Pkcs11Keys(softhsm, "no such token", PIN).make(Algorithm.ECDSA, label="x")
    assert store.make(Algorithm.ECDSA, label="after").public, "it is well again afterwards"


def test_sm2_in_a_module_is_refused_with_the_reason() -> None:
    store = pkcs11.Pkcs11Keys(MODULE, "tongban", PIN)

    with pytest.raises(Refusal, match="SM2 的指令各厂商不同"):
        store.make(Algorithm.SM2, label="x")


def test_a_module_that_is_not_there_is_a_setting_to_mend() -> None:
    pytest.importorskip("pkcs11")

    with pytest.raises(ConfigError, match="TONGBAN_PKCS11_MODULE"):
        pkcs11.opened("/no/such/module.so", "tongban", PIN)


@pytest.mark.django_db
def test_an_authority_in_a_module_issues_and_revokes(softhsm: str, settings: Any, moment: datetime) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, pkcs11_module=softhsm, pkcs11_token="tongban", pkcs11_pin=PIN)
    by = system("test")
    root = actions.found_authority(algorithm=Algorithm.ECDSA, organisation="办公室", by=by, now=moment, store="pkcs11")

    sign, _ = actions.issue(
        Role.SIGNER, name="某局", organisation="某局", algorithm=Algorithm.ECDSA, by=by, now=moment, store="pkcs11"
    )
    signer = queries.signer(Role.SIGNER, algorithm=Algorithm.ECDSA, now=moment)

    assert (root.key.store, root.key.private) == ("pkcs11", "")
    assert read_public(bytes(sign.key.public)).verify(signer.sign(b"data"), b"data")
    verdict = chains.judge(bytes(sign.der), usage=Usage.SIGN, at=moment + timedelta(hours=1), trusted=queries.trusted())
    assert verdict.valid
