"""Signatures, verifications, certificates and stamps per second on one core: `python -m bench.trust` prints a line for each.

Without a database: keys in memory, data of 1 kB, each for about a second. `--threads` shows what two threads do together.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tongban.trust import chains, sm3, stamp_checking, stamps
from tongban.trust.certificates import Usage
from tongban.trust.keys import Algorithm
from tongban.trust.tests.making import NOW, house

DATA = bytes(1024)


def main(arguments: list[str]) -> int:
    threads = 2 if "--threads" in arguments else 1
    for name, act in works():
        print(f"{name}\t{per_second(act, threads=threads):.0f}/s")
    return 0


def works() -> list[tuple[str, Callable[[], object]]]:
    """What is measured, each checked once to do what it says."""
    found: list[tuple[str, Callable[[], object]]] = [("sm3 of 1 kB", lambda: sm3.digest(DATA))]
    for algorithm in Algorithm:
        found += _of(algorithm)
    return found


def _of(algorithm: Algorithm) -> list[tuple[str, Callable[[], object]]]:
    ours = house(algorithm)
    key, trusted, digest = ours.signer.key, ours.trusted(), sm3.digest(DATA)
    signature = key.sign(DATA)
    token = stamps.stamp(digest, digest_oid=sm3.OID, by=ours.stamper, serial=1, now=NOW)
    assert key.verify(signature, DATA)
    assert stamp_checking.judge(token, DATA, trusted=trusted).valid
    assert chains.judge(ours.signer.certificate, usage=Usage.SIGN, at=NOW, trusted=trusted).valid
    return [
        (f"{algorithm} sign", lambda: key.sign(DATA)),
        (f"{algorithm} verify", lambda: key.verify(signature, DATA)),
        (f"{algorithm} judge a chain", lambda: chains.judge(ours.signer.certificate, usage=Usage.SIGN, at=NOW, trusted=trusted)),
        (f"{algorithm} stamp", lambda: stamps.stamp(digest, digest_oid=sm3.OID, by=ours.stamper, serial=1, now=NOW)),
        (f"{algorithm} judge a stamp", lambda: stamp_checking.judge(token, DATA, trusted=trusted)),
        (f"{algorithm} issue a certificate", lambda: ours.issue(Usage.SIGN)),
    ]  # fmt: skip


def per_second(act: Callable[[], object], *, threads: int, seconds: float = 1.0) -> float:
    def run() -> int:
        done, until = 0, time.perf_counter() + seconds
        while time.perf_counter() < until:
            act()
            done += 1
        return done

    begun = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        total = sum(pool.map(lambda _: run(), range(threads)))
    return total / (time.perf_counter() - begun)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
