"""What somebody saw before they changed it, so that a later save never undoes an earlier one unseen."""

import hashlib


def fingerprint(*values: object) -> str:
    """Of plain values: the same as long as they are the same."""
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]
