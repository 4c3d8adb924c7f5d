from django.db import migrations

WHO_HAD_SHOWN_IT = """
UPDATE identity_person p SET phone_proved_at = v.at
  FROM (SELECT person_id, max(at) AS at FROM identity_verification WHERE how IN ('phone', 'real_name', 'claim') GROUP BY person_id) v
 WHERE v.person_id = p.id AND p.phone_index IS NOT NULL AND p.phone_proved_at IS NULL
"""


class Migration(migrations.Migration):
    """Whoever typed a code before the column was there goes on signing in by phone; the others prove theirs once."""

    dependencies = [("identity", "0014_phone_proved")]
    operations = [migrations.RunSQL(WHO_HAD_SHOWN_IT, migrations.RunSQL.noop)]
