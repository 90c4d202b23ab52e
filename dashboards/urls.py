"""Addresses of the figures, under /app/."""

from django.urls import path

from dashboards.views import definitions, figures, groups, indicators, lists

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/workbook/", figures.workbook, name="figures-workbook"),
    path("figures/groups/", groups.groups, name="figures-groups"),
    path("figures/groups/workbook/", groups.workbook, name="figures-groups-workbook"),
    path("figures/definitions/", definitions.definitions, name="definitions"),
    path("figures/indicators/", indicators.indicators, name="figures-indicators"),
    path("figures/indicators/workbook/", indicators.indicators_workbook, name="figures-indicators-workbook"),
    path("figures/<str:code>/", indicators.figure, name="figure"),
    path("figures/<str:code>/workbook/", indicators.figure_workbook, name="figure-workbook"),
    path("figures/<str:code>/list/", lists.figure_list, name="figure-list"),
]
