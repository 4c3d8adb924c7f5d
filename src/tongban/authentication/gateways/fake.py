"""A provider and a reader without an outside world, for tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.authentication.gateways import Away, Journey, Untrusted, Vouched
from tongban.authentication.gateways.devices import NoCard, PinWrong, Signed


@dataclass
class FakeProvider:
    """Vouches for whoever stands in `people`, by a code that `agree` made."""

    people: dict[str, Vouched] = field(default_factory=dict)
    name: str = "市统一身份认证"
    level: str = "real_name"
    away: bool = False
    _codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def address(self, journey: Journey, *, back: str) -> str:
        if self.away:
            raise Away("统一认证暂时连不上")
        asked = {"state": journey.state, "code_challenge": journey.challenge, "redirect_uri": back}
        return f"https://fake.example/authorize?{urlencode(asked)}"

    def agree(self, who: str, *, challenge: str, back: str) -> str:
        """The person proved themselves over there: the code that the browser takes back."""
        code = f"code-{len(self._codes)}"
        self._codes[code] = (who, challenge, back)
        return code

    def vouch(self, code: str, journey: Journey, *, back: str, now: datetime) -> Vouched:
        if self.away:
            raise Away("统一认证暂时连不上")
        who, challenge, wanted = self._codes.pop(code, ("", "", ""))
        if not who or challenge != journey.challenge or wanted != back:
            raise Untrusted("登录凭据没有被认可，可能已经用过或过期")
        return self.people[who]


@dataclass
class FakeCard:
    """A card with a key of its own, made of its serial: the same one every time, and no secret."""

    serial: str
    pin: str
    tries: int = 5

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        scalar = int.from_bytes(sha256(f"fake card {self.serial}".encode()).digest()) % (2**255) + 1
        return ec.derive_private_key(scalar, ec.SECP256R1())

    @property
    def public_key(self) -> str:
        """PEM."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@dataclass
class FakeDevices:
    """Readers with cards on them; for the demo, and for tests."""

    readers: dict[str, FakeCard] = field(default_factory=dict)
    name: str = "fake"
    away: bool = False

    def read(self, reader: str) -> str:
        return self._card(reader).serial

    def sign(self, reader: str, challenge: bytes, *, pin: str) -> Signed:
        card = self._card(reader)
        if card.tries == 0 or pin != card.pin:
            card.tries = max(card.tries - 1, 0)
            raise PinWrong
        return Signed(card.serial, card.key.sign(challenge, ec.ECDSA(hashes.SHA256())))

    def _card(self, reader: str) -> FakeCard:
        if self.away:
            raise Away("设备网关连不上")
        if reader not in self.readers:
            raise NoCard
        return self.readers[reader]


DEMO_CARD = FakeCard("9900000000A01", "246813")
"""Lies on the demo's reader A01."""


def demo_devices() -> FakeDevices:
    return FakeDevices({"A01": DEMO_CARD})
