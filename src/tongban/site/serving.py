"""What granian serves: the application, and what each web process does beside answering."""

import gc

from tongban.site.wsgi import application  # isort: skip - loads the rooms
from tongban.catalog import tally

__all__ = ["application"]

tally.keep_writing()

# What start-up made lives as long as the process: no collection has to look at it again.
gc.collect()
gc.freeze()
