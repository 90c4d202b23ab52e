"""The templates' one style: djade's, with every loaded library on its own line, and djhtml's indents of four.

`python -m tests.templates` names the files that differ and exits 1; with `--fix` it rewrites them.
"""

import re
import subprocess
import sys
from pathlib import Path

from djhtml.modes import DjHTML

from tests.tree import ROOT, own_templates, text_of

TOOLS = Path(sys.executable).parent
LOAD = re.compile(r"^\{% load ((?:(?! from )[^%])+) %\}$", re.MULTILINE)


def styled(text):
    """The template as it should look; djade alone would put all libraries on one line."""
    text = formatted(text)
    text = LOAD.sub(lambda match: "\n".join(f"{{% load {name} %}}" for name in match[1].split()), text)
    return DjHTML(text).indent(4)


def formatted(text):
    command = [TOOLS / "djade", "--target-version", "5.2", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if not done.stdout and text.strip():
        raise RuntimeError(f"djade answered nothing: {done.stderr}")
    return done.stdout


def main(*, fix):
    differing = {path: right for path in own_templates() if (right := styled(text_of(path))) != text_of(path)}
    for path, right in differing.items():
        print(("mended " if fix else "differs ") + str(path))
        if fix:
            (ROOT / path).write_text(right, encoding="utf-8")
    return 1 if differing and not fix else 0


if __name__ == "__main__":
    sys.exit(main(fix="--fix" in sys.argv))
