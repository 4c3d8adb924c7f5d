"""密钥环: encryption keys come, are used, and go. Each change is a new file of secrets that takes the old one's place at once.

A value names its key, so old keys stay until nothing is encrypted with them (`reencrypting`). Running processes notice the
new file by themselves (`crypto`). Several hosts each have their own file: give every host the new key before any uses it
(`add`, copy the file, then `use`).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tongban.kernel import config as configuration
from tongban.kernel.refusals import Conflict, NotFound, demand

SETTLED = timedelta(minutes=2)
"""After this no process writes with the key before any more: it looks for a new file every second, and no verb lasts so long."""


@dataclass(frozen=True)
class Key:
    """One key, without its secret."""

    id: str
    current: bool
    since: str
    until: str


def keys(path: Path) -> list[Key]:
    held = configuration.read_secrets(path)
    return [
        Key(
            key_id,
            key_id == held.encryption_current,
            held.encryption_since.get(key_id, ""),
            held.encryption_until.get(key_id, ""),
        )
        for key_id in held.encryption
    ]


def add(path: Path, *, now: datetime) -> str:
    """A new key that is known and not yet used; its id."""
    with _changed(path) as content:
        key_id = str(max((int(each) for each in content["encryption"] if each.isdecimal()), default=0) + 1)
        content["encryption"][key_id] = secrets.token_hex(32)
        content.setdefault("encryption_since", {})[key_id] = now.isoformat()
    return key_id


def use(path: Path, key_id: str, *, now: datetime) -> None:
    """From now on everything is encrypted with this key. Raises NotFound."""
    with _changed(path) as content:
        _known(content, key_id)
        before = content["encryption_current"]
        if before != key_id:
            content["encryption_current"] = key_id
            content.setdefault("encryption_until", {})[before] = now.isoformat()
            content["encryption_until"].pop(key_id, None)


def rotate(path: Path, *, now: datetime) -> str:
    """A new key, used at once; its id."""
    made = add(path, now=now)
    use(path, made, now=now)
    return made


def retire(path: Path, key_id: str, *, used: Callable[[], int], now: datetime) -> None:
    """The key is gone for good. Raises Conflict while it is current, was until a moment ago, or something is encrypted with it."""
    with _changed(path) as content:
        _known(content, key_id)
        if content["encryption_current"] == key_id:
            raise Conflict("key_current", f"密钥 {key_id} 正在使用", "先用 tongban keys rotate 换一把新的")
        until = content.get("encryption_until", {}).get(key_id)
        if until and now < datetime.fromisoformat(until) + SETTLED:
            raise Conflict(
                "key_just_replaced", f"密钥 {key_id} 刚刚停用", "请两分钟后再试：正在进行的操作可能还在用它加密"
            )
        if left := used():
            raise Conflict(
                "key_in_use", f"还有 {left} 个值用密钥 {key_id} 加密", "先运行 tongban keys reencrypt，直到剩余为 0"
            )
        for part in ("encryption", "encryption_since", "encryption_until"):
            content.get(part, {}).pop(key_id, None)


def with_keys_of(later: bytes, earlier: bytes) -> bytes:
    """The later file of secrets with the keys that only the earlier one has: a snapshot between the two may need either."""
    content, before = json.loads(later), json.loads(earlier)
    content["encryption"] = before["encryption"] | content["encryption"]
    return later if json.loads(later) == content else json.dumps(content).encode()


def _known(content: Mapping[str, Any], key_id: str) -> None:
    if key_id not in content["encryption"]:
        raise NotFound("key_unknown", f"没有密钥 {key_id}", "用 tongban keys list 查看有哪些")


@contextmanager
def _changed(path: Path) -> Iterator[dict[str, Any]]:
    """The content, to be changed; one at a time, and all of it or nothing takes the file's place."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        configuration.read_secrets(path)  # one that is broken is not touched
        before = path.read_text("utf-8")
        content = json.loads(before)
        yield content
        if content == json.loads(before):
            return
        demand(content["encryption_current"] in content["encryption"], "key_unknown", "当前密钥不能没有")
        owner = path.stat()
        fresh = configuration.write_beside(path, content)
        if (owner.st_uid, owner.st_gid) != (os.getuid(), os.getgid()):
            os.chown(fresh, owner.st_uid, owner.st_gid)  # root at the console, the servers as their own user
        fresh.replace(path)
        os.fsync(folder)
    finally:
        os.close(folder)
