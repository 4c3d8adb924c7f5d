"""What the import contracts can't see: relations, templates and names that point up; documents that went stale."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from tests.house import ROOT, SOURCE, floors, python_files, room_of, template_files

OURS = {
    config.label: config.name.removeprefix("tongban.")
    for config in apps.get_app_configs()
    if config.name.startswith("tongban.")
}


def relations() -> list[models.ForeignKey]:  # type: ignore[type-arg]
    return [
        field
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    ]


def test_every_room_has_a_floor() -> None:
    rooms = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}

    assert rooms == set(floors())


def test_relations_point_down() -> None:
    up = [
        f"{field.model.__name__}.{field.name} → {field.related_model.__name__}"
        for field in relations()
        if field.related_model._meta.app_label != field.model._meta.app_label
        and floors()[OURS[field.related_model._meta.app_label]] >= floors()[OURS[field.model._meta.app_label]]
    ]

    assert up == []


def test_relations_between_rooms_protect_and_leave_no_name_below() -> None:
    loose = [
        f"{field.model.__name__}.{field.name}"
        for field in relations()
        if field.related_model._meta.app_label != field.model._meta.app_label
        and (field.remote_field.on_delete is not models.PROTECT or field.remote_field.related_name != "+")
    ]

    assert loose == []


TEMPLATE_NAME = re.compile(r"""\{%\s*(?:include|extends)\s+["']([a-z_]+)/""")
URL_NAME = re.compile(r"""\{%\s*url\s+["']([a-z_]+):""")


def test_templates_name_no_upper_room() -> None:
    up = [
        f"{path.relative_to(SOURCE)}: {room}"
        for path in template_files()
        for room in TEMPLATE_NAME.findall(path.read_text("utf-8")) + URL_NAME.findall(path.read_text("utf-8"))
        if room != room_of(path) and floors()[room] >= floors()[room_of(path)]
    ]

    assert up == []


def test_code_names_no_upper_room_in_strings() -> None:
    """`reverse`, `redirect`, `get_model`, `render` and string foreign keys."""
    up = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (room := _room_named(node)) and room in floors():
                here = room_of(path)
                if room != here and floors()[room] >= floors()[here]:
                    up.append(f"{path.relative_to(SOURCE)}:{node.lineno}: {room}")

    assert up == []


def _room_named(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    for text in texts:
        if name in ("reverse", "redirect", "reverse_lazy") and (found := re.match(r"([a-z_]+):[a-z_]+$", text)):
            return found[1]
        if name in ("render", "render_to_string", "get_template", "Fragment") and (
            found := re.match(r"([a-z_]+)/", text)
        ):
            return found[1]
        if name in ("ForeignKey", "OneToOneField", "ManyToManyField") and (found := re.match(r"([a-z_]+)\.", text)):
            return found[1]
        if name == "get_model":
            return text.partition(".")[0]
    return ""


def test_nothing_goes_round_the_verbs() -> None:
    """No admin, no generic relations, no signals between rooms."""
    forbidden = re.compile(r"django\.contrib\.admin|GenericForeignKey|django\.dispatch|db\.models\.signals")

    assert [str(path) for path in python_files() if forbidden.search(path.read_text("utf-8"))] == []


ONLY_WAY_OUT = {
    "kernel/outgoing.py", "channels/gateways/smtp.py", "files/gateways/clamav.py", "site/cli/demo.py",
}  # fmt: skip
"""HTTP; mail and ClamAV, whose addresses only the operator sets; the demo, which knocks at its own door."""
GOES_OUT = {"socket", "ssl", "smtplib", "http.client", "urllib.request", "httpx", "requests", "urllib3", "aiohttp"}


def test_there_is_one_way_out() -> None:
    """The kernel's PostgreSQL, which listens on sockets of its own, apart."""
    out = set()
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
            if GOES_OUT & set(names):
                out.add(str(path.relative_to(SOURCE)))

    assert {path for path in out if not path.startswith("kernel/postgres/")} == ONLY_WAY_OUT


def routes() -> dict[str, str]:
    """Name → path of every page and API operation."""
    found: dict[str, str] = {}

    def walk(patterns: list[URLPattern | URLResolver], prefix: str, namespace: str) -> None:
        for pattern in patterns:
            place = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = ":".join(filter(None, [namespace, pattern.namespace or ""]))
                walk(pattern.url_patterns, place, inner)
            elif namespace != "api":
                found[f"{namespace}:{pattern.name}"] = place

    walk(get_resolver().url_patterns, "/", "")
    from tongban.site.api import api

    for path, operations in api.get_openapi_schema()["paths"].items():
        for method, operation in operations.items():
            found[f"api:{operation['operationId']}"] = f"{method.upper()} {path}"
    return found


def test_every_route_has_a_row_in_the_powers_matrix() -> None:
    rows = set(tomllib.loads((ROOT / "tests" / "powers.toml").read_text("utf-8"))["routes"])

    assert rows == set(routes())


COVERS = re.compile(r"""covers\(([^)]*)\)""")
NOT_PAGES = re.compile(
    r"^(site:(alive|ready|metrics|robots)"
    r"|.*:(pdf|clock_pdf|message_file|notice|csv|xlsx|own_data_file|card|card_svg|guide_file|sitemap|sitemap_part|quality_csv))$"
    r"|^single_sign_on:(discovery|jwks|token|userinfo|revocation)$"
    r"|^files:(uploads|upload|sheaf_page|phone_page)$"
)


def test_every_page_has_a_browser_test() -> None:
    covered = {
        name
        for path in (ROOT / "tests" / "browser").glob("test_*.py")
        for names in COVERS.findall(path.read_text("utf-8"))
        for name in re.findall(r'"([a-z_]+:[a-z_]+)"', names)
    }
    pages = {name for name in routes() if not name.startswith("api:") and not NOT_PAGES.match(name)}

    assert pages - covered == set()
    assert covered - set(routes()) == set()


def test_generated_documents_are_fresh() -> None:
    result = subprocess.run(
        [sys.executable, "tools/make_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_no_event_was_removed_or_lost_a_fact() -> None:
    """docs/events.json is the frozen registry: additive only."""
    import json

    from tongban.kernel.events import REGISTRY

    frozen = json.loads((ROOT / "docs" / "events.json").read_text("utf-8"))
    from dataclasses import fields

    now = {name: {field.name for field in fields(event)} for name, event in REGISTRY.items()}

    assert {
        name: sorted(set(facts) - now.get(name, set()))
        for name, facts in frozen.items()
        if set(facts) - now.get(name, set())
    } == {}


def test_every_room_says_what_it_is() -> None:
    silent = [room for room in floors() if len((SOURCE / room / "__init__.py").read_text("utf-8").splitlines()) < 4]

    assert silent == []


def test_the_repository_keeps_no_secret() -> None:
    found = subprocess.run(
        ["git", "grep", "-lE", r"BEGIN (RSA |EC |)PRIVATE KEY|AKIA[0-9A-Z]{16}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()

    assert [path for path in found if path != str(Path(__file__).relative_to(ROOT))] == []


NAMED = re.compile(r"`((?:src|tests|docs|tools)/[\w/.-]+)`")


def test_the_security_document_names_what_exists() -> None:
    named = NAMED.findall((ROOT / "docs" / "security.md").read_text("utf-8"))

    assert len(named) > 40
    assert [path for path in named if not (ROOT / path).exists()] == []
