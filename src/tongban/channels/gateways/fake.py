"""A gateway that sends nothing: for tests, and for the demo, which must never text a real phone."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class FakeSms:
    name: str = "fake"
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    failing: bool = False

    def send(self, *, phone: str, text: str, reference: str) -> str:
        if self.failing:
            raise ConnectionError("the SMS gateway does not answer")
        self.sent.setdefault(reference, (phone, text))
        return f"fake-{reference[:8]}"


GATEWAY = FakeSms()
