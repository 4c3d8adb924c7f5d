"""The sequence behind the public numbers: never reset."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("licences", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE number_licence", "DROP SEQUENCE number_licence")]
