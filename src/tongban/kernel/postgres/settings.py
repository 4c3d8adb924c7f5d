"""The configuration files of our clusters. `tongban.conf` is rewritten at every start; `local.conf`, if the operator
makes one beside it, is read after it and never touched."""

from collections.abc import Iterable

# Appended once to initdb's postgresql.conf: in PostgreSQL the last word wins.
INCLUDES = """
# tongban.conf is rewritten at every start. Put your own settings into local.conf, which is read last.
include 'tongban.conf'
include_if_exists 'local.conf'
"""

# For two cores and four gigabytes or more, shared with the web server and the worker.
TONGBAN = """\
# Written by tongban at every start: changes here are lost. Your own settings belong in local.conf.

# No network: a Unix socket in a private folder. To open TCP: listen_addresses in local.conf, then pg_hba.conf.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100

shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off
# One query must not take the second core from the other citizens; it also spares a container's small /dev/shm.
max_parallel_workers_per_gather = 0

fsync = {durable}
# Also on where tests switch fsync off: a commit must survive the killing of a process, which is what they test.
synchronous_commit = on
full_page_writes = {durable}
wal_compression = on
min_wal_size = 160MB
max_wal_size = 2GB
checkpoint_timeout = 15min

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
default_text_search_config = 'pg_catalog.simple'

# Seven files, one for each day of the week, each overwritten a week later.
logging_collector = on
log_directory = 'log'
log_filename = 'postgres-%a.log'
log_file_mode = 0600
log_rotation_age = 1d
log_rotation_size = 0
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %a '
# Statements and details of errors carry citizens' data (“Key (id_number)=(…) already exists”): neither is logged.
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_autovacuum_min_duration = -1
"""

HBA = """\
# Written by tongban when the cluster was made; yours to change. The socket lies in a folder of mode 0700, and the
# kernel tells PostgreSQL which account is calling (peer): only those in pg_ident.conf come in.
# TYPE  DATABASE     USER  ADDRESS  METHOD
local   all          all            peer map=tongban
local   replication  all            peer map=tongban
"""


def tongban_conf(*, durable: bool) -> str:
    return TONGBAN.format(durable="on" if durable else "off")


def ident_conf(accounts: Iterable[str], roles: Iterable[str]) -> str:
    """Which accounts of the machine may be which roles of the database."""
    rows = [f'tongban  "{account}"  {role}' for account in accounts for role in roles]
    return "\n".join(["# Written by tongban at every start.", "# MAP  ACCOUNT  ROLE", *rows, ""])
