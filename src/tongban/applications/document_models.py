"""文书 of a case: each made out once with its number, its facts kept; the templates; where it may be served, and that it was."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.applications.document_kinds import Words
from tongban.applications.document_rules import WAYS
from tongban.files.models import StoredFile
from tongban.kernel.fields import EncryptedJson, EncryptedText
from tongban.orgs.models import Body


class DocumentTemplate(models.Model):
    """文书模板: one version of the texts of a kind, for every body or for one. Never changed: a new version follows.

    The platform's own words are no rows: they come with the release, and a paper keeps what it said.
    """

    kind = models.CharField(max_length=24)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    """None: for every body that has none of its own."""
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    text = models.TextField()
    closing = models.TextField(blank=True)
    remedies = models.TextField(blank=True)
    contact = models.TextField(blank=True)
    sign = models.TextField()
    withdrawn = models.BooleanField(default=False)
    """It ended: what is more general applies again."""
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    """From when on it applies."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], condition=Q(body=None), name="paper_template_version"),
            models.UniqueConstraint(
                fields=["kind", "body", "version"], condition=Q(body__isnull=False), name="paper_template_of_body"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def words(self) -> Words:
        return Words(self.title, self.text, self.closing, self.remedies, self.contact, self.sign)


class BodyMark(models.Model):
    """机关代字: how a body is called in the numbers of its papers; without a row, made from its name."""

    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=10, unique=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.mark


class DocumentCounter(models.Model):
    """The last number given, by body, mark of the kind, and year. Locked only while papers are made out: in a short
    transaction of the worker or of a print, never in a verb on a case."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "mark", "year"], name="document_counter_once")]

    def __str__(self) -> str:
        return f"{self.mark} {self.year} {self.last}"


class CaseDocument(models.Model):
    """文书: made out once. What it says is kept, so it prints the same whenever it is printed."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    """Its name in addresses: `acceptance`, `suspension-2`."""
    form = models.CharField(max_length=24)
    """Of `document_kinds.KINDS`."""
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=60)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    code = models.CharField(max_length=16, unique=True)
    """验证码: short and random; the QR leads to it."""
    round = models.PositiveSmallIntegerField()
    of_at = models.DateTimeField()
    """The moment of the step that it is about: with the kind, what it is."""
    on = models.DateField()
    """The date on the paper."""
    inside = models.BooleanField()
    template = models.ForeignKey(DocumentTemplate, null=True, on_delete=models.PROTECT, related_name="+")
    """The version it was made with; None: the platform's own words of that time."""
    facts = EncryptedJson()
    """Everything that is printed, but the QR."""
    sha256 = models.CharField(max_length=64)
    """Of the facts."""
    files = models.JSONField(default=list)
    """[{"sha256", "at"}] of the PDF: one, unless a later release sets the same facts otherwise."""
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind", "of_at"], name="document_made_once"),
            models.UniqueConstraint(fields=["body", "mark", "year", "serial"], name="document_serial_once"),
        ]
        indexes = [models.Index(fields=["number"], name="document_number")]

    def __str__(self) -> str:
        return self.number


class AddressOfService(models.Model):
    """送达地址确认: where the applicant wants papers of this case served. The last row counts."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    facts = EncryptedJson()
    """{"receiver", "address", "electronic": "" | "phone" | "mail" | "site", "electronic_to", "phone"}"""
    electronic = models.BooleanField()
    """同意电子送达."""
    on_paper = models.BooleanField()
    """Signed by hand at a window, or confirmed on line."""
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """The signed paper as a scan."""
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["application", "-id"], name="address_of_service_of_case")]

    def __str__(self) -> str:
        return str(self.at)


SERVICE_STATES = {"sent": "已发出，等结果", "served": "已送达", "failed": "没有送达"}


class Service(models.Model):
    """送达回证: one attempt to serve one paper: in which way, with which facts, and what came of it."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(CaseDocument, on_delete=models.PROTECT, related_name="services")
    way = models.CharField(max_length=12, choices=[(way.key, way.name) for way in WAYS.values()])
    facts = EncryptedJson()
    state = models.CharField(max_length=6, choices=list(SERVICE_STATES.items()))
    sent_at = models.DateTimeField()
    served_at = models.DateTimeField(null=True)
    """The moment of the law: when it was signed, arrived, was left, or the thirty days had passed."""
    failed_because = EncryptedText(default="")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document"], condition=Q(state="served"), name="served_once"),
            models.UniqueConstraint(fields=["document"], condition=Q(state="sent"), name="on_its_way_once"),
            models.CheckConstraint(
                condition=Q(state="served", served_at__isnull=False) | ~Q(state="served") & Q(served_at=None),
                name="served_has_time",
            ),
        ]
        indexes = [models.Index(fields=["application", "-id"], name="service_of_case")]

    def __str__(self) -> str:
        return f"{self.way} {self.state}"
