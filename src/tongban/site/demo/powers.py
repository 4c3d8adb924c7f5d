"""委托: 周小琴 helps her father 周德福, who confirmed it himself, and is the guardian of her child; as `cast.toml` has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tongban.delegation import actions
from tongban.delegation.actions import OnPaper, Other, Wanted
from tongban.delegation.models import PowerOfAttorney
from tongban.files.actions import keep_upload
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Person
from tongban.identity.queries import actor_of
from tongban.kernel.clock import date_of
from tongban.site.demo.logins import CAST
from tongban.site.demo.pictures import picture


def load(*, now: datetime) -> None:
    """Each once: what was revoked since stays revoked."""
    for given in CAST["powers"]:
        agent = Account.objects.select_related("person").get(username=given["agent"])
        assert agent.person  # noqa: S101 - citizens of the cast have one
        if not PowerOfAttorney.objects.filter(agent=agent.person, kind=given["kind"]).exists():
            if given["kind"] == "guardian":
                _guardian(given, agent.person, now=now)
            else:
                _helper(given, agent, now=now)


def _helper(given: dict[str, str], agent: Account, *, now: datetime) -> None:
    """Asked for by the agent, confirmed by the principal."""
    principal = Account.objects.select_related("person").get(username=given["principal"])
    assert principal.person  # noqa: S101 - citizens of the cast have one
    today = date_of(now)
    wanted = Wanted(
        side="agent", kind=given["kind"], other=Other(principal.person.name, principal.person.id_number),
        acts=["submit", "follow", "supplement", "receive"], from_on=today, until_on=today + timedelta(days=365),
        relation=given["relation"],
    )  # fmt: skip
    asked = actions.ask(wanted, by=actor_of(agent, now=now, channel="web"), now=now)
    actions.confirm(asked.public_id, by=actor_of(principal, now=now, channel="web"), now=now)


def _guardian(given: dict[str, str], agent: Person, *, now: datetime) -> None:
    """At a window, with the proof."""
    clerk: Actor = actor_of(Account.objects.get(username=given["clerk"]), now=now, channel="counter")
    paper = OnPaper(
        kind="guardian", principal_id=given["child_id_number"], principal_name=given["child"], agent_id=agent.id_number,
        agent_name=agent.name, acts=[], relation=given["relation"], proof="birth", cards_seen=True,
    )  # fmt: skip
    actions.register(replace(paper, paper=keep_upload(picture(), by=clerk, now=now)), by=clerk, now=now)
