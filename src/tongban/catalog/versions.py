"""历次版本: what was ever published of an item by one body, newest first. Drafts are nobody's business."""

from __future__ import annotations

from tongban.catalog import queries
from tongban.catalog.models import Edition
from tongban.kernel.refusals import NotFound
from tongban.kernel.typed import normalise

AT_MOST = 200
"""Versions that a history shows; an item that changes monthly for fifteen years stays below it."""


def history(code: str, *, reader: queries.Reader | None = None) -> list[Edition]:
    """The versions by 实施编码, or of the item's published edition. Without their documents. Raises NotFound."""
    found = _of(code)
    if not found:
        found = _of(queries.edition(code, reader=reader).code)  # says what is wrong with the code
    if not found[0].item.is_public and not (reader and queries.may_read_hidden(found[0], by=reader())):
        raise NotFound("item_unknown", "没有这个事项", "请检查编码，或从首页搜索")
    return found


def _of(code: str) -> list[Edition]:
    typed = code.replace("\0", "").strip()
    editions = Edition.objects.filter(code__in=[typed, normalise(typed)]).exclude(state="draft")
    return list(editions.select_related("item", "body__region").defer("content").order_by("-version")[:AT_MOST])


def version(code: str, number: int, *, reader: queries.Reader | None = None) -> tuple[Edition, Edition | None]:
    """One version as it was published, and the one in force now, if any. Raises NotFound."""
    versions = history(code, reader=reader)
    found = next((one for one in versions if one.version == number), None)
    if found is None:
        raise NotFound("version_unknown", f"这个事项没有公布过第 {number} 版", "请从历次版本中选择")
    return found, next((one for one in versions if one.state == "published"), None)


def with_the_one_before(
    code: str, number: int, *, reader: queries.Reader | None = None
) -> tuple[Edition, Edition | None]:
    """A version, and the one that was published before it, if any. Raises NotFound."""
    found, _ = version(code, number, reader=reader)
    return found, next((one for one in history(found.code, reader=reader) if one.version < number), None)
