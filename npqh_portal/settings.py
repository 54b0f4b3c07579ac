"""All settings. They are read from the environment (or `.env`); `.env.example` says what each is for.

A secret has no default, and a missing or malformed value stops the start.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from npqh_portal.launch import places

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = places.VAR

env = Env()
env.read_env(places.DOTENV, recurse=False)

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SECRET_KEY = env.str("SECRET_KEY", validate=validate.Length(min=50))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
PORT = env.int("PORT", 8000) if env.str("PORT", "") else 8000
SITE_URL = env.str("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
# The portal serves a laptop or a demo over plain HTTP; anything else is reached through TLS.
SECURE = SITE_URL.startswith("https://")

if DEMO and SECURE and not env.bool("DEMO_ON_THE_INTERNET", False):
    raise ImproperlyConfigured("DEMO=1 signs anybody in as anybody: take it away where SITE_URL is https.")

# The provider whose portal this is
PROVIDER_NAME = env.str("PROVIDER_NAME", "Larkfell Leadership Partnership")
PROVIDER_EMAIL = env.str("PROVIDER_EMAIL", "npqh@larkfell.example")
PROVIDER_PHONE = env.str("PROVIDER_PHONE", "01632 960 417")
PROVIDER_HOURS = env.str("PROVIDER_HOURS", "weekdays 8am to 4pm")
PROVIDER_ACCENT = env.str("PROVIDER_ACCENT", "#68246d")
PROVIDER_LOGO = env.str("PROVIDER_LOGO", "")
CERTIFICATE_PREFIX = env.str("CERTIFICATE_PREFIX", "LF")
CERTIFICATE_SIGNATORIES = env.json(
    "CERTIFICATE_SIGNATORIES",
    [["Honor Braithe-Calloway", "Director"], ["Tobias Farrant", "Programme lead"]],
)

INSTALLED_APPS = [
    "npqh_portal.audit",
    "npqh_portal.people",
    "npqh_portal.notifications",
    "npqh_portal.signin",
    "npqh_portal.web",
    "npqh_portal.schools",
    "npqh_portal.programmes",
    "applications",
    "cohorts",
    "assessments",
    "npqh_portal.home",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "pgtrigger",
]

MIDDLEWARE = [
    "cohorts.middleware.KeysUnwrittenMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "npqh_portal.web.middleware.PrivatePagesMiddleware",
    "npqh_portal.web.middleware.NoNullMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "npqh_portal.signin.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "npqh_portal.urls"
WSGI_APPLICATION = "npqh_portal.wsgi.application"
CSRF_FAILURE_VIEW = "npqh_portal.web.views.csrf_failure"

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
                "npqh_portal.web.context_processors.portal",
            ],
            "builtins": ["django.templatetags.static", "npqh_portal.web.templatetags.portal"],
        },
    },
]
FORM_RENDERER = "npqh_portal.web.renderers.PortalRenderer"

# Data: PostgreSQL and Redis, the embedded ones unless addresses are given
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url("DATABASE_URL", places.database_url(), conn_max_age=60)
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("TEST_DATABASE_TEMPLATE", "") or None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", places.redis_url())
CACHES = {
    # Where allauth counts attempts to sign in and keeps used codes: this must hold while Redis is away.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "redis": {
        "BACKEND": "npqh_portal.web.caches.FailOpenRedisCache",
        "LOCATION": REDIS_URL,
    },
}
SESSION_CACHE_ALIAS = "redis"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())

# Passwords and sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:start"
LOGOUT_REDIRECT_URL = "home:index"

ACCOUNT_ADAPTER = "npqh_portal.signin.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SIGNUP_FORM_CLASS = "npqh_portal.signin.forms.names.NameForm"
ACCOUNT_FORMS = {
    "login": "npqh_portal.signin.forms.account.LoginForm",
    "signup": "npqh_portal.signin.forms.account.SignupForm",
    "request_login_code": "npqh_portal.signin.forms.account.RequestLoginCodeForm",
    "confirm_login_code": "npqh_portal.signin.forms.account.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "npqh_portal.signin.forms.account.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "npqh_portal.signin.forms.account.ConfirmPasswordResetCodeForm",
    "add_email": "npqh_portal.signin.forms.account.AddEmailForm",
    "change_password": "npqh_portal.signin.forms.account.ChangePasswordForm",
    "set_password": "npqh_portal.signin.forms.account.SetPasswordForm",
    "reset_password": "npqh_portal.signin.forms.account.ResetPasswordForm",
    "reset_password_from_key": "npqh_portal.signin.forms.account.ResetPasswordKeyForm",
    "reauthenticate": "npqh_portal.signin.forms.account.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# School mail filters are slow. The letters say how long a code holds.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
# Beside allauth's own limits: from one place, in a minute, five minutes, a day.
ACCOUNT_RATE_LIMITS = {"register_interest": "10/m/ip", "check_certificate": "30/5m/ip,300/d/ip"}
ACCOUNT_LOGOUT_ON_GET = False
# On a shared computer, closing the browser signs out.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_DISPLAY = "npqh_portal.signin.adapter.display_name"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
MFA_ADAPTER = "npqh_portal.signin.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "npqh_portal.signin.forms.factors.AuthenticateForm",
    "reauthenticate": "npqh_portal.signin.forms.factors.ReauthenticateForm",
    "activate_totp": "npqh_portal.signin.forms.factors.ActivateTOTPForm",
    "add_webauthn": "npqh_portal.signin.forms.factors.AddWebAuthnForm",
    "edit_webauthn": "npqh_portal.signin.forms.factors.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = PROVIDER_NAME
# One half minute early or late: telephones and servers differ.
MFA_TOTP_TOLERANCE = 1
# Browsers take passkeys over plain HTTP on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
# Required of every role above participant; only the demo may relax it.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", not DEMO)

# Jobs
CELERY_BROKER_URL = places.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A nudge tries once: whoever waits for a page must not wait for Redis. The worker has retries of its own.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 0, "socket_connect_timeout": 1, "visibility_timeout": 3600}
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "send-messages": {"task": "notifications.send_due_messages", "schedule": timedelta(seconds=30)},
    "draw-certificates": {"task": "assessments.render_due_certificates", "schedule": timedelta(seconds=60)},
    "tell-of-openings": {"task": "applications.tell_of_opening", "schedule": timedelta(minutes=5)},
    "forget-interests": {"task": "applications.forget_interests", "schedule": crontab(hour="3", minute="30")},
    "make-offers": {"task": "applications.make_offers", "schedule": timedelta(minutes=2)},
    "receive-applications": {"task": "applications.receive_applications", "schedule": timedelta(seconds=60)},
    "recheck-funding": {"task": "applications.recheck_funding", "schedule": crontab(hour="4", minute="20")},
    "move-cohorts-on": {"task": "cohorts.move_cohorts_on", "schedule": timedelta(minutes=10)},
    "end-due-support": {"task": "cohorts.end_due_support", "schedule": crontab(hour="7", minute="10")},
    "end-refused-support": {"task": "cohorts.end_refused_support", "schedule": timedelta(minutes=15)},
    "tell-calendars": {"task": "cohorts.tell_calendars", "schedule": timedelta(minutes=15)},
    "queue-reminders": {"task": "home.queue_due_reminders", "schedule": timedelta(minutes=5)},
    "clear-sessions": {"task": "home.clear_sessions", "schedule": crontab(hour="3", minute="40")},
    "discard-late-files": {"task": "home.discard_late_files", "schedule": crontab(hour="3", minute="50")},
}

# Messages
vars().update(env.dj_email_url("EMAIL_URL", "file:"))
MAIL_DIR = Path(env.str("MAIL_DIR", str(VAR_DIR / "mail")))
EMAIL_FILE_PATH = str(MAIL_DIR)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{PROVIDER_NAME} <{PROVIDER_EMAIL}>")
EMAIL_TIMEOUT = 20

# Days for which the register of interest keeps the address of somebody who was told, or left
INTEREST_KEPT_DAYS = env.int("INTEREST_KEPT_DAYS", 180)

# Files: private ones never get an address; only checked views open them
FILES_DIR = Path(env.str("FILES_DIR", str(VAR_DIR / "files")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(FILES_DIR)}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static" / "build", BASE_DIR / "static" / "public"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_MOST_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "npqh_portal.web.uploads.StopAtTheMost",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# Words and time
LANGUAGE_CODE = "en-gb"
USE_I18N = True
FORMAT_MODULE_PATH = ["npqh_portal.web.formats"]
USE_TZ = True
TIME_ZONE = "Europe/London"

# What browsers may do here
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
PERMISSIONS_POLICY: dict[str, list[str] | str] = {
    name: []
    for name in (
        "accelerometer", "camera", "display-capture", "fullscreen", "geolocation", "gyroscope",
        "magnetometer", "microphone", "midi", "payment", "usb",
    )
}  # fmt: skip
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", SECURE) else None
# Else every visitor has the proxy's address, and all share one limit of tries at signing in.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "portal-session"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SECURE else []
X_FRAME_OPTIONS = "DENY"

SILENCED_SYSTEM_CHECKS = [
    # The email is unique through a constraint on its lower case, which this check does not see.
    "auth.W004",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        # Thirty lines for every PDF, and sweeps that come and go twice a minute: news only when something is wrong.
        **{
            name: {"level": "WARNING"}
            for name in ("weasyprint", "fontTools", "celery.app.trace", "celery.worker.strategy")
        },
        # A page refused or not found is no fault of ours; a failed one is.
        "django.request": {"level": "ERROR"},
        # Its DEBUG writes whole addresses that were not found, with the keys of calendars in them.
        "django.template": {"level": "INFO"},
    },
}
