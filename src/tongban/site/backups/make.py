"""备份: from a running or a resting instance into one archive."""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from tongban.files.store import FolderStore
from tongban.kernel import clock, keyring
from tongban.kernel.refusals import Refusal
from tongban.site.backups import archive, database
from tongban.site.backups.archive import DUMP, FILES, HEADS, SECRETS, Manifest, Progress, Writer


@dataclass(frozen=True)
class Made:
    """What was written. `size` in bytes."""

    path: Path
    size: int
    manifest: Manifest


def backup(
    target: Path, *, data: Path, url: str, environ: Mapping[str, str], now: datetime, progress: Progress
) -> Made:
    """Write the archive; a folder as `target` gets one named by the moment. Raises Refusal; nothing half-made stays.

    The heads are read before the snapshot and the files and keys after it, so that whatever the snapshot names is in
    the archive, however busy the instance is meanwhile.
    """
    path = target / f"tongban-{now.astimezone(clock.SHANGHAI):%Y%m%d-%H%M%S}.zip" if target.is_dir() else target
    check_target(path)
    try:
        with archive.writing(path, now=now) as writer:
            manifest = fill(writer, data=data, url=url, environ=environ, now=now, progress=progress)
            writer.close(manifest)
    except OSError as error:
        raise unwritten(error, path) from error
    return Made(path, path.stat().st_size, manifest)


def fill(
    writer: Writer, *, data: Path, url: str, environ: Mapping[str, str], now: datetime, progress: Progress
) -> Manifest:
    """Everything but the manifest, which is returned."""
    for head in sorted((data / HEADS).glob("*.json")):
        writer.add(f"{HEADS}{head.name}", head.read_bytes())
    earlier = (data / SECRETS).read_bytes() if (data / SECRETS).exists() else b""  # an empty database says so first
    with database.snapshot(url) as connection, writer.member(DUMP) as take:
        rows, migrations = database.rows(connection), database.migrations(connection)
        named = database.named_files(connection)
        major = database.dump(connection, url, take, environ)
    missing = keep_files(writer, data, named, progress)
    secrets = keyring.with_keys_of((data / SECRETS).read_bytes(), earlier)  # a key may have been retired meanwhile
    writer.add(SECRETS, secrets)
    return Manifest(
        made_at=now.isoformat(),
        tongban=version("tongban"),
        postgres=major,
        demo=bool(json.loads(secrets).get("demo")),
        migrations=migrations,
        rows=rows,
        missing=missing,
        members=writer.members,
    )


def keep_files(writer: Writer, data: Path, named: set[str], progress: Progress) -> tuple[str, ...]:
    """The whole files of the store; returns those that rows speak of and the store has lost or spoiled."""
    store = FolderStore(data / FILES)
    found = sorted(store.all())
    whole = set()
    for at, sha256 in enumerate(found, 1):
        content = store.get(sha256)
        if hashlib.sha256(content).hexdigest() == sha256:
            writer.add(f"{FILES}{sha256}", content)
            whole.add(sha256)
        progress("收存附件", at, len(found))
    return tuple(sorted(named - whole))


def check_data(data: Path) -> None:
    """Whether there is something of ours to back up, before anything is started. Raises Refusal."""
    if not (data / SECRETS).is_file():
        raise Refusal(
            "nothing_to_back_up",
            f"{data} 里没有通办的数据",
            "请用 --data 写出数据文件夹（演示默认是 data），或设置 TONGBAN_DATA",
        )


def check_target(path: Path) -> None:
    """Raises Refusal: an archive never takes the place of another."""
    if path.exists():
        raise Refusal("backup_exists", f"{path} 已经存在，没有覆盖", "请换一个文件名，或写一个文件夹，由程序按时间取名")
    if not path.parent.is_dir():
        raise Refusal("backup_folder", f"没有这个文件夹：{path.parent}", "请先建好文件夹，或换一个路径")


def unwritten(error: OSError, path: Path) -> Refusal:
    """What the system said, for the person at the console."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Refusal("disk_full", f"磁盘满了，{path} 没有写成", "请清理磁盘，或换一个文件夹；没写完的已删除")
    if isinstance(error, PermissionError):
        return Refusal(
            "backup_closed",
            f"当前用户没有权限：{error.filename or path}",
            "请用运行通办的用户或 root 运行，或换一个能写的文件夹",
        )
    return Refusal("backup_failed", f"备份没有写成：{error.strerror or error}", f"请检查 {path.parent} 所在的磁盘")
