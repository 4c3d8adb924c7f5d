"""The name Django looks for (`ENGINE = "tongban.kernel.database"`)."""

from __future__ import annotations

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A kept connection on which nothing waits to be read is good: a server that went away has closed it, and a
    closed connection can be read (end of file). Only when something waits is the server asked, as Django always does.
    """

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        try:
            waiting = select.poll()
            waiting.register(self.connection.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
            if not waiting.poll(0):
                return True
        except (OSError, ValueError, self.Database.Error):
            return False
        return bool(super().is_usable())
