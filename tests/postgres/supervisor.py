"""A supervisor in its own process, told what to do line by line: `poll`, `restart`, `query SELECT …`, `stop`."""

import json
import os
import sys
from pathlib import Path

import psycopg

from tongban.kernel.postgres import Server, ServerError, start


def main(data_dir: Path) -> None:
    try:
        server = start(data_dir, environ=os.environ)
    except ServerError as error:
        say({"error": str(error)})
        raise SystemExit(1) from None
    say(described(server))
    for line in sys.stdin:
        command, _, rest = line.strip().partition(" ")
        if command == "query":
            with psycopg.connect(server.url) as connection:
                found = connection.execute(rest.encode())
                rows = found.fetchall() if found.description else []
            # Only now it is committed: the test may kill the server as soon as it hears an answer.
            say(rows)
        elif command == "poll":
            say(server.poll())
        elif command == "restart":
            server.restart()
            say(described(server))
        elif command == "stop":
            server.stop()
            say(server.poll())
            return


def described(server: Server) -> dict[str, object]:
    return {
        "lane": server.lane,
        "version": server.version,
        "pid": server.pid,
        "url": server.url,
        "admin_url": server.admin_url,
    }


def say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
