"""The product's settings as tests need them: keys of their own, plain http, quick passwords, tasks at once.

A `.env` file of the working copy has no say here, so that tests mean the same everywhere.
"""

import atexit
import importlib
import os
import shutil
import tempfile
from pathlib import Path

os.environ.update(
    SECRET_KEY="tests-only-secret-key-tests-only-secret-key",
    UIC_KEY="tests-only-card-key-tests-only-card-key-tests",
    DEBUG="0",
    DEMO="1",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    PUBLIC_HOST="",
    STAFF_HOST="",
    # Playwright keeps an event loop in the tests' own thread, which Django would refuse the database to.
    DJANGO_ALLOW_ASYNC_UNSAFE="1",
)
_PLACE = Path(tempfile.mkdtemp(prefix="romduol-tests-"))
atexit.register(shutil.rmtree, _PLACE, ignore_errors=True)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{_PLACE / 'unused.sqlite3'}")
os.environ["MEDIA_ROOT"] = str(_PLACE / "media")

_product = importlib.import_module("core.settings")
globals().update({name: getattr(_product, name) for name in dir(_product) if name.isupper()})

STATIC_ROOT = _PLACE / "static"
STATIC_ROOT.mkdir()
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = {
    **_product.STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

DATABASES = _product.DATABASES
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads that write at once must meet the locks that they meet in real use.
    DATABASES["default"]["TEST"] = {"NAME": _PLACE / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
