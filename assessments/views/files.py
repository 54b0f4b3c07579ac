"""Handing out private files. Whoever calls this has checked whose they are."""

from django.core.files.storage import default_storage
from django.http import FileResponse

from npqh_portal.web.uploads import CONTENT_TYPES


def download(stored_name: str, *, name: str, kind: str) -> FileResponse:
    """Always as a download, never shown in the page's own origin; its type is ours, not the browser's guess."""
    response = FileResponse(
        default_storage.open(stored_name), as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind]
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
