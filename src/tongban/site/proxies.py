"""Behind a proxy the peer of every connection is the proxy. Who really asks stands in headers that anyone can write, so they
count only as far as trusted proxies wrote them: limits by address (and the journal of sign-ins) depend on it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.kernel.config import Network, networks

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def client_of(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The address of who asks: the last one in `X-Forwarded-For` that no trusted proxy has, or the peer itself.

    Read from the right: each proxy appends whom it saw, so what a client wrote itself stands further left.
    """
    found = peer
    for hop in reversed(forwarded.split(",")):
        if not _is_trusted(found, trusted):
            return found
        address = _address(hop)
        if address is None:
            return found
        found = str(address)
    return found


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    found = _address(address)
    return found is not None and any(found in network for network in trusted)


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


class BehindProxies:
    """Sets REMOTE_ADDR and the scheme from what the trusted proxies of the Config say, and from nobody else."""

    def __init__(self, handler: Callable[[HttpRequest], HttpResponse]) -> None:
        self.handler = handler
        self.trusted = networks(settings.TONGBAN.proxies)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        if self.trusted and _is_trusted(peer, self.trusted):
            request.META["REMOTE_ADDR"] = client_of(peer, request.headers.get("X-Forwarded-For", ""), self.trusted)
            if request.headers.get("X-Forwarded-Proto") == "https":
                request.META["wsgi.url_scheme"] = "https"
        return self.handler(request)
