"""The one way out for HTTP: to where it may go (`destinations`), without redirects, with a deadline and a limit to what is read.

The name is resolved once, every address it has is checked, and the connection goes to the address that was checked: an
answer of the name server that changes a moment later changes nothing.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from django.conf import settings

from tongban.kernel import destinations
from tongban.kernel.destinations import Address, Bounds, Destination

CONNECTS, ANSWERS = 10.0, 60.0
"""Seconds; the second is for the whole exchange."""
MOST_READ = 8 * 1024 * 1024


class Away(Exception):
    """Nothing was sent."""


class Unanswered(Exception):
    """Sent, in part at least, and no whole answer came: the other side may have acted on it."""


@dataclass(frozen=True)
class Answer:
    """`headers` by name in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


def bounds_of_this_instance() -> Bounds:
    return _bounds(settings.TONGBAN.outgoing, settings.TONGBAN.demo)


def check(url: str) -> Destination:
    """For verbs that keep an address: is it written as one that may be called? Where its name leads is seen when it is
    called. Raises Refusal."""
    return destinations.read(url, within=bounds_of_this_instance())


def call(
    method: str,
    url: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    within: Bounds | None = None,
    connects: float = CONNECTS,
    answers: float = ANSWERS,
    most: int = MOST_READ,
) -> Answer:
    """One request, one answer of whatever status. Raises Refusal (address_not_allowed), Away, Unanswered."""
    within = within or bounds_of_this_instance()
    there = destinations.read(url, within=within)
    line = _connected(there, _addresses(there, within), connects)
    with _until(line, answers) as late:
        try:
            line.request(method, there.path, body=body or None, headers={"User-Agent": "tongban", **(headers or {})})
            response = line.getresponse()
            read = response.read(most + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise Unanswered("已经发出，没有等到回答") from error
        if late.is_set() or len(read) > most or not _whole(response, read):
            raise Unanswered("对方的回答太长或太慢")
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, read)


def _addresses(there: Destination, within: Bounds) -> list[Address]:
    """Where the name leads; one address out of bounds spoils them all."""
    try:
        found = socket.getaddrinfo(there.host, there.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Away("找不到对方的服务器") from error
    addresses = list(dict.fromkeys(destinations.as_address(str(place[4][0])) for place in found))
    for address in addresses:
        destinations.check(address, host=there.host, within=within)
    return addresses


def _connected(there: Destination, addresses: list[Address], patience: float) -> HTTPConnection:
    last: Exception | None = None
    for address in addresses:
        line = _Secure(there, address, patience) if there.scheme == "https" else _Plain(there, address, patience)
        try:
            line.connect()
        except OSError as error:  # a certificate that does not fit too
            line.close()
            last = error
        else:
            return line
    raise Away("连不上对方的服务器") from last


class _Plain(HTTPConnection):
    """Speaks to `address`, under the name it was called by."""

    def __init__(self, there: Destination, address: Address, patience: float) -> None:
        super().__init__(there.host, there.port, timeout=patience)
        self.address = str(address)

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class _Secure(HTTPSConnection):
    def __init__(self, there: Destination, address: Address, patience: float) -> None:
        super().__init__(there.host, there.port, timeout=patience)
        self.address = str(address)

    def connect(self) -> None:
        raw = socket.create_connection((self.address, self.port), self.timeout)
        try:
            self.sock = _trust().wrap_socket(raw, server_hostname=self.host)
        except BaseException:
            raw.close()
            raise


@lru_cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _until(line: HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """The line is cut when the time is over, however slowly the other side drips; then the event is set."""
    late = threading.Event()
    wire: socket.socket = line.sock
    wire.settimeout(seconds)

    def cut() -> None:
        late.set()
        with suppress(OSError):
            wire.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
        line.close()


def _whole(response: HTTPResponse, read: bytes) -> bool:
    """Whether all that was announced came."""
    return not response.length


@lru_cache
def _bounds(setting: str, demo: bool) -> Bounds:
    return destinations.bounds(setting, demo=demo)
