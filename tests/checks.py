"""`make check`: style, types, import contracts, templates, migrations, deployment settings, catalogues.

Every check runs, so that one look shows everything that is wrong. `make fix` mends what a tool can mend.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tree import ROOT, own_python, own_templates

TOOLS = Path(sys.executable).parent
PRODUCTION = {
    "SECRET_KEY": "check-only-secret-key-AbCdEfGhIjKlMnOpQrStUvWxYz-0123456789",
    "UIC_KEY": "check-only-card-key-ZyXwVuTsRqPoNmLkJiHgFeDcBa-9876543210",
    "ALLOWED_HOSTS": "romduol.example",
    "DEBUG": "0",
    "DEMO": "0",
}


def checks(database):
    """Name, command and extra environment of each check; `database` is the address of a fresh one."""
    manage = [sys.executable, "manage.py"]
    production = {**PRODUCTION, "DATABASE_URL": database}
    yield "style", [TOOLS / "ruff", "check", "."], {}
    yield "format (make fix)", [TOOLS / "ruff", "format", "--check", "--quiet", "."], {}
    yield "import contracts", [TOOLS / "lint-imports", "--no-cache"], {}
    yield "types", [TOOLS / "mypy"], {}
    yield "Django idioms", [TOOLS / "django-upgrade", "--target-version", "5.2", "--check", *own_python()], {}
    yield "template style (make fix)", [sys.executable, "-m", "tests.templates"], {}
    yield "template lint", [TOOLS / "djlint", "--lint", "--quiet", *own_templates()], {}
    yield "missing migrations", [*manage, "makemigrations", "--check", "--dry-run"], production
    yield "migrations on an empty database", [*manage, "migrate", "--verbosity", "0"], production
    yield "deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production
    yield "shape", [sys.executable, "-m", "pytest", "-q", "tests/test_shape.py"], {}
    yield "languages (make messages)", [sys.executable, "-m", "pytest", "-q", "tests/test_translations.py"], {}


def main():
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for name, command, extra in checks(f"sqlite:///{folder}/check.sqlite3"):
            done = subprocess.run(
                command,
                env={**os.environ, **extra},
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, flush=True)
    print(f"{len(failed)} checks failed: {', '.join(failed)}" if failed else "Every check passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
