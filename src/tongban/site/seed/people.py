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
from stdnum.iso7064 import mod_11_2

from tongban.files.models import StoredFile
from tongban.files.rules import PNG
from tongban.files.store import store
from tongban.identity.models import Account, Person

SURNAMES, GIVEN = "陈林黄张李王吴刘蔡杨许郑谢洪郭邱曾廖赖徐", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
SPACE = UUID("6f0c3a52-6a35-4c8e-9d21-7f8f5a0e4b11")
"""Names of the pool's people and files are made from their numbers, so that the same seed gives the same rows."""
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


@transaction.atomic
def citizens(count: int, *, now: datetime) -> list[Citizen]:
    """The first so many of the pool, in order of their numbers."""
    names = [f"seed_citizen_{number:05d}" for number in range(min(count, MOST))]
    there = {
        account.username: account
        for account in Account.objects.select_related("person").filter(username__startswith="seed_citizen_")
    }
    missing = [number for number, name in enumerate(names) if name not in there]
    for start in range(0, len(missing), BATCH):
        there |= {account.username: account for account in _make(missing[start : start + BATCH], now)}
    accounts = [there[name] for name in names]
    files = _files(accounts, now)
    return [Citizen(account, account.person, files[account.person_id]) for account in accounts if account.person]


def _make(numbers: list[int], now: datetime) -> list[Account]:
    people = Person.objects.bulk_create(_person(number, now) for number in numbers)
    return Account.objects.bulk_create(
        Account(
            username=f"seed_citizen_{number:05d}", person=person, created_at=now, demo=True,
            password=f"!{person.public_id}",  # not a hash: nobody logs in with it
        )
        for number, person in zip(numbers, people, strict=True)
    )  # fmt: skip


def _person(number: int, now: datetime) -> Person:
    rng = random.Random(number)  # noqa: S311 - repeatable, not secret
    born = date(1950, 1, 1) + timedelta(days=number * 7919 % 20_011)  # a prime: nobody shares day and serial
    seventeen = f"500199{born:%Y%m%d}{number % 1000:03d}"
    person = Person(
        public_id=uuid5(SPACE, f"person {number}"),
        name=rng.choice(SURNAMES) + "".join(rng.choice(GIVEN) for _ in range(rng.choice((1, 2)))),
        address=f"云江区听澜街道正街{number + 1}号",
        created_at=now,
    )
    person.set_id_number(seventeen + str(mod_11_2.calc_check_digit(seventeen)))
    person.set_phone(f"199{9_000_0000 + number:08d}")
    return person


def _files(accounts: list[Account], now: datetime) -> dict[int | None, StoredFile]:
    """A scan of each, by person; the store keeps the picture once."""
    who = {f"person:{account.person.public_id}": account for account in accounts if account.person}
    found = {
        who[file.uploaded_by].person_id: file
        for file in StoredFile.objects.filter(uploaded_by__in=list(who)).order_by("-id")
    }
    missing = [account.person for account in accounts if account.person and account.person_id not in found]
    if missing:
        content = _picture()
        sha256 = store().put(content)
        made = StoredFile.objects.bulk_create(
            [
                StoredFile(
                    public_id=uuid5(SPACE, f"file {person.public_id}"), sha256=sha256, size=len(content),
                    media_type=PNG.media_type, extension=PNG.extension, uploaded_by=f"person:{person.public_id}",
                    created_at=now,
                )
                for person in missing
            ],
            batch_size=BATCH,
        )  # fmt: skip
        found |= {person.pk: file for person, file in zip(missing, made, strict=True)}
    return found


@cache
def _picture() -> bytes:
    """A stand-in for a scan."""
    picture = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(picture).rectangle((20, 20, 580, 380), outline="black", width=3)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
