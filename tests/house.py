"""The floors of the house, read from the import contract, so that there is one list."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "tongban"


@cache
def floors() -> dict[str, int]:
    """Room → floor, 0 at the bottom."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    layers = [[room.strip() for room in layer.split("|")] for layer in reversed(contract["layers"])]
    return {room: floor for floor, rooms in enumerate(layers) for room in rooms}


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def python_files() -> list[Path]:
    return [p for p in sorted(SOURCE.rglob("*.py")) if "migrations" not in p.parts and "tests" not in p.parts]


def template_files() -> list[Path]:
    return sorted(SOURCE.rglob("templates/**/*.html"))
