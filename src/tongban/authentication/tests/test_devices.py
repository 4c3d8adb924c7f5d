"""What every bridge to readers does: the fake one, and one over HTTP with the fake behind it."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.authentication.gateways import Away
from tongban.authentication.gateways.devices import DeviceBridge, NoCard, PinWrong
from tongban.authentication.gateways.fake import FakeCard, FakeDevices
from tongban.authentication.gateways.http_devices import HttpDevices, chosen
from tongban.kernel.config import Config, ConfigError

CARD = FakeCard("9900000000B04001", "246813")


class Hall(BaseHTTPRequestHandler):
    """The protocol of `http_devices`, over the fake readers."""

    def do_POST(self) -> None:
        behind = FakeDevices({"B04": replace(CARD)})
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _, _, reader, what = self.path.split("/")
        status, said = 200, {}
        if self.headers["Authorization"] != "Bearer hall":
            status = 401
        else:
            try:
                if what == "card":
                    said = {"serial": behind.read(reader)}
                else:
                    signed = behind.sign(reader, b64decode(sent["challenge"]), pin=sent["pin"])
                    said = {"serial": signed.serial, "signature": b64encode(signed.signature).decode()}
            except NoCard:
                status = 404
            except PinWrong:
                status = 403
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def hall() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hall)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["http", "fake"])
def bridge(request: pytest.FixtureRequest) -> DeviceBridge:
    if request.param == "http":
        return HttpDevices(request.getfixturevalue("hall"), "hall")
    return FakeDevices({"B04": replace(CARD)})


def test_a_card_is_read_and_signs(bridge: DeviceBridge) -> None:
    signed = bridge.sign("B04", b"challenge", pin="246813")

    assert bridge.read("B04") == signed.serial == CARD.serial
    CARD.key.public_key().verify(signed.signature, b"challenge", ec.ECDSA(hashes.SHA256()))


def test_without_its_pin_it_does_not_sign(bridge: DeviceBridge) -> None:
    with pytest.raises(PinWrong):
        bridge.sign("B04", b"challenge", pin="000000")


def test_an_empty_reader_has_no_card(bridge: DeviceBridge) -> None:
    with pytest.raises(NoCard):
        bridge.read("B09")


def test_a_gateway_that_does_not_know_us_or_is_not_there_is_away(hall: str) -> None:
    for wrong in (HttpDevices(hall, "another"), HttpDevices("http://127.0.0.1:1", "hall")):
        with pytest.raises(Away):
            wrong.read("B04")


def test_settings_that_can_not_work_are_named(tmp_path: Path) -> None:
    house = Config(data=tmp_path)
    assert chosen(house) is None
    for wrong in ("fake", "http://10.0.0.1"):
        with pytest.raises(ConfigError, match="TONGBAN_DEVICES"):
            chosen(replace(house, devices=wrong))
