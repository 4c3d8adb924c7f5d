"""设置: one typed, frozen Config from the environment and `tongban.toml`; secrets live in the data folder, mode 0600.

Values of law that differ by place are rows with from/until, not settings.
"""

from __future__ import annotations

import ipaddress
import json
import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path

from tongban.kernel.destinations import Network, bounds


class ConfigError(Exception):
    """A setting that can't be used; the message says which and what to do."""


@dataclass(frozen=True)
class Secrets:
    """Keys as hex: made once, never in the repository. `encryption` maps a key id to a 32-byte key."""

    django: str = field(repr=False)
    encryption: Mapping[str, str] = field(repr=False)
    encryption_current: str
    blind_index: str = field(repr=False)
    journal_head: str = field(repr=False)
    demo: bool = False
    encryption_since: Mapping[str, str] = field(default_factory=dict)
    """Key id → when it was made (ISO). Keys of the first version have none."""
    encryption_until: Mapping[str, str] = field(default_factory=dict)
    """Key id → when another took its place."""
    mark: tuple[int, int, int] = field(default=(0, 0, 0), compare=False, repr=False)
    """Which file this was read from (inode, time, size); not in the file. Zeros: from none."""


@dataclass(frozen=True)
class Config:
    """Everything an instance may choose. Each name is `TONGBAN_` + upper case in the environment."""

    data: Path
    database_url: str = ""
    mode: str = "production"
    """`production` or `demo`; production refuses demo secrets and demo data."""
    region: str = "500199"
    site_name: str = "云江政务服务"
    office: str = "云江区政务服务管理办公室"
    base_url: str = "http://127.0.0.1:8000"
    hosts: str = "127.0.0.1,localhost,[::1]"
    proxies: str = ""
    """Addresses or networks of the proxies in front, `10.0.0.5, 10.1.0.0/16`: only what they say of a client is believed."""
    fonts: str = ""
    """Extra folder with Chinese fonts for PDFs; the system's Noto CJK is found by itself."""
    upload_limit_mb: int = 20
    cases_a_day: int = 40
    """How many cases one account hands in on line within 24 hours, ten times as many for others; 0: as many as it likes."""
    cases_of_item_a_day: int = 10
    """The same for one item."""
    clamav: str = ""
    """Virus scanner: `tcp://host:3310` or `unix:///path/clamd.ctl`; empty: files say that they are unscanned."""
    door: bool = False
    """True in web processes: short lock and statement timeouts."""
    coding: str = "national"
    """How items are numbered: `national`, `gbt39046` or `external` (catalog.coding)."""
    sms: str = "fake"
    """How SMS leave: `fake`, which sends nothing, or `fake:FAULT` (channels.gateways.fake)."""
    proof: str = ""
    """Who says that people are who they say (identity.gateways): empty, or `fake:FAULT` in demos."""
    mail_host: str = ""
    """The SMTP server; without one no mail is sent and none is offered."""
    mail_port: int = 587
    mail_security: str = "starttls"
    """`starttls`, `tls`, or `none` for a server on this machine."""
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_from: str = ""
    mail_authorities: str = ""
    """A file with the certificates to trust, where the server's is not signed by a public one."""
    municipal_issuer: str = ""
    """统一身份认证 by OpenID Connect: the issuer's address; empty: no such way to sign in."""
    municipal_client: str = ""
    municipal_secret: str = field(default="", repr=False)
    municipal_name: str = "市统一身份认证"
    municipal_level: str = "real_name"
    """What its word proves of a person here."""
    devices: str = ""
    """Readers of staff cards: the address of a device gateway, or `fake` in the demo; empty: numbers are typed."""
    devices_token: str = field(default="", repr=False)
    outgoing: str = ""
    """Networks and hosts of the house that may be called over https: `10.8.0.0/16,report.intra.example`. Other private
    addresses are refused (kernel.outgoing)."""
    pkcs11_module: str = ""
    """The library of a hardware module for keys (PKCS#11), `/usr/lib/softhsm/libsofthsm2.so`; empty: keys lie in software."""
    pkcs11_token: str = ""
    pkcs11_pin: str = field(default="", repr=False)
    clock: str = ""
    """ISO moment that fixes the clock; refused in production."""

    @property
    def demo(self) -> bool:
        return self.mode == "demo"


