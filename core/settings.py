"""Settings, from the environment with safe defaults; `docs/configuration.md` lists every variable.

Without DEMO and DEBUG the start refuses missing or default secrets.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)

_DEVELOPMENT_KEY = "only-for-development-and-demo-never-for-real-people"
SECRET_KEY = env("SECRET_KEY", default=_DEVELOPMENT_KEY if DEBUG else "")
UIC_KEY = env("UIC_KEY", default=_DEVELOPMENT_KEY if DEBUG else "")
if not (SECRET_KEY and UIC_KEY):
    raise ImproperlyConfigured(
        "Set SECRET_KEY and UIC_KEY (two different long random texts) before starting; `make run` makes them."
    )
if not (DEBUG or DEMO) and (len(SECRET_KEY) < 40 or len(UIC_KEY) < 40 or SECRET_KEY == UIC_KEY):
    raise ImproperlyConfigured("SECRET_KEY and UIC_KEY must differ and have at least 40 characters each.")

_LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
PUBLIC_HOST = env("PUBLIC_HOST", default="")
STAFF_HOST = env("STAFF_HOST", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=_LOOPBACK)
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
if DEMO:
    ALLOWED_HOSTS = _LOOPBACK

INSTALLED_APPS = [
    "core",
    "outreach",
    "peers",
    "cms",
    "dashboards",
    "fixtures",
    "wagtail.contrib.simple_translation",
    "wagtail.users",
    "wagtail.documents",  # Wagtail's editor needs these two installed; their screens are not routed
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # A plan of sixty people is 11 kB instead of 160 on a slow network. Sizes tell nothing (BREACH): cookies are Lax, so
    # no other site can ask for a signed-in page in secret, and Django pads what it compresses.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.DevicesMiddleware",
    "core.middleware.HostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "core.middleware.ScopeMiddleware",
    "core.middleware.DeniedMiddleware",
    "core.middleware.TimeoutMiddleware",
    "core.middleware.OwnLanguageMiddleware",
    "core.middleware.SecondFactorMiddleware",
    "core.middleware.ReadOnlyGetMiddleware",
]

ROOT_URLCONF = "core.urls"
WSGI_APPLICATION = "core.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.workspace",
            ],
        },
    }
]

# --- database -----------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Durable before quick: an acknowledged record survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
elif DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # For counting: indexes cost on today's disks what reading in order does, a grouping of a year's people fits
    # into 32 MB, and compiling a query takes longer than running it.
    _COUNTING = "-c random_page_cost=1.1 -c work_mem=32MB -c jit=off"
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", _COUNTING)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "core.shared_cache.OwnAndSharedCache"},
    "shared": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- people -------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "core.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {
    "login": "core.forms.accounts.SignInForm",
    "reauthenticate": "core.forms.accounts.ConfirmPasswordForm",
}
# Five wrong passwords or codes make a user name wait for a quarter of an hour; a busy office behind one address may
# need more.
SIGN_IN_TRIES = "5/15m/key"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": f"30/m/ip,{SIGN_IN_TRIES}"}
# Behind a proxy the visitor's address is read from X-Forwarded-For, this many proxies from its end.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
MFA_ADAPTER = "core.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "core.forms.accounts.ActivateForm",
    "authenticate": "core.forms.accounts.CodeForm",
    "reauthenticate": "core.forms.accounts.ConfirmCodeForm",
}
# One-time links: 24 hours.
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

# --- sessions, cookies, headers -----------------------------------------------------------------

_PLAIN_HTTP = DEBUG or DEMO
SESSION_COOKIE_NAME = "romduol" if _PLAIN_HTTP else "__Host-romduol"
CSRF_COOKIE_NAME = "romduol-form" if _PLAIN_HTTP else "__Host-romduol-form"
LANGUAGE_COOKIE_NAME = "romduol-language" if _PLAIN_HTTP else "__Host-romduol-language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not _PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
IDLE_SECONDS = 15 * 60

SECURE_SSL_REDIRECT = not _PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# Anybody can send this header: it is believed only where a proxy of ours sets it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 0 if _PLAIN_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not _PLAIN_HTTP
# Not "no-referrer": browsers would send `Origin: null` with forms, which the CSRF check refuses over https.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
EXIT_URL = env("EXIT_URL", default="https://www.bbc.com/weather")

# --- languages and time -------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("km", _("Khmer")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = WAGTAIL_I18N_ENABLED = True
FORMAT_MODULE_PATH = "core.formats"
FILTERS_EMPTY_CHOICE_LABEL = _("All")
TIME_ZONE = "Asia/Phnom_Penh"
USE_TZ = True

# --- files --------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / "media"))
MEDIA_URL = "/media/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
IMPORT_MAX_BYTES = 2 * 1024 * 1024

# --- editing ------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Romduol"
WAGTAILADMIN_BASE_URL = env("WAGTAILADMIN_BASE_URL", default="http://127.0.0.1:8000")
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_COMMENTS_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.actions.publishing.publish_reviewed"
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("en", "English")]  # Wagtail's own screens speak no Khmer

# --- e-mail (editors' notices only; programme data never leaves by e-mail) -----------------------

vars().update(env.email("EMAIL_URL", default="consolemail://"))

# --- the programme's own rules -------------------------------------------------------------------

UIC_FORMULA = env("UIC_FORMULA", default="mother:2 father:2 birth_month birth_year sex province")
UIC_FORMULA_VERSION = env.int("UIC_FORMULA_VERSION", default=1)
KNOWN_POSITIVE_KEPT = env.bool("KNOWN_POSITIVE_KEPT", default=True)
# A place with less than so many months of a commodity, at its use of late, is running low.
STOCK_MIN_MONTHS = env.float("STOCK_MIN_MONTHS", default=1.0)
CONSENT_AGE = env.int("CONSENT_AGE", default=18)
# What the data-quality desk asks about: contacts a worker a day, days between a contact and its typing.
MOST_CONTACTS_A_DAY = env.int("MOST_CONTACTS_A_DAY", default=40)
LATE_AFTER_DAYS = env.int("LATE_AFTER_DAYS", default=14)
SLIP_DAYS = env.int("SLIP_DAYS", default=90)
# Hours in which a concern that asks for a response "now" needs a first action.
SAFEGUARDING_NOW_HOURS = env.float("SAFEGUARDING_NOW_HOURS", default=1)
# What one used needle and syringe weighs: collection rounds that were weighed are counted by it.
GRAMS_PER_SYRINGE = env.float("GRAMS_PER_SYRINGE", default=4.5)
# How many different topics at sessions in twelve months make the whole dose of peer education.
PE_DOSE_TOPICS = env.int("PE_DOSE_TOPICS", default=4)
TEST_EVERY_DAYS = env.int("TEST_EVERY_DAYS", default=180)
# The month in which a school year begins.
SCHOOL_YEAR_STARTS = env.int("SCHOOL_YEAR_STARTS", default=10)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    # Django's request logger prints addresses, which may hold a record's id: routes stand there instead.
    "filters": {"without_address": {"()": "core.log_lines.WithoutAddress"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_address"]}},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
