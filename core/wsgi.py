"""The WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

application = get_wsgi_application()
# Reads all addresses now, before the workers part, and not at the expense of the first visitor.
get_resolver().url_patterns  # noqa: B018