def load(environ: Mapping[str, str], *, toml: Path | None = None) -> Config:
    """Defaults, then `tongban.toml`, then the environment. Raises ConfigError naming the setting."""
    path = toml or Path(environ.get("TONGBAN_TOML", "tongban.toml"))
    values: dict[str, object] = {}
    if path.is_file():
        try:
            values.update(tomllib.loads(path.read_text("utf-8")))
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: {error}") from error
    for known in fields(Config):
        if (text := environ.get(f"TONGBAN_{known.name.upper()}")) is not None:
            values[known.name] = text
    if url := environ.get("DATABASE_URL"):
        values["database_url"] = url
    values.setdefault("data", "data")
    if unknown := set(values) - {known.name for known in fields(Config)}:
        raise ConfigError(f"{path}: unknown setting {', '.join(sorted(unknown))}")
    config = Config(**{name: _typed(name, value) for name, value in values.items()})  # type: ignore[arg-type]
    if config.mode not in ("production", "demo"):
        raise ConfigError(f"TONGBAN_MODE is {config.mode!r}; it is production or demo")
    if config.clamav and not config.clamav.startswith(("tcp://", "unix:///")):
        raise ConfigError(f"TONGBAN_CLAMAV is {config.clamav!r}; it is tcp://host:3310 or unix:///path/clamd.ctl")
    try:
        bounds(config.outgoing)
    except ValueError as error:
        raise ConfigError(f"TONGBAN_OUTGOING: {error}") from error
    if config.clock and not config.demo:
        raise ConfigError("TONGBAN_CLOCK fixes the time and is for demos and tests only")
    return config


def _typed(name: str, value: object) -> object:
    kind = {known.name: known.type for known in fields(Config)}[name]
    try:
        if kind == "Path":
            return Path(str(value)).resolve()
        if kind == "int":
            return int(str(value))
        if kind == "bool":
            return str(value).lower() in ("1", "true", "yes")
        if name == "proxies":
            networks(str(value))
        if name == "clock" and value:
            datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ConfigError(f"TONGBAN_{name.upper()}: {error}") from error
    return str(value)


def networks(listed: str) -> tuple[Network, ...]:
    """`10.0.0.0/8, ::1` as networks. Raises ValueError naming what can't be read."""
    return tuple(ipaddress.ip_network(each.strip(), strict=False) for each in listed.split(",") if each.strip())


def secrets_of(config: Config) -> Secrets:
    """Read the instance's secrets, or make them when the data folder is new. Raises ConfigError."""
    path = secrets_file(config)
    if not path.exists():
        _make_secrets(path, demo=config.demo)
    found = read_secrets(path)
    if found.demo and not config.demo:
        raise ConfigError(f"{path} holds demo keys; production needs its own data folder")
    return found


def secrets_file(config: Config) -> Path:
    return config.data / "secrets.json"


def read_secrets(path: Path) -> Secrets:
    """Raises ConfigError."""
    try:
        with path.open("rb") as file:
            return Secrets(**json.load(file), mark=mark_of(os.fstat(file.fileno())))
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{path} can't be read: {error}; restore it from the backup, don't make a new one") from error


def mark_of(found: os.stat_result) -> tuple[int, int, int]:
    """Tells one file of secrets from the next that takes its place."""
    return found.st_ino, found.st_mtime_ns, found.st_size


def _make_secrets(path: Path, *, demo: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = {
        "django": secrets.token_hex(32),
        "encryption": {"1": secrets.token_hex(32)},
        "encryption_current": "1",
        "blind_index": secrets.token_hex(32),
        "journal_head": secrets.token_hex(32),
        "demo": demo,
        "encryption_since": {"1": datetime.now(UTC).isoformat()},
    }
    fresh = write_beside(path, made)
    try:
        os.link(fresh, path)  # the first of two processes wins; both then read the same file
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def write_beside(path: Path, content: Mapping[str, object]) -> Path:
    """A whole file beside this one, for its owner's eyes only, that may take its place."""
    fresh = path.with_name(f"secrets.{secrets.token_hex(8)}.tmp")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return fresh
