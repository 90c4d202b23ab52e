"""Figures that are not of contacts, each counted again in a module of its own."""

from tests.dashboards import naive_calls, naive_concerns, naive_stock


def count(world, code, start, end, by, where, bands):
    """{cell: (numerator, denominator)} and the pair of the total."""
    if code.startswith("HL_"):
        return naive_calls.count(code, start, end, by, where, bands)
    if code == "SG_TIMELY":
        return naive_concerns.count(world, start, end, by, where, bands)
    if code == "STOCK":
        held = naive_stock.count(end, by, where or {})
        return {cell: (pieces, 0) for cell, pieces in held.items()}, (None, None)
    raise ValueError(code)
