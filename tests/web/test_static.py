from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from pytest_django import Settings


def test_every_address_in_every_sheet_resolves_when_names_are_hashed(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    # A sheet that names a file which is nowhere stops this command.
    call_command("collectstatic", interactive=False, verbosity=0)
    for name in ("portal.css", "admin.css", "js/portal.js", "favicon.svg", "ridge.svg", "govuk-frontend.min.js"):
        address = staticfiles_storage.url(name)
        assert address != f"/static/{name}"
        assert (tmp_path / address.removeprefix("/static/")).exists()
