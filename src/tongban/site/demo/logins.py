"""The demo's password and logins, known before Django is: the supervisor prints them."""

from __future__ import annotations

import tomllib
from pathlib import Path

DEMO_PASSWORD = "tongban-demo"  # noqa: S105 - printed on the demo's login page; production refuses demo data
CAST = tomllib.loads((Path(__file__).parent / "cast.toml").read_text("utf-8"))
LOGINS = tuple((one["username"], f"{one['name']}，{one['role_words']}") for one in (*CAST["citizens"], *CAST["staff"]))
