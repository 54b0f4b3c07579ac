"""The canonical form of what is recorded."""

import hashlib
import json
from collections.abc import Mapping

PAYLOAD_VERSION = 1

Fact = int | bool | str | None


def canonical(facts: Mapping[str, Fact]) -> str:
    """The one way to write these facts as JSON: sorted keys, no spaces, version `v`."""
    return json.dumps({"v": PAYLOAD_VERSION, **facts}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def words_name(nonce: str, body: str) -> str:
    """The SHA-256 by which an entry names the words beside it."""
    return hashlib.sha256(f"{nonce}\n{body}".encode()).hexdigest()
