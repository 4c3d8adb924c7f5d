"""A gateway that sends nothing: for tests, and for the demo, which must never text a real phone.

`TONGBAN_SMS=fake:FAULT` makes it fail as suppliers do:

accept       takes everything, reports nothing (the usual one)
receipt      takes everything, and reports it delivered
timeout      takes it, and the answer to the first hand-over is lost
refuse       says the number does not exist
undelivered  takes it, and reports later that the number does not exist
die          can't be reached
limit        takes one a minute
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.conf import settings

from tongban.channels.gateways import NotNow, Receipt, Refused, Unanswered

FAULTS: Final = ("accept", "receipt", "timeout", "refuse", "undelivered", "die", "limit")


@dataclass
class FakeSms:
    name: str = "fake"
    fault: str = "accept"
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    _unreported: list[str] = field(default_factory=list)
    _free_at: float = 0.0

    def send(self, *, phone: str, text: str, reference: str) -> str:
        self.calls.append(reference)
        if self.fault == "die":
            raise NotNow("短信网关连接不上", away=True)
        if self.fault == "refuse":
            raise Refused("号码不存在或已停机")
        fresh = reference not in self.sent
        if fresh and self.fault == "limit":
            if time.monotonic() < self._free_at:
                raise NotNow("短信网关限流", after=timedelta(minutes=1), away=True)
            self._free_at = time.monotonic() + 60
        if fresh:
            self.sent[reference] = (phone, text)
            self._unreported.append(reference)
        if fresh and self.fault == "timeout":
            raise Unanswered("短信网关收下后没有答复")
        return f"fake-{reference[:8]}"

    def receipts(self) -> list[Receipt]:
        if self.fault not in ("receipt", "undelivered"):
            return []
        told, self._unreported = self._unreported, []
        if self.fault == "receipt":
            return [Receipt(each, delivered=True) for each in told]
        return [Receipt(each, delivered=False, words="运营商回执：空号", address_is_bad=True) for each in told]


def chosen(setting: str) -> FakeSms:
    """`fake` or `fake:FAULT`. Raises ValueError."""
    name, _, fault = setting.partition(":")
    if name != "fake" or (fault and fault not in FAULTS):
        raise ValueError(f"TONGBAN_SMS is {setting!r}; it is fake or fake:FAULT, FAULT one of {', '.join(FAULTS)}")
    return FakeSms(fault=fault or "accept")


GATEWAY = chosen(settings.TONGBAN.sms)
