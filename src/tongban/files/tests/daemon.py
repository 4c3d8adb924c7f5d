"""A small daemon that speaks INSTREAM as clamd does, on a real socket: it finds EICAR, has a limit, and dies when told."""

from __future__ import annotations

import socket
import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LIMIT = 4 * 1024 * 1024
DIES = b"die midway"


class Talk(socketserver.BaseRequestHandler):
    request: socket.socket

    def handle(self) -> None:
        command = self._until_nul()
        if command == b"zVERSION":
            self.request.sendall(b"ClamAV 1.4.2/27600/Mon Mar  2 09:30:00 2026\0")
        elif command == b"zINSTREAM":
            self._scan()

    def _scan(self) -> None:
        content = b""
        while length := struct.unpack(">I", self._exactly(4))[0]:
            content += self._exactly(length)
            if DIES in content:
                return
            if len(content) > LIMIT:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.request.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def _until_nul(self) -> bytes:
        said = b""
        while not said.endswith(b"\0"):
            said += self._exactly(1)
        return said[:-1]

    def _exactly(self, length: int) -> bytes:
        got = b""
        while len(got) < length:
            piece = self.request.recv(length - len(got))
            if not piece:
                raise ConnectionError
            got += piece
        return got


class OnUnix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is no news."""


class OnTcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    handle_error = OnUnix.handle_error


@contextmanager
def daemon(path: Path | None = None) -> Iterator[str]:
    """Its address: on a unix socket, or on a free port."""
    server = OnUnix(str(path), Talk) if path else OnTcp(("127.0.0.1", 0), Talk)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
