"""案卷归档 for the electronic archive's own system."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase

from tongban.applications import actions
from tongban.applications.api.shared import clean, router
from tongban.identity import doors
from tongban.kernel import clock
from tongban.kernel.typed import normalise


@router.post(
    "/applications/{number}/archive", operation_id="archive_application", summary="导出案卷（ZIP）",
    openapi_extra={"responses": {200: {"description": "案卷", "content": {"application/zip": {}}}}},
)  # fmt: skip
def archive_application(request: HttpRequest, number: str) -> HttpResponseBase:
    """The whole case file of an ended case; each export is journalled. It is checked by `tongban archive verify`."""
    number = normalise(clean(number))
    file, _ = actions.archive_opened(number, by=doors.whoever(request), now=clock.now())
    return FileResponse(file, as_attachment=True, filename=f"{number}.zip", content_type="application/zip")
