"""Who may: a post's power, or the platform itself (imports, seeds)."""

from __future__ import annotations

from tongban.identity import actors
from tongban.identity.roles import Act
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden
from tongban.orgs.models import Region


def empowered(by: Actor, act: Act, *, body_id: int | None = None, region_path: str) -> Actor:
    """The actor in the office that empowers the act there. Raises Forbidden where none does."""
    if isinstance(by, actors.Actor):
        return by.must(act, body_id=body_id, region_path=region_path)
    if not by.who.startswith("system:"):
        raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "请联系有权限的同事，或向管理员申请岗位")
    return by


def governs(by: Actor) -> None:
    """Base items are the whole jurisdiction's: only who governs all of it may change them. Raises Forbidden."""
    root = Region.objects.order_by("level", "path").values_list("path", flat=True).first()
    empowered(by, "catalog.govern", region_path=root or "")
