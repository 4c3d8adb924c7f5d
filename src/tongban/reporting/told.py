"""What is told of one case to those above, whatever tables it is told in. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Outcome = Literal[
    "licensed", "granted", "refused", "rejected", "lapsed", "withdrawn", "terminated", "revoked",
]  # fmt: skip
"""How a case ended: with a licence or without one, and the other ways."""
Move = Literal["pass", "back", "other"]
"""业务动作: 通过, 退回, 其他."""


@dataclass(frozen=True, slots=True)
class Party:
    """申请人, or who handles it for them. `id_kind`: `id_card` or `uscc`."""

    name: str
    id_kind: str
    id_number: str
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """The body that handles the case."""

    name: str
    uscc: str
    region: str


@dataclass(frozen=True, slots=True)
class Matter:
    """The item, as the case's own edition says it. `external_code`: the code the place gave it itself."""

    catalog_code: str
    task_code: str
    external_code: str
    name: str
    version: int
    instant: bool
    charged: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """环节: what was done, by whom, from when to when; without an end it is still under way."""

    name: str
    move: Move
    by: str
    words: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Special:
    """特别程序: an extension (`extends`), or what stops the clock."""

    extends: bool
    name: str
    reason: str
    by: str
    began_at: datetime
    ended_at: datetime | None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A material and how it came: `give` as the edition calls it."""

    name: str
    give: str
    given: bool
    count: int
    file: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    outcome: Outcome
    at: datetime
    by: str
    words: str
    licence_name: str = ""
    licence_number: str = ""
    valid_until: date | None = None
    by_post: bool = False
    satisfaction: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One case. `answered_at`: when it was accepted, or when the answer was that it is not."""

    number: str
    matter: Matter
    office: Office
    applicant: Party
    contact: Party | None
    legal: str
    audience: str
    """服务对象, GB/T 39046-2020 A.4."""
    channel: str
    applied_at: datetime
    answered_at: datetime | None
    accepted: bool
    accepted_by: str
    promised_on: date | None
    passages: tuple[Passage, ...] = ()
    specials: tuple[Special, ...] = ()
    materials: tuple[Given, ...] = ()
    ending: Ending | None = None
