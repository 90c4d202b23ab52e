"""What counting is defined by, as far as programmes may change it."""

from dashboards.models.packages import Package

__all__ = ["Package"]
