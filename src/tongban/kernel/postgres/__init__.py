"""The database behind one command: a PostgreSQL that somebody runs, or one we run ourselves.

`start` finds the programs (`lanes`), the unprivileged account (`identity`) and the folder (`places`), makes or
repairs the cluster (`cluster`, `processes`) and returns a `Server` whose `url` works for psycopg, and for Django
through `psycopg.conninfo.conninfo_to_dict(url)`. `postgres` is our direct child, listens on a private Unix socket
only, and outlives the death of its supervisor: the next `start` on the same folder adopts it.
Linux and macOS. See docs/adr/0002-embedded-postgresql.md.
"""

from tongban.kernel.postgres.clients import Client, client
from tongban.kernel.postgres.errors import ServerError
from tongban.kernel.postgres.lanes import Lane, Programs, Remote, choose
from tongban.kernel.postgres.server import Server, start

__all__ = ["Client", "Lane", "Programs", "Remote", "Server", "ServerError", "choose", "client", "start"]
