"""`make test`: the whole suite on SQLite with its browser tests, and beside it, on the second core, on PostgreSQL.

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
    missing = [] if find_chromium() else ["browser tests: no Chromium"]
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / "sqlite.xml"]
        if find_postgres():
            reports.append(Path(folder) / "postgresql.xml")
            failed = run_both(*reports)
        else:
            missing.append("everything on PostgreSQL: no server installed")
            failed = start_suite(reports[0]).wait() != 0
        print(f"\n{summary(reports)}", flush=True)
    if missing:
        print("!!! NOT RUN: " + "; ".join(missing), flush=True)
    return 1 if failed or (missing and os.environ.get("CI") == "true") else 0


def run_both(here, behind):
    """Runs both suites at once, and shows PostgreSQL's output when SQLite's is through; True if one didn't end well."""
    with postgres_server() as url, behind.with_suffix(".txt").open("w+") as output:
        on_postgres = start_suite(behind, "-m", "not browser", url=url, stdout=output, stderr=subprocess.STDOUT)
        print("\n=== SQLite ===", flush=True)
        results = [start_suite(here).wait(), on_postgres.wait()]
        output.seek(0)
        print(f"\n=== PostgreSQL ===\n{output.read()}", flush=True)
    return any(results)


def start_suite(report, *arguments, url=None, **streams):
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments, *sys.argv[1:]]
    return subprocess.Popen(command, env=environment, **streams)


def summary(reports):
    """`N passed, N failed`, over all reports; a run that left none ended too early to say anything."""
    counts = Counter()
    for report in filter(Path.exists, reports):
        for suite in ET.parse(report).iter("testsuite"):
            counts.update({key: int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped")})
    bad = counts["failures"] + counts["errors"] + sum(not report.exists() for report in reports)
    passed = counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]
    return f"{passed} passed, {bad} failed" + (f", {counts['skipped']} skipped" if counts["skipped"] else "")


if __name__ == "__main__":
    sys.exit(main())
