"""The demo's password and logins, known before Django is: the supervisor prints them."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path

DEMO_PASSWORD = "tongban-demo"  # noqa: S105 - printed on the demo's login page; production refuses demo data
HERE = Path(__file__).parent
CAST = tomllib.loads((HERE / "cast.toml").read_text("utf-8"))
with (HERE / "bodies.csv").open(encoding="utf-8", newline="") as _file:
    _SHORT = {row["key"]: row["short"] for row in csv.DictReader(_file)}


def _who(one: dict[str, str]) -> str:
    place = _SHORT.get(one.get("body", ""), "")
    return f"{one['name']}，{place + ' ' if place else ''}{one['role_words']}"


LOGINS = tuple((one["username"], _who(one)) for one in (*CAST["citizens"], *CAST["staff"]))
"""(user name, who that is)"""
