"""Why a figure is not given."""


class Refused(ValueError):
    """A question that can't be answered as asked; the message says why and what to ask instead."""


class WrongTotal(Refused):
    """Figures that must not be added: the sum would count somebody twice or mean nothing."""
