"""`make check`: style, types, import contracts, templates, migrations, deployment settings, catalogues.

Every check runs, so that one look shows everything that is wrong. `make fix` mends what a tool can mend.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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
    templates = tracked("*.html")
    manage = [sys.executable, "manage.py"]
    production = {**PRODUCTION, "DATABASE_URL": database}
    yield "style", [TOOLS / "ruff", "check", "."], {}
    yield "format (make fix)", [TOOLS / "ruff", "format", "--check", "--quiet", "."], {}
    yield "import contracts", [TOOLS / "lint-imports", "--no-cache"], {}
    yield "types", [TOOLS / "mypy"], {}
    yield (
        "Django idioms",
        [TOOLS / "django-upgrade", "--target-version", "5.2", "--check", *tracked("*.py")],
        {},
    )
    if templates:
        yield (
            "template style (make fix)",
            [TOOLS / "djade", "--check", "--target-version", "5.2", *templates],
            {},
        )
        yield "template indents (make fix)", [TOOLS / "djhtml", "--check", "--tabwidth", "2", *templates], {}
        yield "template lint", [TOOLS / "djlint", "--lint", "--quiet", *templates], {}
    yield "missing migrations", [*manage, "makemigrations", "--check", "--dry-run"], production
    yield "migrations on an empty database", [*manage, "migrate", "--verbosity", "0"], production
    yield "deployment", [*manage, "check", "--deploy", "--fail-level", "WARNING"], production
    yield "shape", [sys.executable, "-m", "pytest", "-q", "tests/test_shape.py"], {}


def tracked(pattern):
    """The files of the project that match, new ones included, others' files left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", pattern]
    listed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split("\n")
    return [name for name in listed if name and "/vendor/" not in name and (ROOT / name).exists()]


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
