"""A published edition never changes: only its state and withdrawal time may move on."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION catalog_edition_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state <> 'draft' THEN
      RAISE EXCEPTION 'edition % was published and stays', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
  END IF;
  IF OLD.state <> 'draft' AND to_jsonb(NEW) - 'state' - 'withdrawn_at' <> to_jsonb(OLD) - 'state' - 'withdrawn_at' THEN
    RAISE EXCEPTION 'edition % is published and cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF (OLD.state = 'published' AND NEW.state = 'draft') OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn') THEN
    RAISE EXCEPTION 'edition % cannot go back', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER immutable BEFORE UPDATE OR DELETE ON catalog_edition
  FOR EACH ROW EXECUTE FUNCTION catalog_edition_immutable();
"""

BACKWARD = "DROP TRIGGER immutable ON catalog_edition; DROP FUNCTION catalog_edition_immutable();"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
