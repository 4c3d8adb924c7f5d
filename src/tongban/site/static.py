"""Static files under hashed names, cached for ever; without a manifest (tests, first start) under plain names."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Hashed(CompressedManifestStaticFilesStorage):
    manifest_strict = False

    def hashed_name(self, name: str, content: object = None, filename: str | None = None) -> str:
        try:
            return super().hashed_name(name, content, filename)  # type: ignore[arg-type]
        except ValueError:  # not collected yet
            return name
