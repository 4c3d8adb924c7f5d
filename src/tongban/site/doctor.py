"""体检: what is well with this instance, what isn't, and how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from tongban.applications import retention
from tongban.catalog import indexing, relisting
from tongban.catalog.models import Edition, SearchEntry
from tongban.channels.gateways import fake, smtp
from tongban.channels.models import Mail, Sms
from tongban.design import documents
from tongban.files.gateways import ScannerAway, scanner
from tongban.files.models import StoredFile
from tongban.files.rules import State
from tongban.kernel import calendar, clock, jobs, keyring, reencrypting
from tongban.kernel.config import secrets_file
from tongban.kernel.models import JournalEntry, JournalLink, Outbox, Reencryption
from tongban.trust import queries as trust
from tongban.trust.rules import SOON_DAYS, days_left, warning

FREE_GB = 2
KEY_DAYS = 365
"""A key in use longer than this is to be changed."""


@dataclass(frozen=True)
class Finding:
    what: str
    well: bool
    says: str
    mend: str = ""


def examine() -> list[Finding]:
    """Every check, in order; one that fails doesn't stop the others."""
    checks: list[Callable[[], Finding]] = [
        _database,
        _migrations,
        _calendar,
        _fonts,
        _keys,
        _rotation,
        _retention,
        _disk,
        _scanner,
        _skew,
        _books,
        _reactions,
        _derived,
        _sms,
        _mail,
        _certificates,
    ]
    return [guarded(check) for check in checks]


