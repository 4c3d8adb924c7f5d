"""短信网关、邮件网关: what every supplier must do, and the three ways in which it may not.

Refused: never for this message (and where `address_is_bad`, for no message to that address). NotNow: nothing was taken,
try later. Unanswered: it may have been taken; a repetition carries the same reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class Refused(Exception):
    """The other side said no for good. The message is plain words for a colleague."""

    def __init__(self, words: str, *, address_is_bad: bool = True) -> None:
        super().__init__(words)
        self.words, self.address_is_bad = words, address_is_bad


class NotNow(Exception):
    """Nothing was taken. `after`: how long the other side asks to wait; `away`: it can't be reached by anyone now."""

    def __init__(self, words: str, *, after: timedelta | None = None, away: bool = False) -> None:
        super().__init__(words)
        self.words, self.after, self.away = words, after, away


class Unanswered(Exception):
    """Everything was handed over, and no answer came."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Receipt:
    """状态报告: what became of a message later."""

    reference: str
    delivered: bool
    words: str = ""
    address_is_bad: bool = False


class SmsGateway(Protocol):
    name: str

    def send(self, *, phone: str, text: str, reference: str) -> str:
        """Hand over one message; returns the supplier's number. The same reference is sent once, however often handed
        over. Raises Refused, NotNow, Unanswered."""
        ...

    def receipts(self) -> Sequence[Receipt]:
        """What is newly known; each may come twice."""
        ...


class MailGateway(Protocol):
    name: str

    def send(self, *, to: str, subject: str, text: str, reference: str, at: datetime) -> str:
        """Hand over one mail, its Message-ID made of the reference; returns the server's words.
        Raises Refused, NotNow, Unanswered."""
        ...
