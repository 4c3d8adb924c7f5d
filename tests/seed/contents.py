"""Prints a digest of every table that a seed fills, what is encrypted opened. Run with `-m tests.seed.contents`."""

from __future__ import annotations

import hashlib
import json


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    import django

    django.setup()
    from django.apps import apps

    from tongban.site.seed.prototypes import LABELS

    found = {}
    for label in (*LABELS, "identity.Person", "files.StoredFile", "kernel.JournalLink"):
        digest, count = hashlib.sha256(), 0
        for row in apps.get_model(label).objects.order_by("pk").values_list().iterator():
            digest.update(repr([bytes(one) if isinstance(one, memoryview) else one for one in row]).encode())
            count += 1
        found[label] = [count, digest.hexdigest()]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
