"""操作人 with powers: who acts, and what their posts let them do. Default deny."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.identity.roles import ROLES, Act, Role
from tongban.kernel import actors
from tongban.kernel.refusals import Forbidden


@dataclass(frozen=True)
class Post:
    """岗位 as held now: a role in a body (scope `body`) or over a region's subtree (scope `region`)."""

    id: int
    role_key: str
    body_id: int | None
    region_path: str
    hall_id: int | None = None

    @property
    def role(self) -> Role:
        return ROLES[self.role_key]


@dataclass(frozen=True)
class Actor(actors.Actor):
    """The one who acts, as every verb takes it. Doors make it from a login or a token; tests make it from the cast."""

    account_id: int | None = None
    person_id: int | None = None
    organisation_ids: tuple[int, ...] = ()
    posts: tuple[Post, ...] = ()
    assurance: int = 0
    """认证等级 of the person at this moment (`levels.Level`)."""
    stands_in_for: tuple[int, ...] = ()
    """代办: accounts that are absent today and named this one as their substitute."""

    @property
    def is_staff(self) -> bool:
        return bool(self.posts)

    def posts_for(self, act: Act) -> list[Post]:
        return [post for post in self.posts if act in post.role.acts]

    def may(self, act: Act, *, body_id: int | None = None, region_path: str = "") -> bool:
        """Whether some post empowers the act over a case of that body in that region."""
        return any(
            post.body_id is not None and post.body_id == body_id
            if post.role.scope == "body"
            else region_path.startswith(post.region_path)
            for post in self.posts_for(act)
        )

    def must(self, act: Act, *, body_id: int | None = None, region_path: str = "") -> None:
        """Raise Forbidden unless `may`."""
        if not self.may(act, body_id=body_id, region_path=region_path):
            raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "请联系有权限的同事，或向管理员申请岗位")


ANYONE = Actor(who="anonymous", channel="web")
