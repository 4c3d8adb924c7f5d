"""Who is reported to, and which systems report to us: entered by those who run the platform."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from tongban.identity.models import Account
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.models import JournalLink
from tongban.kernel.refusals import demand
from tongban.reporting.events import SystemSet, TargetSet
from tongban.reporting.handing import FIELDS, check_url
from tongban.reporting.models import ReportTarget, VerticalSystem
from tongban.reporting.tables import FORMATS, Format

_KEY = re.compile(r"[a-z][a-z0-9_-]{1,39}")
SHORTEST_SECRET = 16


@transaction.atomic
def set_target(
    key: str,
    *,
    name: str,
    url: str,
    form: Format,
    secret: str,
    by: Actor,
    now: datetime,
    from_start: bool = False,
    code_system: str = "gb",
    source_code: str = "1",
) -> ReportTarget:
    """Enter a target, or change one. A new one is told of what happens from now on; `from_start`: of all there ever was."""
    demand(bool(_KEY.fullmatch(key)), "target_key", "标识应为小写字母开头的 2 至 40 个字母、数字", field="key")
    demand(0 < len(name) <= 60, "target_name", "名称应有 1 至 60 个字", field="name")
    demand(form in FORMATS, "target_format", f"报送格式应为 {'、'.join(FORMATS)}", field="format")
    demand(len(secret) >= SHORTEST_SECRET, "target_secret", f"密钥至少 {SHORTEST_SECRET} 个字符", field="secret")
    demand(0 < len(source_code) <= 3, "target_source", "数据来源应为 1 至 3 个字符", field="source_code")
    address = check_url(url, hosts=None, demo=settings.TONGBAN.demo)
    last = JournalLink.objects.order_by("-position").values_list("position", flat=True).first() or 0
    values = {
        "name": name, "url": address, "format": form, "secret": secret, "code_system": code_system,
        "source_code": source_code, "active": True,
    }  # fmt: skip
    target, _ = ReportTarget.objects.update_or_create(
        key=key, defaults=values, create_defaults={**values, "position": 0 if from_start else last}
    )
    journal.record(TargetSet(target=key, format=form), by=by, now=now)
    return target


@transaction.atomic
def set_system(
    key: str,
    *,
    name: str,
    account: Account | None,
    hosts: Sequence[str] = (),
    passes: Sequence[str] = (),
    reports_itself: bool = True,
    by: Actor,
    now: datetime,
) -> VerticalSystem:
    """Enter a vertical system, or change one. Its account holds no post and belongs to no person."""
    demand(bool(_KEY.fullmatch(key)), "system_key", "标识应为小写字母开头的 2 至 40 个字母、数字", field="key")
    demand(0 < len(name) <= 60, "system_name", "名称应有 1 至 60 个字", field="name")
    demand(set(passes) <= set(FIELDS), "system_passes", f"可以移交的只有：{'、'.join(FIELDS)}", field="passes")
    demand(
        all(re.fullmatch(r"[a-z0-9.-]{1,100}", host) for host in hosts), "system_hosts", "主机名写得不对，只写主机，不写 https://",
        field="hosts",
    )  # fmt: skip
    if account is not None:
        plain = account.person_id is None and not account.posts.exists()
        demand(plain, "system_account", "这是个人或岗位账号", "请给系统单独开一个账号", "account")
    values = {
        "name": name, "account": account, "hosts": list(hosts), "passes": list(passes), "reports_itself": reports_itself,
        "active": True,
    }  # fmt: skip
    system, _ = VerticalSystem.objects.update_or_create(key=key, defaults=values)
    journal.record(SystemSet(system=key), by=by, now=now)
    return system
