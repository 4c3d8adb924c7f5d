"""What is done under a 临时授权 is written down under it."""

from __future__ import annotations

from tests.people import Cast
from tongban.applications import actions as applications
from tongban.applications.models import Review
from tongban.identity.models import StaffPost
from tongban.kernel.models import JournalEntry
from tongban.staffing import actions
from tongban.staffing.actions.proposing import Wanted


def test_what_is_done_under_an_elevation_names_it_and_nothing_else_does(cast: Cast) -> None:
    """The editor, a reviewer for four hours: reviewing is done as that, answering for the catalogue is not."""
    one = actions.elevate(
        Wanted("reviewer", cast.region, body=cast.body), hours="4", reason="两位同事同时请假",
        by=cast.actor(cast.editor), now=cast.now,
    )  # fmt: skip
    post = actions.approve(one.public_id, by=cast.actor(cast.head), now=cast.now)
    case = cast.accepted()
    base = StaffPost.objects.get(account=cast.editor, elevated=False)

    by = cast.actor(cast.editor)
    applications.review(case.number, passes=True, opinion="材料齐全，符合规定", by=by, now=cast.now)

    assert by.post == str(base.pk)
    assert Review.objects.get(application=case).by_post == str(post.pk)
    entry = JournalEntry.objects.get(name="applications.Reviewed")
    assert (entry.actor, entry.post) == (f"staff:{cast.editor.pk}", str(post.pk))
