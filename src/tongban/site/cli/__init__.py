"""The `tongban` command line."""

from __future__ import annotations

import argparse
import os
import sys

from tongban.kernel.config import ConfigError
from tongban.kernel.refusals import Refusal


def main(arguments: list[str] | None = None) -> int:
    """Parse, find the database, run one command. Returns the exit code."""
    from tongban.site.cli import (
        archive,
        backups,
        database,
        demo,
        imports,
        keys,
        no_phone,
        privacy,
        quality,
        reporting,
        run,
        sso,
        trust,
        upkeep,
    )

    parser = argparse.ArgumentParser(prog="tongban", description="通办：一体化政务服务平台")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for part in (demo, run, imports, quality, no_phone, reporting, upkeep, keys, privacy, backups, archive, sso, trust):
        part.add(commands)
    args = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.site.settings")
    try:
        if getattr(args, "stands_alone", False):
            return int(args.run(args))
        with database.reachable():
            import django

            django.setup()
            return int(args.run(args))
    except Refusal as refusal:
        print(f"{refusal.reason}\n{refusal.hint}".strip(), file=sys.stderr)
        return 1
    except (ConfigError, database.DatabaseError) as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
