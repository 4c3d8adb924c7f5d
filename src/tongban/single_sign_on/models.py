"""部门系统, who asked for them, who agreed to what, and what came of each login."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.kernel.fields import EncryptedText
from tongban.orgs.models import Body


class OfBodies(models.QuerySet):  # type: ignore[type-arg]
    """Rows of a body, as its head and the administrator of its region see them."""

    def visible_to(self, actor: Actor) -> OfBodies:
        mine = Q(body_id__in=[post.body_id for post in actor.posts_for("system.connect") if post.body_id])
        for post in actor.posts_for("platform.manage"):
            mine |= Q(region_path__startswith=post.region_path)
        return self.filter(mine) if actor.posts else self.none()


class Client(models.Model):
    """部门系统, as it was last approved."""

    key = models.CharField(max_length=32, unique=True)
    """`client_id`."""
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    confidential = models.BooleanField(default=True)
    """Has a server that can keep a secret; otherwise (an app on a phone) PKCE alone must do."""
    redirect_uris = ArrayField(models.CharField(max_length=2000))
    logout_uris = ArrayField(models.CharField(max_length=2000), default=list)
    backchannel_uri = models.CharField(max_length=2000, blank=True)
    scopes = ArrayField(models.CharField(max_length=20))
    secret = models.BinaryField(max_length=32, null=True)
    secret_at = models.DateTimeField(null=True)
    secret_before = models.BinaryField(max_length=32, null=True)
    secret_before_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    suspended_at = models.DateTimeField(null=True)
    suspended_by = models.CharField(max_length=60, blank=True)
    suspended_why = models.CharField(max_length=200, blank=True)

    objects = OfBodies.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["body"], name="client_of_body"),
            models.Index(fields=["region_path"], name="client_of_region", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class Asking(models.Model):
    """接入申请: of a new system, or of a change to one; approved or declined by the administrator."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="askings")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    confidential = models.BooleanField(default=True)
    redirect_uris = ArrayField(models.CharField(max_length=2000))
    logout_uris = ArrayField(models.CharField(max_length=2000), default=list)
    backchannel_uri = models.CharField(max_length=2000, blank=True)
    reasons = models.JSONField()
    """Scope → what it is needed for."""
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    approved = models.BooleanField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    words = models.CharField(max_length=200, blank=True)

    objects = OfBodies.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved=None, decided_at=None) | Q(approved__isnull=False, decided_at__isnull=False),
                name="asking_decided_at_a_time",
            ),
            models.UniqueConstraint(fields=["client"], condition=Q(approved=None), name="asking_one_open_a_client"),
        ]
        indexes = [
            models.Index(fields=["body", "-id"], name="asking_of_body"),
            models.Index(fields=["region_path", "-id"], condition=Q(approved=None), name="asking_open"),
        ]

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """授权同意: what a person lets a system read, until when; each is a row, a withdrawn one stays."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="consents")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=20))
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "client"], condition=Q(withdrawn_at=None), name="consent_one_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.client_id}"


class LoginQuerySet(models.QuerySet["Login"]):
    def open(self) -> LoginQuerySet:
        return self.filter(ended_at=None)


class Login(models.Model):
    """一次登录 at a system: one code, and the family of tokens that came of it. It ends as a whole."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="logins")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.UUIDField()
    """The session here (authentication.SignIn.public_id)."""
    method = models.CharField(max_length=20)
    proved_at = models.DateTimeField()
    """When the person proved who they are (`auth_time`)."""
    scopes = ArrayField(models.CharField(max_length=20))
    redirect_uri = models.CharField(max_length=2000)
    challenge = models.CharField(max_length=43)
    nonce = models.CharField(max_length=255, blank=True)
    code = models.BinaryField(max_length=32, unique=True)
    code_until = models.DateTimeField()
    code_used_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, blank=True)

    objects = LoginQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["session"], condition=Q(ended_at=None), name="sso_login_open_session"),
            models.Index(fields=["account", "client", "-at"], name="sso_login_of_account"),
            models.Index(fields=["client", "-at"], name="sso_login_of_client"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def lives(self, now: datetime) -> bool:
        return self.ended_at is None and self.until_at > now


class Token(models.Model):
    """令牌: only its digest is kept. A refresh token that was used stays, so that its second use is noticed."""

    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="tokens")
    refreshes = models.BooleanField()
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    at = models.DateTimeField()
    until_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.login_id} {'refresh' if self.refreshes else 'access'}"


class LogoutNotice(models.Model):
    """退出通知 to one system about one session: sent by the worker, again when it fails, in the end given up and shown."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    session = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")
    """waiting, told, given_up."""
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="logout_notice_due"),
            models.Index(fields=["client", "-id"], name="logout_notice_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.state}"


class SigningKey(models.Model):
    """签名密钥: the next one is published before it signs, an old one until what it signed has expired."""

    kid = models.CharField(max_length=43, unique=True)
    private = EncryptedText()
    public = models.JSONField()
    """As JWK."""
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    verifies_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["retired_at"], condition=Q(retired_at=None, signs_from__isnull=False), nulls_distinct=False,
                name="signing_key_one_signs",
            ),
            models.UniqueConstraint(
                fields=["signs_from"], condition=Q(signs_from=None, retired_at=None), nulls_distinct=False,
                name="signing_key_one_next",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.kid
