"""存储: content-addressed by SHA-256. A folder here, closed to other users of the machine; an S3-compatible store has the same four methods."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from django.conf import settings


class Store(Protocol):
    def put(self, content: bytes) -> str: ...
    def get(self, sha256: str) -> bytes: ...
    def delete(self, sha256: str) -> None: ...
    def all(self) -> Iterator[str]: ...


class FolderStore:
    """Written to a temporary name, fsynced, renamed: a name that exists is a file that is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if path.exists():
            return sha256
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{sha256}.{uuid4().hex}.tmp")
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return sha256

    def get(self, sha256: str) -> bytes:
        return self._path(sha256).read_bytes()

    def delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def all(self) -> Iterator[str]:
        return (path.name for path in self.folder.glob("*/*/*") if len(path.name) == 64)


def store() -> Store:
    return FolderStore(settings.TONGBAN.data / "files")


class Quarantine:
    """隔离区: what came and isn't known to be clean, by the id of its row. Nothing here is ever given out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def put(self, name: str, content: bytes) -> None:
        self.write(name, 0, content)

    def write(self, name: str, offset: int, piece: bytes) -> None:
        """The piece at its place, on the disk when this returns; whatever an interrupted writer left behind it goes."""
        path = self._path(name)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            file.seek(offset)
            file.write(piece)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())

    def get(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        return self._path(name).read_bytes()

    def drop(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def older_than(self, moment: datetime) -> Iterator[str]:
        """Names of what was last written before that moment."""
        for path in self.folder.glob("*/*"):
            if path.stat().st_mtime < moment.timestamp():
                yield path.name


def quarantine() -> Quarantine:
    return Quarantine(settings.TONGBAN.data / "quarantine")
