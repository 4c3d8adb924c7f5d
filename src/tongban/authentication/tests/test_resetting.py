from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.people import LIU_PHONE, PASSWORD, Cast, check_digit
from tongban.authentication import resetting
from tongban.authentication.models import ResetCode, SignIn
from tongban.channels.models import Sms
from tongban.identity.models import Account, Person
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Forbidden, Refusal

NEW = "tomato river lantern"


def slip(cast: Cast, **change: object) -> resetting.Slip:
    assert cast.liu.person
    given = {
        "id_number": cast.liu.person.id_number,
        "name": "刘晓燕",
        "card_seen": True,
        "reason": "忘记密码",
        **change,
    }
    return resetting.issue(**given, by=cast.actor(cast.clerk, "counter"), now=cast.now)  # type: ignore[arg-type]


def set_password(client: Client, who: str, code: str, new: str = NEW, again: str | None = None) -> int:
    form = {"who": who, "code": code, "new": new, "again": new if again is None else again}
    return client.post("/login/reset", form).status_code


def knows(account: Account, password: str) -> bool:
    return Account.objects.get(pk=account.pk).check_password(password)


def test_a_clerk_prints_a_code_and_the_person_sets_a_password(cast: Cast, client: Client) -> None:
    assert cast.liu.person
    window, form = (
        Client(),
        {"id_number": cast.liu.person.id_number, "name": "刘晓燕", "reason": "忘记密码", "card_seen": "true"},
    )
    window.force_login(cast.clerk)
    page = window.post("/desk/password-resets", form)
    assert "no-store" in page.headers["Cache-Control"]
    code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.content.decode())
    assert code and code[0] not in window.get("/desk/password-resets").content.decode()

    assert set_password(client, cast.liu.person.id_number, code[0].lower().replace("-", " ")) == 302

    assert knows(cast.liu, NEW) and not knows(cast.liu, PASSWORD)
    assert SignIn.objects.get().method == "reset" and client.get("/my").status_code == 200
    assert knows(cast.clerk, PASSWORD)


def test_the_journal_names_both_and_no_code(cast: Cast) -> None:
    made = slip(cast)

    entry = JournalEntry.objects.get(name="authentication.ResetIssued")
    assert cast.liu.person
    assert (entry.actor, entry.on_behalf_of) == (f"staff:{cast.clerk.pk}", f"person:{cast.liu.person.public_id}")
    assert made.code not in str(entry.facts) and made.code not in repr(made)
    assert made.code.replace("-", "").encode() not in bytes(ResetCode.objects.get().digest)


def test_whoever_was_signed_in_with_the_old_password_is_signed_out(cast: Cast, client: Client) -> None:
    thief = Client()
    thief.post("/login", {"username": "liu", "password": PASSWORD})
    set_password(client, "liu", slip(cast).code)

    assert thief.get("/my").status_code == 302
    assert set(SignIn.objects.filter(ended_at=None).values_list("method", flat=True)) == {"reset"}


def test_the_phone_of_before_opens_nothing_until_it_is_proved_anew(cast: Cast, client: Client) -> None:
    set_password(client, "liu", slip(cast).code)
    Sms.objects.all().delete()

    Client().post("/login/phone", {"phone": LIU_PHONE})

    assert not Sms.objects.exists()
    assert "验证手机号" in client.get("/my/verify").content.decode()
    client.post("/my/verify/code", {"phone": LIU_PHONE})
    code = re.search(r"[0-9]{6}", str(Sms.objects.get().text))
    assert code
    client.post("/my/verify/real-name", {"phone": LIU_PHONE, "code": code[0]})
    with clock.at(cast.now + timedelta(minutes=1)):
        Client().post("/login/phone", {"phone": LIU_PHONE})
    assert Sms.objects.count() == 2


def test_whoever_has_the_phone_hears_of_it_before_the_code_is_used(cast: Cast) -> None:
    made = slip(cast)

    told = Sms.objects.get()
    assert told.phone == LIU_PHONE and made.code not in str(told.text)
    assert "您的登录方式在云江区行政服务中心窗口重置（3月2日09:30），如不是您本人办理，请打 12345。" in str(told.text)


def test_until_it_is_used_the_old_password_works(cast: Cast, client: Client) -> None:
    slip(cast)

    assert client.post("/login", {"username": "liu", "password": PASSWORD}).status_code == 302


def test_a_code_works_once(cast: Cast, client: Client) -> None:
    code = slip(cast).code
    set_password(client, "liu", code)

    assert set_password(Client(), "liu", code, "another lantern bridge") == 422
    assert knows(cast.liu, NEW)


