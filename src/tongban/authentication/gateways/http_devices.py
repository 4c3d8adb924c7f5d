"""A gateway in the hall that answers over HTTP, each reader by its name (`B04`):

POST {address}/readers/{reader}/card        {} → {"serial": "…"}
POST {address}/readers/{reader}/signature   {"challenge": base64, "pin": "…"} → {"serial": "…", "signature": base64}

with `Authorization: Bearer {token}`; 403 for a wrong PIN, 404 when no card lies there. The signature is ECDSA over P-256
with SHA-256 of the challenge, in DER.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from tongban.authentication.gateways import Away
from tongban.authentication.gateways.devices import DeviceBridge, NoCard, PinWrong, Signed
from tongban.authentication.gateways.fake import demo_devices
from tongban.kernel import outgoing
from tongban.kernel.config import Config, ConfigError
from tongban.kernel.refusals import Refusal

PATIENCE: Final = 8.0
"""Seconds: a card takes its time to sign."""
MOST_READ: Final = 64 * 1024
AWAY: Final = "设备网关连不上"


@dataclass
class HttpDevices:
    address: str
    token: str = field(repr=False)
    name: str = "http"

    def read(self, reader: str) -> str:
        return _text(self._ask(reader, "card", {}), "serial")

    def sign(self, reader: str, challenge: bytes, *, pin: str) -> Signed:
        said = self._ask(reader, "signature", {"challenge": b64encode(challenge).decode(), "pin": pin})
        try:
            return Signed(_text(said, "serial"), b64decode(_text(said, "signature"), validate=True))
        except ValueError as error:
            raise Away("设备网关的回答看不懂") from error

    def _ask(self, reader: str, what: str, sent: Mapping[str, str]) -> Mapping[str, Any]:
        there = f"{self.address.rstrip('/')}/readers/{quote(reader, safe='')}/{what}"
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            answer = outgoing.call(
                "POST", there, body=json.dumps(sent).encode(), headers=headers, connects=PATIENCE, answers=PATIENCE,
                most=MOST_READ,
            )  # fmt: skip
        except (outgoing.Away, outgoing.Unanswered, Refusal) as error:
            raise Away(AWAY) from error
        if answer.status == 403:
            raise PinWrong
        if answer.status == 404:
            raise NoCard
        if answer.status != 200:
            raise Away(AWAY)
        try:
            said = json.loads(answer.body)
        except ValueError as error:
            raise Away("设备网关的回答看不懂") from error
        return said if isinstance(said, dict) else {}


def _text(said: Mapping[str, Any], name: str) -> str:
    if not isinstance(value := said.get(name), str) or not 0 < len(value) <= 4000:
        raise Away("设备网关的回答看不懂")
    return value


def chosen(config: Config) -> DeviceBridge | None:
    """The instance's readers, if it has any. Raises ConfigError."""
    if not config.devices:
        return None
    if config.devices == "fake":
        if not config.demo:
            raise ConfigError("TONGBAN_DEVICES=fake reads no real card; it is for the demo")
        return demo_devices()
    if not config.devices.startswith("https://") and not config.demo:
        raise ConfigError("TONGBAN_DEVICES is fake, or an address that begins with https://")
    return HttpDevices(config.devices, config.devices_token)
