"""The archive: written member by member, complete only with its manifest, checked whole before anything is restored."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO

from tongban.kernel.refusals import Refusal

FORMAT = 1
MANIFEST, DUMP, SECRETS = "manifest.json", "database.dump", "secrets.json"
FILES, HEADS = "files/", "journal-heads/"
MEMBER = re.compile(r"database\.dump|secrets\.json|files/[0-9a-f]{64}|journal-heads/\d{4}-\d{2}-\d{2}\.json")
CHUNK = 1024 * 1024

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and the whole."""


@dataclass(frozen=True)
class Member:
    """`size` in bytes, `sha256` in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive says of itself."""

    made_at: str
    """ISO moment of the database's snapshot."""
    tongban: str
    postgres: int
    """Major version of the pg_dump that wrote the dump: no older pg_restore reads it."""
    demo: bool
    migrations: tuple[str, ...]
    """Those of our own rooms, as in "catalog.0001_initial"."""
    rows: Mapping[str, int]
    """Rows of each table in the snapshot."""
    missing: tuple[str, ...] = ()
    """SHA-256 of files that the database names and the store had lost or spoiled."""
    members: Mapping[str, Member] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def files(self) -> list[str]:
        return [name.removeprefix(FILES) for name in self.members if name.startswith(FILES)]

    @property
    def heads(self) -> list[str]:
        return [name for name in self.members if name.startswith(HEADS)]

    def write(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()

    @staticmethod
    def read(content: bytes) -> Manifest:
        """Raises ValueError, TypeError or KeyError when it isn't one."""
        said = json.loads(content)
        said["members"] = {name: Member(**one) for name, one in said["members"].items()}
        said["migrations"], said["missing"] = tuple(said["migrations"]), tuple(said["missing"])
        return Manifest(**said)


class Writer:
    """Takes members; remembers their sizes and hashes."""

    def __init__(self, archive: zipfile.ZipFile, *, now: datetime) -> None:
        self.archive, self.now = archive, now
        self.members: dict[str, Member] = {}

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes], None]]:
        """A function that takes the content piece by piece; its length need not be known."""
        hashed, size = hashlib.sha256(), 0
        with self.archive.open(self._info(name), "w", force_zip64=True) as inside:

            def take(piece: bytes) -> None:
                nonlocal size
                hashed.update(piece)
                size += len(piece)
                inside.write(piece)

            yield take
        self.members[name] = Member(size, hashed.hexdigest())

    def add(self, name: str, content: bytes) -> None:
        with self.member(name) as take:
            take(content)

    def close(self, manifest: Manifest) -> None:
        self.archive.writestr(self._info(MANIFEST), manifest.write())

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self.now.timetuple()[:6])
        info.external_attr = 0o600 << 16  # unpacked by hand, the keys are still closed to others
        return info


@contextmanager
def writing(target: Path, *, now: datetime) -> Iterator[Writer]:
    """A file of mode 0600 that gets its name only when it is whole and on the disk; else nothing is left of it."""
    draft = target.with_name(target.name + ".part")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w") as archive:
                yield Writer(archive, now=now)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


class Archive:
    """An archive opened for reading. `manifest` is what it says; `verify` finds out whether that is so."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.archive, self.manifest = archive, manifest

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(name)

    def read(self, name: str) -> bytes:
        return self.archive.read(name)

    def verify(self, progress: Progress) -> None:
        """Every byte against the manifest. Raises Refusal."""
        said = self.manifest.members
        inside = sorted(self.archive.namelist())
        if (
            inside != sorted([MANIFEST, *said])
            or not all(map(MEMBER.fullmatch, said))
            or not {DUMP, SECRETS} <= {*said}
        ):
            raise broken("里面的文件与清单不一致")
        whole, done = sum(member.size for member in said.values()), 0
        for name, member in said.items():
            if self._hash(name) != member:
                raise broken(f"{name} 的内容与清单不一致")
            done += member.size
            progress("核对备份文件", done, whole)

    def _hash(self, name: str) -> Member | None:
        """What the archive really holds; None when it can't be read."""
        hashed, size = hashlib.sha256(), 0
        try:
            with self.open(name) as stream:
                while piece := stream.read(CHUNK):
                    hashed.update(piece)
                    size += len(piece)
        except OSError:
            raise
        except Exception:  # a damaged zip fails in many ways inside zipfile, and means one thing
            return None
        return Member(size, hashed.hexdigest())


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """Raises Refusal when there is no such file, or it is no archive of ours, or cut short, or damaged."""
    with _opened(path) as archive:
        yield Archive(archive, _manifest(archive))


def broken(why: str) -> Refusal:
    return Refusal("backup_broken", f"备份文件已损坏：{why}", "没有恢复任何内容。请换另一份备份，或重新复制后再试")


def newer(version: str) -> Refusal:
    """Made by a later tongban than this one."""
    return Refusal(
        "backup_newer", f"这份备份由更新的通办 {version} 写成，本机的版本读不了", "请先升级本机的通办，再恢复"
    )


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Refusal("backup_not_found", f"没有这个备份文件：{path}", "请检查路径和文件名") from error
    except IsADirectoryError as error:
        raise Refusal("backup_not_found", f"{path} 是文件夹", "请写出其中一个备份文件的名字") from error
    except PermissionError as error:
        raise Refusal("backup_closed", f"当前用户不能读 {path}", "请换用有权限的用户运行") from error
    except OSError:
        raise
    except Exception as error:
        raise broken("文件不完整，或者不是通办的备份") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        content = archive.read(MANIFEST)
        said = json.loads(content)
        if said["format"] > FORMAT:
            raise newer(str(said["tongban"]))
        return Manifest.read(content)
    except (OSError, Refusal):
        raise
    except Exception as error:
        raise broken("没有可用的清单") from error
