"""任职和授权书: posts begin and end, a body authorises its 首席代表. Who may propose and approve is `staffing`'s business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tongban.identity.actors import Post
from tongban.identity.events import Appointed, AuthorisationRevoked, Authorised, PostEnded
from tongban.identity.models import Account, Authorisation, StaffPost
from tongban.identity.roles import ROLES
from tongban.identity.rules import stands_on
from tongban.kernel import actors, journal
from tongban.kernel.refusals import Conflict
from tongban.orgs.models import Body, Hall, Region


@transaction.atomic
def begin(
    *, account: Account, role: str, region: Region, body: Body | None = None, hall: Hall | None = None,
    from_at: datetime, until_at: datetime | None = None, elevated: bool = False, reason: str = "", asked_by: str = "",
    approved_by: str = "", by: actors.Actor, now: datetime,
) -> StaffPost:  # fmt: skip
    """The post is held from `from_at` on, until `until_at` (exclusive) where there is one. An earlier 授权书 doesn't come to
    life again with it."""
    if body and ROLES[role].authorised and not _represents(account, body, now=now):
        _revoke_all(account, body, reason="重新任职，需要新的授权书", by=by, now=now)
    made = StaffPost.objects.create(
        account=account, role=role, region=region, region_path=region.path, body=body, hall=hall, from_at=from_at,
        until_at=until_at, elevated=elevated, reason=reason[:200], asked_by=asked_by, approved_by=approved_by,
    )  # fmt: skip
    journal.record(
        Appointed(
            account=account.pk, post=made.pk, role=role, body=body.pk if body else None, region=region.code,
            hall=hall.pk if hall else None, from_at=from_at.isoformat(),
            until_at=until_at.isoformat() if until_at else None, elevated=elevated, asked_by=asked_by,
            approved_by=approved_by,
        ),
        by=by,
        now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def end(post: int, *, reason: str, by: actors.Actor, now: datetime) -> StaffPost:
    """From this moment on: the next request of whoever is signed in finds the post gone, and with it the elevations that
    stood on it and the 授权书 that it carried. What was done in it stands."""
    found = StaffPost.objects.select_for_update(of=("self",)).select_related("account__person", "body").get(pk=post)
    if found.ended_by or (found.until_at and found.until_at <= now):
        raise Conflict("post_over", "这个岗位已经结束", "请刷新页面")
    # one that has not begun is over as soon as it begins: a period is never empty
    found.until_at = max(now, found.from_at + timedelta(microseconds=1))
    found.ended_by, found.ended_why = by.who, reason.strip()[:200]
    found.save(update_fields=["until_at", "ended_by", "ended_why"])
    journal.record(
        PostEnded(account=found.account_id, post=found.pk, role=found.role, body=found.body_id), by=by, now=now
    )
    _end_what_stood_on(found, by=by, now=now)
    if found.body and ROLES[found.role].authorised and not _represents(found.account, found.body, now=found.until_at):
        _revoke_all(found.account, found.body, reason="岗位已经结束", by=by, now=now)
    return found


def _end_what_stood_on(ended: StaffPost, *, by: actors.Actor, now: datetime) -> None:
    if ended.elevated:
        return
    held = list(StaffPost.objects.held_at(now).filter(account=ended.account_id).exclude(pk=ended.pk).order_by("pk"))
    bases = [plain(one) for one in held if not one.elevated]
    for one in held:
        where = (one.role, one.body_id, one.region_path, one.hall_id)
        if one.elevated and stands_on(plain(ended), *where) and not any(stands_on(base, *where) for base in bases):
            end(one.pk, reason="原来的岗位已经结束", by=by, now=now)


def plain(post: StaffPost) -> Post:
    return Post(post.pk, post.role, post.body_id, post.region_path, post.hall_id, post.elevated)


def _represents(account: Account, body: Body, *, now: datetime) -> bool:
    """Whether some post of theirs in the body needs its 授权书."""
    roles = [key for key, role in ROLES.items() if role.authorised]
    return StaffPost.objects.held_at(now).filter(account=account, body=body, role__in=roles).exists()


def _revoke_all(account: Account, body: Body, *, reason: str, by: actors.Actor, now: datetime) -> None:
    given = Authorisation.objects.filter(account=account, body=body, revoked_at=None).exclude(until_at__lte=now)
    for one in given.order_by("pk"):
        revoke(one, reason=reason, by=by, now=now)


@transaction.atomic
def authorise(
    *, body: Body, account: Account, item_codes: Sequence[str] | None, acts: Sequence[str], document: str,
    from_at: datetime, until_at: datetime | None, by: actors.Actor, now: datetime,
) -> Authorisation:  # fmt: skip
    """授权书. None for `item_codes`: every item of the body."""
    made = Authorisation.objects.create(
        body=body, account=account, item_codes=None if item_codes is None else sorted(item_codes), acts=sorted(acts),
        document=document, from_at=from_at, until_at=until_at, given_by=by.who, given_at=now,
    )  # fmt: skip
    journal.record(
        Authorised(
            authorisation=str(made.public_id), account=account.pk, body=body.pk, items=made.item_codes, acts=made.acts,
            from_at=from_at.isoformat(), until_at=until_at.isoformat() if until_at else None,
        ),
        by=by,
        now=now,
    )  # fmt: skip
    return made


@transaction.atomic
def revoke(authorisation: Authorisation, *, reason: str, by: actors.Actor, now: datetime) -> Authorisation:
    """From this moment on; what was decided under it stands."""
    found = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    if found.revoked_at:
        raise Conflict("authorisation_revoked", "这份授权书已经撤销", "请刷新页面")
    found.revoked_at, found.revoked_by, found.revoked_why = now, by.who, reason.strip()[:200]
    found.save(update_fields=["revoked_at", "revoked_by", "revoked_why"])
    journal.record(
        AuthorisationRevoked(authorisation=str(found.public_id), account=found.account_id, body=found.body_id),
        by=by,
        now=now,
    )
    return found
