"""`make test`: the whole suite on SQLite with its browser tests, then on PostgreSQL.

The last line is the sum of both runs, or says loudly what could not be run; with CI=true that is a failure.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.machine import find_chromium, find_postgres, install_missing, postgres_server


def main():
    install_missing()
    counts = Counter()
    missing = [] if find_chromium() else ["browser tests: no Chromium"]
    failed = run_suite("SQLite", counts)
    if find_postgres():
        with postgres_server() as url:
            failed |= run_suite("PostgreSQL", counts, url=url, arguments=["-m", "not browser"])
    else:
        missing.append("everything on PostgreSQL: no server installed")

    passed = counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"\n{passed} passed, {counts['failures'] + counts['errors']} failed{skipped}", flush=True)
    if missing:
        print("!!! NOT RUN: " + "; ".join(missing), flush=True)
    return 1 if failed or (missing and os.environ.get("CI") == "true") else 0


def run_suite(name, counts, *, url=None, arguments=()):
    """Runs pytest once, adds its numbers to `counts`; True if it did not end well."""
    print(f"\n=== {name} ===", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments, *sys.argv[1:]],
            env=environment,
        )
        if report.exists():
            for suite in ET.parse(report).iter("testsuite"):
                counts.update({key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")})
    return done.returncode != 0


if __name__ == "__main__":
    sys.exit(main())
