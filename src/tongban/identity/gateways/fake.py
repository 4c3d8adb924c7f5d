"""A gateway that asks nobody: for tests, and for the demo.

Of the three that a person proves it believes those whose phone begins with 199, a range that the demo's fictional people
have; any other phone is somebody else's. Every face is the person's. The register of enterprises is `fake_market.toml`.
`TONGBAN_PROOF=fake:FAULT` makes it fail as suppliers do:

accept    answers as above (the usual one)
differs   name, number and phone never belong together; the face is another's
unknown   has no such number
waiting   the face is still being looked at
die       can't be reached
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from uuid import uuid4

from tongban.identity.gateways import Away, FaceTicket, Proof, Registered, Said
from tongban.identity.id_types import IdDocument, id_document

FAULTS: Final = ("accept", "differs", "unknown", "waiting", "die")
REGISTER = Path(__file__).with_name("fake_market.toml")


@dataclass
class Fake:
    fault: str = "accept"
    calls: list[str] = field(default_factory=list)

    def check(self, *, name: str, paper: IdDocument, phone: str) -> Said:
        self._reach("real_name")
        if self.fault == "unknown":
            return Said("unknown", f"fake-{uuid4().hex}")
        same = self.fault != "differs" and phone.startswith("199")
        return Said("same" if same else "differs", f"fake-{uuid4().hex}")

    def begin(self, *, name: str, paper: IdDocument, back: str) -> FaceTicket:
        self._reach("face")
        return FaceTicket(f"fake-{uuid4().hex}")

    def result(self, reference: str) -> Literal["passed", "failed", "waiting"]:
        self._reach("face")
        if self.fault == "waiting":
            return "waiting"
        return "failed" if self.fault in ("differs", "unknown") else "passed"

    def look_up(self, uscc: str) -> Registered | None:
        self._reach("market")
        rows = tomllib.loads(REGISTER.read_text("utf-8"))["enterprises"]
        row = next((one for one in rows if one["uscc"] == uscc), None)
        if row is None or self.fault == "unknown":
            return None
        legal = id_document("id_card", row["legal_id"])
        if self.fault == "differs":
            return Registered(row["name"], True, "另一个人", None)
        return Registered(row["name"], row["open"], row["legal_name"], legal)

    def _reach(self, call: str) -> None:
        self.calls.append(call)
        if self.fault == "die":
            raise Away("核验服务连接不上")


def proof(fake: Fake) -> Proof:
    return Proof(fake, fake, fake)
