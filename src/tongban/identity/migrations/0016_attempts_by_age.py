from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0015_phones_proved_before")]
    operations = [
        migrations.AddIndex(model_name="attempt", index=models.Index(fields=["at"], name="attempts_by_age")),
    ]
