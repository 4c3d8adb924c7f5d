"""质量工作表: what the quality engine found, as editors and keepers read it: scores by body, findings by rule and place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from tongban.catalog import quality
from tongban.catalog.content import Content
from tongban.catalog.models import Edition, Finding, Judgement
from tongban.catalog.quality import Rule, Weight
from tongban.identity.actors import Actor
from tongban.kernel import clock
from tongban.orgs.models import Body


def bodies_of(by: Actor) -> list[Body]:
    """The bodies whose catalogue this actor may edit, and so whose quality they read; by name."""
    found = Body.objects.none()
    for post in by.posts_for("catalog.edit"):
        one = Body.objects.filter(pk=post.body_id or 0) if post.role.scope == "body" else _under(post.region_path)
        found = found | one
    return list(found.order_by("name", "pk"))


def _under(region_path: str) -> QuerySet[Body]:
    return Body.objects.filter(region__path__startswith=region_path)


@dataclass(frozen=True)
class BodyScore:
    """质量分 of one body: the mean over its judged published editions, 0 to 100, and how many findings they have."""

    body: Body
    score: float
    editions: int
    written: int
    """How many have a guide, and not only an entry in a list."""
    guides: float | None
    """The mean over those alone; None where there are none."""
    severe: int
    warned: int
    hinted: int


_SCORES = """
SELECT j.body_id, avg(j.score)::float, count(*), count(*) FILTER (WHERE e.connection <> 'guide_only' OR e.materials > 0),
  avg(j.score) FILTER (WHERE e.connection <> 'guide_only' OR e.materials > 0)::float, sum(j.severe)::int, sum(j.warned)::int, sum(j.hinted)::int
FROM catalog_judgement j JOIN catalog_edition e ON e.id = j.edition_id
WHERE e.state = 'published' AND (%(all)s OR j.body_id = ANY(%(bodies)s))
GROUP BY j.body_id ORDER BY 2, 1
"""


def scores(bodies: Sequence[Body] | None = None) -> list[BodyScore]:
    """The lowest first; of every body unless some are named."""
    with connection.cursor() as cursor:
        cursor.execute(_SCORES, _named(bodies))
        rows = cursor.fetchall()
    known = {body.pk: body for body in bodies} if bodies is not None else Body.objects.in_bulk([row[0] for row in rows])
    return [BodyScore(known[row[0]], *row[1:]) for row in rows]


def _named(bodies: Sequence[Body] | None) -> dict[str, Any]:
    return {"all": bodies is None, "bodies": [body.pk for body in bodies or ()]}


@dataclass(frozen=True)
class RuleCount:
    rule: Rule
    findings: int
    editions: int


_BY_RULE = """
SELECT f.rule, count(*), count(DISTINCT f.edition_id)
FROM catalog_finding f JOIN catalog_edition e ON e.id = f.edition_id
WHERE e.state = 'published' AND f.body_id = ANY(%(bodies)s) GROUP BY f.rule
"""


def by_rule(bodies: Sequence[Body]) -> list[RuleCount]:
    """How often each rule found something, severe ones first, then the most frequent."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_RULE, _named(bodies))
        counts = {rule: (findings, editions) for rule, findings, editions in cursor.fetchall()}
    found = [RuleCount(rule, *counts[key]) for key, rule in quality.RULES.items() if key in counts]
    order = list(quality.WEIGHTS)
    return sorted(found, key=lambda one: (order.index(one.rule.weight), -one.findings))


_COURSE = """
SELECT day::date, (
  SELECT avg(j.score)::float FROM catalog_judgement j JOIN catalog_edition e ON e.id = j.edition_id
  WHERE j.body_id = ANY(%(bodies)s) AND e.published_at < day + interval '1 day'
    AND (e.withdrawn_at IS NULL OR e.withdrawn_at >= day + interval '1 day'))
FROM unnest(%(days)s::date[]) AS day ORDER BY day
"""


def course(bodies: Sequence[Body], days: Iterable[date]) -> list[tuple[date, float | None]]:
    """The mean score of what was published at the end of each day; None where nothing was."""
    with connection.cursor() as cursor:
        cursor.execute(_COURSE, _named(bodies) | {"days": list(days)})
        return [(day, mean) for day, mean in cursor.fetchall()]


