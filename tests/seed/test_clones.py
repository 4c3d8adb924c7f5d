"""A clone is what the verbs would have written: column by column, but for whose and which it is."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from tests.people import Cast, publish
from tongban.applications.models import Application, Draft
from tongban.kernel import crypto
from tongban.kernel.fields import Encrypted
from tongban.site.seed import prototypes
from tongban.site.seed.cloning import Applicant, Batch, Keys
from tongban.site.seed.people import Citizen, citizens
from tongban.site.seed.prototypes import COVERED, NOT_TOLD, Prototype, UnknownTable, last_keys, rows_after, tables
from tongban.site.seed.steps import KINDS, Kind
from tongban.site.seed.telling import Office, Story, Unfit
from tongban.site.seed.templates import template_of
from tongban.site.seed.writing import write_batch

AGE = "form.id_number.age"
GUIDES: list[dict[str, Any]] = [
    {"decided_above": "重庆市市场监督管理局"},
    {"follow": "decision"},
    {"licence_pledge": True, "verify_days": 20, "conditions": ["经营场所固定"]},
    {
        "accepted_by": "system", "decided_by_rule": True, "materials": [],
        "decision_table": [
            {
                "key": "old", "name": "年满 18 周岁", "outcome": "granted",
                "conditions": [{"fact": AGE, "op": "at_least", "values": ["18"]}],
            }
        ],
        "form": [{"title": "申请人", "fields": [
            {"key": "name", "label": "姓名", "prefill": "person.name"},
            {"key": "id_number", "label": "身份证号码", "kind": "id_number", "prefill": "person.id_number"},
            {"key": "phone", "label": "电话", "kind": "phone", "prefill": "person.phone"}]}],
    },
]  # fmt: skip
OWN = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9]{22}[0-9A-Z]|[0-9]{6} [0-9]{8} [0-9]{8} [0-9A-Z]|"
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|seed-[0-9a-f]{16}|fake-[0-9a-f]{8})"
    r"(?![0-9A-Za-z])|查询码 \d{8}"
)
SECOND = re.compile(r"(\d\d:\d\d):\d\d(?=[+Z])")


@pytest.fixture
def office(cast: Cast) -> Office:
    for at, change in enumerate(GUIDES):
        publish(cast.body, now=cast.now, code=f"99013100950{at}", name=f"第{at}种许可", **change)
    return Office.ready(cast.now)


def test_a_clone_of_every_kind_has_the_rows_that_the_verbs_write_for_its_applicant(cast: Cast, office: Office) -> None:
    people = citizens(300, now=cast.now)
    seen: set[str] = set()

    for kind in KINDS.values():
        one, other, dice = _both(kind, office, people)
        with transaction.atomic():
            clone = _cloned(one, other.citizen)
            transaction.set_rollback(True)

        seen |= set(one.rows)
        assert set(clone) == set(other.rows), kind.name
        for table, rows in clone.items():
            assert _plain(table, rows) == _plain(table, other.rows[table]), f"{kind.name}: {table} (chance {dice})"

    assert seen == set(tables())


def _both(kind: Kind, office: Office, people: list[Citizen]) -> tuple[Prototype, Prototype, int]:
    """The same story of two people, by the verbs."""
    fitting = [edition for edition in office.editions if kind.fits(edition.document)]
    for dice in range(40):
        edition = fitting[dice % len(fitting)]
        if one := _told(kind, office, edition, people[10 + dice], dice):
            alike = next(other for other in people[60:] if template_of(one).fits(other))
            other = _told(kind, office, edition, alike, dice)
            assert other
            return one, other, dice
    raise AssertionError(f"{kind.name} could not be told")


def _told(kind: Kind, office: Office, edition: Any, citizen: Citizen, dice: int) -> Prototype | None:
    with transaction.atomic():
        days = prototypes.OPEN_DAYS_BACK if kind.open else prototypes.ENDED_DAYS_BACK
        found = prototypes.read(kind, Story.begun(office, random.Random(dice), edition, citizen, days_back=days))
        transaction.set_rollback(True)
    return found


def _cloned(one: Prototype, citizen: Citizen) -> dict[str, list[prototypes.Row]]:
    """Written by COPY and read again."""
    template, before, batch = template_of(one), last_keys(), Batch()
    batch.add(template, Applicant.of(citizen), Keys([template]), random.Random(5))
    write_batch(batch, "")
    rows = {table: found for table in tables() if (found := rows_after(table, before[table]))}
    (case,) = rows["applications_application"]
    for found in rows.values():
        assert all(row["application_id"] == case["id"] for row in found if "application_id" in row)
    return rows


def _plain(table: str, rows: list[prototypes.Row]) -> list[dict[str, str | None]]:
    """What is encrypted opened; numbers, ids, codes and seconds made alike, which are a case's own."""
    model, found = tables()[table], []
    for row in rows:
        plain = {}
        for column in model._meta.concrete_fields:
            value = row[str(column.column)]
            if value is not None and isinstance(column, Encrypted):
                opened = crypto.decrypt(bytes.fromhex(value[2:]), column=f"{model._meta.label}.{column.name}")
                value = opened.decode()
            plain[str(column.column)] = value and SECOND.sub(r"\1", OWN.sub("·", value))
        for own in (
            "id",
            "application_id",
            "material_id",
            "correction_id",
            "query_code",
            "code",
            "message_id",
            "sms_id",
            "mail_id",
        ):
            plain.pop(own, None)
        if table == "notices_message":  # ends with the key of the entry
            plain["key"] = str(plain["key"]).rpartition("/")[0]
        found.append(plain)
    return found


def test_every_table_that_belongs_to_a_case_is_known_to_the_seed() -> None:
    of_a_case = {
        model._meta.label
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, models.ForeignKey) and column.related_model is Application
    }

    unknown = of_a_case - set(COVERED) - set(NOT_TOLD)
    assert unknown == set(), "add it to site.seed.prototypes.COVERED, and a story that writes it"


def test_a_verb_that_writes_an_unknown_table_stops_the_seed(cast: Cast, office: Office) -> None:
    def drafts(story: Story) -> None:
        story.submit()
        Draft.objects.create(account=cast.liu, edition=story.edition, updated_at=cast.now)

    story = Story.begun(office, random.Random(1), cast.guide, citizens(1, now=cast.now)[0], days_back=(9, 9))
    with pytest.raises(UnknownTable, match="applications_draft"):
        prototypes.read(Kind("drafts", 1, drafts, lambda content: True), story)


def test_a_story_that_would_end_in_the_future_is_not_told(cast: Cast, office: Office) -> None:
    (citizen,) = citizens(1, now=cast.now)
    story = Story.begun(office, random.Random(1), cast.guide, citizen, days_back=(0, 0))

    with pytest.raises(Unfit, match="future"):
        story.submit(at_counter=False).later(30, 30).act(lambda *_, **__: None, by=story.applicant)

    assert prototypes.told(KINDS["lapsed"], office, [citizen], random.Random(1)) is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM applications_lapse")
        assert cursor.fetchone() == (0,), "nothing of a prototype stays"
