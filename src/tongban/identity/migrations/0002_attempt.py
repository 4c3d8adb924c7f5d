from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [
        migrations.RemoveIndex(model_name="loginfailure", name="login_failures"),
        migrations.RenameModel(old_name="LoginFailure", new_name="Attempt"),
        migrations.RenameField(model_name="attempt", old_name="who", new_name="what"),
        migrations.AddIndex(model_name="attempt", index=models.Index(fields=["what", "at"], name="attempts")),
    ]
