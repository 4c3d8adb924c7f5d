"""附件: 20 MB, eight at once, and what others feel meanwhile. `python -m bench.upload` measures this alone."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles
from threading import Event

from bench.instance import BASE, Instance, running

AT_ONCE, ROUNDS = 8, 3
SIZE = 20 * 1024 * 1024 - 4096


def paper(size: int = SIZE) -> bytes:
    """A PDF of one page whose picture is noise: nothing packs, nothing is alike."""
    noise = os.urandom(size)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/Contents 4 0 R>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(noise), noise),
    ]  # fmt: skip
    made, table = bytearray(b"%PDF-1.4\n"), b"0000000000 65535 f \n"
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj%s endobj\n" % (number, content)
    return bytes(made) + b"xref\n0 5\n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))


def measure(instance: Instance) -> dict[str, float]:
    """Seconds of the slowest upload, of the slowest check by the worker, and what a reader beside it waits, in ms."""
    token = instance.tokens["liu_xiaoyan"]
    papers = [paper() for _ in range(AT_ONCE)]
    _upload(papers[0], token)  # warm
    done, waits = Event(), list[float]()
    with ThreadPoolExecutor(AT_ONCE + 1) as pool:
        reader = pool.submit(read_until, done, waits)
        times: list[float] = []
        began = time.monotonic()
        for _ in range(ROUNDS):
            times += pool.map(lambda one: _upload(one, token), papers)
        done.set()
        reader.result()
    while instance.query("SELECT 1 FROM files_storedfile WHERE state = 'quarantined' LIMIT 1"):
        time.sleep(0.1)
    states = instance.query("SELECT DISTINCT state FROM files_storedfile WHERE size > 20000000")
    assert states == [("clean",)], states
    return {
        "upload_20mb_p95_s": quantiles(times, n=20)[-1],
        "upload_20mb_others_p95_ms": quantiles(waits, n=20)[-1] * 1000,
        "upload_20mb_all_checked_s": time.monotonic() - began,
    }


def _upload(content: bytes, token: str) -> float:
    began = time.monotonic()
    sent = urllib.request.Request(
        f"{BASE}/api/v1/files", content,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"},
    )  # fmt: skip
    with urllib.request.urlopen(sent, timeout=60) as answer:
        assert json.loads(answer.read())["state"] == "quarantined"
    return time.monotonic() - began


def read_until(done: Event, waits: list[float]) -> None:
    while not done.is_set():
        began = time.monotonic()
        urllib.request.urlopen(f"{BASE}/api/v1/items?limit=5", timeout=60).read()
        waits.append(time.monotonic() - began)


if __name__ == "__main__":
    with running() as one:
        for name, value in measure(one).items():
            print(f"{name:<32}{value:>10.2f}")
