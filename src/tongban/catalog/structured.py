"""结构化数据: a guide as schema.org GovernmentService in JSON-LD, for search engines. Pure."""

from __future__ import annotations

import json
from typing import Any, cast

from tongban.catalog import plain
from tongban.catalog.content import Content, Limit, Unit
from tongban.catalog.content.labels import TYPES
from tongban.catalog.plain import About


def service(content: Content, about: About, *, url: str, region: str) -> dict[str, Any]:
    """https://schema.org/GovernmentService; what is not known is left out."""
    found = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "name": about.name,
        "alternateName": list(content.aliases),
        "description": content.subtitle,
        "identifier": about.code,
        "serviceType": TYPES.get(about.type_code, ""),
        "url": url,
        "provider": {"@type": "GovernmentOrganization", "name": about.body, "telephone": content.phone},
        "areaServed": {"@type": "AdministrativeArea", "name": region},
        "audience": [{"@type": "Audience", "audienceType": plain.AUDIENCES.get(c, c)} for c in content.audience],
        "serviceOutput": {"@type": "Thing", "name": content.result.name},
        "isAccessibleForFree": not any(fee.amount_fen for fee in content.fees),
        "availableChannel": _channels(content, url),
    }
    return cast(dict[str, Any], _filled(found))


def _channels(content: Content, url: str) -> list[dict[str, Any]]:
    time = duration(content.promised or content.statutory)
    channels: list[dict[str, Any]] = []
    if content.connection == "here":
        channels.append({"@type": "ServiceChannel", "serviceUrl": url, "processingTime": time})
    elif outside := plain.safe_url(content.online_url):
        channels.append({"@type": "ServiceChannel", "serviceUrl": outside, "processingTime": time})
    channels += [
        {
            "@type": "ServiceChannel",
            "serviceLocation": {
                "@type": "GovernmentOffice",
                "name": " ".join(filter(None, [place.name, place.windows])),
                "address": place.address,
                "openingHours": place.hours,
            },
            "processingTime": time,
        }
        for place in content.places
    ]
    return channels


def duration(limit: Limit | None) -> str:
    """ISO 8601. Working days have no form of their own there; they are given as days, as the law counts them."""
    if limit is None or limit.amount == 0:
        return ""
    return f"P{limit.amount}{'M' if limit.unit == Unit.MONTH else 'D'}"


def script_safe(data: dict[str, Any]) -> str:
    """JSON that may stand in a `<script type="application/ld+json">`: nothing in it ends the element."""
    text = json.dumps(data, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _filled(value: Any) -> Any:
    """Without what is empty, all the way down; a part that has nothing but its type is empty too."""
    if isinstance(value, dict):
        kept = {key: filled for key, one in value.items() if (filled := _filled(one)) not in ("", [], {}, None)}
        return {} if set(kept) <= {"@type"} else kept
    if isinstance(value, list):
        return [filled for one in value if (filled := _filled(one)) not in ("", [], {}, None)]
    return value
