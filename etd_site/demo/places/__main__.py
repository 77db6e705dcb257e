"""``python -m etd_site.demo.places``: serve until SIGTERM or Ctrl-C."""

import argparse
import signal
import sys
from pathlib import Path

from .server import HOST, Server


def main() -> int:
    """Run the places. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="etd_site.demo.places", description=__doc__)
    parser.add_argument("--port", type=int, default=8002, help="port on 127.0.0.1 (default 8002)")
    parser.add_argument("--db", type=Path, required=True, help="SQLite file; made when it is not there")
    parser.add_argument("--faults", action="store_true", help="allow faults on demand at /_control")
    arguments = parser.parse_args()
    arguments.db.parent.mkdir(parents=True, exist_ok=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    try:
        with Server(arguments.port, arguments.db, may_fail=arguments.faults) as server:
            sys.stdout.write(f"Places on http://{HOST}:{arguments.port}/\n")
            sys.stdout.flush()
            server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
