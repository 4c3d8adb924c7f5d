"""补交: files and papers that come after the submission, by whoever may hand them in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from tongban.applications.actions import versions
from tongban.applications.actions.versions import Coming, Taken
from tongban.applications.models import Application, ApplicationMaterial, Correction
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.kernel.refusals import Invalid, Refusal


def files_of(given: Mapping[str, str], *, by: Actor) -> dict[str, StoredFile]:
    """Uploaded files by id: only the actor's own. Raises Refusal."""
    ids = []
    for how in given.values():
        if how in ("pledge", "paper", ""):
            continue
        try:
            ids.append(UUID(how))
        except ValueError:
            raise Refusal("file_unknown", "没有这个文件", "请重新上传", "materials") from None
    found = (
        {str(file.public_id): file for file in StoredFile.objects.filter(public_id__in=ids, uploaded_by=by.who)}
        if ids
        else {}
    )
    if len(found) < len(set(ids)):
        raise Refusal("file_unknown", "有文件不存在，或不是您上传的", "请重新上传", "materials")
    for file in found.values():
        if file.state in ("refused", "infected"):
            raise Refusal("file_unsafe", f"有文件{file.mark[2:]}：{file.reason}", "请删除后重新上传", "materials")
    return found


def take(
    application: Application, asked: Collection[str], given: Mapping[str, str], *, all_of_them: bool,
    correction: Correction | None = None, beside: Collection[str] = (), taken: Mapping[str, Taken] | None = None,
    by: Actor, now: datetime,
) -> None:  # fmt: skip
    """Put what is handed in to the materials that were asked for, each as its next version. `beside`: what is put beside the
    earlier file instead of in its place. Raises Invalid naming each that is missing: any of them where all have to come, else
    when nothing came."""
    files, taken = files_of(given, by=by), taken or {}
    missing, coming = versions.check_taken(taken), list[Coming]()
    wrong = bool(missing)
    for row in ApplicationMaterial.objects.filter(application=application, key__in=asked).order_by("id"):
        how = versions.how_given(given.get(row.key, ""), files, by=by)
        if how is None:
            missing.append(Refusal("materials_missing", f"还缺：{row.name}", "请上传后再提交", f"materials.{row.key}"))
            continue
        give, file, source = how
        coming.append(Coming(row, give, file, source, row.key in beside, taken.get(row.key) if by.is_staff else None))
    if wrong or (missing and (all_of_them or not coming)):
        raise Invalid(missing)
    versions.add(application, coming, correction=correction, by=by, now=now)
