"""Whether the process that took on some work still lives. No Django."""

import os
import platform
from pathlib import Path


def _started(pid: int) -> str:
    """When the process began, in ticks since the machine did; empty if there is none or it can't be told."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    state, *rest = text.rpartition(")")[2].split()
    return "" if state == "Z" else rest[18]


def me() -> str:
    """The name of this process, which no other ever has."""
    return f"{platform.node()[:80]} {os.getpid()} {_started(os.getpid())}"


def lives(name: str) -> bool | None:
    """Whether the process of that name lives; None if it is another machine's, or this one can't tell."""
    node, _space, rest = name.rpartition(" ")[0].rpartition(" ")
    if node != platform.node()[:80]:
        return None
    pid, started = int(rest), name.rpartition(" ")[2]
    if started:
        return _started(pid) == started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
