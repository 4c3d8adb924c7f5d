"""ClamAV's daemon by INSTREAM: the content in pieces, each behind its length, an empty one at the end; one line back."""

from __future__ import annotations

import socket
import struct
from urllib.parse import urlsplit

from tongban.files.gateways import ScannerAway, Unscannable

PIECE = 64 * 1024
ANSWER = 4096


class ClamAV:
    """`tcp://host:3310` or `unix:///run/clamav/clamd.ctl`."""

    def __init__(self, address: str, *, patience: float) -> None:
        self.address, self.patience = address, patience

    def scan(self, content: bytes) -> str:
        answer = self._ask(b"zINSTREAM\0", content)
        if answer == "stream: OK":
            return ""
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")[:120]
        if "size limit exceeded" in answer:
            raise Unscannable(answer)
        raise ScannerAway(answer)

    def ping(self) -> str:
        return self._ask(b"zVERSION\0", None)

    def _ask(self, command: bytes, content: bytes | None) -> str:
        try:
            with self._connected() as line:
                line.sendall(command)
                if content is not None:
                    self._send(line, content)
                return self._answer(line)
        except OSError as error:
            raise ScannerAway(f"{self.address}: {error}") from error

    def _send(self, line: socket.socket, content: bytes) -> None:
        """A daemon that has seen enough hangs up before the end: its answer still lies there."""
        try:
            for at in range(0, len(content), PIECE):
                piece = content[at : at + PIECE]
                line.sendall(struct.pack(">I", len(piece)) + piece)
            line.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            return

    def _answer(self, line: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < ANSWER:
            piece = line.recv(ANSWER)
            if not piece:
                raise ScannerAway(f"{self.address} hung up before it answered")
            answer += piece
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(self.patience)
            line.connect(parts.path)
            return line
        return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), timeout=self.patience)
