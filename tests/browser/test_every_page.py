"""Every page, wide and narrow, in the usual type and in the large one: nothing for axe to find, nothing sideways."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.browser.instance import Instance
from tests.browser.steps import FOOD
from tests.browser.visitors import DESK, PHONE, Care, Visitors, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

NOBODY, CITIZEN, OWNER, HELPER = "", "zhou_defu", "liu_xiaoyan", "zhou_xiaoqin"
CLERK, REVIEWER, DECIDER, ADMINISTRATOR = "wang_min", "chen_li", "zhao_guoping", "xu_ping"
EDITOR, KEEPER = "sun_yue", "fang_ting"


def page(path: str, actor: str, named: pytest.MarkDecorator, status: int = 200) -> Any:
    """A row: `{state}` in the path is the number of the case in that state."""
    return pytest.param(path, actor, status, marks=named, id=f"{named.args[0]} {path}")


PAGES = [
    page("/", NOBODY, covers("portal:home")),
    page("/", CITIZEN, covers("portal:home")),
    page("/my", CITIZEN, covers("portal:my")),
    page("/my", REVIEWER, covers("portal:my")),
    page("/login", NOBODY, covers("authentication:login")),
    page("/register", NOBODY, covers("accounts:register")),
    page("/my/verify?level=face&next=/my", CITIZEN, covers("accounts:verify")),
    page("/desk/people/seen", CLERK, covers("accounts:seen")),
    page("/login/card", NOBODY, covers("authentication:card_login")),
    page("/switch", NOBODY, covers("authentication:switch")),
    page("/desk/anomalies", ADMINISTRATOR, covers("authentication:anomalies")),
    page("/desk/cards", ADMINISTRATOR, covers("authentication:cards")),
    page("/desk/cards/{card}", ADMINISTRATOR, covers("authentication:card")),
    page("/register", NOBODY, covers("accounts:register")),
    page("/my/verify?level=face&next=/my", CITIZEN, covers("accounts:verify")),
    page("/desk/people/seen", CLERK, covers("accounts:seen")),
    page("/login/phone", NOBODY, covers("authentication:phone")),
    page("/demo/phone", NOBODY, covers("site:demo_phone")),
    page("/confirm", CITIZEN, covers("authentication:confirm")),
    page("/my/security", CITIZEN, covers("authentication:security")),
    page("/my/security/password", CITIZEN, covers("authentication:password")),
    page("/my/security/totp", CITIZEN, covers("authentication:totp")),
    page("/my/security/passkeys", CITIZEN, covers("authentication:passkeys")),
    page("/items?audience=1", NOBODY, covers("catalog:items")),
    page("/items?q=开饭店", NOBODY, covers("catalog:items")),
    page("/items?q=火箭发射", NOBODY, covers("catalog:items")),
    page("/items?way=online&region=500199", NOBODY, covers("catalog:items")),
    page("/desk/catalog/searches", "fang_ting", covers("catalog:searches")),
    page("/desk/catalog/aliases?words=串串香&q=食品经营许可", "sun_yue", covers("catalog:aliases")),
    page(f"/items/{FOOD}", NOBODY, covers("catalog:guide")),
    page(f"/items/{FOOD}?kind=catering&raw=no&agent=self", NOBODY, covers("catalog:guide")),
    page("/items/{guide_only}", NOBODY, covers("catalog:guide")),
    page(f"/items/{FOOD}/history", NOBODY, covers("catalog:history")),
    page(f"/items/{FOOD}/versions/1", NOBODY, covers("catalog:version")),
    page(f"/items/{FOOD}/versions/1/changes", NOBODY, covers("catalog:changes")),
    page("/kiosk", NOBODY, covers("catalog:kiosk")),
    page("/kiosk/find?q=sp", NOBODY, covers("catalog:kiosk_find")),
    page(f"/kiosk/items/{FOOD}", NOBODY, covers("catalog:kiosk_guide")),
    page(f"/kiosk/items/{FOOD}?kind=catering&raw=no&agent=self", NOBODY, covers("catalog:kiosk_guide")),
    page("/lists", NOBODY, covers("catalog:lists")),
    page("/lists/power", NOBODY, covers("catalog:one_list")),
    page("/lists/by_rule", NOBODY, covers("catalog:one_list")),
    page("/verify", NOBODY, covers("licences:verify")),
    page("/verify/{code}", NOBODY, covers("licences:verified")),
    page("/verify/0000", NOBODY, covers("licences:verified"), 404),
    page("/my/licences", CITIZEN, covers("licences:mine")),
    page("/my/data", OWNER, covers("privacy:own_data")),
    page("/my/accesses", OWNER, covers("privacy:accesses")),
    page("/my/accesses/00000000-0000-0000-0000-000000000000/doubt", OWNER, covers("tickets:doubt"), 404),
    page("/my/messages", CITIZEN, covers("notices:messages")),
    page(f"/items/{FOOD}/application", OWNER, covers("applications:begin")),
    page("/apply/{draft}/situation", CITIZEN, covers("applications:situation")),
    page("/apply/{draft}/form/1", CITIZEN, covers("applications:form")),
    page("/apply/{draft}/materials", CITIZEN, covers("applications:materials")),
    page("/apply/{draft}/check", CITIZEN, covers("applications:check"), 422),
    page("/progress", NOBODY, covers("applications:progress")),
    page("/my/applications", CITIZEN, covers("applications:mine")),
    page("/my/applications/{submitted}", CITIZEN, covers("applications:case")),
    page("/my/applications/{correcting}", CITIZEN, covers("applications:case")),
    page("/my/applications/{suspended}", CITIZEN, covers("applications:case")),
    page("/my/applications/{granted}", CITIZEN, covers("applications:case")),
    page("/my/applications/{rejected}", CITIZEN, covers("applications:case")),
    page("/my/applications/{badly_rated}", CITIZEN, covers("applications:case")),
    page("/my/applications/{submitted}/submitted", CITIZEN, covers("applications:submitted")),
    page("/my/applications/{correcting}/supplement", CITIZEN, covers("applications:supplement")),
    page("/my/applications/{submitted}/withdrawal", CITIZEN, covers("applications:withdraw")),
    page("/my/applications/{accepted}/clock", CITIZEN, covers("applications:clock_sheet")),
    page("/my/applications/{delivered}/evaluation", CITIZEN, covers("evaluations:rate")),
    page("/my/delegations", HELPER, covers("delegation:mine")),
    page("/my/delegations/new", HELPER, covers("delegation:write")),
    page("/my/delegations/{power}", HELPER, covers("delegation:one")),
    page("/my/applications?for={power}", HELPER, covers("applications:mine")),
    page(f"/items/{FOOD}/application/batch", HELPER, covers("applications:batch")),
    page("/counter/powers", CLERK, covers("delegation:window")),
    page("/counter/powers/new", CLERK, covers("delegation:register")),
    page("/desk", REVIEWER, covers("applications:desk")),
    page("/desk", ADMINISTRATOR, covers("applications:desk")),
    page("/desk/cases/{submitted}", REVIEWER, covers("applications:desk_case")),
    page("/desk/retention", ADMINISTRATOR, covers("applications:retention", "applications:agree_retention")),
    page(
        "/desk/cases/{accepted}/retention", REVIEWER, covers("applications:case_retention", "applications:release_hold")
    ),
    page("/desk/cases/{accepted}/numbers", REVIEWER, covers("applications:unmask")),
    page("/desk/cases/{correcting}", REVIEWER, covers("applications:desk_case")),
    page("/desk/cases/{accepted}", REVIEWER, covers("applications:desk_case")),
    page("/desk/cases/{suspended}", REVIEWER, covers("applications:desk_case")),
    page("/desk/cases/{reviewed}", DECIDER, covers("applications:desk_case")),
    page("/desk/cases/{badly_rated}", DECIDER, covers("applications:desk_case")),
    page("/desk/catalog/exchange", KEEPER, covers("catalog:exchange")),
    page("/desk/catalog/exchange", EDITOR, covers("catalog:exchange")),
    page("/desk/catalog/bulk", EDITOR, covers("catalog:bulk_edits")),
    page("/desk/catalog/codes", KEEPER, covers("catalog:codes")),
    page("/desk/catalog/codes/gb/audience", KEEPER, covers("catalog:code_set")),
    page("/desk/catalog/codes/guangdong/step", EDITOR, covers("catalog:code_set")),
    page("/desk/tickets", REVIEWER, covers("tickets:tickets")),
    page("/desk/tickets/{ticket}", REVIEWER, covers("tickets:ticket")),
    page("/counter", CLERK, covers("counter:start")),
    page("/counter/{window_draft}", CLERK, covers("counter:intake")),
    page("/counter/{submitted}/received", CLERK, covers("counter:received")),
    page("/counter/{correcting}/supplement", CLERK, covers("counter:supplement")),
    page("/counter/{granted}/delivery", CLERK, covers("counter:delivery")),
    page("/indicators", NOBODY, covers("analytics:indicators")),
    page("/indicators/time_cut", NOBODY, covers("analytics:indicator")),
    page("/desk/catalog/quality", KEEPER, covers("catalog:quality")),
    page("/desk/catalog/quality", EDITOR, covers("catalog:quality")),
    page("/desk/catalog/quality/findings?weight=warn", KEEPER, covers("catalog:quality_findings")),
    page("/desk/catalog/quality/findings?body=nobody&after=999999-1", EDITOR, covers("catalog:quality_findings")),
    page("/desk/catalog/quality/rules", EDITOR, covers("catalog:quality_rules")),
    page("/desk/catalog/quality/editions/{food_edition}", EDITOR, covers("catalog:quality_edition")),
    page("/desk/catalog/replay/{food_edition}", EDITOR, covers("applications:replay")),
    page("/desk/catalog/quality", REVIEWER, covers("catalog:quality"), 403),
    page("/design", NOBODY, covers("design:components")),
    page("/design/confirmation", NOBODY, covers("design:confirmation")),
    page("/design/desk", NOBODY, covers("design:desk")),
    page("/desk/catalog", EDITOR, covers("catalog:desk")),
    page("/desk/catalog?state=items", KEEPER, covers("catalog:desk")),
    page("/desk/catalog?state=draft", EDITOR, covers("catalog:desk")),
    page("/desk/catalog/tree", EDITOR, covers("catalog:desk_tree")),
    page("/desk/catalog/items/new", KEEPER, covers("catalog:desk_item_new")),
    page(f"/desk/catalog/items/{FOOD}", KEEPER, covers("catalog:desk_item")),
    page(f"/desk/catalog/items/{FOOD}/elements", KEEPER, covers("catalog:desk_elements")),
    page("/desk/catalog/editions/{writing}", EDITOR, covers("catalog:desk_edition")),
    page("/desk/catalog/editions/{writing}/basics", EDITOR, covers("catalog:desk_section")),
    page("/desk/catalog/editions/{writing}/channels", EDITOR, covers("catalog:desk_section")),
    page("/desk/catalog/editions/{writing}/materials", EDITOR, covers("catalog:desk_section")),
    page("/desk/catalog/editions/{writing}/form", EDITOR, covers("catalog:desk_section")),
    page("/desk/catalog/editions/{writing}/materials/materials/4", EDITOR, covers("catalog:desk_row")),
    page("/desk/catalog/editions/{writing}/questions/questions/new", EDITOR, covers("catalog:desk_row")),
    page("/desk/catalog/editions/{writing}/form/form/0-0", EDITOR, covers("catalog:desk_row")),
    page("/desk/catalog/editions/{writing}/form/form/page-0", EDITOR, covers("catalog:desk_row")),
    page("/desk/catalog/editions/{writing}/check", EDITOR, covers("catalog:desk_check")),
    page("/desk/catalog/editions/{writing}/preview", EDITOR, covers("catalog:desk_preview")),
    page("/desk/catalog/editions/{writing}/preview/form/1", EDITOR, covers("catalog:desk_preview_form")),
    page("/desk/catalog/editions/{writing}/differences", EDITOR, covers("catalog:desk_differences")),
    page("/desk/catalog/editions/{writing}/publication", EDITOR, covers("catalog:desk_publication")),
    page("/desk/operations", ADMINISTRATOR, covers("site:operations")),
    page("/desk", CITIZEN, covers("applications:desk"), 403),
    page("/desk/cases/{submitted}", "he_yun", covers("applications:desk_case"), 404),
]

PUBLISHED_OF_ITEM = (
    "SELECT e.id FROM catalog_edition e JOIN catalog_item i ON i.id = e.item_id"
    " WHERE i.code = %s AND e.state = 'published'"
)


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    """What stands for the braces in a path."""
    found: dict[str, str] = json.loads(instance.run("tests.browser.cases"))
    instance.settle()
    return found | {
        "card": str(instance.ask("SELECT public_id FROM authentication_card ORDER BY id LIMIT 1")[0][0]),
        "code": str(instance.ask("SELECT code FROM licences_licence ORDER BY id LIMIT 1")[0][0]),
        "guide_only": str(
            instance.ask("SELECT code FROM catalog_edition WHERE connection = 'guide_only' LIMIT 1")[0][0]
        ),
        "food_edition": str(instance.ask(PUBLISHED_OF_ITEM, FOOD)[0][0]),
        "power": str(instance.ask("SELECT public_id FROM delegation_powerofattorney WHERE kind = 'family'")[0][0]),
        "ticket": str(instance.ask("SELECT number FROM tickets_ticket ORDER BY id LIMIT 1")[0][0]),
    }


def in_both_types() -> list[Any]:
    """Every row in the usual type; in the large one the first row of each route."""
    rows, seen = [], set()
    for row in PAGES:
        rows.append(pytest.param(*row.values, "", marks=row.marks, id=f"{row.id} usual"))
        if (route := str(row.id).partition(" ")[0]) not in seen:
            rows.append(pytest.param(*row.values, "large", marks=row.marks, id=f"{row.id} large"))
        seen.add(route)
    return rows


@pytest.mark.parametrize(("path", "actor", "status", "care"), in_both_types())
def test_every_page_is_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, actor: str, status: int, care: Care
) -> None:
    here = visitors.same(actor, care)
    here.set_viewport_size(PHONE if care else DESK)  # type: ignore[arg-type]
    answer = here.goto(path.format(**places))

    assert answer and answer.status == status
    looks_right(here)
    if not care or path == "/design":  # where every component stands: the same elements, only larger
        is_accessible(here, contrast=not path.startswith("/desk"))  # the desk's colours stand on /design/desk
    if not care:  # in large type it is the narrow page that is hard
        here.set_viewport_size(PHONE)  # type: ignore[arg-type]
        looks_right(here)
