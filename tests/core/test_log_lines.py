"""What logs say of a request that failed."""

import logging
from io import StringIO

from django.test import RequestFactory
from django.urls import resolve
from django.utils.log import log_response

from core.log_lines import WithoutAddress


def line_about(path):
    out = StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(WithoutAddress())
    logger = logging.getLogger("tests.failed_requests")
    logger.propagate = False
    logger.addHandler(handler)
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    response = type("Response", (), {"status_code": 500, "reason_phrase": "Server Error"})()

    log_response("%s: %s", "Server Error", path, response=response, request=request, logger=logger)

    logger.removeHandler(handler)
    return out.getvalue()


def test_line_about_a_failed_request_names_the_route_and_no_record():
    line = line_about("/app/people/clients/8a5f2d4e-1111-4222-8333-944445555666/history/")

    assert line == "Server Error: app/people/clients/<uuid:pk>/history/\n"


def test_every_handler_leaves_addresses_out(settings):
    assert [handler["filters"] for handler in settings.LOGGING["handlers"].values()] == [["without_address"]]
