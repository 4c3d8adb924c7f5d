"""Django's settings, derived from one typed Config (kernel.config). Nothing else reads the environment."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tongban.kernel import clock
from tongban.kernel import config as configuration

TONGBAN = configuration.load(os.environ)
TONGBAN_SECRETS = configuration.secrets_of(TONGBAN)
if TONGBAN.clock:
    clock.fix(datetime.fromisoformat(TONGBAN.clock))

HERE = Path(__file__).parent
SECRET_KEY = TONGBAN_SECRETS.django
DEBUG = False
ALLOWED_HOSTS = TONGBAN.hosts.split(",")
CSRF_TRUSTED_ORIGINS = [TONGBAN.base_url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "tongban.kernel.apps.KernelConfig",
    "tongban.design",
    "tongban.orgs",
    "tongban.channels",
    "tongban.trust",
    "tongban.identity",
    "tongban.files",
    "tongban.accesses",
    "tongban.exports",
    "tongban.authentication",
    "tongban.catalog",
    "tongban.flow",
    "tongban.licences",
    "tongban.notices",
    "tongban.credit",
    "tongban.accounts",
    "tongban.delegation",
    "tongban.staffing",
    "tongban.single_sign_on",
    "tongban.privacy",
    "tongban.applications",
    "tongban.tickets",
    "tongban.counter",
    "tongban.reporting",
    "tongban.evaluations",
    "tongban.analytics",
    "tongban.portal",
    "tongban.site",
]

MIDDLEWARE = [
    "tongban.site.proxies.BehindProxies",
    "tongban.site.middleware.DatabaseAway",
    "tongban.site.middleware.Problems",
    "tongban.site.middleware.ContentSecurity",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tongban.identity.middleware.CurrentActor",
    "tongban.site.middleware.Accesses",
    "tongban.authentication.middleware.Presence",
    "tongban.site.middleware.Refusals",
]

ROOT_URLCONF = "tongban.site.urls"
WSGI_APPLICATION = "tongban.site.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tongban.design.context.chrome",
            ],
            "builtins": ["tongban.design.templatetags.design"],
        },
    }
]


def _database(url: str) -> dict[str, Any]:
    parts = conninfo_to_dict(url) if url else {}
    options = "-c lock_timeout=2000 -c statement_timeout=5000" if TONGBAN.door else "-c lock_timeout=10000"
    return {
        "ENGINE": "tongban.kernel.database",
        "NAME": parts.get("dbname", "tongban"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": parts.get("port", ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": options, "connect_timeout": 3, "server_side_binding": True, "prepare_threshold": 3},
    }


DATABASES = {"default": _database(TONGBAN.database_url)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
PASSWORD_HASHERS = ["tongban.identity.hashers.Argon2id", "django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/my"
STAFF_HOME_URL = "/desk"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_https = TONGBAN.base_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
if _https:  # `__Host-`: no other host under the same domain, and no plain HTTP, can set them
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_SSL_REDIRECT = _https and bool(TONGBAN.proxies)  # without them nobody says that a request came by HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked on the machine itself
CSRF_FAILURE_VIEW = "tongban.site.middleware.csrf_failure"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = TONGBAN.data / "static"
WHITENOISE_USE_FINDERS = TONGBAN.demo
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tongban.site.static.Hashed"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "tongban.files.uploads.Limited",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

NINJA_PAGINATION_PER_PAGE = 50
PROCRASTINATE_ON_APP_READY = None

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "tongban": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # a refusal is an answer, not an event for the log
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
    },
}
