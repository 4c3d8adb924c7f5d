"""The verbs of the catalogue, in the order life does them: draft an edition, publish it, withdraw it."""

from tongban.catalog.actions.drafting import content_hash, draft, edition_code, unsaved
from tongban.catalog.actions.publishing import publish, withdraw

__all__ = ["content_hash", "draft", "edition_code", "publish", "unsaved", "withdraw"]
