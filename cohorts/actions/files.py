"""Documents that participants hand in beside the assessment: the bytes, and the row that names them."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from pathlib import PurePath
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cohorts.models.files import HandedIn
from npqh_portal.db import random_id
from npqh_portal.errors import RuleViolation
from npqh_portal.web.uploads import check_upload

KINDS = ("docx", "pdf")

F = TypeVar("F", bound=HandedIn)


def take_in(
    upload: "UploadedFile[bytes]", *, folder: str, keep: Callable[[dict[str, Any]], F], kinds: Collection[str] = KINDS
) -> F:
    """Store a document, or whatever `kinds` allow.

    `keep` is given the columns that name it, and answers with the row, a new one or one before.

    The bytes are stored before the row that names them, so no row is ever without its bytes; where `keep` refuses, or
    answers with a row of before, they are taken away again. Raises what `check_upload` and `keep` raise.
    """
    checked = check_upload(upload, most_bytes=settings.UPLOAD_MOST_BYTES, kinds=kinds)
    stored_name = default_storage.save(f"{folder}/{random_id(24)}.{checked.kind}", upload)
    columns = {
        "stored_name": stored_name,
        "sender_name": PurePath(upload.name or "").name[-200:],
        "kind": checked.kind,
        "size_bytes": checked.size,
        "sha256": checked.sha256,
    }
    try:
        file = keep(columns)
    except RuleViolation:
        default_storage.delete(stored_name)
        raise
    if file.stored_name != stored_name:
        default_storage.delete(stored_name)
    return file


def let_go(files: Iterable[HandedIn]) -> None:
    """Delete the rows at once, and the bytes with the commit, so that a refusal further on leaves both."""
    for file in files:
        transaction.on_commit(partial(default_storage.delete, file.stored_name))
        file.delete()
