"""`make run`: brings the database up to date, then serves as production would, the worker beside it."""

import signal
import socket
import subprocess
import sys
import time
from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from core.models import Organisation

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Prepares the database (an empty one gets the demo with DEMO=1), then serves and works until Ctrl-C."

    requires_system_checks = []  # `make check` has them; a start should be quick

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, port, **options):
        refuse_taken(port)
        self.prepare()
        connections.close_all()
        children = [start_web(port)]
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.default_int_handler)
        try:
            wait_until_answering(port, children)
            children.append(start_worker())
            self.say_where(port)
            stopped = wait_for_any(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
            return
        finally:
            stop(children)
        raise CommandError(f"{stopped.args[1:4]} ended by itself with {stopped.returncode}; everything is stopped.")

    def prepare(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database")
            call_command("migrate", verbosity=0, interactive=False)
        call_command("load_reference", stdout=StringIO())
        if settings.DEMO and not Organisation.objects.exists():
            self.stdout.write("Making the demonstration programme (about a minute)")
            call_command("demo", stdout=StringIO())

    def say_where(self, port):
        address = f"http://{HOST}:{port}"
        self.stdout.write(
            f"\nRomduol is running (Ctrl-C stops it)\n"
            f"  public site  {address}/\n"
            f"  workspace    {address}/app/\n"
            f"  editing      {address}/cms/\n"
        )
        if settings.DEMO:
            call_command("demo", sign_ins=True)


def refuse_taken(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} can't be used ({error.strerror}). Try: make run PORT={port + 1}"
            ) from error


def start_worker():
    return subprocess.Popen(
        [sys.executable, "manage.py", "db_worker", "--skip-checks", "--verbosity", "0"], cwd=settings.BASE_DIR
    )


def start_web(port):
    options = [
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
        "--preload",
        "--no-control-socket",
    ]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "core.wsgi",
        *options,
        "--timeout",
        "120",
        "--log-level",
        "error",  # its warnings name the visitor's address
    ]
    return subprocess.Popen(command, cwd=settings.BASE_DIR)


def wait_until_answering(port, children):
    while all(child.poll() is None for child in children):
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


def wait_for_any(children):
    """The first child that ends."""
    while True:
        for child in children:
            if child.poll() is not None:
                return child
        time.sleep(0.2)


def stop(children):
    """Ends the children, kindly at first: a task under way gets ten seconds."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
