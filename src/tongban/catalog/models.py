"""Items that are the same on all levels, editions that one body publishes, and the search index over them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from tongban.catalog.content import Content
from tongban.identity.actors import Actor
from tongban.orgs.models import Body


class Item(models.Model):
    """基本目录事项: what is the same in city, district and town: 名称, 编码, 类型, 依据 (三级四同).

    With the elements of 目录清单 beside the four: 行使内容, 实施机构, 服务对象, 服务主题, 办理形式, 是否公开.
    """

    code = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=2)
    """事项类型, GB/T 39046-2020 A.1."""
    kind = models.CharField(
        max_length=4, default="item", choices=[("main", "主项"), ("sub", "子项"), ("item", "业务办理项")]
    )
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    """主项 → 子项 → 业务办理项."""
    main_name = models.CharField(max_length=200, blank=True)
    """主项, as a list names it."""
    basis = models.JSONField(default=list)
    """设定依据: `content.Basis`, the same for every edition; empty while nobody has entered it."""
    exercise = models.TextField(blank=True)
    """行使内容."""
    bodies = models.CharField(max_length=300, blank=True)
    """实施机构, in words: 县级以上市场监督管理部门."""
    audience = models.JSONField(default=list)
    themes = models.JSONField(default=list)
    handling_forms = models.JSONField(default=list)
    is_public = models.BooleanField(default=True)
    """是否公开. Otherwise it is there only for who edits it and for the windows that take it in."""
    state = models.CharField(max_length=9, default="active", choices=[("active", "有效"), ("abolished", "已取消")])

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=models.F("pk")), name="item_not_its_own_parent")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(is_public=False), name="item_hidden")]

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(models.QuerySet["Edition"]):
    def published(self) -> EditionQuerySet:
        return self.filter(state="published")

    def shown(self) -> EditionQuerySet:
        """Published, and of an item that is public."""
        return self.published().filter(item__is_public=True)

    def readable_by(self, editor: Actor) -> EditionQuerySet:
        """What one who edits somewhere may read: all that was ever published, and the drafts of their own scope."""
        if not (posts := editor.posts_for("catalog.edit")):
            return self.none()
        mine = Q()
        for post in posts:
            mine |= Q(body=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
        return self.filter(~Q(state="draft") | mine)


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
    revision = models.PositiveIntegerField(default=1)
    """Counts the saves of a draft: who saves over another's save is told."""
    note = models.CharField(max_length=500, blank=True)
    """What this version changes, in the editor's words; public with the history."""
    edited_by = models.CharField(max_length=80, blank=True)
    edited_at = models.DateTimeField(null=True)
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
    lists = ArrayField(models.CharField(max_length=40), default=list, db_default=[])
    """公开清单: the keys of those it is on, as `lists.lists_of` answers. When a list's meaning changes, `relisting` writes
    them again (`tongban reindex`)."""

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
            models.Index(fields=["body", "name", "id"], condition=Q(state="published"), name="edition_of_body"),
            GinIndex(fields=["lists"], condition=Q(state="published"), name="edition_lists", fastupdate=False),
            models.Index(fields=["-published_at"], condition=Q(state="published"), name="edition_newest"),
            models.Index(fields=["-withdrawn_at"], condition=Q(state="withdrawn"), name="edition_last_withdrawn"),
            models.Index(fields=["body", "-edited_at"], condition=Q(state="draft"), name="edition_drafts"),
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
    """检索条目 of a published edition: made again whenever the edition, its aliases or its use change."""

    edition = models.OneToOneField(Edition, primary_key=True, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    words = models.TextField()
    """Name and aliases, one a line, in small letters: what is compared with the words typed."""
    vector = SearchVectorField()
    """Name, aliases, main item, and how they sound."""
    whole = SearchVectorField(null=True)
    """The guide's text too: body, themes, life events, conditions, materials."""
    tags = ArrayField(models.CharField(max_length=60), default=list)
    """What lists are filtered by: `theme:…`, `event:…`, `body:…`, `in:…`, `at:…`, `for:…`, `way:…` (`facets`)."""
    region_path = models.CharField(max_length=60, default="")
    place = models.PositiveIntegerField(default=1000)
    """Among equal matches the lower comes first: handled here, of the nearer level, much used (`facets.place`)."""
    made_by = models.PositiveSmallIntegerField(default=0)
    """The version of the indexing that made it; others are made again (`tongban reindex`)."""

    class Meta:
        indexes = [
            GinIndex(fields=["vector", "tags"], name="search_vector", fastupdate=False),
            GinIndex(fields=["whole"], name="search_whole", fastupdate=False),
            GinIndex(fields=["tags"], name="search_tags", fastupdate=False),
            models.Index(fields=["place", "edition"], name="search_place"),
            models.Index(fields=["name"], name="search_name", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return self.name


class DerivedBy(models.Model):
    """版本标记: which version of the rules worked out a column that is stored; another version works it out again."""

    what = models.CharField(max_length=20, unique=True)
    """`lists`."""
    version = models.CharField(max_length=16)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} {self.version}"


class SearchWord(models.Model):
    """词表: a word of names and aliases (or its pinyin) under one of its keys, so that a misspelt word finds it."""

    key = models.CharField(max_length=60)
    word = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "word"], name="search_word_once")]

    def __str__(self) -> str:
        return f"{self.key} → {self.word}"


