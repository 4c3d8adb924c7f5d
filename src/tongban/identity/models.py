"""Account (login) ≠ Person ≠ Organisation ≠ StaffPost. Personal data lies in encrypted columns with blind indexes."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from tongban.identity.assurance_models import FaceCheck, Verification
from tongban.identity.id_types import ID_TYPES, IdDocument
from tongban.identity.levels import Level
from tongban.identity.merging_models import Merging, Moved
from tongban.identity.post_models import Authorisation as Authorisation
from tongban.identity.roles import ROLES
from tongban.kernel.crypto import blind_index
from tongban.kernel.fields import EncryptedText
from tongban.orgs.models import Body, Hall, Region

__all__ = [
    "Absence", "Account", "ApiToken", "Attempt", "FaceCheck", "Membership", "Merging", "Moved", "Organisation", "Person", "StaffPost",
    "Verification",
]  # fmt: skip


class PersonQuerySet(models.QuerySet["Person"]):
    def with_id(self, id_type: str, id_number: str) -> PersonQuerySet:
        """By the exact number (`IdDocument.key`), through the blind index."""
        return self.filter(id_type=id_type, id_index=blind_index(id_number, purpose=f"id:{id_type}"))

    def with_paper(self, paper: IdDocument) -> PersonQuerySet:
        return self.with_id(paper.type, paper.key)


class Person(models.Model):
    """自然人."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    name = EncryptedText()
    id_type = models.CharField(max_length=10, default="id_card")
    id_issuer = models.CharField(max_length=3, blank=True, default="", db_default="")
    """Of a passport: the state that issued it."""
    id_number = EncryptedText()
    id_index = models.BinaryField(max_length=16)
    id_tail_index = models.BinaryField(max_length=16)
    """Blind index of the last four characters: public look-up asks for number + last four."""
    phone = EncryptedText(default="")
    phone_index = models.BinaryField(max_length=16, null=True)
    phone_proved_at = models.DateTimeField(null=True)
    """When its owner showed that they have the phone. Until then it gets messages, but opens nothing."""
    address = EncryptedText(default="")
    mail = EncryptedText(null=True)
    """电子邮箱, once its owner has confirmed it."""
    assurance = models.PositiveSmallIntegerField(default=Level.REGISTERED.value, db_default=Level.REAL_NAME.value)
    """认证等级 that stays; what expires is in `Verification`. Who was there before levels counts as real_name."""
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    """合并: this row was the same person as another, who stands for both."""
    created_at = models.DateTimeField()

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id_type", "id_index"], name="person_once"),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="person_merged_into_another"),
        ]
        indexes = [
            models.Index(fields=["phone_index"], condition=Q(phone_index__isnull=False), name="persons_by_phone")
        ]

    def __str__(self) -> str:
        return f"person:{self.public_id}"

    @property
    def id_type_name(self) -> str:
        return ID_TYPES.get(self.id_type, self.id_type)  # type: ignore[call-overload,no-any-return]

    def set_paper(self, paper: IdDocument) -> None:
        self.id_type, self.id_issuer = paper.type, paper.issuer
        self.id_number = paper.number
        self.id_index = blind_index(paper.key, purpose=f"id:{paper.type}")
        self.id_tail_index = blind_index(paper.number[-4:], purpose="id_tail")

    def set_id_number(self, number: str) -> None:
        self.id_number = number
        self.id_index = blind_index(number, purpose=f"id:{self.id_type}")
        self.id_tail_index = blind_index(number[-4:], purpose="id_tail")

    def set_phone(self, number: str, *, proved_at: datetime | None = None) -> None:
        """`proved_at`: when a code that was sent there was typed; None for one that somebody only said."""
        self.phone, self.phone_proved_at = number, proved_at
        self.phone_index = blind_index(number, purpose="phone") if number else None


