"""What the tests need of the machine: Chromium, PostgreSQL, and a PostgreSQL server of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("chromium", "postgresql", "fonts-khmeros")


def find_chromium():
    """The path of a Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


def find_postgres():
    """The folder of the newest PostgreSQL server's programs, or None."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def install_missing():
    """Installs what is missing, as root on Debian; elsewhere leaves the machine as it is."""
    if (find_chromium() and find_postgres()) or os.geteuid() or not shutil.which("apt-get"):
        return
    print("Installing", *PACKAGES, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-qq", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            print(done.stderr, file=sys.stderr, flush=True)


@contextmanager
def postgres_server(*, durable=False):
    """Yields the DATABASE_URL of a fresh server, which is stopped and removed afterwards.

    PostgreSQL refuses to run as root: then it runs as the user `postgres` that Debian's package makes. It
    listens on a socket in its own folder only. `durable` keeps fsync on, for measurements.
    """
    programs = find_postgres()
    place = Path(tempfile.mkdtemp(prefix="romduol-pg-"))
    as_user = []
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program, *arguments):
        subprocess.run([*as_user, programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=place)

    run(
        "initdb",
        "-D",
        place / "data",
        "-U",
        "romduol",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    settings = f"-c listen_addresses='' -c unix_socket_directories='{place}' -c max_connections=60"
    if not durable:
        settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        # Between tests every table is empty; statistics of that moment would mislead the next big test.
        settings += " -c autovacuum=off"
    # Ended from outside, the server must end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    run("pg_ctl", "-D", place / "data", "-o", settings, "-l", place / "log", "-w", "start")
    try:
        yield f"postgres://romduol@/{place}/postgres"
    finally:
        run("pg_ctl", "-D", place / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(place, ignore_errors=True)
