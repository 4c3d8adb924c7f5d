"""首席代表 decided everything of their body until now: each gets the authorisation that says so, for their body to replace."""

from django.db import migrations

GIVE = """
INSERT INTO identity_authorisation (public_id, account_id, body_id, item_codes, acts, document, from_at, until_at,
  given_by, given_at, revoked_by, revoked_why, revoked_at)
SELECT gen_random_uuid(), account_id, body_id, NULL, '["decide", "instant"]', '平台升级前的授权', min(from_at), NULL,
  'system:migration', now(), '', '', NULL
FROM identity_staffpost
WHERE role = 'decider' AND body_id IS NOT NULL AND (until_at IS NULL OR until_at > now())
GROUP BY account_id, body_id
"""
TAKE = "DELETE FROM identity_authorisation WHERE given_by = 'system:migration'"


class Migration(migrations.Migration):
    dependencies = [("identity", "0010_posts")]  # noqa: RUF012
    operations = [migrations.RunSQL(GIVE, TAKE)]  # noqa: RUF012
