"""The child: `python -m tongban.files.cleaning WAY EXTENSION INPUT OUTPUT`, and a line of JSON on its output."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from tongban.files import rules
from tongban.files.cleaning.result import Cleaned
from tongban.kernel.refusals import Refusal

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
WRITTEN = 200 * 1024 * 1024


def main(way: str, extension: str, came: str, goes: str) -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, WRITTEN),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    content, kind = Path(came).read_bytes(), rules.KINDS[extension]
    told: dict[str, object]
    try:
        if way == "pdf":
            from tongban.files.cleaning import stamps

            plain = stamps.as_pdf(content, kind)
            made, told = plain.content, {"width": plain.width, "height": plain.height}
        else:
            cleaned = _stamped(content, came) if way == "stamp" else clean(content, kind, way)
            made = cleaned.content
            told = {"pages": cleaned.pages, "removed": cleaned.removed, "signed": cleaned.signed}
    except Refusal as no:
        told = {"refused": [no.code, no.reason, no.hint, no.field]}
    else:
        Path(goes).write_bytes(made)
    sys.stdout.write(json.dumps(told))


def _stamped(content: bytes, came: str) -> Cleaned:
    from tongban.files.cleaning import stamps

    return stamps.stamp(content, Path(came).with_name("beside").read_bytes())


def clean(content: bytes, kind: rules.Kind, way: str) -> Cleaned:
    """`way` is `file`, or `page` for a page of a scan. Raises Refusal."""
    if kind in (rules.JPEG, rules.PNG):
        from tongban.files.cleaning import pictures

        return pictures.clean_page(content, kind) if way == "page" else pictures.clean(content, kind)
    if kind == rules.PDF:
        from tongban.files.cleaning import papers

        return papers.clean(content)
    from tongban.files.cleaning import archives

    return archives.clean(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
