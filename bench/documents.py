"""`document_pdf_ms`: how long a 受理通知书 takes to become a PDF, warm. `python -m bench.documents` prints it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from time import perf_counter

ROUNDS = 200


def measured() -> dict[str, float]:
    """From a process of its own, as a door would print it."""
    with tempfile.TemporaryDirectory() as data:
        done = subprocess.run(
            [sys.executable, "-m", "bench.documents"], capture_output=True, text=True, check=True,
            env={**os.environ, "TONGBAN_MODE": "demo", "TONGBAN_DATA": data},
        )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measure() -> dict[str, float]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    from tongban.applications import documents
    from tongban.applications.document_kinds import KINDS
    from tongban.kernel import clock

    kind = KINDS["acceptance"]
    took = []
    for at in range(ROUNDS + 10):
        words = kind.words.__class__(**{**kind.words.as_dict(), "closing": f"第 {at} 份"})  # never the same paper twice
        began = perf_counter()
        pdf = documents.preview_pdf(kind, words, now=clock.now())
        took.append((perf_counter() - began) * 1000)
        assert pdf.startswith(b"%PDF")
    warm = sorted(took[10:])
    return {"document_pdf_p50_ms": round(warm[ROUNDS // 2], 1), "document_pdf_ms": round(warm[int(ROUNDS * 0.95)], 1)}


if __name__ == "__main__":
    print(json.dumps(_measure()))
