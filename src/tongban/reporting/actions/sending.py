"""Batches out, receipts in. Nothing external happens inside a transaction; what is in doubt is asked about before it is sent again."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tongban.catalog.codes import queries as codes_in
from tongban.catalog.codes.rules import Gap
from tongban.kernel import journal
from tongban.kernel.actors import system
from tongban.kernel.refusals import Refusal
from tongban.reporting import rules
from tongban.reporting.events import Settled
from tongban.reporting.gateways import Away, Case, Line, Receipt, Refused, ReportGateway, Unanswered
from tongban.reporting.gateways.http import HttpGateway
from tongban.reporting.models import ReportBatch, ReportRow, ReportTarget
from tongban.reporting.reading import Reader
from tongban.reporting.tables import TABLES, Format

log = logging.getLogger(__name__)
BY = system("reporting")
MOST_TROUBLED = 3
"""So many batches in a row without an answer, and the target is left alone until the next turn."""


def gateway_of(target: ReportTarget) -> ReportGateway:
    return HttpGateway(target.url, target.secret, demo=settings.TONGBAN.demo)


def send_due(target: ReportTarget, *, now: datetime, gateway: ReportGateway | None = None, most: int = 500) -> int:
    """Send, or ask about, what is due; how many batches were settled."""
    used = gateway or gateway_of(target)
    settled = troubled = 0
    for _ in range(most):
        batch = _claim(target, now)
        if batch is None or troubled >= MOST_TROUBLED:
            break
        try:
            receipt = _carry(batch, target, used, now)
        except Away as away:
            _trouble(batch, str(away), now, arrived=batch.attempts > 1)
            break
        except Unanswered as unanswered:
            _trouble(batch, str(unanswered), now, arrived=True)
            troubled += 1
        except Refused as refused:
            _refuse(batch, refused, now)
            settled += 1
        except Refusal as refusal:  # the address is not one we may send to
            _trouble(batch, refusal.reason, now, arrived=batch.attempts > 1)
            break
        else:
            settled += acknowledge(batch.pk, receipt, now=now)
            troubled = 0
    return settled


@transaction.atomic
def _claim(target: ReportTarget, now: datetime) -> ReportBatch | None:
    """Take one for this turn; another sender meets it again only after a while, also when this process dies now."""
    due = ReportBatch.objects.select_for_update(skip_locked=True).filter(target=target, next_try_at__lte=now)
    batch = due.order_by("next_try_at", "pk").first()
    if batch is None:
        return None
    batch.attempts += 1
    batch.next_try_at = rules.next_try(batch.attempts, now=now)
    batch.state, batch.sent_at = "sent", batch.sent_at or now
    batch.save(update_fields=["attempts", "next_try_at", "state", "sent_at"])
    return batch


def _carry(batch: ReportBatch, target: ReportTarget, gateway: ReportGateway, now: datetime) -> Receipt:
    """Asked about first, where it may have arrived."""
    if batch.attempts > 1 and (known := gateway.ask(batch.public_id, now=now)) is not None:
        return known
    cases = _told(batch, target, now)
    if not cases:
        return Receipt(())
    return gateway.send(batch.public_id, cases, form=target.format, now=now)


def _told(batch: ReportBatch, target: ReportTarget, now: datetime) -> list[Case]:
    """The cases of the batch as they stand now. Those that our own check refuses stay behind, each with its reason."""
    rows = {row.subject: row for row in batch.rows.filter(state__in=("waiting", "sent")).order_by("pk")}
    form: Format = target.format  # type: ignore[assignment]
    codes, cases = _codes(target), []
    for subject, told in Reader().told(list(rows)):
        row = rows.pop(subject)
        stamp = rules.Stamp(now, batch.public_id.hex, again=row.version > 1)
        made = rules.rows_of(told, form, stamp=stamp, codes=codes)
        row.counts = made.counts
        if made.faults:
            first = made.faults[0]
            _own_refusal(row, first.table, first.field, first.code, "；".join(one.says for one in made.faults[:5]), now)
        else:
            row.state = "sent"
            tables = {name: [dict(zip(TABLES[name].names, one, strict=True)) for one in found]
                      for name, found in made.by_table.items() if found}  # fmt: skip
            cases.append(Case(subject, row.version, row.on, tables))
        row.save(update_fields=["state", "counts", "table", "field", "code", "ours", "reason", "settled_at"])
    for row in rows.values():
        _own_refusal(row, "", "", "gone", "办件已不可报送", now)
        row.save(update_fields=["state", "code", "ours", "reason", "settled_at"])
    return cases


def _own_refusal(row: ReportRow, table: str, field: str, code: str, words: str, now: datetime) -> None:
    row.state, row.ours, row.table, row.field, row.code = "refused", True, table, field, code
    row.reason, row.settled_at = words, now


def _codes(target: ReportTarget) -> rules.Codes:
    """What the catalogue's mappings say that ours become there; a code without a counterpart stays empty, and is refused."""
    if target.code_system == "gb":
        return rules.Codes(source=target.source_code)
    book = codes_in.book()
    found: dict[str, str] = {}
    for code in "123456":
        try:
            found[code] = book.translate("audience", code, source="gb", target=target.code_system)[0]
        except Gap:
            found[code] = ""
    return rules.Codes(source=target.source_code, audience=found)


