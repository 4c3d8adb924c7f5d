"""What a person was told, and by which way they want to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from tongban.channels.models import Mail, Sms
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, Over, declare, forgets, goes_along
from tongban.notices.models import CHANNELS, Delivery, MailConfirmation, Message, Preference


def _messages(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Message.objects.filter(person=person_id).order_by("-pk").iterator():
        yield {
            "时间": one.at, "办件编号": one.subject, "标题": one.title, "内容": one.text, "信函": one.letter, "看过": one.read_at,
        }  # fmt: skip
    for sent in Delivery.objects.select_related("message").filter(person=person_id).order_by("-pk").iterator():
        yield {
            "时间": sent.due_at, "办件编号": sent.message.subject, "标题": sent.message.title, "发出的内容": sent.text,
            "途径": CHANNELS[sent.channel], "状态": sent.get_state_display(),
        }  # fmt: skip


def _preferences(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Preference.objects.filter(person=person_id):
        named = (field for field in one._meta.concrete_fields if field.name not in ("id", "person"))
        yield {str(field.verbose_name): str(getattr(one, field.attname)) for field in named}


_BASIS = "告知您办件进度（《行政许可法》第三十二条等）"
declare(Kept("messages", "消息", _BASIS, ("notices.Message", "notices.Delivery"), _messages, order=70))
declare(Kept("preferences", "通知方式", _BASIS, ("notices.Preference",), _preferences, order=71))


@forgets("notices")
def forget(over: Over) -> int:
    """The messages about the case, and what went out by SMS and mail for them alone."""
    return _empty(Message.objects.filter(subject=over.number), also={"person": over.nobody_id})


@goes_along("notices.Message", "notices.Delivery", "notices.Preference", "notices.MailConfirmation")
def forget_person(person_id: int) -> int:
    """What they were told of things that are no case, and where they wanted to hear it."""
    gone = Preference.objects.filter(person=person_id).delete()[0]
    gone += MailConfirmation.objects.filter(person=person_id).delete()[0]
    return gone + _empty(Message.objects.filter(person=person_id), also={})


def _empty(told: QuerySet[Message], *, also: dict[str, Any]) -> int:
    sent = Delivery.objects.filter(message__in=told.values("pk"))
    others = Delivery.objects.exclude(message__in=told.values("pk"))
    count = 0
    for model, name in ((Sms, "sms_id"), (Mail, "mail_id")):
        keys = [key for key in sent.values_list(name, flat=True) if key]
        shared = set(others.filter(**{f"{name}__in": keys}).values_list(name, flat=True))
        count += forgetting.empty(model._default_manager.filter(pk__in=set(keys) - shared))
    count += forgetting.empty(sent, also=also)
    return count + forgetting.empty(told, also=also)
