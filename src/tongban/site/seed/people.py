"""演示市民: the pool of people who apply, each with a scan to hand in. By number: found again on the next run."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID, uuid5

from django.db import transaction
from PIL import Image, ImageDraw

from tongban.applications import facts
from tongban.files.models import StoredFile
from tongban.files.rules import PNG
from tongban.files.store import store
from tongban.identity import rules as identifiers
from tongban.identity.levels import Level
from tongban.identity.models import Account, Person
from tongban.site import makers

SURNAMES, GIVEN = "陈林黄张李王吴刘蔡杨许郑谢洪郭邱曾廖赖徐", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
USERNAME = "seed_citizen_"
SPACE = UUID("6f0c3a52-6a35-4c8e-9d21-7f8f5a0e4b11")
"""Public ids are made from the numbers, so that the same seed gives the same rows."""
MOST = 20_000
BATCH = 2000


@dataclass
class Citizen:
    """One of the pool."""

    account: Account
    person: Person
    file: StoredFile

    @property
    def who(self) -> str:
        return f"person:{self.person.public_id}"

    @property
    def born(self) -> date:
        return identifiers.born_on(self.person.id_number)

    def age_on(self, day: date) -> int:
        return facts.age_on(self.born, day)


@transaction.atomic
def citizens(count: int, *, now: datetime) -> list[Citizen]:
    """The first so many of the pool, in order of their numbers."""
    names = [f"{USERNAME}{number:05d}" for number in range(min(count, MOST))]
    known = Account.objects.select_related("person").filter(username__in=names)
    there = {account.username: account for account in known}
    missing = [number for number, name in enumerate(names) if name not in there]
    for start in range(0, len(missing), BATCH):
        there |= {account.username: account for account in _make(missing[start : start + BATCH], now)}
    people = [(there[name], person) for name in names if (person := there[name].person)]
    files = _files([person for _, person in people], now)
    return [Citizen(account, person, files[f"person:{person.public_id}"]) for account, person in people]


def _make(numbers: list[int], now: datetime) -> list[Account]:
    people = Person.objects.bulk_create(_person(number, now) for number in numbers)
    return Account.objects.bulk_create(
        Account(
            username=f"{USERNAME}{number:05d}", person=person, created_at=now, demo=True,
            password=f"!{person.public_id}",  # not a hash: nobody logs in with it
        )
        for number, person in zip(numbers, people, strict=True)
    )  # fmt: skip


def _person(number: int, now: datetime) -> Person:
    rng = random.Random(number)  # noqa: S311 - repeatable, not secret
    born = date(1950, 1, 1) + timedelta(days=number * 7919 % 20_011)  # a prime: nobody shares day and serial
    person = Person(
        public_id=uuid5(SPACE, f"person {number}"),
        name=rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2)))),
        address=f"云江区听澜街道正街{number + 1}号",
        assurance=Level.REAL_NAME,
        created_at=now,
    )
    person.set_id_number(makers.id_number(f"500199{born:%Y%m%d}{number % 1000:03d}"))
    person.set_phone(f"199{9_000_0000 + number:08d}", proved_at=now)
    return person


def _files(people: list[Person], now: datetime) -> dict[str, StoredFile]:
    """A scan of each, by whose it is; the store keeps the picture once."""
    who = [f"person:{person.public_id}" for person in people]
    found = {file.uploaded_by: file for file in StoredFile.objects.filter(uploaded_by__in=who).order_by("-id")}
    missing = [one for one in who if one not in found]
    if missing:
        content = _picture()
        sha256 = store().put(content)
        made = StoredFile.objects.bulk_create(
            [
                StoredFile(
                    public_id=uuid5(SPACE, f"file of {one}"), sha256=sha256, size=len(content),
                    media_type=PNG.media_type, extension=PNG.extension, uploaded_by=one, created_at=now,
                )
                for one in missing
            ],
            batch_size=BATCH,
        )  # fmt: skip
        found |= {file.uploaded_by: file for file in made}
    return found


@cache
def _picture() -> bytes:
    """A stand-in for a scan."""
    picture = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 580, 380), outline="black", width=3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
