"""The sequence behind the public numbers: never reset."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("applications", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE number_application", "DROP SEQUENCE number_application")]
