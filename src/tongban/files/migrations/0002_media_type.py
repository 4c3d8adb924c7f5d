"""Word's media type has 71 characters."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [migrations.AlterField("storedfile", "media_type", models.CharField(max_length=100))]
