from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.config import networks
from tongban.site.proxies import BehindProxies, client_of

TRUSTED = networks("10.0.0.0/8, ::1")
OUTSIDE = st.ip_addresses(v=4).filter(lambda address: not any(address in network for network in TRUSTED)).map(str)
PROXY = st.integers(0, 2**24 - 1).map(lambda number: f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")


@given(OUTSIDE, st.text(max_size=40))
def test_what_a_stranger_writes_is_not_believed(peer: str, written: str) -> None:
    assert client_of(peer, written, TRUSTED) == peer


@given(PROXY, OUTSIDE, st.lists(OUTSIDE, max_size=3), st.lists(PROXY, max_size=3))
def test_behind_proxies_it_is_whom_the_first_of_them_saw(
    peer: str, client: str, invented: list[str], proxies: list[str]
) -> None:
    assert client_of(peer, ", ".join([*invented, client, *proxies]), TRUSTED) == client


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("", "203.0.113.9", ""),
    ],
)
def test_odd_ones(peer: str, forwarded: str, client: str) -> None:
    assert client_of(peer, forwarded, TRUSTED) == client


def test_the_scheme_is_the_proxys_word() -> None:
    seen: list[HttpRequest] = []
    handler = BehindProxies(_seen_by(seen))
    handler.trusted = TRUSTED
    said = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}

    handler(RequestFactory().get("/", headers=said, REMOTE_ADDR="10.0.0.1"))
    handler(RequestFactory().get("/", headers=said, REMOTE_ADDR="203.0.113.1"))

    assert [(one.is_secure(), one.META["REMOTE_ADDR"]) for one in seen] == [
        (True, "203.0.113.9"),
        (False, "203.0.113.1"),
    ]


def _seen_by(seen: list[HttpRequest]) -> Callable[[HttpRequest], HttpResponse]:
    def handler(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    return handler
