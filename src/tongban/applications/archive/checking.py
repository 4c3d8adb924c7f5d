"""Finds every changed byte of a case file. Knows no database: a stranger may check a file that we made.

Four proofs, each of which the others need: the sums say what every member was; the signature, that the sums are ours; the
chain, that the journal's excerpt was not cut or reworded; and written again from its members the file is the same byte by
byte, so that nothing was put between or behind them.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tongban.applications.archive import form, packing
from tongban.kernel import signing
from tongban.kernel.chain import canonical, chained
from tongban.kernel.refusals import Refusal

CHUNK = 1 << 20


@dataclass(frozen=True)
class Fault:
    """One thing wrong: where, and what."""

    place: str
    says: str


@dataclass
class Report:
    """What a file turned out to be. `index` is None when it can't be read."""

    index: form.Index | None = None
    signed_by: str = ""
    """Fingerprint of the key in the file, when the signature is its own."""
    known: bool | None = None
    """Whether it is the key that was expected; None when none was given to compare with."""
    journal: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults


def check(path: Path, *, key: Ed25519PublicKey | None = None) -> Report:
    """Raises Refusal when there is no such file."""
    if not path.is_file():
        raise Refusal("archive_not_found", f"没有这个案卷文件：{path}", "请检查路径和文件名")
    report = Report()
    try:
        with zipfile.ZipFile(path) as archive:
            _check(report, archive, path, key)
    except Exception as error:  # a damaged zip fails in many ways inside zipfile, and means one thing
        report.faults.append(Fault(path.name, f"打不开，不是完整的案卷文件（{error.__class__.__name__}）"))
    return report


def _check(report: Report, archive: zipfile.ZipFile, path: Path, key: Ed25519PublicKey | None) -> None:
    names = archive.namelist()
    report.faults += _shape(archive, path)
    if report.faults:
        return
    hashes = {name: _hash(archive, name) for name in names}
    report.faults += [Fault(name, "内容已损坏，读不出来") for name, found in hashes.items() if not found]
    if report.faults:
        return
    report.faults += _sums(archive, hashes)
    report.faults += _signature(report, archive, key)
    report.faults += _index(report, archive, hashes)
    report.faults += _journal(report, archive)
    if not report.faults and not _same_again(archive, path):
        report.faults.append(Fault(path.name, "各份文件没有改动，但案卷文件本身被改写过，或夹带了别的内容"))


def _shape(archive: zipfile.ZipFile, path: Path) -> Iterator[Fault]:
    """Nothing is unpacked before this: no compression, so nothing can grow; no odd names; each once, in our order."""
    names = archive.namelist()
    for one in archive.infolist():
        if one.compress_type != zipfile.ZIP_STORED or one.file_size != one.compress_size:
            yield Fault(one.filename, "是压缩过的，案卷里的文件不压缩")
        if not form.NAME.fullmatch(one.filename):
            yield Fault(one.filename, "文件名不是案卷用的名称")
    if sum(one.file_size for one in archive.infolist()) > path.stat().st_size:
        yield Fault(path.name, "目录写的大小超过了文件本身")
    if len(set(names)) != len(names):
        yield Fault(path.name, "有重名的文件")
    for name in sorted({*form.FRAME, form.RECORD, form.JOURNAL} - set(names)):
        yield Fault(name, "缺少这份文件")
    if not set(form.FRAME) - set(names) and names != form.in_order(names):
        yield Fault(path.name, "文件的次序被改动")


def _hash(archive: zipfile.ZipFile, name: str) -> str:
    """Empty when the member can't be read."""
    hashed = hashlib.sha256()
    try:
        with archive.open(name) as stream:
            while piece := stream.read(CHUNK):
                hashed.update(piece)
    except Exception:  # its checksum, its header, its length
        return ""
    return hashed.hexdigest()


def _sums(archive: zipfile.ZipFile, hashes: dict[str, str]) -> Iterator[Fault]:
    said = form.read_sums(archive.read(form.SUMS))
    if said is None:
        yield Fault(form.SUMS, "校验清单被改写")
        return
    for name, was in said.items():
        if name not in hashes:
            yield Fault(name, "校验清单里有，案卷里没有")
        elif hashes[name] != was:
            yield Fault(name, "内容被改动")
    for name in sorted(hashes.keys() - said.keys() - {form.SUMS, form.SIGNATURE}):
        yield Fault(name, "不在校验清单里，是后来加进去的")


def _signature(report: Report, archive: zipfile.ZipFile, key: Ed25519PublicKey | None) -> Iterator[Fault]:
    own = signing.read_public(archive.read(form.KEY))
    if own is None:
        yield Fault(form.KEY, "公钥被改动，读不出来")
        return
    if not signing.is_signed(archive.read(form.SUMS), archive.read(form.SIGNATURE), by=own):
        yield Fault(form.SIGNATURE, "签名与校验清单不符")
        return
    report.signed_by = signing.fingerprint(own)
    if key is not None:
        report.known = signing.fingerprint(key) == report.signed_by
        if not report.known:
            yield Fault(form.KEY, f"不是这个平台签的：案卷里的公钥指纹是 {report.signed_by}")


def _index(report: Report, archive: zipfile.ZipFile, hashes: dict[str, str]) -> Iterator[Fault]:
    try:
        said = form.Index.read(archive.read(form.INDEX))
    except (ValueError, TypeError, KeyError):
        yield Fault(form.INDEX, "卷内目录读不出来")
        return
    if said.format > form.FORMAT:
        yield Fault(form.INDEX, f"由更新的通办 {said.tongban} 写成，本机的版本读不全")
        return
    report.index = said
    listed = {one.path: one.sha256 for one in said.entries}
    inside = {name: found for name, found in hashes.items() if name not in form.FRAME}
    for name in sorted(listed.keys() | inside.keys()):
        if listed.get(name) != inside.get(name):
            yield Fault(name, "与卷内目录不符")


def _journal(report: Report, archive: zipfile.ZipFile) -> Iterator[Fault]:
    try:
        lines = [json.loads(line) for line in archive.read(form.JOURNAL).decode().splitlines()]
        for line in lines:
            if chained(canonical(*line["said"]), bytes.fromhex(line["previous"])).hex() != line["hash"]:
                yield Fault(f"{form.JOURNAL} 第 {line['position']} 条", "日志内容与哈希不符")
        for one, other in pairwise(lines):
            if other["position"] <= one["position"]:
                yield Fault(form.JOURNAL, f"第 {other['position']} 条的次序不对")
            elif other["position"] == one["position"] + 1 and other["previous"] != one["hash"]:
                yield Fault(form.JOURNAL, f"第 {other['position']} 条与前一条接不上")
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Fault(form.JOURNAL, "日志摘录读不出来")
        return
    report.journal = lines
    if report.index and len(lines) != report.index.facts.get("journal"):
        yield Fault(form.JOURNAL, "日志摘录的条数与卷内目录不符")


def _same_again(archive: zipfile.ZipFile, path: Path) -> bool:
    """Written once more from its members, is it the same file?"""
    with TemporaryFile() as again, path.open("rb") as was:
        packing.write(again, archive.namelist(), archive.read)
        again.seek(0)
        while piece := was.read(CHUNK):
            if again.read(len(piece)) != piece:
                return False
        return not again.read(1)
