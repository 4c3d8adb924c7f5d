"""Regions as a tree by path, bodies with their USCC, halls with their windows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Region(models.Model):
    """区划: a place of the administrative division, from the district down to the village."""

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(help_text="GB/T 39046-2020 A.2: 4 county, 5 town, 6 village")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=60, unique=True)
    """Codes from the root down, each ended by `/`: a subtree is a prefix."""

    class Meta:
        indexes = [models.Index(fields=["path"], name="region_subtree", opclasses=["varchar_pattern_ops"])]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """机构: an organ that exercises powers or offers services."""

    key = models.CharField(max_length=40, unique=True)
    uscc = models.CharField(max_length=18, unique=True, null=True)
    """统一社会信用代码; null where a source left it empty."""
    name = models.CharField(max_length=100)
    short = models.CharField(max_length=40)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    department_code = models.CharField(max_length=4, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="body_has_name")]

    def __str__(self) -> str:
        return self.name


class Hall(models.Model):
    """办事大厅: a service centre or a town's service point."""

    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200)
    hours = models.CharField(max_length=100)
    phone = models.CharField(max_length=30)

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """窗口: comprehensive (综合, any item) or special (专窗)."""

    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="windows")
    name = models.CharField(max_length=40)
    comprehensive = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hall", "name"], name="window_once_a_hall")]

    def __str__(self) -> str:
        return f"{self.hall} {self.name}"
