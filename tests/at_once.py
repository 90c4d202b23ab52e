"""Steps taken at the same moment, each in a thread and a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from core.actions.records import Refused
from core.rules.problems import InvalidEntries

REFUSED = "refused"


def at_once(*steps):
    """What each step answers, or that it was refused; all begin at the same moment. What else it raises is raised."""
    ready = Barrier(len(steps))

    def take(step):
        try:
            connection.ensure_connection()
            ready.wait()
            return step()
        except (Refused, InvalidEntries):
            return REFUSED
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(take, steps))