@dataclass(frozen=True)
class Asked:
    """What the reader of the worklist chose; empty means all."""

    bodies: Sequence[Body]
    rule: str = ""
    weight: Weight | str = ""

    def rows(self) -> QuerySet[Finding]:
        found = Finding.objects.filter(body__in=[body.pk for body in self.bodies], edition__state="published")
        if self.rule:
            found = found.filter(rule=self.rule)
        if self.weight:
            found = found.filter(weight=self.weight)
        return found.order_by("edition", "pk")


def asked(given: Mapping[str, str], bodies: Sequence[Body]) -> tuple[Asked, dict[str, str]]:
    """What an address chose (`body`, `rule`, `weight`), as far as there is such a thing among these bodies."""
    known: dict[str, Collection[str]] = {
        "body": {body.key for body in bodies}, "rule": quality.RULES, "weight": quality.WEIGHTS
    }  # fmt: skip
    chosen = {name: given[name] for name in known if given.get(name) in known[name]}
    picked = [body for body in bodies if body.key == chosen["body"]] if "body" in chosen else bodies
    return Asked(picked, chosen.get("rule", ""), chosen.get("weight", "")), chosen


@dataclass(frozen=True)
class Line:
    """One finding on the worklist."""

    edition: int
    code: str
    name: str
    body: str
    rule: Rule
    place: str
    place_words: str
    says: str
    mend: str
    after: str


def lines(asked: Asked, *, limit: int, after: str = "") -> list[Line]:
    """Findings by edition, `limit` of them behind `after` (`edition-finding`)."""
    rows = asked.rows().select_related("edition", "body")
    edition, dash, finding = after.partition("-")
    if dash and all(part.isdecimal() and len(part) < 18 for part in (edition, finding)):
        rows = rows.extra(
            where=["(catalog_finding.edition_id, catalog_finding.id) > (%s, %s)"], params=[int(edition), int(finding)]
        )
    return [_line(row) for row in rows[:limit] if row.rule in quality.RULES]


def all_lines(asked: Asked) -> Iterator[Line]:
    after = ""
    while found := lines(asked, limit=500, after=after):
        yield from found
        after = found[-1].after


def _line(row: Finding) -> Line:
    return Line(
        edition=row.edition_id,
        code=row.edition.code,
        name=row.edition.name,
        body=row.body.short,
        rule=quality.RULES[row.rule],
        place=row.place,
        place_words=quality.place_words(row.edition.document, row.place),
        says=row.says,
        mend=row.mend,
        after=f"{row.edition_id}-{row.pk}",
    )


def waiting(bodies: Sequence[Body]) -> bool:
    """Whether some judgement of these bodies was made by other rules than the present ones."""
    held = Judgement.objects.filter(body__in=[body.pk for body in bodies], edition__state="published")
    return held.exclude(rules=quality.VERSION).exists()


@dataclass(frozen=True)
class Said:
    """One finding beside its document."""

    finding: quality.Finding
    rule: Rule
    place_words: str


@dataclass(frozen=True)
class Panel:
    """What `catalog/quality_panel.html` shows as `quality`: judged now, from the document itself."""

    score: int
    severe: int
    groups: tuple[tuple[str, str, tuple[Said, ...]], ...]
    """(weight, its name, findings), severe ones first; a weight without findings is left out."""


def panel(edition: Edition) -> Panel:
    content = edition.document
    brought = any(one.origin == "government" and one.give in ("upload", "window") for one in content.materials)
    supplied = names_supplied() if brought else frozenset()  # asked for only where a rule looks at it
    found = quality.judge(content, quality.Context(clock.today(), edition.type_code, supplied))
    said = {weight: tuple(_said(content, one) for one in found if one.weight == weight) for weight in quality.WEIGHTS}
    return Panel(
        score=quality.score(found, written=quality.is_written(content)),
        severe=len(said["severe"]),
        groups=tuple((weight, quality.WEIGHTS[weight], rows) for weight, rows in said.items() if rows),
    )


def _said(content: Content, finding: quality.Finding) -> Said:
    return Said(finding, quality.RULES[finding.rule], quality.place_words(content, finding.place))


_SUPPLIED = """
SELECT DISTINCT material ->> 'name'
FROM catalog_edition e CROSS JOIN jsonb_array_elements(e.content -> 'materials') material
WHERE e.state = 'published' AND e.materials > 0 AND material ->> 'give' = 'library'
"""


def names_supplied() -> frozenset[str]:
    """Names of materials that some published edition takes from the licence library or a share."""
    with connection.cursor() as cursor:
        cursor.execute(_SUPPLIED)
        return frozenset(row[0] for row in cursor.fetchall())
