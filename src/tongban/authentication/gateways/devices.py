"""设备网关: what reads a card and lets it sign, whoever made the reader. One protocol for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class PinWrong(Exception):
    """The card itself says so, and counts."""


class NoCard(Exception):
    """No card lies on the reader, or there is no such reader."""


@dataclass(frozen=True)
class Signed:
    serial: str
    signature: bytes = field(repr=False)


class DeviceBridge(Protocol):
    name: str

    def read(self, reader: str) -> str:
        """The serial of the card that lies on the reader. Raises NoCard, Away."""
        ...

    def sign(self, reader: str, challenge: bytes, *, pin: str) -> Signed:
        """The card signs, once it was told its PIN. Raises PinWrong, NoCard, Away."""
        ...