def guarded(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except Error as error:
        return Finding(check.__name__.strip("_"), False, f"查不了：{error}", "先让数据库恢复，再运行 tongban doctor")


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
        version, fsync = cursor.fetchone()
    well = fsync == "on" or settings.TONGBAN.demo
    return Finding("数据库", well, f"PostgreSQL {version}，fsync {fsync}", "在 postgresql.conf 打开 fsync")


def _migrations() -> Finding:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Finding(
        "数据表", not missing, f"{len(missing)} 项未升级" if missing else "已是当前版本", "运行 tongban migrate"
    )


def _calendar() -> Finding:
    known = calendar.current().known_until
    days = (known - clock.today()).days
    says = f"工作日历已知到 {known}，还有 {days} 天"
    return Finding(
        "工作日历",
        days > 45,
        says,
        "国务院办公厅每年 11 月公布次年安排，用 tongban import-calendar 导入；其后的日期都是暂定",
    )


def _fonts() -> Finding:
    try:
        faces = documents.press_with(Path(settings.TONGBAN.fonts) if settings.TONGBAN.fonts else None).faces
    except documents.FontMissing as error:
        return Finding("中文字体", False, str(error), "安装 fonts-noto-cjk，或用 TONGBAN_FONTS 指定字体文件夹")
    return Finding("中文字体", True, f"{faces.song}、{faces.hei}")


def _keys() -> Finding:
    path = settings.TONGBAN.data / "secrets.json"
    mode = path.stat().st_mode & 0o777
    return Finding("密钥文件", mode == 0o600, f"{path} 权限 {mode:o}", f"chmod 600 {path}")


def _rotation() -> Finding:
    """How old the key in use is, and whether a change of keys was brought to its end. Counts no rows."""
    held = keyring.keys(secrets_file(settings.TONGBAN))
    current = next(key for key in held if key.current)
    mend = "运行 tongban keys rotate，再运行 tongban keys reencrypt，最后用 tongban keys retire 删除旧密钥"
    if old := [key.id for key in held if not key.current and key.until]:
        done = set(
            Reencryption.objects.filter(to_key=current.id, finished_at__isnull=False).values_list("table", flat=True)
        )
        waiting = [table.label for table in reencrypting.tables() if table.label not in done]
        left = f"{len(waiting)} 张表还没有换完" if waiting else "各表都换过了"
        return Finding("密钥轮换", False, f"旧密钥 {'、'.join(old)} 还在，{left}", mend)
    if not current.since:
        return Finding("密钥轮换", True, f"密钥 {current.id} 是第一版的，没有记下启用日期")
    days = (clock.now() - datetime.fromisoformat(current.since)).days
    return Finding("密钥轮换", days <= KEY_DAYS, f"密钥 {current.id} 用了 {max(days, 0)} 天", mend)


def _retention() -> Finding:
    """Whether what should have gone has: the worker does it every six hours."""
    found = list(islice(retention.due(today=clock.today() - timedelta(days=2)), 100))
    late = sum(1 for one in found if not one.stays)
    says = f"{late} 个到期两天以上的办件还没有匿名化" if late else "没有过期的"
    if stays := len(found) - late:
        says += f"，{stays} 个到期的因争议等原因保留"
    return Finding("保存期限", not late, says, "看 tongban worker 是否在运行，或运行 tongban privacy anonymise")


def _disk() -> Finding:
    free = shutil.disk_usage(settings.TONGBAN.data).free / 2**30
    return Finding("磁盘", free >= FREE_GB, f"剩余 {free:.1f} GB", "清理磁盘或换更大的数据盘")


def _scanner() -> Finding:
    """Whether the virus scanner answers, and nothing waits long in the quarantine."""
    scanning = scanner()
    waiting = StoredFile.objects.filter(state=State.QUARANTINED, created_at__lt=clock.now() - timedelta(minutes=10))
    late = waiting[:100].count()
    queue = f"，{late} 个附件等了十分钟还没有检查" if late else ""
    mend = "看 tongban worker 是否在运行，在 /desk/operations 重试失败的检查"
    if scanning is None:
        return Finding("病毒扫描", not late, f"没有配置，附件标为“未扫描病毒”{queue}", mend)
    try:
        says = scanning.ping()
    except ScannerAway as error:
        says = f"{settings.TONGBAN.clamav} 没有应答（{error}），新的附件都留在隔离区{queue}"
        return Finding("病毒扫描", False, says, "启动 clamd，或检查 TONGBAN_CLAMAV 的地址")
    return Finding("病毒扫描", not late, says + queue, mend)


def _skew() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
    return Finding("时钟", skew < 2, f"与数据库相差 {skew:.1f} 秒", "检查两台机器的时间同步（chrony、ntpd）")


def _books() -> Finding:
    """Whether the bookkeeper keeps up: the oldest entry that waits for its link."""
    oldest = Outbox.objects.order_by("entry_id").values_list("entry_id", flat=True).first()
    at = JournalEntry.objects.filter(pk=oldest).values_list("at", flat=True).first() if oldest else None
    waiting = (clock.now() - at) if at else timedelta(0)
    last = JournalLink.objects.order_by("-position").values_list("position", flat=True).first() or 0
    says = f"日志已入链 {last} 条，最久的等了 {waiting.total_seconds():.0f} 秒"
    return Finding("记账员", waiting < timedelta(seconds=10), says, "看记账员进程是否在运行：tongban bookkeeper")


def _reactions() -> Finding:
    troubled = jobs.troubled(limit=20)
    says = (
        "没有失败的后续处理"
        if not troubled
        else f"{len(troubled)} 个后续处理失败过，最近一个是 {troubled[0]['reaction']}"
    )
    return Finding(
        "后续处理", not troubled, says, "在 /desk/operations 查看，修好原因后重试；也看 tongban worker 的日志"
    )


def _derived() -> Finding:
    """Whether search entries and public lists were made by this version."""
    stale = SearchEntry.objects.exclude(made_by=indexing.VERSION).exists()
    missing = Edition.objects.shown().exclude(pk__in=SearchEntry.objects.values("pk")).exists()
    wrong = [*(["检索条目"] if stale or missing else []), *([] if relisting.is_current() else ["公开清单"])]
    says = f"{'、'.join(wrong)}是别的版本做的" if wrong else "检索条目和公开清单都是当前版本做的"
    return Finding("检索和清单", not wrong, says, "运行 tongban reindex")


def _sms() -> Finding:
    away = Sms.objects.filter(state="queued", next_at__isnull=False).count()
    if fake.GATEWAY.name == "fake" and not settings.TONGBAN.demo:
        return Finding("短信", False, "用的是演示网关，短信没有真的发出", "接入短信供应商（channels/gateways）")
    return Finding("短信", away == 0, f"{away} 条没有发出，等待重试" if away else "没有积压", "查看短信网关是否可用")


def _mail() -> Finding:
    try:
        server = smtp.chosen(settings.TONGBAN)
    except ValueError as error:
        return Finding("邮件", False, f"设置有误：{error}", "改正设置后重启")
    away = Mail.objects.filter(state="queued", next_at__isnull=False).count()
    says = f"{away} 封没有发出，等待重试" if away else "没有积压" if server else "没有设置邮件服务器，不提供邮件通知"
    return Finding("邮件", away == 0, says, "查看邮件服务器是否可用")


def _certificates() -> Finding:
    """What ends soon: 90 days before it is said, from 30 days on it is not well."""
    now = clock.now()
    found = [(one, days_left(one.not_after_at, now=now)) for one in trust.ending(now=now)[:20]]
    told = [f"“{one.name}”{one.serial[:8]}… {warning(days)}" for one, days in found if warning(days)]
    lists = [f"“{one.authority.name}”的吊销列表已过期" for one in trust.lists_over(now=now)]
    well = not lists and all(days > SOON_DAYS for _, days in found)
    mend = "运行 tongban trust list 看序列号，再运行 tongban trust renew 序列号"
    mend = f"看 tongban worker 是否在运行，或运行 tongban trust crl；{mend}" if lists else mend
    return Finding("证书", well, "；".join([*lists, *told]) or "没有快要到期的", mend)
