"""Django's PostgreSQL backend, with a test of a kept connection that costs no round trip."""
