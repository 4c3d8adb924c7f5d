"""操作人 with powers: who acts, and what their posts let them do. Default deny."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tongban.identity.roles import ROLES, Act, Role
from tongban.kernel import actors
from tongban.kernel.refusals import Forbidden


@dataclass(frozen=True)
class Grant:
    """授权书 in force: what the body lets this person decide in its name."""

    acts: frozenset[str]
    """`decide`; `instant`: accept, review and decide alone where the guide says 即审即办."""
    items: frozenset[str] | None
    """基本编码; None: every item of the body."""

    def covers(self, act: str, item: str) -> bool:
        return act in self.acts and (self.items is None or item in self.items)


@dataclass(frozen=True)
class Post:
    """岗位 as held now: a role in a body (scope `body`) or over a region's subtree (scope `region`)."""

    id: int
    role_key: str
    body_id: int | None
    region_path: str
    hall_id: int | None = None
    elevated: bool = False
    """临时授权: held for some hours."""
    grants: tuple[Grant, ...] = ()

    @property
    def role(self) -> Role:
        return ROLES[self.role_key]

    def empowered(self, act: Act, item: str) -> bool:
        """Whether the post is enough for the act on that item, or a 授权书 names it."""
        return act not in self.role.authorised or any(grant.covers("decide", item) for grant in self.grants)


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

    @property
    def window_posts(self) -> list[Post]:
        """综合窗口: takes in and accepts. Helpers (帮办代办) only take in, and use no mandate."""
        return [post for post in self.posts if {"application.intake", "application.accept"} <= post.role.acts]

    def may_alone(self, item: str, *, body_id: int, region_path: str) -> bool:
        """即审即办: whether a 授权书 lets this 首席代表 accept and decide the same case."""
        posts = self.posts_there("application.decide", body_id=body_id, region_path=region_path)
        return any(grant.covers("instant", item) for post in posts for grant in post.grants)

    def may(self, act: Act, *, body_id: int | None = None, region_path: str = "", item: str | None = None) -> bool:
        """Whether some post empowers the act over a case of that body in that region. `item`: the 基本编码 of what the
        case is about; None asks of the post in general, as lists do."""
        return any(
            item is None or post.empowered(act, item)
            for post in self.posts_there(act, body_id=body_id, region_path=region_path)
        )

    def posts_there(self, act: Act, *, body_id: int | None, region_path: str) -> list[Post]:
        return [
            post
            for post in self.posts_for(act)
            if (
                post.body_id is not None and post.body_id == body_id
                if post.role.scope == "body"
                else region_path.startswith(post.region_path)
            )
        ]

    def under(self, act: Act, *, body_id: int | None = None, region_path: str = "", item: str | None = None) -> Actor:
        """The same one, in the office that lets them do it: what is written down names that post, an elevation (临时授权)
        where no other gives the power. Without a body and a region any post counts; unchanged where none gives it."""
        anywhere = body_id is None and not region_path
        posts = self.posts_for(act) if anywhere else self.posts_there(act, body_id=body_id, region_path=region_path)
        held = next((str(post.id) for post in posts if item is None or post.empowered(act, item)), self.post)
        return self if held == self.post else replace(self, post=held)

    def must(self, act: Act, *, body_id: int | None = None, region_path: str = "", item: str | None = None) -> Actor:
        """The actor `under` that act. Raises Forbidden unless they `may`."""
        if self.may(act, body_id=body_id, region_path=region_path, item=item):
            return self.under(act, body_id=body_id, region_path=region_path, item=item)
        if item is not None and self.may(act, body_id=body_id, region_path=region_path):
            raise Forbidden(
                "not_authorised", "部门没有授权您决定这个事项，或者授权书已经到期、撤销",
                "请部门负责人出具授权书，或交给有授权的同事",
            )  # fmt: skip
        raise Forbidden("not_empowered", "您的岗位没有办理这一步的权限", "请联系有权限的同事，或向管理员申请岗位")


ANYONE = Actor(who="anonymous", channel="web")
