"""Run in a process of its own on a test's database. `fill`: the cast with one case and one file, the journal linked and
sealed. `tell`: what only whole rows, the right keys and the stored file together can say. Prints JSON."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from tests import people  # noqa: E402 - models need Django to be set up
from tongban.files import actions as files  # noqa: E402
from tongban.files import rules  # noqa: E402
from tongban.files.models import StoredFile  # noqa: E402
from tongban.identity.models import Person  # noqa: E402
from tongban.kernel import bookkeeper, clock, journal  # noqa: E402
from tongban.kernel.actors import system  # noqa: E402


def fill() -> None:
    now = clock.now()
    people.make(now=now).submit()
    files.keep(b"%PDF-" + bytes(300_000), kind=rules.PDF, by=system("tests"), now=now)
    while bookkeeper.link_waiting():
        pass
    journal.seal_head(now=now)


def tell() -> dict[str, object]:
    return {
        "people": sorted(person.name for person in Person.objects.all()),
        "files": [len(files.read(file)) for file in StoredFile.objects.order_by("created_at")],
        "heads": [head.on for head in journal.read_heads()],
        "faults": [fault.says for fault in journal.verify(now=clock.now())],
    }


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill()
    print(json.dumps(tell()))
