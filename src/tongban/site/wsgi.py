"""The WSGI application that granian serves."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from tongban.catalog import tally  # noqa: E402 - needs the applications to be loaded

tally.keep_writing()

# What start-up made lives as long as the process: no collection has to look at it again.
gc.collect()
gc.freeze()
