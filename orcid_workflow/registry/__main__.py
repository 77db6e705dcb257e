"""``python -m orcid_workflow.registry``: migrate, load people, serve, stop on SIGTERM or Ctrl-C."""

import argparse
import json
import os
import signal
import sys
from pathlib import Path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="orcid_workflow.registry", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="port on 127.0.0.1 (default 8001)")
    parser.add_argument("--db", type=Path, required=True, help="SQLite file; made when it is not there")
    parser.add_argument("--people", type=Path, help="JSON file with people, and clients if there are more")
    parser.add_argument("--client-id", help="instead of ORCID_CLIENT_ID")
    parser.add_argument("--client-secret", help="instead of ORCID_CLIENT_SECRET")
    parser.add_argument("--client-name", help="the name that the consent page shows")
    parser.add_argument(
        "--redirect-uri", action="append", help="instead of ORCID_REDIRECT_URIS; may be repeated"
    )
    parser.add_argument("--client-kind", choices=["member", "public"], help="default: member")
    parser.add_argument("--code-seconds", help="how long an authorization code is good (default 600 seconds)")
    parser.add_argument(
        "--rate", help="API calls a second for each member client (default 24; 0: no limit for anybody)"
    )
    parser.add_argument("--burst", help="how many calls over the rate may wait (default 40)")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other of the switches in switches.py, such as webhook_seconds=1; may be repeated",
    )
    parser.add_argument(
        "--faults", action="store_true", help="allow faults on demand (tests and demonstrations)"
    )
    return parser.parse_args()


def _set_environment(arguments: argparse.Namespace) -> None:
    """Settings read the environment; what was given as an argument goes there."""
    given = {
        "REGISTRY_DB": arguments.db.resolve(),
        "ORCID_CLIENT_ID": arguments.client_id,
        "ORCID_CLIENT_SECRET": arguments.client_secret,
        "REGISTRY_CLIENT_NAME": arguments.client_name,
        "ORCID_REDIRECT_URIS": " ".join(arguments.redirect_uri or []) or None,
        "REGISTRY_CLIENT_KIND": arguments.client_kind,
        "REGISTRY_SWITCHES": json.dumps(_switches(arguments)),
    }
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    os.environ["REGISTRY_FAULTS"] = "1" if arguments.faults else "0"
    # A site's settings may stand in the environment that starts this process.
    os.environ["DJANGO_SETTINGS_MODULE"] = "orcid_workflow.registry.settings"


def _switches(arguments: argparse.Namespace) -> dict[str, str]:
    """What the command line says of the switches, as text."""
    given = {name: getattr(arguments, name) for name in ("code_seconds", "rate", "burst")}
    switches = {name: value for name, value in given.items() if value is not None}
    if switches.get("rate") == "0":
        switches["public_rate"] = "0"
    return switches | dict(pair.partition("=")[::2] for pair in arguments.set)


def main() -> int:
    """Run the registry. Returns the exit status."""
    arguments = _arguments()
    arguments.db.parent.mkdir(parents=True, exist_ok=True)
    _set_environment(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)

    import django

    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from . import keys, people, server, webhooks

    call_command("migrate", verbosity=0, interactive=False)
    try:
        new = people.load(arguments.people)
    except people.BadPeople as error:
        sys.stderr.write(f"{arguments.people}: {error}\n")
        return 2
    keys.signing_key()
    webhooks.start()
    sys.stdout.write(f"Local ORCID registry on http://localhost:{arguments.port} ({new} new people)\n")
    sys.stdout.flush()
    try:
        server.serve(arguments.port, get_wsgi_application())
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
