"""What a page sends back of itself."""

import re

from django.test import Client


def seen_on(client: Client, address: str) -> str:
    """The fingerprint of what the page shows."""
    found = re.search(r'name="seen"[^>]* value="(\w+)"', client.get(address).content.decode())
    return found[1] if found else ""