def test_a_later_code_ends_the_one_before(cast: Cast, client: Client) -> None:
    first, second = slip(cast).code, slip(cast).code

    assert set_password(client, "liu", first) == 422
    assert set_password(client, "liu", second) == 302


def test_a_code_is_over_after_a_day(cast: Cast, client: Client) -> None:
    code = slip(cast).code

    with clock.at(cast.now + timedelta(hours=24)):
        assert set_password(client, "liu", code) == 422


def test_a_code_belongs_to_one_account(cast: Cast, client: Client) -> None:
    code = slip(cast).code

    for who in ("wang", "clerk", "nobody", ""):
        assert set_password(client, who, code) == 422
    assert knows(cast.stranger, PASSWORD) and knows(cast.clerk, PASSWORD)


def test_five_wrong_tries_end_it(cast: Cast) -> None:
    code = slip(cast).code
    for nth in range(resetting.MOST_WRONG):
        set_password(Client(REMOTE_ADDR=f"10.0.0.{nth}"), "liu", "AAAA-AAAA-AAAA")

    assert ResetCode.objects.get().ended_at == cast.now
    assert set_password(Client(REMOTE_ADDR="10.0.1.1"), "liu", code) == 422


def test_a_name_that_nobody_has_and_a_wrong_code_get_one_answer(cast: Cast) -> None:
    slip(cast)
    pages = [
        Client(REMOTE_ADDR=f"10.0.0.{nth}").post("/login/reset", {"who": who, "code": "A", "new": NEW, "again": NEW})
        for nth, who in enumerate(("liu", "wang", "nobody"))
    ]

    said = {re.sub(r'value="[^"]*"|nonce="[^"]*"', "", page.content.decode().partition("<main")[2]) for page in pages}
    assert len(said) == 1


def test_a_password_that_is_too_easy_costs_no_code(cast: Cast, client: Client) -> None:
    code = slip(cast).code

    assert set_password(client, "liu", code, "12345678") == 422
    assert set_password(client, "liu", code, NEW, again="other") == 422
    assert set_password(client, "liu", code) == 302


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"card_seen": False}, "card_unseen"),
        ({"reason": " "}, "reason_missing"),
        ({"name": "王强"}, "reset_unknown"),
        ({"id_number": "500199199501014061"}, "reset_unknown"),
        ({"id_number": "500199199501014062"}, "id_number_check"),
    ],
)
def test_without_card_reason_or_account_nothing_is_printed(cast: Cast, change: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        slip(cast, **change)

    assert refused.value.code == code and not ResetCode.objects.exists()


def test_the_account_of_a_colleague_is_not_reset_at_a_window(cast: Cast) -> None:
    person = cast.stranger.person
    assert person
    Account.objects.filter(pk=cast.stranger.pk).update(person=None)
    Account.objects.filter(pk=cast.reviewer.pk).update(person=person)

    with pytest.raises(Forbidden, match="岗位账号"):
        slip(cast, id_number=person.id_number, name=person.name)


def test_only_windows_reset(cast: Cast) -> None:
    assert cast.liu.person
    for account in (cast.liu, cast.reviewer, cast.administrator, cast.head):
        with pytest.raises(Forbidden):
            resetting.issue(
                id_number=cast.liu.person.id_number, name="刘晓燕", card_seen=True, reason="忘记密码",
                by=cast.actor(account), now=cast.now,
            )  # fmt: skip


def test_a_clerk_does_not_print_codes_for_ever(cast: Cast) -> None:
    for _ in range(resetting.MOST_ISSUED):
        slip(cast)

    with pytest.raises(Refusal, match="太频繁"):
        slip(cast)


def test_the_database_knows_that_nobody_resets_their_own(cast: Cast) -> None:
    slip(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        ResetCode.objects.update(clerk=cast.liu)


def test_a_refused_try_at_a_name_and_a_number_counts(cast: Cast) -> None:
    """Whoever tries out which names and numbers have accounts is stopped, though every try was refused."""
    for _ in range(resetting.MOST_ISSUED):
        with pytest.raises(Refusal, match="没有用这个姓名"):
            slip(cast, name="刘小燕")

    with pytest.raises(Refusal, match="重置太频繁"):
        slip(cast)


def test_the_merged_card_resets_the_account_of_the_person(cast: Cast) -> None:
    older = "50019919880312001" + check_digit("50019919880312001")
    old = Person(name="刘晓燕", created_at=cast.now, merged_into=cast.liu.person)
    old.set_id_number(older)
    old.save()

    printed = slip(cast, id_number=older)

    assert printed.username == "liu"
    assert set_password(Client(headers={"host": "localhost"}), older, printed.code) == 302
