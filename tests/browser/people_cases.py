"""People made inside the instance: `python -m tests.browser.people_cases` prints what the tests of accounts need of them.

戴文静 has an account and has proved nothing yet; 应小雨 is registered twice, with a card and with a passport; 黎小曼 and 覃国庆
are registered and have no account.
"""

from __future__ import annotations

import json
from datetime import datetime


def make(now: datetime) -> dict[str, str]:
    from tests.people import check_digit
    from tongban.identity import actions as identity
    from tongban.site.demo.logins import DEMO_PASSWORD

    def number(seventeen: str) -> str:
        return seventeen + check_digit(seventeen)

    new = identity.register_person(name="戴文静", id_number=number("50019919990909202"), phone="19900000461", now=now)
    identity.open_account(username="dai_wenjing", password=DEMO_PASSWORD, person=new, now=now, demo=True)
    card = identity.register_person(name="应小雨", id_number=number("50019919900908204"), now=now)
    identity.register_person(name="YING XIAOYU", id_type="passport", id_number="E77001122", id_issuer="CHN", now=now)
    for name, known in (("黎小曼", "500199199304126048"), ("覃国庆", "500199197610015136")):
        identity.register_person(name=name, id_number=known, now=now)
    return {"twice": card.id_number, "newcomer": number("50019920010203205")}


if __name__ == "__main__":
    import django

    django.setup()
    from tongban.kernel import clock

    print(json.dumps(make(clock.now())))
