"""The one way out, against a small live server of our own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tongban.kernel import outgoing
from tongban.kernel.destinations import Bounds, bounds
from tongban.kernel.outgoing import Away, Unanswered, call
from tongban.kernel.refusals import Refusal

DEMO = Bounds(demo=True)


class There(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, bytes]] = []

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.seen.append((self.path, self.headers["Host"], body))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
        elif self.path == "/hang":
            time.sleep(3)
        elif self.path == "/cut":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"short")
        elif self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(60):
                try:
                    self.wfile.write(b".")
                    self.wfile.flush()
                except OSError:
                    return
                time.sleep(0.05)
        else:
            self.send_response(503 if self.path == "/busy" else 200)
            self.send_header("X-Said", "yes")
            self.end_headers()
            self.wfile.write(b"x" * 5000 if self.path == "/long" else b"hello")

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def there() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), There)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    There.seen.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_one_request_one_answer(there: str) -> None:
    answer = call("POST", f"{there}/a?b=c", body=b"1=2", headers={"Content-Type": "text/plain"}, within=DEMO)

    assert (answer.status, answer.body, answer.headers["x-said"]) == (200, b"hello", "yes")
    assert There.seen == [("/a?b=c", there.removeprefix("http://"), b"1=2")]
    assert call("GET", f"{there}/busy", within=DEMO).status == 503


def test_a_redirect_is_an_answer_and_is_not_followed(there: str) -> None:
    assert call("GET", f"{there}/redirect", within=DEMO).status == 302
    assert [path for path, _, _ in There.seen] == ["/redirect"]


@pytest.mark.parametrize("path", ["/hang", "/drip", "/cut", "/long"])
def test_what_is_too_long_too_slow_or_cut_off_is_no_answer(there: str, path: str) -> None:
    began = time.monotonic()
    with pytest.raises(Unanswered):
        call("GET", there + path, within=DEMO, answers=0.4, most=4000)

    assert time.monotonic() - began < 2


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Away):
        call("GET", f"http://127.0.0.1:{port}/", within=DEMO)


def test_this_machine_is_out_of_bounds_where_it_is_not_a_demo(there: str) -> None:
    with pytest.raises(Refusal) as refusal:
        call("GET", there.replace("http:", "https:"), within=Bounds())

    assert refusal.value.code == "address_not_allowed"
    assert There.seen == []


def answering(monkeypatch: pytest.MonkeyPatch, *turns: list[str]) -> list[str]:
    """A name server that says something else each time it is asked."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in turns[len(asked) - 1]]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_leads_inside_is_refused_though_another_of_its_addresses_is_public(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(monkeypatch, ["1.1.1.1", "127.0.0.1"])
    with pytest.raises(Refusal, match="内部网络"):
        call("GET", "https://rebind.example.cn/", within=Bounds())


def test_a_name_is_asked_for_once_and_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = answering(monkeypatch, ["203.119.1.1"], ["127.0.0.1"])
    connected: list[tuple[str, int]] = []

    def connect(place: tuple[str, int], timeout: float) -> socket.socket:
        connected.append(place)
        raise TimeoutError

    monkeypatch.setattr(outgoing.socket, "create_connection", connect)
    with pytest.raises(Away):
        call("GET", "https://rebind.example.cn:8443/", within=Bounds())

    assert asked == ["rebind.example.cn"]
    assert connected == [("203.119.1.1", 8443)]


def test_a_host_the_operator_named_may_lie_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["10.1.2.3"])
    monkeypatch.setattr(outgoing.socket, "create_connection", lambda *_: (_ for _ in ()).throw(TimeoutError()))
    with pytest.raises(Away):
        call("GET", "https://report.intra.example/", within=bounds("report.intra.example"))


def test_a_server_without_a_certificate_that_fits_gets_nothing(there: str) -> None:
    with pytest.raises(Away):
        call("POST", there.replace("http:", "https:"), body=b"secret", within=DEMO)

    assert There.seen == []
