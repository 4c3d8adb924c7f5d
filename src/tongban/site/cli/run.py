"""Long-running commands: serve, worker, bookkeeper."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
from typing import Any


def add(commands: Any) -> None:
    serve = commands.add_parser("serve", help="run the web server")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=2)
    serve.set_defaults(run=_serve)
    worker = commands.add_parser("worker", help="run reactions")
    worker.add_argument("--concurrency", type=int, default=2)
    worker.set_defaults(run=_work)
    bookkeeper = commands.add_parser("bookkeeper", help="chain the journal and hand out jobs")
    bookkeeper.set_defaults(run=_keep_books)


def serve_command(host: str, port: int, workers: int) -> list[str]:
    """The web server: WSGI processes with two threads each: one writes while the other waits for the disk.

    More threads only take turns at the interpreter; ASGI costs twice the CPU.
    """
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "3", "--backlog", "1024", "--no-ws",
        "--respawn-failed-workers", "--log-level", "warning", "tongban.site.serving:application",
    ]  # fmt: skip


def _serve(args: argparse.Namespace) -> int:
    os.environ["TONGBAN_DOOR"] = "1"
    os.execv(sys.executable, serve_command(args.host, args.port, args.workers))


def _work(args: argparse.Namespace) -> int:
    from tongban.kernel import worker

    os.nice(10)  # whoever waits at a page or a window comes first; reactions catch up in the pauses
    asyncio.run(worker.work(concurrency=args.concurrency))
    return 0


def _keep_books(args: argparse.Namespace) -> int:
    from tongban.kernel import bookkeeper

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    bookkeeper.run(stop)
    return 0