class Organisation(models.Model):
    """法人和非法人组织."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def held_at(self, moment: datetime) -> MembershipQuerySet:
        return self.filter(from_at__lte=moment).filter(Q(until_at=None) | Q(until_at__gt=moment))


class Membership(models.Model):
    """法人与经办人: who acts for an organisation, its legal representative (法定代表人) or an authorised handler (经办人).

    Whoever comes again is a new row; a period is never rewritten, but ended early.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, db_default=RandomUUID())
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    kind = models.CharField(max_length=10, choices=[("legal", "法定代表人"), ("handler", "经办人")])
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=60, blank=True, default="", db_default="")
    ended_by = models.CharField(max_length=60, blank=True, default="", db_default="")
    """Who ended it before its time."""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "kind"], condition=Q(until_at=None), name="membership_open_once"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "kind"], name="members_of")]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.kind}"


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """账号: what logs in."""

    username = models.CharField(max_length=60, unique=True)
    person = models.OneToOneField(Person, null=True, on_delete=models.PROTECT, related_name="account")
    name = EncryptedText(null=True)
    """Of a colleague who has not proved yet who they are; afterwards the person's name counts."""
    password_given = models.BooleanField(default=False, db_default=False)
    """Somebody else knows the password: until its owner has changed it, nobody is signed in by it."""
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.username

    @property
    def display_name(self) -> str:
        return self.person.name if self.person else self.name or self.username

    @property
    def is_unproved(self) -> bool:
        """A colleague under the name that somebody else typed: no post begins before they prove that it is theirs."""
        return self.person_id is None and bool(self.name)


class StaffPostQuerySet(models.QuerySet["StaffPost"]):
    def held_at(self, moment: datetime) -> StaffPostQuerySet:
        return self.filter(from_at__lte=moment).filter(Q(until_at=None) | Q(until_at__gt=moment))


class StaffPost(models.Model):
    """岗位任职: an account holds a role in a body or region for a period."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=[(role.key, role.name) for role in ROLES.values()])
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    elevated = models.BooleanField(default=False, db_default=False)
    """临时授权: for some hours, with a reason."""
    reason = models.CharField(max_length=200, blank=True, db_default="")
    asked_by = models.CharField(max_length=60, blank=True, db_default="")
    """Who proposed it; `approved_by` is somebody else, or empty where the platform was set up."""
    approved_by = models.CharField(max_length=60, blank=True, db_default="")
    ended_by = models.CharField(max_length=60, blank=True, db_default="")
    ended_why = models.CharField(max_length=200, blank=True, db_default="")

    objects = StaffPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="post_period"),
            models.CheckConstraint(condition=Q(elevated=False) | Q(until_at__isnull=False), name="elevation_ends"),
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("asked_by")), name="post_approved_by_another"
            ),
        ]
        indexes = [
            models.Index(fields=["body", "-id"], name="post_of_body"),
            models.Index(fields=["region_path"], name="post_of_region", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["until_at"], condition=Q(elevated=True), name="post_elevated"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role}"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> AbsenceQuerySet:
        return self.filter(ended_at=None, from_on__lte=day, until_on__gt=day)

    def meeting(self, from_on: date, until_on: date) -> AbsenceQuerySet:
        """Those that share a day with the period."""
        return self.filter(ended_at=None, from_on__lt=until_on, until_on__gt=from_on)


class Absence(models.Model):
    """请假: from the first day on, `until_on` exclusive, a colleague (代办人) acts, in their own name, where the account would."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="absences")
    substitute = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=60)
    by_post = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """Back early, or arranged otherwise."""
    ended_by = models.CharField(max_length=60, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="absence_period"),
            models.CheckConstraint(condition=~Q(account=F("substitute")), name="absence_of_another"),
        ]
        indexes = [
            models.Index(fields=["substitute", "until_on"], condition=Q(ended_at=None), name="absence_by_substitute"),
            models.Index(fields=["account", "until_on"], condition=Q(ended_at=None), name="absence_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.from_on}"

    @property
    def last_on(self) -> date:
        return self.until_on - timedelta(days=1)


class ApiToken(models.Model):
    """访问令牌: only its digest is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    label = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.label


class Attempt(models.Model):
    """A try that is counted against a limit (login, public look-up), by blind index of what is limited."""

    what = models.BinaryField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["what", "at"], name="attempts"), models.Index(fields=["at"], name="attempts_by_age"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.at)
