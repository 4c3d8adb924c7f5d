"""Stop reading an upload as soon as it is too large, instead of filling the disk first."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class Limited(FileUploadHandler):
    """Counts bytes; past the limit the upload stops and `request.META['tongban.upload_too_large']` says so."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # type: ignore[no-untyped-def]
        self.left = (settings.TONGBAN.upload_limit_mb + 1) * 1024 * 1024
        self.meta = META
        return

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.left -= len(raw_data)
        if self.left < 0:
            self.meta["tongban.upload_too_large"] = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
