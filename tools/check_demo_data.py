"""Check the demo district's data files against one another; exit 1 and say where when something does not hold.

python tools/check_demo_data.py [FOLDER]
"""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from stdnum.cn import ric, uscc

from tongban.catalog.content import Condition, Content, Give, Limit, Unit

FOLDER = Path(__file__).parents[1] / "src/tongban/site/demo"
REGION = "500199"
GUIDES = 39
ALIASES = 400
TYPES = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"}  # GB/T 39046-2020 A.1
AUDIENCES = {"1", "2", "3", "4", "5", "6"}  # A.4
VAGUE = ("其他", "等材料", "视情况", "相关材料", "有关证明")
HEAD = ("code", "name", "type", "body")
WORKED_ANYWAY = {dt.date(2020, 2, 3)}  # a Monday that the notice lengthening the holiday names as worked
DAYS = {Unit.WORKING_DAY: 1.4, Unit.DAY: 1.0, Unit.MONTH: 28.0}

Row = dict[str, str]
Table = dict[str, Any]


def main(folder: Path = FOLDER) -> int:
    regions, bodies, items = (rows(folder / name) for name in ("regions.csv", "bodies.csv", "items.csv"))
    halls = toml(folder / "halls.toml")["hall"]
    guides = {path: toml(path) for path in sorted((folder / "guides").glob("*.toml"))}
    problems = [
        *check_regions(regions),
        *check_bodies(bodies, regions),
        *check_halls(halls, bodies, regions),
        *check_holidays(rows(folder / "holidays.csv"), rows(folder / "holiday_years.csv")),
        *check_items(items, bodies),
        *check_guides(guides, items, bodies, halls, toml(folder / "themes.toml")),
        *check_cast(toml(folder / "cast.toml"), bodies, halls),
        *check_aliases(rows(folder / "aliases.csv"), items),
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(
        f"{len(regions)} regions, {len(bodies)} bodies, {len(halls)} halls, {len(items)} items, {len(guides)} guides: "
        f"{len(problems) or 'no'} problem(s)"
    )
    return 1 if problems else 0


def check_regions(regions: list[Row]) -> Iterator[str]:
    yield from repeated("regions.csv", "code", regions)
    codes = {r["code"] for r in regions}
    length = {"county": 6, "town": 9, "village": 12}
    for r in regions:
        if len(r["code"]) != length.get(r["level"]) or not r["code"].startswith(REGION):
            yield f"regions.csv: {r['code']} {r['name']}: the code does not fit level {r['level']!r}"
        if r["level"] != "county" and (r["parent"] not in codes or not r["code"].startswith(r["parent"])):
            yield f"regions.csv: {r['code']} {r['name']}: parent {r['parent']!r} is not above it"


def check_bodies(bodies: list[Row], regions: list[Row]) -> Iterator[str]:
    for column in ("key", "uscc", "name", "short", "department_code", "phone"):
        yield from repeated("bodies.csv", column, bodies)
    codes = {r["code"] for r in regions}
    for b in bodies:
        if not uscc.is_valid(b["uscc"]) or b["uscc"][2:8] != REGION:
            yield f"bodies.csv: {b['key']}: {b['uscc']} is not a well-formed USCC of region {REGION}"
        if b["region"] not in codes:
            yield f"bodies.csv: {b['key']}: no region {b['region']}"
        if not re.fullmatch(r"023-0000\d{4}", b["phone"]):
            yield f"bodies.csv: {b['key']}: {b['phone']} could be a real telephone"


def check_halls(halls: list[Table], bodies: list[Row], regions: list[Row]) -> Iterator[str]:
    keys, codes = {b["key"] for b in bodies}, {r["code"] for r in regions}
    for h in halls:
        if h["body"] not in keys or h["region"] not in codes:
            yield f"halls.toml: {h['key']}: unknown body or region"
        yield from repeated(f"halls.toml: {h['key']}", "number", h["windows"])
        for w in h["windows"]:
            if w["kind"] not in {"comprehensive", "special"}:
                yield f"halls.toml: {h['key']}: window {w['number']} has kind {w['kind']!r}"


def check_holidays(ranges: list[Row], years: list[Row]) -> Iterator[str]:
    known = [int(y["year"]) for y in years]
    if known != list(range(known[0], known[-1] + 1)):
        yield f"holiday_years.csv: the years are not consecutive: {known}"
    seen: dict[dt.date, str] = {}
    for r in ranges:
        first, last = dt.date.fromisoformat(r["from"]), dt.date.fromisoformat(r["until"])
        where = f"holidays.csv: {r['from']}..{r['until']} {r['name']}"
        if first > last or first.year not in known or last.year not in known:
            yield f"{where}: the range is empty or outside the years covered"
        if r["kind"] not in {"holiday", "workday"}:
            yield f"{where}: kind {r['kind']!r}"
        for day in (first + dt.timedelta(n) for n in range((last - first).days + 1)):
            if day in seen:
                yield f"{where}: {day} stands also in {seen[day]}"
            if r["kind"] == "workday" and day.weekday() < 5 and day not in WORKED_ANYWAY:
                yield f"{where}: {day} is a working day anyway"
            seen[day] = where
    for year in known:
        names = "、".join(r["name"] for r in ranges if str(year) in (r["from"][:4], r["until"][:4]))
        for festival in ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆"):
            if festival not in names:
                yield f"holidays.csv: {year} has no {festival}"


def check_items(items: list[Row], bodies: list[Row]) -> Iterator[str]:
    yield from repeated("items.csv", "code", items)
    for key, times in Counter((i["name"], i["type"], i["body"]) for i in items).items():
        if times > 1:
            yield f"items.csv: {key} stands {times} times"
    department = {b["key"]: b["department_code"] for b in bodies}
    for i in items:
        where = f"items.csv: {i['code']} {i['name']}"
        if i["body"] not in department:
            yield f"{where}: no body {i['body']!r}"
        elif i["type"] not in TYPES or not re.fullmatch(rf"99{i['type']}{department[i['body']]}\d{{6}}", i["code"]):
            yield f"{where}: the code does not say type {i['type']} and department {department[i['body']]}"
        if re.search(r"[\s()]", i["name"] + i["main_item"]):
            yield f"{where}: blanks or half-width brackets in the name"
        if not i["audience"] or not set(i["audience"].split(";")) <= AUDIENCES:
            yield f"{where}: audience {i['audience']!r}"


def check_guides(
    guides: dict[Path, Table], items: list[Row], bodies: list[Row], halls: list[Table], themes: Table
) -> Iterator[str]:
    if len(guides) != GUIDES:
        yield f"guides: {len(guides)} files, {GUIDES} expected"
    by_code = {i["code"]: i for i in items}
    phone = {b["key"]: b["phone"] for b in bodies}
    for path, document in guides.items():
        item = by_code.get(document["code"])
        if item is None or any(document[k] != item[k] for k in HEAD):
            yield f"{path.name}: head differs from items.csv"
            continue
        if not re.fullmatch(rf"{document['code']}-[a-z-]+\.toml", path.name):
            yield f"{path.name}: the file is not named <code>-<slug>.toml"
        try:
            guide = Content.model_validate({k: v for k, v in document.items() if k not in HEAD})
        except ValidationError as error:
            yield f"{path.name}: {error}"
            continue
        found = [*check_words(path), *check_service(guide, item, phone[item["body"]]), *check_themes(guide, themes)]
        found += [*check_places(guide, halls), *check_materials(guide), *check_form(guide), *check_situations(guide)]
        yield from (f"{path.name}: {problem}" for problem in found)


def check_words(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    yield from (f"vague wording “{word}”" for word in VAGUE if word in text)


def check_service(guide: Content, item: Row, phone: str) -> Iterator[str]:
    if guide.connection != "here" or not (guide.conditions and guide.basis and guide.life_events and guide.source):
        yield "incomplete: connection here, conditions, basis, life_events and source are needed"
    if ";".join(guide.audience) != item["audience"]:
        yield "audience differs from items.csv"
    if len(set(guide.aliases)) < 5 or len(guide.faq) < 2:
        yield "fewer than 5 aliases or 2 answered questions"
    if guide.promised is None:
        yield "no promised limit"
    elif guide.statutory and days(guide.promised) >= days(guide.statutory):
        yield "the promised limit is not shorter than the statutory one"
    if len({guide.instant, bool(guide.promised and guide.promised.amount == 0), guide.review == "instant"}) > 1:
        yield "instant, promised amount 0 and review on the spot go together"
    if guide.online != (guide.visits == 0):
        yield "online from end to end means no visit, and no visit means online"
    *before, last = [step.role for step in guide.steps] or [""]
    if last != "decider" or set(before) != (set() if guide.instant else {"reviewer"}):
        yield "steps: those of a reviewer, then the decider; only the decider when instant"
    if guide.phone != phone or guide.complaint_phone == guide.phone or "-" not in guide.complaint_phone:
        yield "phone is not the body's, or the complaint phone is the same or lacks an area code"


def check_themes(guide: Content, themes: Table) -> Iterator[str]:
    known = {t for code in guide.audience for t in themes["person" if code == "1" else "business"]}
    if not guide.themes or not set(guide.themes) <= known:
        yield f"themes {guide.themes} do not fit audience {guide.audience}"


def check_places(guide: Content, halls: list[Table]) -> Iterator[str]:
    if not guide.places:
        yield "no place"
    by_name = {h["name"]: h for h in halls}
    for place in guide.places:
        hall = by_name.get(place.name)
        if hall is None or (place.address, place.hours) != (hall["address"], hall["hours"]):
            yield f"place {place.name} differs from halls.toml"
        elif unknown := set(re.findall(r"[A-Z]\d\d", place.windows)) - {w["number"] for w in hall["windows"]}:
            yield f"place {place.name} has no window {unknown}"


def check_materials(guide: Content) -> Iterator[str]:
    for m in guide.materials:
        if not m.requirement or not 2 <= len(m.check_points) <= 4:
            yield f"material {m.key}: a requirement and 2 to 4 check points are needed"
        if (m.give is Give.PLEDGE) != bool(m.pledge_text):
            yield f"material {m.key}: a pledge has a text, and only a pledge"
        if guide.online and m.give is Give.WINDOW:
            yield f"material {m.key}: handed in at a window, yet the guide is online from end to end"
    if guide.baseline_materials is None or guide.baseline_materials < len(guide.materials):
        yield "baseline_materials is less than the materials now"


def check_form(guide: Content) -> Iterator[str]:
    if not 2 <= len(guide.form) <= 4 or guide.form[0].title != "申请人信息":
        yield "the form has 2 to 4 pages, the first is 申请人信息"
    if (
        not 5
        <= (fields := sum(not field.when for page in guide.form if not page.repeat for field in page.fields))
        <= 12
    ):
        yield f"{fields} fields in the form that everybody fills in"
    if not any(f.prefill for f in guide.form[0].fields):
        yield "nothing is prefilled on the first page"


def check_situations(guide: Content) -> Iterator[str]:
    if not 2 <= len(guide.questions) <= 3 or any(not 2 <= len(q.options) <= 4 for q in guide.questions):
        yield "2 or 3 situation questions with 2 to 4 options each"
    used = {key for when in (*(m.when for m in guide.materials), *(q.when for q in guide.questions)) for key in when}
    yield from (f"question {q.key} chooses no material" for q in guide.questions if q.key not in used)
    reached = set()
    for answers in situations(guide):
        chosen = [m for m in guide.materials if holds(m.when, answers)]
        reached |= {m.key for m in chosen}
        if len(chosen) < 3:
            yield f"only {len(chosen)} materials for {answers}"
        names = Counter(m.name for m in chosen)
        yield from (f"{name} is asked for twice for {answers}" for name, times in names.items() if times > 1)
    yield from (f"material {m.key} is never asked for" for m in guide.materials if m.key not in reached)


def situations(guide: Content) -> Iterator[dict[str, str]]:
    """Every combination of answers, without the questions that are not asked."""
    for values in itertools.product(*([o.value for o in q.options] for q in guide.questions)):
        answers: dict[str, str] = {}
        for question, value in zip(guide.questions, values, strict=True):
            if holds(question.when, answers):
                answers[question.key] = value
        yield answers


def holds(condition: Condition, answers: dict[str, str]) -> bool:
    return all(answers.get(key) in wanted for key, wanted in condition.items())


def days(limit: Limit) -> float:
    """In natural days: a month counted short, a working day long, so that a promise called shorter surely is."""
    return limit.amount * DAYS[limit.unit]


def check_aliases(aliases: list[Row], items: list[Row]) -> Iterator[str]:
    yield from repeated("aliases.csv", "code", aliases)
    names = {i["code"]: i["name"] for i in items}
    told: dict[str, str] = {}
    for row in aliases:
        where = f"aliases.csv: {row['code']} {row['name']}"
        if names.get(row["code"]) != row["name"]:
            yield f"{where}: items.csv calls it {names.get(row['code'])!r}"
        for alias in row["aliases"].split("；"):
            if not 2 <= len(alias) <= 20 or alias != alias.strip():
                yield f"{where}: {alias!r} is too short, too long or has blanks"
            if alias in told:
                yield f"{where}: {alias!r} is also an alias of {told[alias]}"
            told[alias] = row["code"]
    if len(told) < ALIASES:
        yield f"aliases.csv: {len(told)} aliases, at least {ALIASES} expected"


def check_cast(cast: Table, bodies: list[Row], halls: list[Table]) -> Iterator[str]:
    people = [*cast["citizens"], *cast["staff"]]
    for column in ("username", "name", "id_number", "phone"):
        yield from repeated("cast.toml", column, people)
    keys = {b["key"] for b in bodies}
    windows = {(h["key"], w["number"]) for h in halls for w in h["windows"]}
    for person in people:
        where, number = f"cast.toml: {person['username']}", person["id_number"]
        if not well_formed(number):
            yield f"{where}: {number} is not a well-formed ID number of region {REGION}"
        if not re.fullmatch(r"199000\d{5}", person["phone"]):
            yield f"{where}: {person['phone']} is outside the demo range"
        if "body" in person and person["body"] not in keys:
            yield f"{where}: no body {person['body']!r}"
        if "hall" in person and (person["hall"], person["window"]) not in windows:
            yield f"{where}: no window {person['window']} in {person['hall']}"
        if "password" in person:
            yield f"{where}: no passwords in the file"
    for organisation in cast["organisations"]:
        if not uscc.is_valid(organisation["uscc"]) or organisation["uscc"][2:8] != REGION:
            yield f"cast.toml: {organisation['name']}: {organisation['uscc']} is not well-formed"
        if organisation["owner"] not in {p["username"] for p in cast["citizens"]}:
            yield f"cast.toml: {organisation['name']}: no citizen {organisation['owner']!r}"
    for column in ("holder", "number"):
        yield from repeated("cast.toml: cards", column, cast["cards"])
    for card in cast["cards"]:
        if card["holder"] not in {p["username"] for p in cast["staff"]}:
            yield f"cast.toml: card {card['number']}: no member of staff {card['holder']!r}"
        if not card["number"].startswith("99"):
            yield f"cast.toml: card {card['number']} could be a real one"
    owned = {(organisation["owner"], organisation["uscc"]) for organisation in cast["organisations"]}
    for handler in cast["handlers"]:
        where = f"cast.toml: handler {handler['name']}"
        if (handler["owner"], handler["uscc"]) not in owned:
            yield f"{where}: {handler['owner']} does not own {handler['uscc']}"
        if not well_formed(handler["id_number"]) or not re.fullmatch(r"199000\d{5}", handler["phone"]):
            yield f"{where}: number or phone is not of the demo"


def well_formed(number: str) -> bool:
    """Check digit and birth date; `ric.validate` also wants an assigned region, which a fictional district has not."""
    if not re.fullmatch(rf"{REGION}\d{{11}}[\dX]", number) or ric.calc_check_digit(number) != number[-1]:
        return False
    try:
        dt.date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    return True


def repeated(where: str, column: str, rows: Iterable[Table]) -> Iterator[str]:
    for value, times in Counter(r[column] for r in rows).items():
        if times > 1:
            yield f"{where}: {column} {value!r} stands {times} times"


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def toml(path: Path) -> Table:
    return tomllib.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(*(Path(folder) for folder in sys.argv[1:2])))
