"""Mail by SMTP: every step of the conversation says whether the other side has the mail, has not, or may have it."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime
from typing import Final

from tongban.channels.gateways import NotNow, Refused, Unanswered
from tongban.kernel.config import Config

SECURITY: Final = ("starttls", "tls", "none")
_ADDRESS = re.compile(r"<?[^\s<>@]+@[^\s<>]+>?")


@dataclass(frozen=True)
class SmtpMail:
    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 15.0
    sender_name: str = ""
    authorities: str = ""
    """A file with the certificates to trust, where the server's is not signed by a public one."""
    name: str = "smtp"

    def send(self, *, to: str, subject: str, text: str, reference: str, at: datetime) -> str:
        mail = self.mail(to=to, subject=subject, text=text, reference=reference, at=at)
        try:
            server = self._connected()
        except smtplib.SMTPAuthenticationError as error:
            raise NotNow("邮件服务器不接受登录，请核对账号", away=True) from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotNow("邮件服务器不支持要求的加密", away=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow("邮件服务器连接不上", away=True) from error
        try:
            return self._handed_over(server, to, mail.as_bytes())
        finally:
            server.close()

    def mail(self, *, to: str, subject: str, text: str, reference: str, at: datetime) -> EmailMessage:
        made = EmailMessage(policy=LINES)
        made["From"] = f"{self.sender_name} <{self.sender}>" if self.sender_name else self.sender
        made["To"] = to
        made["Subject"] = subject
        made["Date"] = format_datetime(at)
        made["Message-ID"] = f"<{reference}@{self.sender.rpartition('@')[2]}>"
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(text)
        return made

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.authorities or None)
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
                server.ehlo_or_helo_if_needed()
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(self, server: smtplib.SMTP, to: str, content: bytes) -> str:
        try:
            _demand(server.mail(self.sender), "邮件服务器不接受发件地址", address_is_bad=False)
            _demand(server.rcpt(to), "收件地址被拒收", address_is_bad=True)
            code, words = server.docmd("DATA")
            if code != 354:
                _demand((code, words), "邮件服务器不收邮件", address_is_bad=False)
                raise NotNow(f"邮件服务器答复看不懂：{_told(code, words)}")
        except (OSError, smtplib.SMTPException) as error:
            raise NotNow("邮件服务器中途断开，邮件没有交出") from error
        try:
            server.send(re.sub(rb"(?m)^\.", b"..", content) + b".\r\n")
            code, words = server.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Unanswered("邮件服务器收下后没有答复，可能已经送达") from error
        _demand((code, words), "邮件服务器退回了邮件", address_is_bad=False)
        return _told(code, words)[:80]


def _demand(answer: tuple[int, bytes], what: str, *, address_is_bad: bool) -> None:
    """2xx is a yes, 4xx a not now, 5xx a no."""
    code, words = answer
    if 500 <= code < 600:
        raise Refused(f"{what}：{_told(code, words)}", address_is_bad=address_is_bad)
    if 400 <= code < 500:
        raise NotNow(f"{what}，稍后再试：{_told(code, words)}")


def _told(code: int, words: bytes) -> str:
    """The server's answer without the addresses it may repeat: it is kept in a plain column."""
    said = _ADDRESS.sub("…", words.decode("utf-8", "replace"))
    return f"{code} {said}"[:120]


def chosen(config: Config) -> SmtpMail | None:
    """The instance's server, if it has one. Raises ValueError."""
    if not config.mail_host:
        return None
    if config.mail_security not in SECURITY:
        raise ValueError(f"TONGBAN_MAIL_SECURITY is {config.mail_security!r}; it is one of {', '.join(SECURITY)}")
    if config.mail_user and config.mail_security == "none":
        raise ValueError("TONGBAN_MAIL_USER needs TONGBAN_MAIL_SECURITY=starttls or tls: no password in clear")
    if "@" not in config.mail_from:
        raise ValueError("TONGBAN_MAIL_FROM is the address mails come from, like noreply@example.gov.cn")
    return SmtpMail(
        host=config.mail_host, port=config.mail_port, sender=config.mail_from, security=config.mail_security,
        user=config.mail_user, password=config.mail_password, sender_name=config.site_name,
        authorities=config.mail_authorities,
    )  # fmt: skip
