"""How many cases a second are written into the national report tables, all five, with every field checked.

`python -m bench.reporting` runs inside a process that has the instance's database and prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.instance import Instance

CASES = 6_000
DAYS_BACK = 400


def measure(instance: Instance) -> dict[str, float]:
    """`report_export_per_s`, over cases of every kind that the seed tells."""
    seed = ["seed", "--cases", str(CASES), "--seed", "11", "--open", "30"]
    subprocess.run([sys.executable, "-m", "tongban.site.cli", *seed], env=instance.environ, check=True)
    command = [sys.executable, "-m", "bench.reporting"]
    done = subprocess.run(command, env=instance.environ, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    from tongban.kernel import clock
    from tongban.reporting import exports

    today = clock.today()
    with tempfile.TemporaryDirectory() as folder:
        began, worked = time.perf_counter(), time.process_time()
        done = exports.export_format(
            "national", Path(folder), first=today - timedelta(days=DAYS_BACK), last=today, now=clock.now()
        )
        took, worked = time.perf_counter() - began, time.process_time() - worked
    told = done.rows["up_pro_accept"]
    if not told:
        raise SystemExit(f"nothing was written: {done}")
    found = {"report_export_per_s": done.cases / took, "report_export_cpu_ms": 1000 * worked / done.cases}
    print(json.dumps(found | {"cases": done.cases, "rows": sum(done.rows.values())}))


if __name__ == "__main__":
    main()
