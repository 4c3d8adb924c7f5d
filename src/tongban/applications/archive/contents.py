"""Gathers what belongs to a case: its papers, materials, other files, licences, record and journal, each with its line of the index."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db.models import Model

from tongban.applications import documents
from tongban.applications.archive import form, record
from tongban.applications.archive.checking import Fault
from tongban.applications.models import Application, ApplicationMaterial, MaterialVersion
from tongban.design.words import datetime_cn
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.flow import queries as flow
from tongban.identity.models import Organisation, Person
from tongban.identity.queries import names_of
from tongban.kernel import journal, signing
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.models import JournalLink
from tongban.kernel.refusals import Conflict, Refusal
from tongban.licences.documents import licence_pdf
from tongban.licences.models import Licence

Source = Callable[[], bytes]
PLATFORM = "平台"
TITLES = {
    "stepfile": "环节的照片或文件",
    "casemessage": "留言附件",
    "addressofservice": "送达地址确认书（签名件）",
    "service": "送达回证附件",
    "materialreuse": "以前交过的材料（未加水印）",
    "intakeconfirmation": "申请人签名的申请表",
}
"""Of files by the table that points at them; materials have names of their own."""


@dataclass
class Contents:
    """What will be written. What was made for it is kept until then; what lies in the store is read again."""

    sources: dict[str, Source] = field(default_factory=dict)
    entries: list[form.Entry] = field(default_factory=list)
    lost: list[form.Lost] = field(default_factory=list)

    def add(
        self, path: str, content: bytes, *, title: str, on: str = "", by: str = "", again: Source | None = None
    ) -> None:
        group = path.partition("/")[0] if "/" in path else "record"
        self.entries.append(form.Entry(path, group, title, len(content), hashlib.sha256(content).hexdigest(), on, by))
        self.sources[path] = again or (lambda: content)


def gather(case: Application, *, by: Actor, now: datetime) -> tuple[Contents, form.Index]:
    """Everything of the case as it is now. Raises Conflict while the journal hasn't linked its last act."""
    said = journal.excerpt(case.number)
    if said is None:
        raise Conflict("archive_too_soon", "刚刚的操作还没有记入日志，暂时不能归档", "通常只要一两秒，请稍后再试")
    found = Contents()
    _papers(found, case, now=now)
    rows = record.rows_of(case, _files(found))
    _licences(found, case, now=now)
    lines = [form.journal_line(one.position, one.said, one.previous, one.hash) for one in said]
    found.add(form.RECORD, _record(case, rows), title="办件数据", by=PLATFORM)
    found.add(form.JOURNAL, "".join(lines).encode(), title="日志摘录", by=PLATFORM)
    counted = {"journal": len(lines), "rows": sum(map(len, rows.values()))}
    return found, _index(case, found, counted, by=by, now=now)


def _index(case: Application, found: Contents, counted: dict[str, int], *, by: Actor, now: datetime) -> form.Index:
    order = list(form.GROUPS)
    return form.Index(
        number=case.number, title=case.title, item_code=case.edition.code, edition=case.edition.version,
        body=case.body.name, region=case.region_path, applicant=documents.applicant(case), state=case.status.label,
        submitted_at=case.submitted_at.isoformat(), closed_at=case.closed_at.isoformat() if case.closed_at else "",
        made_at=now.isoformat(), made_by=by.who, tongban=version("tongban"), demo=settings.TONGBAN.demo,
        entries=tuple(sorted(found.entries, key=lambda one: (order.index(one.group), one.path))),
        lost=tuple(found.lost), facts=counted,
    )  # fmt: skip


def _papers(found: Contents, case: Application, *, now: datetime) -> None:
    """办理文书, in the order of the procedure, and the count of the days."""
    made = documents.all_pdfs(case, now=now)
    for at, (paper, pdf) in enumerate(made, start=1):
        found.add(
            f"documents/{at:02}-{form.safe(paper.kind)}.pdf", pdf,
            title=paper.title, on=paper.on.isoformat(), by=case.body.name,
        )  # fmt: skip
    if flow.sheets(case.number, today=date_of(now)):
        found.add(
            f"documents/{len(made) + 1:02}-clock.pdf", documents.sheet_pdf(case, now=now),
            title="时限计算单", on=date_of(now).isoformat(), by=PLATFORM,
        )  # fmt: skip


