"""Ways on to groups and the people who lead them: the tiles of the areas, in sections. Read when models are there."""

from django.utils.translation import gettext_lazy as _

from core.areas import Tile
from core.permissions import Permission
from peers.views import agreed_actions, refreshers

P = Permission

PEERS = _("Peer educators")


def reads_only_own(scope) -> bool:
    """Whether somebody sees no supervision but what is about themself."""
    return not scope.everywhere(P.SUPERVISION_VIEW) and not scope.organisations(P.SUPERVISION_VIEW)


def looks_after_others(scope) -> bool:
    return not reads_only_own(scope)


# fmt: off
TILES = [
    Tile("record", _("Supervision visit"), _("Checklist, coaching, what is agreed"), "check", "supervision:create",
         (P.SUPERVISION_RECORD,), 42),
    Tile("groups", _("Supervision"), _("Visits, coaching and how scores go"), "check", "supervision:list",
         (P.SUPERVISION_VIEW,), 30, section=PEERS, when=looks_after_others),
    Tile("groups", _("My coaching"), _("Visits to me, notes and scores"), "check", "supervision:list",
         (P.SUPERVISION_VIEW,), 30, section=PEERS, when=reads_only_own),
    Tile("groups", _("What is agreed and open"), _("Overdue first"), "list", "agreed-actions",
         (P.SUPERVISION_VIEW,), 31, agreed_actions.overdue, PEERS),
    Tile("groups", _("Trainings"), _("Courses, who came, scores"), "book", "trainings:list",
         (P.TRAINING_VIEW,), 32, section=PEERS),
    Tile("groups", _("Training that falls due"), _("Who needs which course again, and when"), "clock", "refreshers",
         (P.TRAINING_VIEW,), 33, refreshers.waiting, PEERS),
]
# fmt: on
