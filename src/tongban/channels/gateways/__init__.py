"""短信网关: what every supplier must do."""

from typing import Protocol


class SmsGateway(Protocol):
    name: str

    def send(self, *, phone: str, text: str, reference: str) -> str:
        """Hand over one message; returns the supplier's receipt. The same reference is sent once. Raises on failure."""
        ...
