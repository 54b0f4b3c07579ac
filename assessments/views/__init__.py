"""The browser's door, by who stands at it."""

from .assessor import script, script_file, scripts
from .lead import allocate, confirm, issue, release, release_all, release_list, submission
from .participant import own_certificate, own_file, receipt, send, work
from .public import certificate_check, verify

__all__ = [
    "allocate",
    "certificate_check",
    "confirm",
    "issue",
    "own_certificate",
    "own_file",
    "receipt",
    "release",
    "release_all",
    "release_list",
    "script",
    "script_file",
    "scripts",
    "send",
    "submission",
    "verify",
    "work",
]
