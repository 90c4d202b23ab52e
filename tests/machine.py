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

    It listens on a socket in its own folder only. `durable` keeps it as safe as a real one, for measurements.
    """
    place = Path(tempfile.mkdtemp(prefix="romduol-pg-"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    data = ["-D", place / "data"]
    postgres(place, "initdb", *data, "-U", "romduol", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    settings = f"-c listen_addresses='' -c unix_socket_directories='{place}' -c max_connections=60"
    # Ended from outside, the server must end too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    postgres(
        place, "pg_ctl", *data, "-o", settings if durable else settings + QUICK, "-l", place / "log", "-w", "start"
    )
    try:
        yield f"postgres://romduol@/{place}/postgres"
    finally:
        postgres(place, "pg_ctl", *data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(place, ignore_errors=True)


# Nothing of a test needs to outlive a power cut. Between tests every table is empty, and statistics of such a moment
# would mislead the next big test. Compiling a query for tables of ten rows takes longer than asking it.
QUICK = " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off"


def postgres(place, program, *arguments):
    """Runs one of the server's programs; it refuses root, so then as the user that Debian's package makes."""
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*as_user, find_postgres() / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd=place)
