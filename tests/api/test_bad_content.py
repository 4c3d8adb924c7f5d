"""Content that can't be read or kept: uploads, what is no JSON, characters that no database stores."""

from __future__ import annotations

import json

import pytest

from tests.api.door import Door, must_be_problem
from tests.api.test_walk import PDF, submission
from tests.people import Cast
from tongban.applications.models import Application

pytestmark = pytest.mark.api

MEGABYTE = 1024 * 1024


# Uploads


def test_an_upload_of_fifty_megabytes_is_refused(liu: Door) -> None:
    must_be_problem(liu.upload(b"%PDF-" + bytes(50 * MEGABYTE)), 422, "file_too_large", "文件超过 20 MB", "拆成几份")


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00" + bytes(500), b"\x7fELF" + bytes(500), b"<html><script>alert(1)</script></html>", b"PK rest"],
)
def test_a_program_called_pdf_is_refused(liu: Door, content: bytes) -> None:
    answer = liu.upload(content, media_type="application/pdf", name="营业执照.pdf".encode().hex() + ".pdf")

    must_be_problem(answer, 422, "file_kind", "不是可以接收的格式", "改文件名不会改变格式")


def test_an_empty_upload_and_a_broken_picture_are_said(liu: Door) -> None:
    must_be_problem(liu.upload(b""), 422, "file_empty", "文件是空的")
    must_be_problem(liu.upload(b"\xff\xd8\xff" + bytes(100)), 422, "image_broken", "图片打不开")


def test_anothers_file_cannot_be_handed_in(cast: Cast, liu: Door, stranger: Door) -> None:
    theirs = stranger.upload(PDF)["id"]

    answer = liu.post(
        "/applications", submission(cast, materials={"safety": "pledge", "layout": theirs}), key="bad-0010"
    )

    must_be_problem(answer, 422, "file_unknown", "不是您上传的")


# What is not JSON


@pytest.mark.parametrize("raw", [b"{", b"", b"[1, 2", b"\xff\xfe", b"name=x", b'{"item": NaN'])
def test_malformed_json_is_said(liu: Door, raw: bytes) -> None:
    answer = liu.post("/applications", raw=raw, key="bad-0014")

    assert answer.status in (400, 422)
    must_be_problem(answer, answer.status, "request_malformed", "请求")


def test_json_deeper_or_larger_than_sense_is_refused(liu: Door) -> None:
    deep = b'{"item":"x","form":{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}}"
    large = b'{"item":"x","form":{"a":"' + b"x" * (2 * MEGABYTE) + b'"}}'

    must_be_problem(liu.post("/applications", raw=deep, key="bad-0015"), 400, "request_malformed", "应为 JSON")
    must_be_problem(liu.post("/applications", raw=large, key="bad-0015"), 422, "request_refused", "没有执行")


# Characters


@pytest.mark.parametrize(
    "path", ["/items/a%00b", "/applications/1%002", "/verify/a%00b", "/items/x/materials?answer=a:%00"]
)
def test_nul_in_an_address_finds_nothing_and_breaks_nothing(liu: Door, path: str) -> None:
    answer = liu.get(path)

    assert answer.status in (404, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", [{"q": "a\0b"}, {"region": "\0"}, {"after": "\0"}, {"audience": "1\0"}])
@pytest.mark.usefixtures("db")
def test_nul_in_a_search_is_refused(nobody: Door, query: dict[str, str]) -> None:
    must_be_problem(nobody.get("/items", **query), 422, "characters", "不能处理的字符")


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_unstorable_characters_are_refused_wherever_they_stand(
    cast: Cast, liu: Door, reviewer: Door, decider: Door, text: str
) -> None:
    number = cast.submit().number
    words = f"理由{text}写在这里"
    tries = [
        (liu, "/applications", submission(cast, form={"name": text, "shop": "x", "area": "1"})),
        (liu, "/applications", submission(cast, form={text: "x"})),
        (liu, "/applications", submission(cast, item=text)),
        (liu, "/applications", submission(cast, answers={"kind": text})),
        (liu, "/applications", submission(cast, materials={text: "pledge"})),
        (liu, "/applications", submission(cast, organisation=text)),
        (liu, f"/applications/{number}/withdrawal", {"reason": words}),
        (liu, f"/applications/{number}/supplement", {"materials": {"layout": text}}),
        (reviewer, f"/applications/{number}/correction", {"gaps": {"layout": {"note": words}}}),
        (reviewer, f"/applications/{number}/correction", {"gaps": {text: {"note": "缺"}}}),
        (reviewer, f"/applications/{number}/rejection", {"kind": "wrong_body", "reason": words, "right_body": text}),
        (reviewer, f"/applications/{number}/suspension", {"cause": "hearing", "reason": words}),
        (reviewer, f"/applications/{number}/review", {"passes": True, "opinion": words}),
        (decider, f"/applications/{number}/decision", {"granted": False, "reason": words}),
    ]

    for door, path, body in tries:
        answer = door.post(path, raw=json.dumps(body).encode(), key="bad-0016")
        assert answer.status in (404, 422), f"{path} {body}: {answer.status} {answer.body}"
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert Application.objects.get(number=number).version == 1
    must_be_problem(liu.post("/applications", submission(cast), key="nul\0nul-key"), 422, "characters", "NUL")


def test_an_unknown_address_and_a_wrong_method_are_problems_too(liu: Door) -> None:
    must_be_problem(liu.get("/no/such/thing"), 404, "page_not_found", "没有这个页面")
    wrong = liu.delete("/tasks")
    must_be_problem(wrong, 405, "method_not_allowed")
    assert wrong.headers["Allow"] == "GET"
