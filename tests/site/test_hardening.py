from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client

from tests.people import Cast
from tongban.identity.actions import make_token
from tongban.site import hardening
from tongban.site.doctor import Finding

pytestmark = pytest.mark.django_db


def found(what: str) -> Finding:
    return next(finding for finding in hardening.examine() if finding.what == what)


def test_what_faces_people_is_served_by_https_only(settings: LazySettings) -> None:
    settings.TONGBAN = replace(settings.TONGBAN, base_url="http://zwfw.example", proxies="")
    assert (found("传输").well, found("代理").well) == (False, True)

    settings.TONGBAN = replace(settings.TONGBAN, base_url="https://zwfw.example")
    assert (found("传输").well, found("代理").well) == (True, False)

    settings.TONGBAN = replace(settings.TONGBAN, proxies="10.0.0.5")
    assert found("代理").well


def test_the_headers_are_those_of_a_real_answer(settings: LazySettings) -> None:
    settings.SECURE_HSTS_SECONDS = 60
    assert found("响应头").well, found("响应头").says

    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.site.test_hardening.Careless"]
    told = found("响应头")
    assert not told.well
    assert "unsafe-inline" in told.says and "Referrer-Policy" in told.says


class Careless:
    """Overwrites what the platform would have sent."""

    def __init__(self, handler: object) -> None:
        self.handler = handler

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.handler(request)  # type: ignore[operator]
        response["Content-Security-Policy"] = "default-src 'self' 'unsafe-inline'; object-src 'none'"
        response["Referrer-Policy"] = "unsafe-url"
        return response


def test_any_host_is_no_host(settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["zwfw.example", "*"]

    assert not found("主机名").well


def test_secrets_that_others_can_read_are_found(settings: LazySettings, tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    (tmp_path / "secrets.json").write_text("{}")
    settings.TONGBAN = replace(settings.TONGBAN, data=tmp_path)
    (tmp_path / "secrets.json").chmod(0o600)
    assert found("数据目录").well

    (tmp_path / "secrets.json").chmod(0o644)
    assert found("数据目录").says.startswith("secrets.json")


def test_accounts_of_the_demo_are_found(cast: Cast) -> None:
    cast.liu.demo = True
    cast.liu.save()

    assert not found("演示账号").well


def test_an_old_hash_is_found(cast: Cast) -> None:
    cast.stranger.password = ""  # of one who never signs in
    cast.stranger.save()
    assert found("密码").well
    cast.liu.password = "pbkdf2_sha256$1000000$salt$hash"
    cast.liu.save()

    assert not found("密码").well


def test_a_journal_without_its_trigger_is_found() -> None:
    assert found("日志").well
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_journalentry DISABLE TRIGGER append_only, DISABLE TRIGGER append_only_whole")

    assert not found("日志").well


def test_a_database_user_that_owns_the_journal_is_told() -> None:
    assert not found("数据库权限").well, "the tests' user owns every table"


def test_tokens_of_closed_accounts_are_found(cast: Cast) -> None:
    make_token(account=cast.liu, label="x", now=cast.now)
    assert found("访问令牌").well
    cast.liu.is_active = False
    cast.liu.save()

    assert not found("访问令牌").well


def test_pages_made_for_one_person_are_not_kept_by_others(cast: Cast, client: Client) -> None:
    client.force_login(cast.liu)

    assert client.get("/my").headers["Cache-Control"] == "private, no-cache"
