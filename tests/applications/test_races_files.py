"""Sweeps at the same moment receive every line of a file once. Real connections on real PostgreSQL."""

import os
from functools import partial

import pytest

from applications.actions import confirm_applications, hold_applications, receive_applications
from applications.models import Application, ApplicationImport
from applications.readers.applications import read_today
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from tests.factories import a_person, a_school, a_version, an_intake

from .test_files import GOOD, a_file
from .test_races_funding import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20 if os.environ.get("LONG") == "1" else 2
LINES = 50


def test_sweeps_at_once_receive_every_line_once() -> None:
    a_school(urn="912345", type_code="34")
    lead, version = a_person(Role.PROGRAMME_LEAD), a_version()
    for number in range(ROUNDS):
        intake = an_intake(version, name=f"Intake {number}")
        lines = [GOOD | {"email": f"p{line}-{number}@school.example", "trn": ""} for line in range(LINES)]
        content = a_file(*lines)
        held = hold_applications(read_today(content), content, intake=intake, file_name="partner.csv", by=lead)
        sweep = partial(receive_applications, read=read_today)
        confirm = partial(confirm_applications, held, read=read_today, by=lead)
        assert set(at_once(confirm, confirm, sweep, sweep)) <= {"done", "ApplicationImportOver"}
        assert at_once(sweep, sweep, sweep) == ["done"] * 3
        held = ApplicationImport.objects.get(pk=held.pk)
        assert (held.state, held.gone_through, held.created, held.rejections) == ("done", LINES, LINES, [])
        received = Application.objects.filter(intake=intake)
        assert received.count() == received.values("person").distinct().count() == LINES
        letters = Message.objects.filter(kind="application-received", about_id__in=received.values("pk"))
        assert letters.count() == LINES
        assert Entry.objects.filter(verb="application_import.done", subject_id=held.pk).count() == 1
