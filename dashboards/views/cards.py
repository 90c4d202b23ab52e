"""Cards of a figures page: a question answered by a figure, a sentence, a chart and its table twin."""

from dataclasses import dataclass, field

from dashboards.charts import Figure
from dashboards.measures import Indicator
from dashboards.tables import Table


@dataclass(frozen=True)
class Chart:
    """A chart as the page hands it to the browser: an id of its own, the figure, and the finding as its text."""

    id: str
    figure: Figure
    finding: str


@dataclass(frozen=True)
class Card:
    """One question answered. `links` are (label, address), `more` further sentences below the chart.

    `facts` stand beside the figure, as (label, value, address); a `lesser` card says its figure in a smaller size.
    """

    indicator: Indicator
    question: str
    value: object
    measure: str
    sentence: str = ""
    chart: Chart | None = None
    tables: list[Table] = field(default_factory=list)
    more: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    facts: list[tuple[str, object, str]] = field(default_factory=list)
    id: str = ""
    lesser: bool = False

    @property
    def testid(self) -> str:
        return self.id or self.indicator.code
