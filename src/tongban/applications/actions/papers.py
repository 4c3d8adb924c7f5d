"""补交: files and papers that come after the submission, by whoever may hand them in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from tongban.applications.models import Application, ApplicationMaterial
from tongban.catalog.content import Give
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
    application: Application, asked: Collection[str], given: Mapping[str, str], *, all_of_them: bool, by: Actor
) -> None:
    """Put what is handed in to the materials that were asked for. Raises Invalid naming each that is missing: any of them
    where all have to come, else when nothing came."""
    files = files_of(given, by=by)
    missing, taken = [], 0
    for row in ApplicationMaterial.objects.filter(application=application, key__in=asked).order_by("id"):
        how = given.get(row.key, "")
        if how in files:
            row.file, row.given, row.give = files[how], True, Give.UPLOAD
        elif how == "paper" and by.is_staff:
            row.given, row.give = True, "paper"
        else:
            missing.append(Refusal("materials_missing", f"还缺：{row.name}", "请上传后再提交", f"materials.{row.key}"))
            continue
        taken += 1
        row.checked = None
        row.save(update_fields=["file", "given", "give", "checked"])
    if missing and (all_of_them or not taken):
        raise Invalid(missing)
