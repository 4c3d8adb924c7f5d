"""What goes wrong between a client and the API, item by item, with the status and the words it gets."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from conftest import Together
from tests.api.door import Answer, Door, door_of, must_be_problem
from tests.api.test_walk import PDF, submission
from tests.people import GUIDE, Cast, check_digit, publish
from tongban.applications.models import Application, Decision
from tongban.catalog import actions as catalog
from tongban.catalog.content import Content
from tongban.catalog.models import Item
from tongban.identity import actions as identity
from tongban.kernel import clock
from tongban.kernel.actors import system

pytestmark = pytest.mark.api

MEGABYTE = 1024 * 1024
IDENTIFIERS = [
    {
        "title": "证件",
        "fields": [
            {"key": "owner_id", "label": "经营者身份证号", "kind": "id_number"},
            {"key": "uscc", "label": "统一社会信用代码", "kind": "uscc"},
            {"key": "phone", "label": "电话", "kind": "phone", "required": False},
        ],
    }
]
RIGHT_ID = "50019919880312452" + check_digit("50019919880312452")
RIGHT_USCC = "92500199MA5U00001"


@pytest.fixture
def with_identifiers(cast: Cast) -> str:
    """An item whose form asks for an ID number and a USCC."""
    return publish(
        cast.body, now=cast.now, code="990131001002", name="变更登记", form=IDENTIFIERS, materials=[], questions=[]
    ).code


def uscc() -> str:
    from stdnum.cn import uscc

    return RIGHT_USCC + str(uscc.calc_check_digit(RIGHT_USCC))


# Fields


def test_a_missing_field_is_named_with_its_label(cast: Cast, liu: Door) -> None:
    answer = liu.post("/applications", submission(cast, form={"name": "刘晓燕", "area": "86"}), key="bad-0001")

    must_be_problem(answer, 422, "field_missing", "请填写“字号名称”")
    assert answer["field"] == "form.shop"


def test_all_faults_come_at_once(cast: Cast, liu: Door) -> None:
    answer = liu.post("/applications", submission(cast, form={"area": "0"}, materials={}), key="bad-0002")

    must_be_problem(answer, 422, "field_missing", "有 4 处需要修改")
    assert [fault["field"] for fault in answer["faults"]] == ["form.name", "form.shop", "form.area", "materials.safety"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"item": None}, "item"),
        ({"item": 7}, "item"),
        ({"form": []}, "form"),
        ({"answers": {"kind": 3}}, "answers.kind"),
        ({"materials": "pledge"}, "materials"),
        ({"organisation": "9" * 41}, "organisation"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(cast: Cast, liu: Door, change: dict[str, object], field: str) -> None:
    answer = liu.post("/applications", submission(cast, **change), key="bad-0003")

    must_be_problem(answer, 422, "request_malformed", "请求格式不对")
    assert answer["faults"][0]["field"].endswith(field)


@pytest.mark.parametrize("value", [{"nested": 1}, ["86"], 8.6, 10**19])
def test_a_value_of_the_wrong_type_in_the_form_is_named(cast: Cast, liu: Door, value: object) -> None:
    form = {"name": "刘晓燕", "shop": "老灶", "area": value}

    answer = liu.post("/applications", submission(cast, form=form), key="bad-0004")

    must_be_problem(answer, 422, "field_type", "“经营面积”的类型不对")


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("correction", {}, "gaps"),
        ("review", {"passes": True}, "opinion"),
        ("review", {"passes": "maybe", "opinion": "材料齐全"}, "passes"),
        ("decision", {}, "granted"),
        ("rejection", {"kind": "not_needed"}, "reason"),
        ("suspension", {"cause": "hearing"}, "reason"),
        ("acceptance", {"version": "new"}, "version"),
    ],
)
def test_a_step_without_what_it_needs_is_refused(
    cast: Cast, reviewer: Door, path: str, body: dict[str, object], field: str
) -> None:
    number = cast.submit().number

    answer = reviewer.post(f"/applications/{number}/{path}", body)

    must_be_problem(answer, 422, "request_malformed", "请求格式不对")
    assert answer["field"].endswith(field)
    assert Application.objects.get(number=number).version == 1


@pytest.mark.parametrize(
    ("item", "status", "code", "words"),
    [("NO-SUCH-ITEM", 404, "item_unknown", "没有这个事项"), ("", 404, "item_unknown", "请检查编码")],
)
def test_an_unknown_item_is_said(cast: Cast, liu: Door, item: str, status: int, code: str, words: str) -> None:
    must_be_problem(liu.post("/applications", submission(cast, item=item), key="bad-0005"), status, code, words)


def test_an_item_that_is_no_longer_or_not_yet_published_is_said(cast: Cast, liu: Door, nobody: Door) -> None:
    item = Item.objects.create(code="990131001009", name="食品经营许可注销", type_code="01")
    content = Content.model_validate(GUIDE)
    edition = catalog.draft(item=item, body=cast.body, content=content, by=system("tests"), now=cast.now)
    catalog.withdraw(cast.guide, by=system("tests"), now=cast.now)

    for code in (edition.code, cast.guide.code):
        answer = liu.post("/applications", submission(cast, item=code), key="bad-0006")
        must_be_problem(answer, 404, "item_not_published", "目前没有发布的办事指南", "从首页搜索")
        must_be_problem(nobody.get(f"/items/{code}"), 404, "item_not_published")


@pytest.mark.parametrize(
    ("field", "typed", "code", "words"),
    [
        ("owner_id", "500199198803124520", "id_number_check", "校验位不对"),
        ("owner_id", "500199198802304521", "id_number_check", "可能输错了某一位"),
        ("owner_id", "5001991988031245", "id_number_form", "18 位"),
        ("uscc", "92500199MA5U000010", "uscc_check", "校验位不对"),
        ("uscc", "92500199", "uscc_form", "18 位数字或大写字母"),
        ("phone", "12345", "phone_form", "11 位手机号"),
    ],
)
def test_a_number_with_a_wrong_check_digit_is_named(
    cast: Cast, liu: Door, with_identifiers: str, field: str, typed: str, code: str, words: str
) -> None:
    form = {"owner_id": RIGHT_ID, "uscc": uscc(), field: typed}
    if typed == (uscc() if field == "uscc" else RIGHT_ID):
        pytest.fail("this one is right")

    answer = liu.post("/applications", submission(cast, item=with_identifiers, form=form, answers={}, materials={}),
                      key="bad-0007")  # fmt: skip

    must_be_problem(answer, 422, code, words)
    assert answer["field"] == f"form.{field}"


def test_numbers_typed_with_spaces_hyphens_and_full_width_digits_are_understood(
    cast: Cast, liu: Door, nobody: Door, with_identifiers: str
) -> None:
    wide = RIGHT_ID.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789X"})
    form = {"owner_id": f" {wide[:6]} {wide[6:14]}-{wide[14:]} ", "uscc": uscc().lower(), "phone": "199 0000-0001"}
    right = submission(cast, item=with_identifiers, form=form, answers={}, materials={})

    made = liu.post("/applications", right, key="bad-0008")

    number = made["number"]
    typed = f"{number[:6]}-{number[6:14]} {number[14:-1]}-{number[-1].lower()}"
    wide_number = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    kept = liu.get(f"/applications/{typed}")
    assert kept["form"] == {"owner_id": RIGHT_ID, "uscc": uscc(), "phone": "19900000001"}
    assert kept["number"] == liu.get(f"/applications/{wide_number}")["number"] == number
    assert liu.post(f"/applications/{typed}/withdrawal").status == 201
    assert nobody.get("/items/990131-００１００１").status == 200
    area = submission(cast, form={"name": "刘晓燕", "shop": "老灶", "area": " １ ２０ "})
    assert liu.get(f"/applications/{liu.post('/applications', area, key='bad-0009')['number']}")["form"]["area"] == 120


# Uploads


def test_an_upload_of_fifty_megabytes_is_refused(liu: Door) -> None:
    must_be_problem(liu.upload(b"%PDF-" + bytes(50 * MEGABYTE)), 422, "file_too_large", "文件超过 20 MB", "拆成几份")


@pytest.mark.parametrize(
    "content",
    [b"MZ\x90\x00" + bytes(500), b"\x7fELF" + bytes(500), b"<html><script>alert(1)</script></html>", b"PK\x03\x04rest"],
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


# The same thing twice


def test_a_repeated_post_gives_the_same_case(cast: Cast, liu: Door) -> None:
    first, again = (liu.post("/applications", submission(cast), key="bad-0011") for _ in range(2))

    assert first.status == again.status == 201
    moments = [datetime.fromisoformat(answer.body.pop("submitted_at")) for answer in (first, again)]
    assert first.body == again.body
    assert moments[0] == moments[1]
    assert Application.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(cast: Cast, liu: Door) -> None:
    liu.post("/applications", submission(cast), key="bad-0012")

    other = submission(cast, form={"name": "刘晓燕", "shop": "新灶火锅店", "area": "86"})

    must_be_problem(
        liu.post("/applications", other, key="bad-0012"), 422, "idempotency_mismatch", "已用于另一份内容不同的请求"
    )
    assert Application.objects.count() == 1


def test_a_key_is_needed_and_anothers_key_is_ones_own(cast: Cast, liu: Door, stranger: Door) -> None:
    body = submission(cast)

    must_be_problem(liu.post("/applications", body), 422, "request_malformed", "Idempotency-Key")
    must_be_problem(liu.post("/applications", body, key="short"), 422, "idempotency_key", "8 至 100 个字符")
    mine, theirs = liu.post("/applications", body, key="bad-0013"), stranger.post("/applications", body, key="bad-0013")
    assert mine["number"] != theirs["number"]


@pytest.mark.parametrize("step", ["acceptance", "decision"])
@pytest.mark.django_db(transaction=True)
def test_of_two_who_act_at_once_one_is_told_what_happened(cast: Cast, together: Together, step: str) -> None:
    other = identity.open_account(username="decider2", password="x", person=None, now=cast.now)
    identity.appoint(account=other, role="decider", region=cast.region, body=cast.body, now=cast.now)
    reviewer, one, two = door_of(cast.reviewer), door_of(cast.decider), door_of(other)
    number = cast.submit(key="two-at-once").number
    body: dict[str, object] = {}
    if step == "decision":
        reviewer.post(f"/applications/{number}/acceptance")
        reviewer.post(f"/applications/{number}/review", {"passes": True, "opinion": "材料齐全，符合规定"})
        body = {"granted": True}

    def act(door: Door) -> Answer:
        with clock.at(cast.now):  # a thread begins with the real time
            return door.post(f"/applications/{number}/{step}", body)

    answers = together(lambda: act(one), lambda: act(two))

    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert won.status == 201
    must_be_problem(lost, 409, "act_out_of_turn", "办件现在是", "可能有同事刚办过这一步")
    assert Decision.objects.count() == (1 if step == "decision" else 0)


def test_a_page_older_than_the_case_cannot_act_on_it(cast: Cast, liu: Door, reviewer: Door) -> None:
    number = cast.submit().number
    reviewer.post(f"/applications/{number}/acceptance", {"version": 1})

    answer = liu.post(f"/applications/{number}/withdrawal", {"version": 1, "reason": ""})

    must_be_problem(answer, 409, "page_stale", "有了新的变化", "请刷新")


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


# Who asks


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("post", "/applications"), ("get", "/applications/1"), ("get", "/tasks"), ("post", "/files"),
        ("get", "/licences/00000000-0000-0000-0000-000000000000"), ("post", "/applications/1/decision"),
        ("delete", "/applications/1/suspension"), ("post", "/applications/1/evaluation"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("db")
def test_without_a_token_nothing_is_told(nobody: Door, method: str, path: str) -> None:
    answer = getattr(nobody, method)(path)

    must_be_problem(answer, 401, "token_missing", "请带上访问令牌")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_expired_or_wrong_token_is_said(cast: Cast) -> None:
    for door in (door_of(cast.liu, days=0), Door("no-such-token"), Door("\u00e9"), Door("x" * 5000)):
        must_be_problem(door.get("/tasks"), 401, "token_unknown", "访问令牌无效或已过期")


def test_a_closed_account_has_no_token(cast: Cast, liu: Door) -> None:
    cast.liu.is_active = False
    cast.liu.save()

    must_be_problem(liu.get("/tasks"), 401, "token_unknown")


@pytest.mark.parametrize("path", ["", "/timeline", "/clock"])
def test_anothers_case_does_not_exist(cast: Cast, stranger: Door, path: str) -> None:
    answer = stranger.get(f"/applications/{cast.submit().number}{path}")

    must_be_problem(answer, 404, "application_unknown", "没有这个办件，或者您无权查看")


@pytest.mark.parametrize("who", ["stranger", "foreign_reviewer", "administrator"])
@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("acceptance", {}), ("correction", {"gaps": {"layout": {"note": "缺"}}}), ("review", {"passes": True, "opinion": "材料齐全了"}),
        ("decision", {"granted": True}), ("delivery", {}), ("withdrawal", {}), ("evaluation", {"level": 1}),
        ("supplement", {"materials": {}}), ("rejection", {"kind": "not_needed", "reason": "不需要办理"}),
        ("suspension", {"cause": "hearing", "reason": "需要听证三天"}),
    ],
)  # fmt: skip
def test_nobody_acts_on_anothers_case(cast: Cast, who: str, step: str, body: dict[str, object]) -> None:
    number = cast.submit().number

    answer = door_of(getattr(cast, who)).post(f"/applications/{number}/{step}", body)

    must_be_problem(answer, 404, "application_unknown")
    assert Application.objects.get(number=number).version == 1


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
