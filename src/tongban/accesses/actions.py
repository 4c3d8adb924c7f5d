"""Write down who reads whose data. Within a request what is noted is gathered, and goes out at its end in one statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from tongban.accesses import rules
from tongban.accesses.models import Access
from tongban.identity.actors import Actor, Post
from tongban.kernel import rows

PIECE = 500


class Gathered:
    """What this request reads: one row for each person and subject, of the kind that says most."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, str], tuple[Actor, Post, int | None, rules.Kind]] = {}

    def add(
        self, by: Actor, post: Post, *, person_id: int, kind: rules.Kind, subject: str, body_id: int | None
    ) -> None:
        before = self._found.get((person_id, subject))
        if before is None or rules.replaces(kind, before[3]):
            self._found[person_id, subject] = (by, post, body_id, kind)

    def write(self, *, now: datetime) -> int:
        """Returns how many rows."""
        made = [
            _row(by, post, person_id=person_id, kind=kind, subject=subject, body_id=body_id, now=now)
            for (person_id, subject), (by, post, body_id, kind) in self._found.items()
        ]
        rows.insert_all(made)
        return len(made)


_GATHERED: ContextVar[Gathered | None] = ContextVar("accesses", default=None)


@contextmanager
def gathering() -> Iterator[Gathered]:
    """A door: what is noted inside is gathered for it to write, or, when nothing was shown in the end, to drop."""
    made = Gathered()
    before = _GATHERED.set(made)
    try:
        yield made
    finally:
        _GATHERED.reset(before)


def note(
    by: Actor,
    *,
    person_id: int | None,
    kind: rules.Kind,
    subject: str,
    body_id: int | None = None,
    region_path: str = "",
) -> None:
    """Staff are shown this person's data. Outside a request nobody is shown anything, and nothing is written."""
    if not by.posts or person_id is None or person_id == by.person_id:
        return
    if (gathered := _GATHERED.get()) is not None:
        post = _post(by, body_id, region_path)
        gathered.add(by, post, person_id=person_id, kind=kind, subject=subject, body_id=body_id)


def note_all(
    by: Actor, *, people: Iterable[int | None], kind: rules.Kind, subject: str, reason: str = "", now: datetime
) -> int:
    """Many people, in statements of five hundred rows, at once: also where the answer is a redirect. Returns how many."""
    if not by.posts:
        return 0
    wanted = sorted({each for each in people if each is not None and each != by.person_id})
    post = _post(by, None, "")
    for at in range(0, len(wanted), PIECE):
        Access.objects.bulk_create(
            _row(by, post, person_id=each, kind=kind, subject=subject, reason=reason or None, now=now)
            for each in wanted[at : at + PIECE]
        )
    return len(wanted)


def unmasked(
    by: Actor, *, person_id: int, subject: str, what: str, reason: str, body_id: int | None, region_path: str,
    now: datetime,
) -> Access:  # fmt: skip
    """A number is shown whole: on record first, in the transaction of who shows it. Raises Refusal without a reason."""
    words = rules.check_reason(reason)
    post = _post(by, body_id, region_path)
    return rows.insert(
        _row(
            by,
            post,
            person_id=person_id,
            kind="unmask",
            subject=subject,
            body_id=body_id,
            what=what,
            reason=words,
            now=now,
        )
    )


def _post(by: Actor, body_id: int | None, region_path: str) -> Post:
    """With which post: the one that covers the case, else the first."""
    for post in by.posts:
        if post.body_id == body_id if post.role.scope == "body" else region_path.startswith(post.region_path):
            return post
    return by.posts[0]


def _row(
    by: Actor, post: Post, *, person_id: int, kind: rules.Kind, subject: str, body_id: int | None = None,
    what: str = "", reason: str | None = None, now: datetime,
) -> Access:  # fmt: skip
    return Access(
        at=now, person_id=person_id, account_id=by.account_id or 0, post_id=post.id, role=post.role_key,
        body_id=post.body_id or body_id,
        kind=kind, subject=subject, what=what, reason=reason, channel=by.channel,
    )  # fmt: skip
