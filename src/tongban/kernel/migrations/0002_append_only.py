"""The journal and its chain are append-only: UPDATE, DELETE and TRUNCATE raise, and the rights are revoked.

Tests flush with session_replication_role = replica, in the test database only.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kernel_journalentry
  FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON kernel_journalentry
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON kernel_journallink
  FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON kernel_journallink
  FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON kernel_journalentry, kernel_journallink FROM PUBLIC;
"""

BACKWARD = """
DROP TRIGGER append_only ON kernel_journalentry;
DROP TRIGGER append_only_whole ON kernel_journalentry;
DROP TRIGGER append_only ON kernel_journallink;
DROP TRIGGER append_only_whole ON kernel_journallink;
DROP FUNCTION kernel_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
