"""`tongban evaluations verify` inside the instance, its word on standard output."""

from __future__ import annotations

import contextlib
import sys

from tongban.site.cli import main

if __name__ == "__main__":
    with contextlib.redirect_stderr(sys.stdout):
        raise SystemExit(main(["evaluations", "verify"]))
