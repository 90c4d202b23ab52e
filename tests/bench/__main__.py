"""`make bench`: every benchmark on SQLite and on PostgreSQL, each in a process and a database of its own.

A benchmark is a module of this folder with `run(report)`; `python -m tests.bench reach` runs only the named ones.
"""

import importlib
import os
import pkgutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.machine import find_postgres, install_missing, postgres_server

FOLDER = Path(__file__).parent
CHILD = "ROMDUOL_BENCH"


def names():
    return sorted(module.name for module in pkgutil.iter_modules([str(FOLDER)]) if module.name != "__main__")


def main(wanted):
    install_missing()
    missing = "" if find_postgres() else "PostgreSQL: no server installed"
    failed = False
    for name in wanted or names():
        with tempfile.TemporaryDirectory() as folder:
            failed |= run_child(name, "SQLite", f"sqlite:///{folder}/bench.sqlite3")
        if not missing:
            with postgres_server(durable=True) as url:
                failed |= run_child(name, "PostgreSQL", url)
    if missing:
        print(f"!!! NOT RUN: {missing}")
    return 1 if failed else 0


def run_child(name, database, url):
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.bench_settings"}
    environment[CHILD] = database
    return subprocess.run([sys.executable, "-m", "tests.bench", name], env=environment).returncode != 0


def run_one(name, database):
    import django  # noqa: PLC0415 - settings of this process come from the environment set above
    from django.core.management import call_command  # noqa: PLC0415 - as above

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)

    def report(what, figure, aim=""):
        print(f"{name:<10} {database:<11} {what:<52} {figure:>14}  {aim}", flush=True)

    importlib.import_module(f"tests.bench.{name}").run(report)


if __name__ == "__main__":
    if CHILD in os.environ:
        run_one(sys.argv[1], os.environ[CHILD])
    else:
        sys.exit(main(sys.argv[1:]))
