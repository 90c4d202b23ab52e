"""The product's settings for benchmarks: durable as in real use, on the database that the runner names."""

import os

os.environ.update(
    SECRET_KEY="bench-only-secret-key-bench-only-secret-key",
    UIC_KEY="bench-only-card-key-bench-only-card-key-bench",
    DEBUG="0",
    DEMO="1",
)
from core.settings import *  # noqa: F403 - settings are these, whole

# Pages are drawn without gathering static files first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405 - as above
