"""What holds on every page, and what stops the start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "DOTENV": os.devnull,
    "SECRET_KEY": "only-for-tests-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "SITE_URL": "https://npqh.example",
    "ALLOWED_HOSTS": "npqh.example",
}


def settings_say(expression: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Ask the settings something in a process that has this environment and nothing else of ours."""
    return subprocess.run(
        [sys.executable, "-c", f"from npqh_portal import settings; print({expression})"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.django_db
def test_every_page_forbids_inline_scripts_and_styles_and_strangers_frames(client: Client) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_pages_ask_browsers_for_nothing_they_do_not_need(client: Client) -> None:
    headers = client.get("/").headers
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_portal_does_not_start_without_a_secret_of_its_own() -> None:
    answer = settings_say("1", PRODUCTION | {"SECRET_KEY": ""})
    assert answer.returncode != 0
    assert "SECRET_KEY" in answer.stderr


def test_a_malformed_setting_stops_the_start() -> None:
    answer = settings_say("1", PRODUCTION | {"PORT": "eighty"})
    assert answer.returncode != 0
    assert "PORT" in answer.stderr


def test_the_demo_never_starts_on_the_internet() -> None:
    answer = settings_say("1", PRODUCTION | {"DEMO": "1"})
    assert answer.returncode != 0
    assert "DEMO" in answer.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("DEBUG", "False"),
        ("SESSION_COOKIE_SECURE", "True"),
        ("CSRF_COOKIE_SECURE", "True"),
        ("SECURE_SSL_REDIRECT", "True"),
        ("SECURE_HSTS_SECONDS", str(365 * 24 * 3600)),
        ("REQUIRE_SECOND_FACTOR", "True"),
        ("MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "False"),
    ],
)
def test_in_production_the_safe_choice_is_the_default(setting: str, value: str) -> None:
    assert settings_say(f"settings.{setting}", PRODUCTION).stdout.strip() == value


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/%00", "/verify/%00/", "/verify/?number=A%00B", "/assessor/%00/", "/lead/cohorts/%00/", "/?page=%00"],
)
def test_an_address_with_a_null_character_is_refused_as_a_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert "We could not read that request" in response.content.decode()


def test_a_setting_that_is_set_to_nothing_is_unset() -> None:
    assert settings_say("settings.PORT", PRODUCTION | {"PORT": ""}).stdout.strip() == "8000"
