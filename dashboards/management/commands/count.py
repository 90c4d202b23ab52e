"""`manage.py count INDICATOR --from DATE --to DATE`: the figure, as dashboards show it to an administrator."""

import csv
import json
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from core.periods import Period
from core.scope import SYSTEM
from dashboards import counting
from dashboards.definitions import INDICATORS
from dashboards.measures import KEYS
from dashboards.results import Listing, Result

REFUSED, WRONG_USAGE = 1, 2


class Command(BaseCommand):
    help = "Counts one indicator in a period, or lists the records behind it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("indicator", help=", ".join(INDICATORS).replace("%", "%%"))
        parser.add_argument("--from", dest="start", required=True, metavar="DATE", help="first day, YYYY-MM-DD")
        parser.add_argument("--to", dest="end", required=True, metavar="DATE", help="last day, YYYY-MM-DD")
        parser.add_argument("--by", default="", metavar="KEY,KEY", help=f"breakdown: {', '.join(KEYS)}")
        parser.add_argument(
            "--where", action="append", default=[], metavar="KEY=VALUE", help="limit; the same key again means any of"
        )
        parser.add_argument("--age-bands", metavar="SET", help="a set of age bands, such as MER_PP_PREV")
        parser.add_argument("--format", choices=["json", "csv", "table"], help="json; of a list, one a line")
        parser.add_argument("--list", action="store_true", help="the records behind the figure, one a line")

    def handle(self, *, indicator: str, start: str, end: str, **options: Any) -> None:
        if indicator not in INDICATORS:
            raise wrong(f"“{indicator}” is not an indicator. Use one of: {', '.join(INDICATORS)}.")
        period = a_period(start, end)
        by = [known_key(key.strip()) for key in options["by"].split(",") if key.strip()]
        where = filters(options["where"])
        asked: dict[str, Any] = {"where": where, "age_bands": options["age_bands"], "scope": SYSTEM}
        # What scripts read is the same in every language; only refusals are for people.
        with override("en"):
            try:
                if options["list"]:
                    self.show_list(counting.listing(indicator, period, **asked), options["format"])
                else:
                    self.show(counting.count(indicator, period, by=by, **asked), options["format"])
            except counting.Refused as refused:
                raise CommandError(str(refused), returncode=REFUSED) from refused

    def show(self, result: Result, form: str | None) -> None:
        if form in (None, "json"):
            self.stdout.write(json.dumps(as_json(result), ensure_ascii=False))
            return
        heads = list(dict.fromkeys(key for cell in result.cells for key in cell)) or [*result.by, "value"]
        rows = [[str(cell.get(head, "")) for head in heads] for cell in result.cells]
        if form == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerows([heads, *rows])
            return
        self.stdout.write(f"{result.indicator} {result.period.start} to {result.period.end}: {shown(result)}")
        widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
        for row in [heads, *rows]:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())

    def show_list(self, records: Listing, form: str | None) -> None:
        names = [record.reference or str(record.pk) for record in records]
        if form == "json":
            self.stdout.write(json.dumps(names, ensure_ascii=False))
            return
        for name in names:
            self.stdout.write(name)


def wrong(message: str) -> CommandError:
    """The command was called in a way that it doesn't understand."""
    return CommandError(message, returncode=WRONG_USAGE)


def a_period(start: str, end: str) -> Period:
    """The period from ISO dates."""
    try:
        first, last = (datetime.strptime(text, "%Y-%m-%d").date() for text in (start, end))  # noqa: DTZ007 - days
    except ValueError as error:
        raise wrong(f"Write both dates as YYYY-MM-DD: {error}.") from error
    if last < first:
        raise wrong(f"--to {end} lies before --from {start}.")
    return Period(first, last)


def known_key(key: str) -> str:
    """The key, if any indicator has it."""
    if key not in KEYS:
        raise wrong(f"“{key}” is not a key. Use: {', '.join(KEYS)}.")
    return key


def filters(texts: list[str]) -> dict[str, list[str]]:
    """Filters from KEY=VALUE; the same key again adds a value."""
    found: dict[str, list[str]] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not value:
            raise wrong(f"Write --where as KEY=VALUE, not “{text}”.")
        found.setdefault(known_key(key), []).append(value)
    return found


def as_json(result: Result) -> dict[str, Any]:
    """The answer in the layout that scripts rely on."""
    return {
        "indicator": result.indicator,
        "version": result.version,
        "measure": result.measure.value,
        "additivity": result.additivity.value,
        "from": result.period.start.isoformat(),
        "to": result.period.end.isoformat(),
        "total": result.total,
        "numerator": result.numerator,
        "denominator": result.denominator,
        "cells": result.cells,
        "extra": result.extra,
    }


def shown(result: Result) -> str:
    """The total in words."""
    if result.denominator is not None:
        return f"{result.numerator} of {result.denominator}" + ("" if result.denominator else " (no denominator)")
    return "no total" if result.total is None else str(result.total)
