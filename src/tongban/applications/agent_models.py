"""窗口代为提交时申请人的确认: how the person for whom a clerk filed said that what was filed is theirs."""

from __future__ import annotations

from django.db import models

from tongban.files.models import StoredFile


class IntakeConfirmation(models.Model):
    """申请人确认: by a code sent to their own phone, or with a signature on the printed form that the clerk saw."""

    application = models.OneToOneField(
        "applications.Application", on_delete=models.PROTECT, related_name="intake_confirmation"
    )
    way = models.CharField(max_length=10, choices=[("code", "短信确认码"), ("signature", "在打印的申请表上签名")])
    phone = models.CharField(max_length=20, blank=True)
    """Masked, where a code went."""
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """The signed page, where it was scanned."""
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.way
