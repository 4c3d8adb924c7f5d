from __future__ import annotations


def samples() -> dict[str, object]:
    return {}
