"""A mail server on this machine that does as it is told: takes mail, refuses, asks to wait, or dies at a certain word."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class PostOffice:
    """`answers` replaces what is said to a command: RCPT, DATA, and END for the end of the mail; `DIE` hangs up."""

    answers: dict[str, str] = field(default_factory=dict)
    encrypted: bool = False
    taken: list[EmailMessage] = field(default_factory=list)
    seen: list[EmailMessage] = field(default_factory=list)
    """Whole mails that arrived, taken or not."""
    secure: list[bool] = field(default_factory=list)
    port: int = 0
    certificate: Path | None = None

    def talk(self, line: socket.socket) -> None:
        file = line.makefile("rwb")
        self._say(file, "220 post office")
        secure = False
        while words := file.readline():
            command = words.split()[0].decode().upper() if words.split() else ""
            if command == "EHLO":
                offers = "250-post office\r\n250 STARTTLS" if self.encrypted and not secure else "250 post office"
                if not self._say(file, self.answers.get("EHLO", offers)):
                    return
            elif command == "STARTTLS" and self.encrypted:
                self._say(file, "220 go on")
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                assert self.certificate
                context.load_cert_chain(self.certificate)
                line = context.wrap_socket(line, server_side=True)
                file, secure = line.makefile("rwb"), True
            elif command == "DATA":
                if not self._say(file, self.answers.get("DATA", "354 go on")):
                    return
                if "DATA" in self.answers:
                    continue
                mail = message_from_bytes(_mail(file), policy=policy.SMTP)
                self.seen.append(mail)  # type: ignore[arg-type]
                self.secure.append(secure)
                said = self.answers.get("END", "250 taken")
                if not self._say(file, said):
                    return
                if said.startswith("250"):
                    self.taken.append(mail)  # type: ignore[arg-type]
            elif command == "QUIT":
                self._say(file, "221 bye")
                return
            elif not self._say(file, self.answers.get(command, "250 fine")):
                return

    def _say(self, file: BinaryIO, words: str) -> bool:
        if words == "DIE":
            return False
        file.write(words.encode() + b"\r\n")
        file.flush()
        return True


def _mail(file: BinaryIO) -> bytes:
    lines = []
    while (line := file.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


@contextmanager
def opened(folder: Path | None = None, *, port: int = 0) -> Iterator[PostOffice]:
    """On this machine, on a free port unless one is named; with a `folder` for its certificate it speaks STARTTLS."""
    office = PostOffice(encrypted=folder is not None)
    if folder:
        office.certificate = _certificate(folder)
    with socket.create_server(("127.0.0.1", port)) as door:
        office.port = door.getsockname()[1]
        closing = threading.Event()

        def serve() -> None:
            while not closing.is_set():
                try:
                    line, _ = door.accept()
                except OSError:
                    return
                try:
                    office.talk(line)
                except OSError:
                    pass
                finally:
                    line.close()

        worker = threading.Thread(target=serve, daemon=True)
        worker.start()
        yield office
        closing.set()
        socket.create_connection(("127.0.0.1", office.port)).close()
        worker.join(5)


def _certificate(folder: Path) -> Path:
    """For 127.0.0.1, signed by itself: key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "post-office.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file
