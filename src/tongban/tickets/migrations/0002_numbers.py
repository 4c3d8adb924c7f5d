"""The sequence behind the public numbers: never reset."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE number_ticket", "DROP SEQUENCE number_ticket")]
