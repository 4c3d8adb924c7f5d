"""Who and what is still needed when one case's time is over: other cases, licences, powers, shared files."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.people import Cast, check_digit, paper
from tongban.accounts import forgetting as accounts
from tongban.accounts import leaving
from tongban.accounts.models import Claim, MigratedUser, Migration
from tongban.applications import actions as applications
from tongban.applications.actions import forgetting
from tongban.applications.actions.reusing import Reused
from tongban.applications.models import Application, ApplicationMaterial
from tongban.authentication.models import SignIn
from tongban.counter.actions import acting_for
from tongban.delegation import forgetting as powers
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.tests.scenes import given_by_liu
from tongban.files.actions import keep_upload
from tongban.files.actions.removing import remove
from tongban.files.models import StoredFile
from tongban.files.store import store
from tongban.identity import actions as identity
from tongban.identity.forgetting import forget_person
from tongban.identity.models import Account, Membership, Person, Verification
from tongban.kernel import clock
from tongban.kernel.personal import GOES_ALONG
from tongban.kernel.pointing import meant, pointing
from tongban.licences.models import Licence
from tongban.privacy import keeping
from tongban.privacy.models import Anonymised, Stuck

LATER = timedelta(days=11 * 366)
NAME, ID = "钱无双", "50019919970707" + "111"


@pytest.fixture(autouse=True)
def _ten_years(cast: Cast) -> None:
    made = keeping.set_rule(
        cast.guide.item.code, type_code="01", years=10, source="本地保管期限表", by=cast.actor(cast.administrator),
        now=cast.now,
    )  # fmt: skip
    keeping.agree(made.public_id, by=cast.actor(cast.head), now=cast.now)


@pytest.fixture
def walk_in(cast: Cast) -> Person:
    """Somebody who only ever came to the window."""
    number = ID + check_digit(ID)
    return identity.register_person(name=NAME, id_number=number, phone="19911112222", now=cast.now)


def filed(cast: Cast, person: Person, key: str, **change: Any) -> Application:
    handed_in = replace(cast.submission(form={"name": NAME, "shop": "小面馆", "area": "30"}, person=person), **change)
    return applications.submit(
        handed_in, key=f"key-{key}-of-it", by=acting_for(cast.actor(cast.clerk), person), now=cast.now
    )


def ended(cast: Cast, person: Person, key: str = "ended-1", **change: Any) -> Application:
    return applications.reject(
        filed(cast, person, key, **change).number, kind="not_needed", reason="不属于本部门职权",
        by=cast.actor(cast.reviewer), now=cast.now + timedelta(hours=1),
    )  # fmt: skip


def test_who_has_another_case_on_hold_keeps_name_and_number(cast: Cast, walk_in: Person) -> None:
    due, held = ended(cast, walk_in), ended(cast, walk_in, "ended-2")
    by = cast.actor(cast.head)
    hold = forgetting.hold(held.number, cause="litigation", reason="（2026）行初 12 号", by=by, now=cast.now)

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    assert (gone.number, gone.person_too) == (due.number, False)
    walk_in.refresh_from_db()
    assert (walk_in.name, walk_in.phone) == (NAME, "19911112222")
    assert Application.objects.get(pk=held.pk).form["name"] == NAME

    keeping.release(held.number, hold.public_id, reason="判决已经生效", by=by, now=cast.now)
    (last,) = forgetting.sweep(now=cast.now + LATER)
    walk_in.refresh_from_db()
    assert (last.person_too, walk_in.name, walk_in.id_number, walk_in.phone) == (True, "（已匿名化）", "", "")


def test_who_has_an_open_case_keeps_name_and_number(cast: Cast, walk_in: Person) -> None:
    ended(cast, walk_in)
    filed(cast, walk_in, "open-1")

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    walk_in.refresh_from_db()
    assert (gone.person_too, walk_in.name) == (False, NAME)


def test_who_has_a_licence_of_another_case_keeps_name_and_number(cast: Cast, walk_in: Person) -> None:
    ended(cast, walk_in)
    Licence.objects.create(
        number="L-1", code="abcdefgh", title="食品经营许可证", case_number="elsewhere", body=cast.body, person=walk_in,
        holder_name=NAME, particulars={}, issued_on=cast.now.date(),
    )  # fmt: skip

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    walk_in.refresh_from_db()
    assert (gone.person_too, walk_in.name) == (False, NAME)


def test_what_says_how_they_were_proved_keeps_nobody(cast: Cast, walk_in: Person) -> None:
    Verification.objects.create(person=walk_in, level=3, how="card", by="staff:1", at=cast.now)
    ended(cast, walk_in)

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    assert gone.person_too
    assert not Verification.objects.filter(person=walk_in).exists()


def test_who_still_acts_for_an_organisation_keeps_name_and_number(cast: Cast, walk_in: Person) -> None:
    one = Membership.objects.create(person=walk_in, organisation=cast.shop, kind="handler", from_at=cast.now)
    assert forget_person(walk_in.pk) is False
    Membership.objects.filter(pk=one.pk).update(until_at=cast.now + timedelta(minutes=1))
    assert forget_person(walk_in.pk) is True
    assert not Membership.objects.filter(pk=one.pk).exists()


def test_who_was_merged_into_them_goes_with_them(cast: Cast, walk_in: Person) -> None:
    other = identity.register_person(
        name="QIAN WUSHUANG", id_type="passport", id_number="E12345678", id_issuer="CHN", now=cast.now
    )
    Person.objects.filter(pk=other.pk).update(merged_into=walk_in)
    ended(cast, walk_in)

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    other.refresh_from_db()
    assert (gone.person_too, other.name, other.id_number) == (True, "（已匿名化）", "")


def test_every_column_that_points_at_a_person_is_found_and_each_that_goes_along_is_said() -> None:
    wanted = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Person
    }

    assert set(pointing(Person)) == wanted
    assert len(wanted) >= 20
    kept = {model._meta.label for model, _ in meant(Person)} - GOES_ALONG.keys()
    assert kept == {
        "applications.Application", "applications.Draft", "credit.Record", "delegation.PowerOfAttorney", "licences.Licence",
        "privacy.OwnData",
    } - GOES_ALONG.keys()  # fmt: skip


def _with_layout(cast: Cast, person: Person, key: str, file: StoredFile) -> Application:
    return ended(cast, person, key, materials={"safety": "pledge", "layout": str(file.public_id)})


def test_a_file_that_another_case_shares_stays_until_that_one_goes_too(
    cast: Cast, walk_in: Person, django_capture_on_commit_callbacks: Any
) -> None:
    file = keep_upload(paper("布局图"), by=cast.actor(cast.clerk), now=cast.now)
    first = _with_layout(cast, walk_in, "shared-1", file)
    second = ended(cast, walk_in, "shared-2")
    ApplicationMaterial.objects.filter(application=second, key="layout").update(file=file)
    by = cast.actor(cast.head)
    hold = forgetting.hold(second.number, cause="complaint", reason="信访件 2026-8", by=by, now=cast.now)

    with django_capture_on_commit_callbacks(execute=True):
        (gone,) = forgetting.sweep(now=cast.now + LATER)

    assert (gone.number, gone.files) == (first.number, 0)
    assert store().get(file.sha256)
    keeping.release(second.number, hold.public_id, reason="已经办结答复", by=by, now=cast.now)
    with django_capture_on_commit_callbacks(execute=True):
        (last,) = forgetting.sweep(now=cast.now + LATER)
    assert (last.number, last.files) == (second.number, 1)
    assert not StoredFile.objects.exists()


def test_a_case_whose_material_was_used_again_goes_and_so_does_the_other(cast: Cast) -> None:
    person, liu = cast.liu.person, cast.actor(cast.liu)
    assert person
    file = keep_upload(paper("布局图"), by=liu, now=cast.now)
    first = cast.submit(key="reused-1", materials={"safety": "pledge", "layout": str(file.public_id)})
    reject = {"kind": "not_needed", "reason": "不属于本部门职权", "by": cast.actor(cast.reviewer)}
    applications.reject(first.number, **reject, now=cast.now + timedelta(hours=1))
    draft = applications.open_draft(cast.guide, person=person, answers={"kind": "catering"}, by=liu, now=cast.now)
    form = {"name": "刘晓燕", "shop": "老灶火锅店", "area": "86"}
    applications.save_draft(draft.public_id, form=form, materials={"safety": "pledge"}, by=liu, now=cast.now)
    applications.reuse_in_draft(draft.public_id, "layout", Reused(first.number, "layout"), by=liu, now=cast.now)
    second = applications.submit_draft(draft.public_id, by=liu, now=cast.now)
    applications.reject(second.number, **reject, now=cast.now + timedelta(hours=1))

    assert {gone.number for gone in forgetting.sweep(now=cast.now + LATER)} == {first.number, second.number}
    assert not Stuck.objects.exists()
    assert not StoredFile.objects.exists()


def test_what_one_case_gets_stuck_on_is_shown_and_keeps_no_other(
    cast: Cast, walk_in: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = ended(cast, walk_in, "bad"), ended(cast, walk_in, "good")
    done = forgetting.remove
    monkeypatch.setattr(forgetting, "_files", lambda case: {-1} if case.pk == bad.pk else set())

    def fail(ids: set[int]) -> int:
        if -1 in ids:
            raise OSError("the store is away: " + NAME)
        return done(ids)

    monkeypatch.setattr(forgetting, "remove", fail)

    assert [gone.number for gone in forgetting.sweep(now=cast.now + LATER)] == [good.number]

    assert "could not be anonymised" in caplog.text
    assert Application.objects.get(pk=bad.pk).form["name"] == NAME
    (one,) = Stuck.objects.all()
    assert (one.number, one.error) == (bad.number, "OSError")
    client = Client()
    with clock.at(cast.now + LATER):
        client.force_login(cast.administrator)
        page = client.get("/desk/retention").content.decode()
    assert "没有做成" in page and "有 1 件到期却没有做成" in page

    monkeypatch.undo()
    assert [gone.number for gone in forgetting.sweep(now=cast.now + LATER)] == [bad.number]
    assert not Stuck.objects.exists()


def test_a_file_that_a_power_needs_is_not_removed(cast: Cast, walk_in: Person) -> None:
    file = keep_upload(paper("委托书"), by=cast.actor(cast.clerk), now=cast.now)
    PowerOfAttorney.objects.create(
        kind="attorney", principal=walk_in, agent=cast.stranger.person, acts=["submit"], from_on=cast.now.date(),
        until_on=cast.now.date() + timedelta(days=30), asked_by="staff:1", asked_at=cast.now, paper=file,
    )  # fmt: skip

    assert remove([file.pk]) == 0
    assert forget_person(walk_in.pk) is False


def test_after_its_time_nothing_in_the_case_leads_to_who_filed_it(cast: Cast) -> None:
    file = keep_upload(paper("布局图"), by=cast.actor(cast.liu), now=cast.now)
    case = cast.submit(materials={"safety": "pledge", "layout": str(file.public_id)})
    applications.reject(
        case.number, kind="not_needed", reason="不属于本部门职权", by=cast.actor(cast.reviewer),
        now=cast.now + timedelta(hours=1),
    )  # fmt: skip

    (gone,) = forgetting.sweep(now=cast.now + LATER)

    after = Application.objects.get(pk=case.pk)
    assert (gone.person_too, after.submitted_by, after.agent_id, after.power_id) == (False, "person:gone", None, None)
    assert cast.liu.person
    key = str(cast.liu.person.public_id)
    for model, path in forgetting.below():
        for row in model._base_manager.filter(**{path: case.pk}).values():
            assert key not in str(row), model.__name__


@pytest.mark.django_db(transaction=True)
def test_a_hold_waits_for_who_anonymises_and_then_finds_it_gone(
    cast: Cast, walk_in: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = ended(cast, walk_in)
    said: list[str] = []

    def hold() -> None:
        try:
            forgetting.hold(
                case.number, cause="complaint", reason="信访件 2026-8", by=cast.actor(cast.head), now=cast.now
            )
            said.append("held")
        except Exception as error:
            said.append(type(error).__name__)
        finally:
            connection.close()

    late = Thread(target=hold)
    real = forgetting.remove

    def meanwhile(ids: set[int]) -> int:
        late.start()
        late.join(0.5)
        said.append("anonymised")
        return real(ids)

    monkeypatch.setattr(forgetting, "remove", meanwhile)
    list(forgetting.sweep(now=cast.now + LATER))
    late.join(10)

    assert said == ["anonymised", "Conflict"]
    assert Anonymised.objects.filter(number=case.number).exists()


def left(cast: Cast, account: Account) -> Person:
    assert account.person
    by = replace(cast.actor(account), assurance=3)
    leaving.deregister(typed="注销", by=by, now=cast.now)
    return account.person


def test_who_closed_their_account_and_has_nothing_kept_is_forgotten_after_a_month(cast: Cast) -> None:
    person = left(cast, cast.stranger)
    SignIn.objects.create(
        account=cast.stranger, key=b"k" * 32, method="password", device="Edge", address="203.0.113.9", at=cast.now
    )

    assert accounts.forget_left(now=cast.now + timedelta(days=29)) == 0
    assert accounts.forget_left(now=cast.now + timedelta(days=31)) == 1

    person.refresh_from_db()
    assert (person.name, person.id_number, person.phone) == ("（已匿名化）", "", "")
    assert Account.objects.get(pk=cast.stranger.pk).person is None
    assert "203.0.113.9" not in str(SignIn.objects.filter(account=cast.stranger).values())
    assert accounts.forget_left(now=cast.now + timedelta(days=31)) == 0


def test_who_closed_their_account_stays_while_a_case_is_kept(cast: Cast) -> None:
    ended(cast, cast.liu.person)  # type: ignore[arg-type]
    person = left(cast, cast.liu)
    Membership.objects.filter(person=person).update(until_at=cast.now)

    assert accounts.forget_left(now=cast.now + timedelta(days=400)) == 0
    assert Person.objects.get(pk=person.pk).name == "刘晓燕"
    (gone,) = forgetting.sweep(now=cast.now + LATER)
    assert gone.person_too
    assert Person.objects.get(pk=person.pk).name == "（已匿名化）"


def test_who_only_lost_their_account_is_not_forgotten(cast: Cast, walk_in: Person) -> None:
    assert forget_person(cast.liu.person_id) is False  # type: ignore[arg-type]
    assert forget_person(walk_in.pk) is True


def test_what_was_settled_a_year_ago_is_emptied(cast: Cast, walk_in: Person) -> None:
    Claim.objects.create(
        account=cast.stranger, person=walk_in, phone="19911112222", state="withdrawn", at=cast.now, closed_at=cast.now
    )
    batch = Migration.objects.create(system="旧系统", source="x.csv", by="staff:1", at=cast.now)
    rows = [("refused", None, b"1" * 16), ("waiting", None, b"2" * 16), ("matched", walk_in, b"3" * 16)]
    for line, (state, person, index) in enumerate(rows):
        MigratedUser.objects.create(
            migration=batch, system="旧系统", user_index=index, line=line, state=state, person=person,
            facts={"name": NAME, "phone": "19911112222", "paper": None},
        )  # fmt: skip

    assert accounts.empty_settled(now=cast.now + timedelta(days=364)) == 0
    assert accounts.empty_settled(now=cast.now + timedelta(days=366)) == 3
    assert accounts.empty_settled(now=cast.now + timedelta(days=366)) == 0

    assert Claim.objects.get().phone == "（已匿名化）"
    left = dict(MigratedUser.objects.values_list("state", "facts"))
    assert (left["refused"], left["matched"]) == ({}, {})
    assert left["waiting"]["name"] == NAME


def test_a_power_that_ended_years_ago_goes_with_its_paper_and_who_had_nothing_else(cast: Cast, walk_in: Person) -> None:
    file = keep_upload(paper("委托书"), by=cast.actor(cast.clerk), now=cast.now)
    PowerOfAttorney.objects.create(
        kind="attorney", principal=walk_in, agent=cast.stranger.person, acts=["submit"], from_on=cast.now.date(),
        until_on=cast.now.date() + timedelta(days=30), asked_by="staff:1", asked_at=cast.now, paper=file, state="ended",
        ended_how="revoked", ended_at=cast.now, relation="表弟",
    )  # fmt: skip

    assert powers.let_go(now=cast.now + timedelta(days=3 * 365)) == 0
    assert powers.let_go(now=cast.now + timedelta(days=3 * 367)) == 1

    assert not PowerOfAttorney.objects.exists()
    assert not StoredFile.objects.exists()
    assert Person.objects.get(pk=walk_in.pk).name == "（已匿名化）"
    assert Person.objects.get(pk=cast.stranger.person_id).name == "王强"


def test_a_power_under_which_a_case_was_handed_in_stays_as_long_as_the_case(cast: Cast) -> None:
    power = given_by_liu(cast)
    case = cast.submit(key="by-wang-1", by=cast.stranger, power=power)
    applications.reject(
        case.number, kind="not_needed", reason="不属于本部门职权", by=cast.actor(cast.reviewer), now=cast.now
    )
    PowerOfAttorney.objects.filter(pk=power.pk).update(state="ended", ended_how="expired", ended_at=cast.now)
    assert powers.let_go(now=cast.now + timedelta(days=2000)) == 0

    list(forgetting.sweep(now=cast.now + LATER))

    assert powers.let_go(now=cast.now + LATER) == 1
