"""扫码上传: what a page needs to show the code for one sheaf."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from tongban.files.actions import sheaves
from tongban.files.models import Sheaf


@dataclass(frozen=True)
class Invitation:
    """`address` goes into the code; `alive` while it may be used."""

    sheaf: str
    address: str
    alive: bool
    seen: bool
    bound: bool
    """It was finished between two looks: the next look takes it."""

    @property
    def awaited(self) -> bool:
        """Whether something may appear by itself."""
        return self.alive or self.bound


def invitation(sheaf: Sheaf, *, now: datetime) -> Invitation:
    address = settings.TONGBAN.base_url.rstrip("/") + reverse("files:phone", args=[sheaves.token_of(sheaf)])
    bound = sheaf.bound_at is not None
    return Invitation(
        str(sheaf.public_id), address, alive=sheaf.link_until > now and not bound,
        seen=sheaf.seen_at is not None, bound=bound,
    )  # fmt: skip
