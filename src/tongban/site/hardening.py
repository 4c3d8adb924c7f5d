"""安全检查 (`tongban doctor --security`): what an instance that faces people must have, looked at where it is, not where it is
written: the headers of an answer that it really gives, the rights that its database user really has.
"""

from __future__ import annotations

import stat
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, get_hasher
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.models import Q
from django.http import HttpResponseBase
from django.test import RequestFactory

from tongban.identity.hashers import Argon2id
from tongban.identity.models import Account, ApiToken
from tongban.kernel import clock
from tongban.site.doctor import Finding, guarded

WANTED = {
    "Content-Security-Policy": "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=()",
}
"""Header → what has to stand in it."""
LOOSE = ("'unsafe-inline'", "'unsafe-eval'", " *")
APPEND_ONLY = ("kernel_journalentry", "kernel_journallink")


def examine() -> list[Finding]:
    """Every check, in order; one that fails doesn't stop the others."""
    checks: list[Callable[[], Finding]] = [
        _transport,
        _proxies,
        _headers,
        _cookies,
        _hosts,
        _debugging,
        _folder,
        _passwords,
        _demo_accounts,
        _rights,
        _triggers,
        _tokens,
    ]
    return [guarded(check) for check in checks]


def _transport() -> Finding:
    url = settings.TONGBAN.base_url
    return Finding(
        "传输", url.startswith("https://"), f"对外地址 {url}", "用 HTTPS，并把 TONGBAN_BASE_URL 设为 https:// 开头"
    )


def _proxies() -> Finding:
    listed = settings.TONGBAN.proxies
    needed = settings.TONGBAN.base_url.startswith("https://")
    says = f"只相信 {listed} 转告的访问者地址" if listed else "没有设置，按地址限制时把代理当作访问者"
    return Finding("代理", bool(listed) or not needed, says, "把前面代理的地址写进 TONGBAN_PROXIES")


def _headers() -> Finding:
    """Of the login page, as a browser over HTTPS would get it."""
    answer = _answer("/login")
    missing = [name for name, part in WANTED.items() if part not in answer.headers.get(name, "")]
    policy = answer.headers.get("Content-Security-Policy", "")
    loose = [word for word in LOOSE if word in policy]
    if settings.SECURE_HSTS_SECONDS and "Strict-Transport-Security" not in answer.headers:
        missing.append("Strict-Transport-Security")
    faults = [*(f"缺 {name}" for name in missing), *(f"CSP 有 {word.strip()}" for word in loose)]
    return Finding("响应头", not faults, "、".join(faults) or f"{len(WANTED)} 项都在", "检查代理有没有改掉响应头")


def _answer(path: str) -> HttpResponseBase:
    handler = BaseHandler()
    handler.load_middleware()
    host = settings.ALLOWED_HOSTS[0].lstrip(".")
    return handler.get_response(RequestFactory(SERVER_NAME=host).get(path, secure=True))


def _cookies() -> Finding:
    well = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY
    says = f"{settings.SESSION_COOKIE_NAME}：" + ("只走 HTTPS，脚本读不到" if well else "没有限定 HTTPS")
    return Finding("Cookie", well, says, "把 TONGBAN_BASE_URL 设为 https:// 开头")


def _hosts() -> Finding:
    hosts = settings.ALLOWED_HOSTS
    well = "*" not in hosts and all(host.strip() for host in hosts)
    return Finding("主机名", well, "、".join(hosts), "TONGBAN_HOSTS 只写真正的域名，不写 *")


def _debugging() -> Finding:
    return Finding(
        "调试", not settings.DEBUG, "已关闭" if not settings.DEBUG else "开着", "调试信息不能给公众看，关闭它"
    )


def _folder() -> Finding:
    """Nobody else on the machine may read secrets or people's papers."""
    open_to_others = [
        path.name
        for path in (settings.TONGBAN.data / "secrets.json", settings.TONGBAN.data / "files")
        if path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH)
    ]
    says = f"{'、'.join(open_to_others)} 别的用户也能读" if open_to_others else "只有运行平台的用户能读"
    return Finding("数据目录", not open_to_others, says, "chmod o-rw 这些文件和目录")


def _passwords() -> Finding:
    hasher = get_hasher()
    good = Q(password__startswith=f"{Argon2id.algorithm}$")
    good |= Q(password="") | Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)  # nobody signs in with these
    found = Account.objects.filter(~good, is_active=True).exists()
    says = "全部用 argon2id" if not found else "有账号的密码还是旧算法"
    return Finding(
        "密码", isinstance(hasher, Argon2id) and not found, says, "旧算法的密码在下次登录时换成新的；停用不再登录的账号"
    )


def _demo_accounts() -> Finding:
    found = Account.objects.filter(demo=True, is_active=True).exists()
    says = "有可登录的演示账号，密码人人知道" if found else "没有演示账号"
    return Finding("演示账号", not found, says, "正式环境用自己的数据目录和数据库，不要从演示升级")


def _rights() -> Finding:
    """《网络安全等级保护基本要求》GB/T 22239-2019 8.1.4.2: least privilege. An owner can drop triggers; a superuser anything."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.rolsuper, (SELECT count(*) FROM pg_class c WHERE c.relname = ANY(%s) AND c.relowner = r.oid)
               FROM pg_roles r WHERE r.rolname = current_user""",
            [list(APPEND_ONLY)],
        )
        superuser, owned = cursor.fetchone()
    says = "是超级用户" if superuser else "拥有日志表，能撤掉保护" if owned else "不是超级用户，也不拥有日志表"
    mend = "用两个数据库用户：一个升级时用，一个（GRANT SELECT, INSERT）平时用；见 docs/operations.md"
    return Finding("数据库权限", not superuser and not owned, f"数据库用户{says}", mend)


def _triggers() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_class c
               WHERE c.relname = ANY(%s) AND NOT EXISTS (
                 SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A'))
               ORDER BY c.relname""",
            [list(APPEND_ONLY)],
        )
        bare = [row[0] for row in cursor.fetchall()]
    says = f"{'、'.join(bare)} 没有触发器保护" if bare else "日志只能追加"
    return Finding("日志", not bare, says, "恢复触发器后运行 tongban journal verify，查清是谁撤掉的")


def _tokens() -> Finding:
    live = ApiToken.objects.filter(expires_at__gt=clock.now(), account__is_active=False).exists()
    says = "停用的账号还有没过期的令牌" if live else "停用的账号没有可用的令牌"
    return Finding("访问令牌", not live, says, "删除这些令牌（停用的账号本来也用不了）")
