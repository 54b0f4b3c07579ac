"""`manage.py load_demo`: people and records that make every state of the portal visible, dated from today."""

import hashlib
import time
from dataclasses import replace
from datetime import date
from datetime import time as of_day
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from npqh_portal import clock
from npqh_portal.home.management.demo import story
from npqh_portal.home.management.demo.cast import legacy, staff
from npqh_portal.notifications.actions import nudge
from npqh_portal.people.models import User
from npqh_portal.programmes.actions import edit_draft, load_version, publish_version
from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.readers import read_framework
from npqh_portal.programmes.states import VersionState

# The reformed programme was announced for the autumn in the summer term of 2021 (S89, S91).
REFORMED_SINCE = date(2021, 6, 1)
# What the invented provider asks of those whose place DfE does not fund. The framework's file knows no fee.
FEE_PENCE = 1_950_00


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
        started = time.monotonic()
        with transaction.atomic():
            legacy_version = _loaded("npqh-legacy.toml", legacy.PORTAL_BEGAN_ON)
            version = _loaded("npqh-reformed.toml", REFORMED_SINCE, fee_pence=FEE_PENCE)
            story.tell(version, legacy_version, clock.today())
            # The mail of the demonstration begins with what people are reminded of today.
            nudge("home.queue_due_reminders")
        self.stderr.write(f"The demonstration is loaded ({time.monotonic() - started:.0f} s).")


def _loaded(file: str, on: date, *, fee_pence: int | None = None) -> ProgrammeVersion:
    """The version of a programme's file, as an operator loaded and published it on that day, with a fee of their own
    where one is given; the one that is there, if it is."""
    content = (FRAMEWORKS / file).read_bytes()
    with clock.as_if(clock.london_moment(on, of_day(8))):
        version = load_version(read_framework(content, file), digest=hashlib.sha256(content).hexdigest(), by=None)
        if version.state == VersionState.DRAFT:
            if fee_pence is not None:
                edit_draft(version, lambda plan: replace(plan, fee_pence=fee_pence), by=None)
            publish_version(version, by=None)
    return ProgrammeVersion.objects.get(pk=version.pk)
