"""`manage.py load_demo`: people and records that make every state of the portal visible, dated from today."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from npqh_portal import clock
from npqh_portal.home.management.demo import story
from npqh_portal.home.management.demo.cast import staff
from npqh_portal.people.models import User
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState


class Command(BaseCommand):
    help = "Fills an empty portal with the demonstration. A second run changes nothing. Only with DEMO=1."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demonstration is loaded only with DEMO=1: its people can be signed in as by anybody."
            )
        if User.objects.filter(email=staff.LEAD).exists():
            self.stderr.write("The demonstration is here already.")
            return
        if User.objects.exists():
            raise CommandError("This portal has people in it. The demonstration goes into an empty one: `make reset`.")
        version, legacy_version = (_published(code) for code in ("npqh", "npqh-legacy"))
        started = time.monotonic()
        with transaction.atomic():
            story.tell(version, legacy_version, clock.today())
        self.stderr.write(f"The demonstration is loaded ({time.monotonic() - started:.0f} s).")


def _published(code: str) -> ProgrammeVersion:
    version = ProgrammeVersion.objects.filter(programme__code=code, state=VersionState.PUBLISHED).first()
    if version is None:
        raise CommandError(f"No version of {code} is published yet: run `manage.py load_programmes` first.")
    return version