def _licences(found: Contents, case: Application, *, now: datetime) -> None:
    for at, one in enumerate(Licence.objects.filter(case_number=case.number).select_related("body").order_by("pk"), 1):
        found.add(
            f"licences/{at:02}.pdf", licence_pdf(one, now=now),
            title=one.title, on=one.issued_on.isoformat(), by=one.body.name,
        )  # fmt: skip


def _files(found: Contents) -> record.Told:
    """Each file once, whatever points at it; what can't be given out is named with the reason."""
    paths: dict[int, str] = {}

    def told(file: StoredFile, row: Model) -> str:
        if file.pk not in paths:
            paths[file.pk] = _one_file(found, file, row)
        return paths[file.pk]

    return told


def _one_file(found: Contents, file: StoredFile, row: Model) -> str:
    path, title = _place(row)
    on, by = date_of(file.created_at).isoformat(), names_of([file.uploaded_by])[file.uploaded_by]
    try:
        found.add(
            f"{path}.{file.extension}", files.read(file), title=title, on=on, by=by, again=lambda: files.read(file)
        )
        if file.original:
            found.add(
                f"{path}.original.{file.extension}", files.read_original(file), title=f"{title}（带签名的原件）",
                on=on, by=by, again=lambda: files.read_original(file),
            )  # fmt: skip
    except Refusal as no:
        found.lost.append(form.Lost(title, no.reason))
        return ""
    except FileNotFoundError:
        found.lost.append(form.Lost(title, "存储里没有这个文件"))
        return ""
    return f"{path}.{file.extension}"


def _place(row: Model) -> tuple[str, str]:
    """Where in the file, and under what title. A material has its name; all else that of the row it hangs on."""
    if isinstance(row, ApplicationMaterial):
        return f"materials/{form.safe(row.key)}", row.name
    if isinstance(row, MaterialVersion):
        return f"materials/{form.safe(row.material.key)}.v{row.number}", f"{row.material.name}（第 {row.number} 版）"
    name = row._meta.model_name or ""
    return f"attachments/{form.safe(name)}-{row.pk}", TITLES[name]


def _record(case: Application, rows: dict[str, list[dict[str, Any]]]) -> bytes:
    def plain(row: Model | None) -> dict[str, Any] | None:
        return record.values(row, lambda file, row: str(file.public_id)) if row else None

    person = Person.objects.get(pk=case.person_id)
    organisation = Organisation.objects.get(pk=case.organisation_id) if case.organisation_id else None
    whole = {
        "application": plain(case), "person": plain(person), "organisation": plain(organisation),
        **({"agent": plain(case.agent), "power": plain(case.power)} if case.power_id else {}),
        "body": case.body.name, "item": {"code": case.edition.code, "version": case.edition.version},
        "rows": rows,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def readme(index: form.Index) -> bytes:
    """How a stranger reads and checks the file."""
    made_at = datetime_cn(datetime.fromisoformat(index.made_at), year=True)
    mark = signing.fingerprint(key().public_key())
    words = {"number": index.number, "title": index.title, "body": index.body, "state": index.state}
    return form.HOW_TO_READ.format(**words, made_at=made_at, fingerprint=mark).encode()


def key() -> Ed25519PrivateKey:
    """The instance's, which signs its case files."""
    return signing.key_from(settings.TONGBAN_SECRETS.journal_head)


def unknown_here(lines: Sequence[dict[str, Any]]) -> list[Fault]:
    """Entries of an excerpt that this instance's journal doesn't have at that place in the chain."""
    links = JournalLink.objects.in_bulk([int(line["position"]) for line in lines])
    hashes = {position: bytes(link.hash).hex() for position, link in links.items()}
    return [
        Fault(f"{form.JOURNAL} 第 {line['position']} 条", "与本平台的日志不符")
        for line in lines
        if hashes.get(line["position"]) != line["hash"]
    ]
