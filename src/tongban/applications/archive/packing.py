"""A case file as a ZIP that is written in one way only: no compression, no times, members in a fixed order.

So whoever has the members can write the file again and compare it byte by byte: nothing can hide between them.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

MOST_BYTES = 2**31 - 1
"""Beyond it a ZIP needs another form; a case file is far from it (each upload has at most 20 MB)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o600 << 16


def write(out: IO[bytes], names: Iterable[str], content_of: Callable[[str], bytes]) -> None:
    """Members in this order, read one at a time."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system, info.external_attr = 3, _MODE
            archive.writestr(info, content_of(name))


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def only_for_us(path: Path) -> IO[bytes]:
    """A new file of mode 0600. Raises FileExistsError."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
