"""登记合并的通知: whoever is behind either registration hears of it, on the phone of each: who was taken over is told too."""

from __future__ import annotations

from uuid import UUID

from tongban.applications import person_kinds as kinds
from tongban.identity.assurance import paper_of
from tongban.identity.events import PersonsMerged, PersonsParted
from tongban.identity.models import Person
from tongban.identity.rules import mask_id
from tongban.kernel.reactions import Entry, on
from tongban.notices import actions as notices
from tongban.notices.kinds import Kind


@on(PersonsMerged)
def tell_both_of_the_merging(event: PersonsMerged, entry: Entry) -> None:
    _tell(event, kinds.MERGED, entry)


@on(PersonsParted)
def tell_both_of_the_parting(event: PersonsParted, entry: Entry) -> None:
    _tell(event, kinds.PARTED, entry)


def _tell(event: PersonsMerged | PersonsParted, kind: Kind, entry: Entry) -> None:
    kept, merged = (Person.objects.get(public_id=UUID(one)) for one in (event.kept, event.merged))
    values = {"留下的证件": _paper(kept), "并入的证件": _paper(merged)}
    reached: set[str] = set()
    for person in (kept, merged):
        if person.phone and person.phone in reached:
            continue
        reached.add(person.phone)
        notices.tell(
            person, kind, key=f"merging/{event.merging}/{kind.key}/{person.pk}", subject=event.merging, values=values,
            link="/my/account", now=entry.at,
        )  # fmt: skip


def _paper(person: Person) -> str:
    paper = paper_of(person)
    return f"{paper.type_name} {mask_id(paper.number)}"
