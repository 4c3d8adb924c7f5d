"""What the settings become when the instance's own address says https."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASKED = """
import json
from tongban.site import settings as s
print(json.dumps([s.SESSION_COOKIE_SECURE, getattr(s, "SESSION_COOKIE_NAME", ""), getattr(s, "CSRF_COOKIE_NAME", ""),
                  s.SECURE_HSTS_SECONDS > 0, s.SECURE_SSL_REDIRECT]))
"""


@pytest.mark.parametrize(
    ("url", "proxies", "settings"),
    [
        ("http://127.0.0.1:8000", "", [False, "", "", False, False]),
        # Nobody says that a request came by HTTPS: to redirect it would never end.
        ("https://zwfw.example", "", [True, "__Host-session", "__Host-csrf", True, False]),
        ("https://zwfw.example", "10.0.0.5", [True, "__Host-session", "__Host-csrf", True, True]),
    ],
)
def test_https_closes_what_http_leaves_open(tmp_path: Path, url: str, proxies: str, settings: list[object]) -> None:
    environ = {
        "TONGBAN_MODE": "demo",
        "TONGBAN_DATA": str(tmp_path),
        "TONGBAN_BASE_URL": url,
        "TONGBAN_PROXIES": proxies,
    }
    done = subprocess.run(
        [sys.executable, "-c", ASKED], env=os.environ | environ, capture_output=True, text=True, check=True
    )

    assert json.loads(done.stdout) == settings
