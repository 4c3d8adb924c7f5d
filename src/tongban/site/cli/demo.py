"""`tongban demo`: everything from nothing on one machine; prints the address and the logins; keeps its data."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel import postgres
from tongban.site.cli.database import address_file
from tongban.site.demo import municipal

if TYPE_CHECKING:
    from tongban.site.supervisor import Part

CITY = 7
"""How far above the site's own port the stand-in for 市统一身份认证 listens."""


def add(commands: Any) -> None:
    demo = commands.add_parser("demo", help="run the whole demo: database, catalogue, logins, server, worker")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument("--host", default="127.0.0.1")
    demo.add_argument("--data", type=Path, default=Path("data"))
    demo.add_argument("--workers", type=int, default=2)
    demo.set_defaults(run=_demo, stands_alone=True)
    demo.add_argument("--cases", type=int, default=60, help="cases to begin with, when there are none yet")
    seed = commands.add_parser(
        "seed", help="make cases of all kinds, up to so many, with the rows of real ones (demo only)"
    )
    seed.add_argument("--cases", type=int, default=60, help="how many there are to be; an interrupted run goes on")
    seed.add_argument("--seed", type=int, default=1, help="the same seed makes the same cases")
    seed.add_argument("--open", type=int, default=25, metavar="PERCENT", help="how many of them still await somebody")
    seed.add_argument("--if-empty", action="store_true", help="do nothing when there are cases")
    seed.add_argument("--beside", action="store_true", help="even where others than demo people have cases")
    seed.set_defaults(run=_seed)
    chosen = commands.add_parser("demo-cases", help="make the chosen cases that every demo login finds (demo only)")
    chosen.set_defaults(run=_chosen)
    prepare = commands.add_parser("prepare-demo", help="migrate, collect static files, load the demo's data")
    prepare.set_defaults(run=_prepare)


def _demo(args: argparse.Namespace) -> int:
    from tongban.site.supervisor import Supervisor, parts_of

    if trouble := _port_taken(args.host, args.port):
        print(trouble, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was started is stopped
    data = args.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    _say("正在启动数据库……")
    try:
        server = postgres.start(data, environ=os.environ)
    except postgres.ServerError as error:
        print(error, file=sys.stderr)
        return 2
    environ = os.environ | {
        "DATABASE_URL": server.url,
        "TONGBAN_DATA": str(data),
        "TONGBAN_MODE": "demo",
        "TONGBAN_DEVICES": "fake",
        "TONGBAN_BASE_URL": f"http://{args.host}:{args.port}",
        "TONGBAN_HOSTS": f"{args.host},127.0.0.1,localhost,[::1]",
    }
    address_file(data).write_text(server.url, "utf-8")
    beside = _city(args.host, args.port + CITY)
    environ |= municipal.settings(args.port + CITY) if beside else {}
    try:
        _say("正在准备数据表和演示数据（第一次约需半分钟）……")
        tongban = [sys.executable, "-m", "tongban.site.cli"]
        for step in (["prepare-demo"], ["seed", "--if-empty", "--cases", str(args.cases)], ["demo-cases"]):
            done = subprocess.run([*tongban, *step], env=environ, check=False)
            if done.returncode:
                return done.returncode
        parts = parts_of(data, environ, host=args.host, port=args.port, workers=args.workers)
        supervisor = Supervisor(server, [*beside, *parts])
        _announce_when_ready(args.host, args.port)
        supervisor.run()
    finally:
        address_file(data).unlink(missing_ok=True)
        server.stop()
    _say("已停止。数据保存在 " + str(data))
    return 0


def _city(host: str, port: int) -> list[Part]:
    """The stand-in for 市统一身份认证, where browsers on this machine can reach it and its port is free."""
    from tongban.site.supervisor import Part

    if host not in ("127.0.0.1", "localhost") or _port_taken("127.0.0.1", port):
        return []
    command = [sys.executable, "-m", "tongban.site.demo.municipal", "--port", str(port)]
    return [Part("市统一身份认证（模拟）", command, dict(os.environ))]


def _port_taken(host: str, port: int) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"端口 {port} 不能使用（{error.strerror}）。请换一个端口，例如：make demo PORT={port + 1}"
    return ""


def _announce_when_ready(host: str, port: int) -> None:
    """From a thread of its own, so that the supervisor can already look after its processes."""
    import threading

    def announce() -> None:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=2).read()
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
            else:
                _say(_welcome(host, port))
                return

    threading.Thread(target=announce, daemon=True).start()


def _welcome(host: str, port: int) -> str:
    from tongban.site.demo.logins import DEMO_PASSWORD, LOGINS

    lines = [f"  {username:<14}{who}" for username, who in LOGINS]
    return "\n".join([
        "", f"通办已启动： http://{host}:{port}", "",
        f"演示账号（密码都是 {DEMO_PASSWORD}）：", *lines, "", "按 Ctrl-C 停止，数据会保留。",
    ])  # fmt: skip


def _say(words: str) -> None:
    print(words, flush=True)


def _prepare(args: argparse.Namespace) -> int:
    from django.core.management import call_command

    from tongban.kernel import clock
    from tongban.site.demo import load

    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    load.load(now=clock.now(), progress=_say if sys.stderr.isatty() else None)
    return 0


def _chosen(args: argparse.Namespace) -> int:
    from tongban.kernel import clock
    from tongban.site.demo import chosen

    chosen.make(now=clock.now())
    return 0


def _seed(args: argparse.Namespace) -> int:
    from tongban.applications.models import Application
    from tongban.kernel import clock
    from tongban.site.seed import seed

    if args.cases < 1 or (args.if_empty and Application.objects.exists()):
        return 0
    if not 0 <= args.open <= 100:
        print("--open 应为 0 至 100", file=sys.stderr)
        return 2
    began, shown = time.monotonic(), sys.stderr.isatty()

    def progress(there: int) -> None:
        if shown:
            pace = f"{time.monotonic() - began:.0f} 秒"
            print(f"\r演示办件 {there:,}/{args.cases:,}（{pace}）", end="", file=sys.stderr, flush=True)

    if shown:
        print("正在按办理程序编排样例……", end="", file=sys.stderr, flush=True)
    try:
        made = seed(
            cases=args.cases, seed=args.seed, now=clock.now(), open_percent=args.open, beside=args.beside,
            progress=progress,
        )  # fmt: skip
    except KeyboardInterrupt:
        print("\n已中断。写好的办件都是完整的；再运行同一命令会接着造", file=sys.stderr)
        return 130
    print(
        "\r" * shown + (f"造了 {made:,} 件演示办件" if made else f"已有 {args.cases:,} 件演示办件，不用再造"),
        file=sys.stderr,
    )
    return 0
