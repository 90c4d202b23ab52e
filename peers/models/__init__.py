"""Groups and the people who lead them: sessions with their heads."""

from peers.models.sessions import Session, SessionCommodity, SessionHeadcount

__all__ = ["Session", "SessionCommodity", "SessionHeadcount"]
