"""What this room does when another announces something."""

from __future__ import annotations

from tongban.applications.events import Accepted
from tongban.catalog.events import Published
from tongban.catalog.models import Edition
from tongban.kernel.reactions import Entry, on
from tongban.reporting import actions


@on(Published)
def claim_what_waits_for_the_item(event: Published, entry: Entry) -> None:
    """回流办件 whose code was not known find their item once it is published."""
    edition = Edition.objects.select_related("item").filter(pk=event.edition).first()
    if edition is not None:
        codes = {edition.code, edition.external_code, edition.item.code} - {""}
        actions.claim_waiting(sorted(codes), now=entry.at)


@on(Accepted)
def note_what_is_typed_twice(event: Accepted, entry: Entry) -> None:
    """An item that is known to be typed again elsewhere enters itself in the ledger."""
    actions.accepted(event.number, by=entry.by, at=entry.at)
