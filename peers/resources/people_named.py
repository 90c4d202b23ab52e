"""How files of peer work name people who sign in: by their user name."""

from core.resources.entries import Named
from peers import staff


class Username(Named):
    """People of the organisation, now or once, by user name alone."""

    def __init__(self, refusal):
        super().__init__(lambda errand: staff.once_members(errand.organisation), refusal, "username")

    def look_up(self, names, errand):
        return dict(self.rows(errand).filter(username__in=names).values_list("username", "pk"))
