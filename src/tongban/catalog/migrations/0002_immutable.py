"""A published edition never changes: only its state and withdrawal time may move on."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalog_edition_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'draft' AND (NEW.content, NEW.sha256, NEW.code, NEW.version, NEW.item_id, NEW.body_id, NEW.name,
      NEW.published_at) IS DISTINCT FROM (OLD.content, OLD.sha256, OLD.code, OLD.version, OLD.item_id, OLD.body_id,
      OLD.name, OLD.published_at) THEN
    RAISE EXCEPTION 'edition % is published and cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (OLD.state = 'published' AND NEW.state = 'draft') OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') THEN
    RAISE EXCEPTION 'edition % cannot go back', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE ON catalog_edition
  FOR EACH ROW EXECUTE FUNCTION catalog_edition_immutable();
"""

BACKWARD = "DROP TRIGGER immutable ON catalog_edition; DROP FUNCTION catalog_edition_immutable();"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
