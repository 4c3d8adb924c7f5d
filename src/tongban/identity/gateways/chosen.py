"""Which gateways this instance has."""

from __future__ import annotations

from typing import Literal, NoReturn

from django.conf import settings

from tongban.identity.gateways import Away, FaceTicket, Proof, Registered, Said, fake
from tongban.identity.id_types import IdDocument


class Closed:
    """None is connected: nothing is taken for true."""

    def check(self, *, name: str, paper: IdDocument, phone: str) -> Said:
        self._away()

    def begin(self, *, name: str, paper: IdDocument, back: str) -> FaceTicket:
        self._away()

    def result(self, reference: str) -> Literal["passed", "failed", "waiting"]:
        self._away()

    def look_up(self, uscc: str) -> Registered | None:
        self._away()

    def _away(self) -> NoReturn:
        raise Away("没有接通核验服务")


def chosen(setting: str, *, demo: bool) -> Proof:
    """Empty, `fake` or `fake:FAULT`. Raises ValueError, in production for every fake."""
    name, _, fault = (setting or ("fake" if demo else "")).partition(":")
    if not name:
        return Proof(Closed(), Closed(), Closed())
    if name != "fake" or (fault and fault not in fake.FAULTS):
        raise ValueError(
            f"TONGBAN_PROOF is {setting!r}; it is fake or fake:FAULT, FAULT one of {', '.join(fake.FAULTS)}"
        )
    if not demo:
        raise ValueError("TONGBAN_PROOF=fake takes anybody for anybody and is for demos and tests only")
    return fake.proof(fake.Fake(fault or "accept"))


PROOF = chosen(settings.TONGBAN.proof, demo=settings.TONGBAN.demo)
