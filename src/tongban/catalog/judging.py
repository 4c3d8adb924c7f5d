"""评定: the quality engine run over stored editions, one or many; scores and findings kept as rows.

Judging derives rows from documents and may run at any time, twice, or side by side with itself: what counts is the
last. An edition is judged anew when it is published, when the rules change, and when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from tongban.catalog import quality, worklist
from tongban.catalog.events import Judged
from tongban.catalog.models import Edition, EditionQuerySet, Finding, Judgement
from tongban.catalog.quality import Context
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.orgs.models import Body

BATCH = 500
_LOCK = 0x7175616C
Progress = Callable[[int], None]


def is_judged(edition: int) -> bool:
    """Whether these rules have judged it."""
    return Judgement.objects.filter(pk=edition, rules=quality.VERSION).exists()


def judge_waiting(*, first: int, now: datetime) -> int:
    """Judge this edition, and with it up to a batch of published ones that wait too. Returns how many.

    A list of ten thousand items announces ten thousand publications: whoever comes first judges for the others. Two
    at a time would do the same work twice, so the second judges its own only.
    """
    ids = [first]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            alone = bool(cursor.fetchone()[0])
        if alone:
            ids += _outdated().exclude(pk=first).order_by("pk").values_list("pk", flat=True)[: BATCH - 1]
        return judge(ids, now=now)


def judge_all(*, now: datetime, everything: bool = False, body: Body | None = None, progress: Progress | None = None) -> int:  # fmt: skip
    """Judge what is published and was not yet judged by these rules, or `everything`; a transaction a batch.

    Returns how many were judged.
    """
    waiting = Edition.objects.published() if everything else _outdated()
    if body:
        waiting = waiting.filter(body=body)
    supplied = worklist.names_supplied()
    done = 0
    for ids in _batches(waiting):
        done += judge(ids, now=now, supplied=supplied)
        if progress:
            progress(done)
    return done


@transaction.atomic
def judge_again(*, body: Body | None = None, by: Actor, now: datetime) -> int:
    """重新评定: everything published of one body, or of the whole catalogue. Raises Forbidden."""
    if body:
        by = by.must("catalog.edit", body_id=body.pk, region_path=body.region.path)
    else:
        by = by.must("catalog.govern", region_path=_root())
    done = judge_all(now=now, everything=True, body=body)
    journal.record(Judged(scope=body.key if body else "all", editions=done, rules=quality.VERSION), by=by, now=now)
    return done


def _root() -> str:
    """The region that every published edition lies in: who judges all must govern it."""
    paths = Edition.objects.published().order_by("region_path").values_list("region_path", flat=True)
    first, last = paths.first() or "", paths.last() or ""
    length = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[: first.rfind("/", 0, length) + 1]


def _outdated() -> EditionQuerySet:
    return Edition.objects.published().filter(Q(judgement=None) | ~Q(judgement__rules=quality.VERSION))


def _batches(waiting: EditionQuerySet) -> Iterator[list[int]]:
    after = 0
    while ids := list(waiting.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield ids
        after = ids[-1]


@transaction.atomic
def judge(ids: Sequence[int], *, now: datetime, supplied: frozenset[str] | None = None) -> int:
    """Judge these editions and keep score and findings in place of the earlier ones. Returns how many there were.

    Judgements are written first, in one order: of two that judge the same editions at once, one waits for the other
    and then replaces its findings.
    """
    supplied = worklist.names_supplied() if supplied is None else supplied
    today = date_of(now)
    known: dict[tuple[str, str], list[quality.Finding]] = {}  # the items of a list share few documents
    judgements, findings = [], []
    for edition in Edition.objects.filter(pk__in=ids).exclude(state="withdrawn").order_by("pk"):
        key = (edition.sha256, edition.type_code)
        if key not in known:
            known[key] = quality.judge(edition.document, Context(today, edition.type_code, supplied))
        judgements.append(_judgement(edition, known[key], now))
        findings += [
            Finding(edition=edition, body_id=edition.body_id, rule=one.rule, weight=one.weight, place=one.place,
                    says=one.says, mend=one.mend)
            for one in known[key]
        ]  # fmt: skip
    Judgement.objects.bulk_create(
        judgements, update_conflicts=True, unique_fields=["edition"],
        update_fields=["body", "score", "severe", "warned", "hinted", "rules", "judged_at"],
    )  # fmt: skip
    Finding.objects.filter(edition__in=ids).delete()
    Finding.objects.bulk_create(findings, batch_size=2000)
    return len(judgements)


def _judgement(edition: Edition, findings: list[quality.Finding], now: datetime) -> Judgement:
    weights = [one.weight for one in findings]
    return Judgement(
        edition=edition, body_id=edition.body_id,
        score=quality.score(findings, written=quality.is_written(edition.document)), severe=weights.count("severe"),
        warned=weights.count("warn"), hinted=weights.count("hint"), rules=quality.VERSION, judged_at=now,
    )  # fmt: skip


def forget_findings(edition: int) -> None:
    """A withdrawn edition keeps its score, for the course of scores over time; nobody mends it any more."""
    Finding.objects.filter(edition=edition).delete()
