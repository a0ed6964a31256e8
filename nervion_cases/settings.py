"""Settings, from the environment.

A variable is looked for in the environment, then in `.run/env`, which `make run` writes so that `manage.py` in the
same checkout talks to the same servers. Production sets them all (README, «Deploy»).
"""

import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from casework.web import logs

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = BASE_DIR / ".run"

_env = environ.Env()
_from_run = environ.Env.parse_env_file(RUN_DIR / "env") if hasattr(environ.Env, "parse_env_file") else {}
if (RUN_DIR / "env").exists() and not _from_run:
    _from_run = dict(
        line.split("=", 1) for line in (RUN_DIR / "env").read_text().splitlines() if "=" in line and line[0] != "#"
    )


def env(name, default=None):
    """The value of a variable; without one and without a default, a sentence that says where to define it."""
    value = os.environ.get(name, _from_run.get(name, default))
    if value is None:
        raise ImproperlyConfigured(
            f"Falta la variable {name}. Defínala en el entorno (README, «Deploy») o arranque con `make run`."
        )
    return value


def flag(name, default="False"):
    """A boolean variable; only True and False are accepted."""
    value = env(name, default)
    if value not in ("True", "False"):
        raise ImproperlyConfigured(f"{name} debe ser True o False, no «{value}».")
    return value == "True"


DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = [key for key in env("SECRET_KEY_FALLBACKS", "").split(",") if key]
SITE_URL = env("SITE_URL", "http://localhost:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env("ALLOWED_HOSTS", urlsplit(SITE_URL).hostname).split(",")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DEMO_PASSWORD = env("DEMO_PASSWORD", "nervion-demo")
DEMO_MAIL_DIR = Path(env("DEMO_MAIL_DIR", str(RUN_DIR / "mail")))

INSTALLED_APPS = [
    "casework.web",
    "casework.people",
    "casework.worktime",
    "casework.catalogue",
    "casework.links",
    "casework.desk",
    "casework.records",
    "casework.mail",
    "casework.alerts",
    "casework.deadlines",
    "casework.correspondence",
    "coordination",
    "complaints",
    "nervion_cases.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "casework.web.middleware.SecurityHeaders",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "casework.web.request_log.RequestLog",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "casework.web.middleware.CleanInput",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "casework.web.middleware.BodyLimits",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "casework.people.middleware.SessionLimits",
    "casework.people.middleware.SignInRequired",
    "casework.people.middleware.SecondFactor",
    "django_htmx.middleware.HtmxMiddleware",
    "casework.web.middleware.ReadsDoNotWrite",
    "casework.web.middleware.RefusalPages",
    "nervion_cases.duty.metrics.RequestCounters",
]

ROOT_URLCONF = "nervion_cases.urls"
WSGI_APPLICATION = "nervion_cases.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nervion_cases.frame.frame",
            ],
        },
    },
]
FORM_RENDERER = "casework.web.renderer.Renderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Database -------------------------------------------------------------------------------------------------------
DATABASES = {"default": environ.Env.db_url_config(env("DATABASE_URL"))}
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": DATABASES["default"].get("OPTIONS", {})
    | {
        "connect_timeout": 5,
        # A server that vanished without a word is missed within a minute, not within two hours.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        "options": "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Queue: a wake-up call, never a memory ----------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "America/Mexico_City"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A request that wakes the worker must not wait for a Redis that is gone: the tables remember, the beat will come.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.3,
    "socket_timeout": 5,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["casework.people.accounts.PeopleBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_day"
ACCOUNT_ADAPTER = "nervion_cases.accounts.AccountAdapter"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "casework.people.accounts.ResetTokens"
ACCOUNT_FORMS = {
    "login": "casework.people.forms.SignInForm",
    "reset_password": "casework.people.forms.ResetForm",
    "reset_password_from_key": "casework.people.forms.ResetKeyForm",
    "change_password": "casework.people.forms.ChangePasswordForm",
    "reauthenticate": "casework.people.forms.ReauthenticateForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False  # the cookie dies with the browser
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {
    "login": "20/m/ip",
    "login_failed": "20/m/ip,5/m/key",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Nervión Casos"
# Roles that must have a second factor, separated by commas. In the demo nobody must.
_must = "" if DEMO else env("MFA_REQUIRED_ROLES", "coordinador,comercial,direccion,administrador")
MFA_REQUIRED_ROLES = [role for role in _must.split(",") if role]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "casework.people.accounts.CompanyWordsValidator"},
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 10 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "casework.web.views.csrf_failure"

# --- Security -------------------------------------------------------------------------------------------------------
USE_X_FORWARDED_HOST = False
if flag("BEHIND_TLS_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "X-Real-IP"  # which the proxy overwrites, like the one above
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^salud/$", r"^metricas/$"]  # monitors ask on the machine itself, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": "/csp/",
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # an eleventh file is refused by the form, which keeps what was typed
LARGEST_FORM = 3 * 1024 * 1024  # a body without files
LARGEST_BODY = 160 * 1024 * 1024  # ten files of 15 MB and their form
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "es-mx"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Mexico_City"
USE_THOUSAND_SEPARATOR = False  # «2,026» is no year and «1,500» no id; people read numbers through |numero
FORMAT_MODULE_PATH = ["nervion_cases.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT", str(RUN_DIR / "static")))
MEDIA_ROOT = Path(env("MEDIA_ROOT", str(RUN_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "evidence",
            "base_url": None,
            "file_permissions_mode": 0o600,
        },
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

# --- Mail ---------------------------------------------------------------------------------------------------------------
_email = environ.Env.email_url_config(env("EMAIL_URL", "smtp://127.0.0.1:25"))
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env(
    "DEFAULT_FROM_EMAIL",
    "Servicio al Cliente Nervión <servicio@pinturasnervion.example>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Tables of dotted paths, read like MIDDLEWARE ------------------------------------------------------------------------
MY_DAY = [
    "complaints.my_day.waiting",
    "coordination.my_day.waiting",
    "casework.correspondence.my_day.waiting",
    "casework.deadlines.my_day.waiting",
    "casework.mail.my_day.incidents",
]

# --- Logs: JSON where a machine reads them, words in a terminal; and metrics -------------------------------------------
logs.configure()
LOGGING = logs.configuration(as_json=flag("LOG_JSON", str(not (DEMO or DEBUG))))
DJANGO_STRUCTLOG_CELERY_ENABLED = True  # a task carries the number of the request that woke it
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # a request and a task are one line each, when they end
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
METRICS_TOKEN = env("METRICS_TOKEN", "")  # without one, /metricas/ answers only on this machine
PROMETHEUS_LATENCY_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))