@transaction.atomic
def acknowledge(batch_id: int, receipt: Receipt, *, now: datetime) -> bool:
    """Note what became of each case; True once all of the batch is settled. A receipt that comes again changes nothing."""
    batch = ReportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.next_try_at is None:
        return False
    rows = {(row.subject, row.version): row for row in batch.rows.filter(state="sent").order_by("pk")}
    for line in receipt.lines:
        if row := rows.pop((line.subject, line.version), None):
            _settle(row, line, now)
    batch.trouble = f"回执里少 {len(rows)} 件" if rows else ""
    if not rows and not receipt.pending:
        batch.state, batch.next_try_at, batch.settled_at = "acknowledged", None, now
        _announce(batch, now)
    elif receipt.pending:
        batch.trouble = "对方还在处理"
    batch.save(update_fields=["state", "next_try_at", "settled_at", "trouble"])
    return batch.next_try_at is None


def _settle(row: ReportRow, line: Line, now: datetime) -> None:
    if line.accepted:
        row.state = "acknowledged"
    else:
        known = TABLES.get(line.table)
        row.state, row.table = "refused", line.table if known else ""
        row.field = line.field if known and line.field in known.names else ""
        row.code = line.code if line.code.isascii() and line.code.replace("_", "").isalpha() else ""
        row.reason = line.words
    row.settled_at = now
    row.save(update_fields=["state", "table", "field", "code", "reason", "settled_at"])


@transaction.atomic
def _refuse(batch: ReportBatch, refused: Refused, now: datetime) -> None:
    """The whole batch: each case is refused for the same reason, and can be reported again when it is mended."""
    standing = batch.rows.filter(state__in=("waiting", "sent"))
    for row in standing.order_by("pk"):
        row.state, row.code, row.reason, row.settled_at = "refused", refused.code[:40], refused.words, now
        row.save(update_fields=["state", "code", "reason", "settled_at"])
    batch.state, batch.next_try_at, batch.settled_at = "refused", None, now
    batch.trouble = f"整批被拒（{refused.code}）"
    batch.save(update_fields=["state", "next_try_at", "settled_at", "trouble"])
    _announce(batch, now)


def _announce(batch: ReportBatch, now: datetime) -> None:
    states = list(batch.rows.order_by("pk").values_list("state", flat=True))
    event = Settled(
        batch=str(batch.public_id), target=batch.target.key, accepted=states.count("acknowledged"),
        refused=states.count("refused"),
    )  # fmt: skip
    journal.record(event, by=BY, now=now)


def _trouble(batch: ReportBatch, words: str, now: datetime, *, arrived: bool) -> None:
    """`arrived`: it may have; otherwise it waits as before."""
    log.warning("batch %s of %s: %s", batch.public_id, batch.target_id, words)
    changed = {"trouble": words[:200]} if arrived else {"trouble": words[:200], "state": "waiting", "sent_at": None}
    ReportBatch.objects.filter(pk=batch.pk, next_try_at__isnull=False).update(**changed)
