"""The project's own files: those that git knows or would take, without what others wrote or tools made."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ("core", "outreach", "peers", "cms", "dashboards", "fixtures")


def own_files(*patterns):
    """Sorted paths from the project's folder."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    done = subprocess.run([*command, "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = map(Path, sorted(filter(None, done.stdout.split("\0"))))
    return [path for path in paths if "vendor" not in path.parts and (ROOT / path).exists()]


def own_python():
    """Written by hand: no migrations."""
    return [path for path in own_files("*.py") if "migrations" not in path.parts]


def own_templates():
    return [path for path in own_files("*.html") if "templates" in path.parts]


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")
