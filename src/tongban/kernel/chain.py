"""The chain of the journal as pure functions, so that an excerpt can be checked where there is no database."""

from __future__ import annotations

import hashlib
import json


def canonical(*said: object) -> str:
    """All that an entry says, as `journal.digest` lists it, in JSON written in one way only."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chained(content: str, previous: bytes) -> bytes:
    """SHA-256 over the chain so far and what comes next."""
    return hashlib.sha256(previous + content.encode()).digest()
