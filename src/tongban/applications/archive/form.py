"""What a case file looks like: names, index, sums. Pure, so that it is written and checked by the same words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

FORMAT = 1
INDEX, SUMS, SIGNATURE, KEY = "index.json", "SHA256SUMS", "SHA256SUMS.sig", "public-key.pem"
RECORD, JOURNAL, README = "record.json", "journal.jsonl", "README.txt"
FRAME = (README, INDEX, SUMS, SIGNATURE, KEY)
"""Members that the index doesn't list: they are about it."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?")
"""Of a member: one folder at most, no dots in front, nothing that an unpacking program could misread."""
GROUPS = {
    "documents": "办理文书",
    "materials": "申请材料",
    "attachments": "办理中形成的文件",
    "licences": "证照",
    "record": "办件数据和日志",
}
"""Of the index, in its order; all but the last are folders."""


@dataclass(frozen=True)
class Entry:
    """卷内目录, one line. `size` in bytes; `on`: ISO day; `source`: who made it or gave it."""

    path: str
    group: str
    title: str
    size: int
    sha256: str
    on: str = ""
    source: str = ""


@dataclass(frozen=True)
class Lost:
    """What belongs to the case and is not in the file, and why."""

    title: str
    why: str


@dataclass(frozen=True)
class Index:
    """What the file says of itself. Moments are ISO, in UTC."""

    number: str
    title: str
    item_code: str
    edition: int
    body: str
    region: str
    applicant: str
    state: str
    submitted_at: str
    closed_at: str
    made_at: str
    made_by: str
    tongban: str
    demo: bool
    entries: tuple[Entry, ...] = ()
    lost: tuple[Lost, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)
    """How many journal entries, rows of the record."""
    format: int = FORMAT

    def write(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

    @staticmethod
    def read(content: bytes) -> Index:
        """Raises ValueError, TypeError or KeyError when it isn't one."""
        said = json.loads(content)
        if not isinstance(said, dict):
            raise TypeError("an index is an object")
        said["entries"] = tuple(Entry(**one) for one in said["entries"])
        said["lost"] = tuple(Lost(**one) for one in said["lost"])
        return Index(**said)


def sums(hashes: Mapping[str, str]) -> bytes:
    """As `sha256sum` writes and checks it."""
    return "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(hashes.items())).encode()


_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")


def read_sums(content: bytes) -> dict[str, str] | None:
    """Path → hash; None unless it is written in the one way in which we write it."""
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        return None
    found = {match[2]: match[1] for line in lines if (match := _LINE.fullmatch(line))}
    return found if sums(found) == content else None


def safe(text: str) -> str:
    """Some text as part of a member's name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-") or "file"


def in_order(names: Iterable[str]) -> list[str]:
    """Of the members in the file: what says how to read it first, what proves it last."""
    inside = sorted(set(names) - set(FRAME))
    return [README, *inside, INDEX, KEY, SUMS, SIGNATURE]


def journal_line(position: int, said: Iterable[object], previous: bytes, hashed: bytes) -> str:
    """One entry of the excerpt: what it says, the hash of the chain before it and with it (hex)."""
    line = {"position": position, "said": list(said), "previous": previous.hex(), "hash": hashed.hex()}
    return json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n"


HOW_TO_READ = """\
办件案卷 {number}

{title}
{body} · {state} · 归档时间 {made_at}

这是一个办件的全部档案：文书、材料、办理数据和日志摘录。不需要任何专用软件就能阅读和核对。

  index.json       卷内目录：每份文件的题名、大小、日期、来源和 SHA-256
  documents/       办理文书（PDF）
  materials/       申请材料
  attachments/     办理中形成的文件（现场照片、会签附件、留言附件等）
  licences/        证照
  record.json      办件数据：申请内容、每个法定步骤、期限和待办
  journal.jsonl    日志摘录：每一条的内容、在全链中的位置和哈希

核对方法（任何装有 sha256sum 和 openssl 的电脑）：

  sha256sum -c SHA256SUMS
  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig

或者在装有通办的电脑上：tongban archive verify 文件名

签名证明本案卷由哪个平台导出、导出后没有改动。请把 public-key.pem 的指纹与平台公布的核对：
  {fingerprint}

案卷含有个人信息，请只在档案管理规定允许的范围内保存和利用。
"""
