"""Items that are the same on all levels, editions that one body publishes, and the search index over them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from tongban.catalog.content import Content
from tongban.orgs.models import Body


class Item(models.Model):
    """基本目录事项: what is the same in city, district and town: 名称, 编码, 类型, 依据 (三级四同)."""

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=2)
    """事项类型, GB/T 39046-2020 A.1."""
    main_name = models.CharField(max_length=200, blank=True)
    """主项."""

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(state="published")


class Edition(models.Model):
    """实施清单: how one body handles one item. Versioned; immutable once published (by trigger)."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="editions")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    code = models.CharField(max_length=50)
    """实施编码: 18 USCC of the body + 1 level + 12 of the item."""
    external_code = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=[("draft", "草稿"), ("published", "已发布"), ("withdrawn", "已下线")]
    )
    published_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    # Taken from the content when saved, for lists, search and indicators.
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=2)
    connection = models.CharField(max_length=12)
    online = models.BooleanField()
    instant = models.BooleanField()
    visits = models.PositiveSmallIntegerField()
    for_people = models.BooleanField()
    for_enterprises = models.BooleanField()
    statutory_days = models.PositiveSmallIntegerField(null=True)
    promised_days = models.PositiveSmallIntegerField(null=True)
    materials = models.PositiveSmallIntegerField()
    baseline_materials = models.PositiveSmallIntegerField(null=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="edition_version_once"),
            models.UniqueConstraint(fields=["code"], condition=Q(state="published"), name="edition_one_published"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="edition_published_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["item"], condition=Q(state="published"), name="edition_of_item"),
            models.Index(fields=["name", "id"], condition=Q(state="published"), name="edition_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def document(self) -> Content:
        """The content, typed. Parsed once per process: what a hash names never changes."""
        found = _parsed.get(self.sha256)
        if found is None:
            if len(_parsed) >= _PARSED_AT_MOST:
                _parsed.clear()
            found = _parsed[self.sha256] = Content.model_validate(self.content)
        return found


_parsed: dict[str, Content] = {}
_PARSED_AT_MOST = 4096


class SearchEntry(models.Model):
    """检索条目 of a published edition."""

    edition = models.OneToOneField(Edition, primary_key=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    words = models.TextField()
    """Name and aliases as plain text, for the recheck."""
    vector = SearchVectorField()
    rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="search_vector", fastupdate=False)]

    def __str__(self) -> str:
        return self.name
