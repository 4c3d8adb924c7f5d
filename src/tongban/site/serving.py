"""What granian serves: the application, and what each web process does beside answering."""

import gc

from tongban.site.wsgi import application

__all__ = ["application"]

from tongban.catalog import tally  # noqa: E402 - needs the applications to be loaded

tally.keep_writing()

# What start-up made lives as long as the process: no collection has to look at it again.
gc.collect()
gc.freeze()
