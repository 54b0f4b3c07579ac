#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import secrets
import sys

# These answer from a file alone: they need no `.env`, and so no secret that is anybody's.
NEED_NO_SECRET = {"check_funding", "try_policy"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "npqh_portal.settings")
    if not NEED_NO_SECRET.isdisjoint(sys.argv[1:2]):
        os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    from django.core.management import execute_from_command_line  # after the settings are named

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
