"""一证一照清单 means now that nothing else has to be prepared: who no longer fits leaves the list."""

from django.db import migrations

from tongban.catalog.content import Content
from tongban.catalog.lists import Listed, lists_of

BATCH = 500


def enter(apps, schema_editor):
    Edition = apps.get_model("catalog", "Edition")
    concerned, last = Edition.objects.filter(lists__contains=["one_licence"]), 0
    while batch := list(concerned.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for edition in batch:
            content = Content.model_validate(edition.content)
            edition.lists = lists_of(Listed(name=edition.name, type_code=edition.type_code, content=content))
        Edition.objects.bulk_update(batch, ["lists"])
        last = batch[-1].pk


class Migration(migrations.Migration):

    dependencies = [("catalog", "0006_exchange")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop, elidable=True)]