class Missed(models.Model):
    """无结果检索: words of a day that found nothing, and how often. Characters and letters only: no number, no person."""

    words = models.CharField(max_length=20)
    on = models.DateField()
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "words"], name="missed_once_a_day")]
        indexes = [models.Index(fields=["words"], name="missed_words")]

    def __str__(self) -> str:
        return f"{self.words} × {self.times}"


class Opened(models.Model):
    """使用量: how often the guides of an item were opened on a day."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    times = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["on", "item"], name="opened_once_a_day")]

    def __str__(self) -> str:
        return f"{self.item_id} × {self.times}"


class Alias(models.Model):
    """别名: a citizens' word for an item. Editors add it from searches that found nothing; no new edition is needed."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="aliases")
    words = models.CharField(max_length=60)
    origin = models.CharField(max_length=8, choices=[("shipped", "随平台"), ("editor", "编目人员")])
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "words"], name="alias_once")]
        indexes = [models.Index(fields=["words"], name="alias_words")]

    def __str__(self) -> str:
        return self.words


class CodeSet(models.Model):
    """代码集 of one standard or platform: 服务对象 of GB/T 39046, of 渝快办, of 广东政务服务网 differ."""

    system = models.CharField(max_length=20)
    """`gb`, `chongqing`, `guangdong`, or what an instance adds."""
    key = models.CharField(max_length=40)
    """The same for the same thing in every system: `audience`, `type`, `depth`."""
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "key"], name="code_set_once")]

    def __str__(self) -> str:
        return f"{self.system} {self.name}"


class CodeValue(models.Model):
    """代码: a code and what it means in its set."""

    set = models.ForeignKey(CodeSet, on_delete=models.CASCADE, related_name="values")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["set", "code"], name="code_value_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CodeMapping(models.Model):
    """代码对照: which code of another system a code becomes."""

    source = models.ForeignKey(CodeValue, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(CodeValue, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target"], name="code_mapping_once")]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id}"


class Judgement(models.Model):
    """质量评定 of one edition by the quality engine: its score, and how many findings of each weight."""

    edition = models.OneToOneField(Edition, primary_key=True, on_delete=models.CASCADE, related_name="judgement")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()
    """0 to 100."""
    severe = models.PositiveSmallIntegerField()
    warned = models.PositiveSmallIntegerField()
    hinted = models.PositiveSmallIntegerField()
    rules = models.CharField(max_length=16)
    """The version of the rules that judged: others mean judging again."""
    judged_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["body", "score", "edition"], name="judgement_worst_of_body")]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.score}"


class Finding(models.Model):
    """质量问题: what one rule found at one place of an edition."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="findings")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40)
    weight = models.CharField(max_length=6, choices=[("severe", "严重"), ("warn", "警告"), ("hint", "提示")])
    place = models.CharField(max_length=120)
    """Where: `promised`, `materials.lease.requirement`."""
    says = models.CharField(max_length=400)
    mend = models.CharField(max_length=400)
    """What to do about it."""

    class Meta:
        indexes = [
            models.Index(fields=["body", "weight", "edition"], name="finding_of_body"),
            models.Index(fields=["rule", "edition"], name="finding_of_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.place}"


class Trial(models.Model):
    """试导入: a file somebody uploaded, and what importing it would do. Done at most once; kept for a day."""

    name = models.CharField(max_length=200)
    data = models.BinaryField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    read = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    report = models.JSONField(default=list)
    """`[warned or rejected, line, message]`, in the order of the lines."""
    notes = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["by", "-at"], name="trial_of"), models.Index(fields=["at"], name="trial_age")]

    def __str__(self) -> str:
        return self.name


class BulkEdit(models.Model):
    """批量修改: the same changes to many editions: previewed, drafted, published; undone before or after."""

    title = models.CharField(max_length=100)
    changes = models.JSONField()
    """What to change, as `bulk_edits.changes` reads it."""
    state = models.CharField(
        max_length=9,
        choices=[
            ("planned", "待起草"), ("drafted", "已起草，待发布"), ("published", "已发布"), ("undone", "已撤销"),
            ("restored", "已恢复原样"),
        ],
    )  # fmt: skip
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["by", "-id"], name="bulk_edit_of")]

    def __str__(self) -> str:
        return self.title


class BulkEditLine(models.Model):
    """One edition of a bulk edit: which was in force, the draft made from it, or why it is left out."""

    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="lines")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(Edition, null=True, on_delete=models.SET_NULL, related_name="+")
    refused = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "edition"], name="bulk_line_once")]
        indexes = [models.Index(fields=["edit", "refused", "id"], name="bulk_line_in_order")]

    def __str__(self) -> str:
        return f"{self.edit_id}: {self.edition_id}"
