"""Files with personal data beside the database: encrypted piece by piece, each bound to its place, so that no size is too large.

Stored form: for each piece 4 bytes of length and the piece as `kernel.crypto` encrypts it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings

from tongban.kernel import crypto

PIECE = 1024 * 1024


def path_of(name: str) -> Path:
    return Path(settings.TONGBAN.data) / "own-data" / name


def put(name: str, content: IO[bytes]) -> None:
    """Whole or not at all; 0600."""
    path = path_of(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".tmp")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        at = 0
        while piece := content.read(PIECE):
            sealed = crypto.encrypt(piece, column=_column(name, at))
            file.write(len(sealed).to_bytes(4, "big") + sealed)
            at += 1
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def pieces(name: str) -> Iterator[bytes]:
    """Raises FileNotFoundError, crypto.Unreadable."""
    with path_of(name).open("rb") as file:
        at = 0
        while length := file.read(4):
            yield crypto.decrypt(file.read(int.from_bytes(length, "big")), column=_column(name, at))
            at += 1


def drop(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


def _column(name: str, at: int) -> str:
    return f"own-data/{name}/{at}"
