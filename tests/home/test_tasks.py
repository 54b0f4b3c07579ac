import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from applications.models import Application, Endorsement
from applications.states import ApplicationState
from cohorts.models import PastImport
from npqh_portal.home.actions import queue_due_reminders
from npqh_portal.home.tasks import clear_sessions, discard_late_files
from npqh_portal.home.tasks import queue_due_reminders as task
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.states import VersionState
from npqh_portal.schools.models import SchoolImport
from tests.factories import (
    FINISHED,
    a_cohort,
    a_group,
    a_person,
    a_seminar,
    a_version,
    a_window,
    an_application,
    an_enrolment,
    an_intake,
    an_item,
    published,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 18, 10, 0, tzinfo=UTC)


@pytest.fixture
def seminar_item(time_machine: Any) -> Item:
    """Something due from each package: a draft, a seminar tomorrow, a window that closes in two days."""
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version)
    published(version)
    intake, changed_at = an_intake(version, closes_at=NOW + timedelta(days=2)), NOW - timedelta(days=2)
    an_application(a_person(), intake, state=ApplicationState.DRAFT, changed_at=changed_at)
    cohort = a_cohort(version, windows=False)
    group = a_group(cohort, a_person(Role.FACILITATOR))
    an_enrolment(cohort, group)
    a_seminar(cohort, item, group, starts_at=NOW + timedelta(days=1))
    a_window(cohort, opens_on=NOW.date() - timedelta(days=5), closes_on=NOW.date() + timedelta(days=2))
    return item


def kinds() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


def test_every_package_is_asked_and_twice_sends_nothing_twice(seminar_item: Item) -> None:
    assert queue_due_reminders(NOW) == 4
    assert kinds() == ["application-unfinished", "assessment-deadline", "seminar-tomorrow", "seminar-tomorrow"]
    assert queue_due_reminders(NOW) == 0
    assert queue_due_reminders(NOW + timedelta(minutes=5)) == 0
    assert len(kinds()) == 4


def test_one_reminder_that_fails_keeps_no_other_back_and_is_tried_again(
    seminar_item: Item, caplog: pytest.LogCaptureFixture
) -> None:
    refused = Application.objects.get().person
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"ALTER TABLE notifications_message ADD CONSTRAINT refused CHECK (person_id <> {refused.pk}) NOT VALID"
        )
    assert queue_due_reminders(NOW) == 3
    assert kinds() == ["assessment-deadline", "seminar-tomorrow", "seminar-tomorrow"]
    (told,) = caplog.messages
    assert re.fullmatch("The reminder application-unfinished-.* could not be queued.", told)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notifications_message DROP CONSTRAINT refused")
    assert queue_due_reminders(NOW) == 1
    assert "application-unfinished" in kinds()


def test_a_package_that_cannot_say_what_is_due_keeps_no_other_back(
    seminar_item: Item, caplog: pytest.LogCaptureFixture
) -> None:
    """As one that has a row with a year that PostgreSQL can hold and Python cannot."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE applications_application SET started_at = '20000-01-01 00:00+00'")
    assert queue_due_reminders(NOW) == 3
    assert kinds() == ["assessment-deadline", "seminar-tomorrow", "seminar-tomorrow"]
    assert caplog.messages == ["applications.reminders did not find out all that is due."]


def test_an_endorser_is_reminded_of_somebody_whose_name_is_long(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    applicant = an_application(a_person(), an_intake(a_version()), **FINISHED | {"full_name": "O" * 200})
    Endorsement.objects.create(
        application=applicant, name="Orla Thwaite", email="head@school.example", role="headteacher", shown={},
        requested_at=NOW - timedelta(days=20), sent_at=NOW - timedelta(days=20), expires_at=NOW + timedelta(days=2),
    )  # fmt: skip
    assert queue_due_reminders(NOW) == 2
    subject = Message.objects.get(kind="endorsement-reminder").subject
    assert subject.endswith("O’s application waits for you until Friday 20 March 2026")


def test_late_clock_still_reminds_and_a_dead_one_is_not_made_up_for(seminar_item: Item, time_machine: Any) -> None:
    late = NOW + timedelta(hours=12)
    time_machine.move_to(late, tick=False)
    queue_due_reminders(late)
    assert "seminar-tomorrow" in kinds()
    Message.objects.all().delete()
    over = NOW + timedelta(days=9)
    time_machine.move_to(over, tick=False)
    assert queue_due_reminders(over) == 0


def test_task_beats(seminar_item: Item) -> None:
    task()
    assert Beat.objects.get(name="home.queue_due_reminders").at == NOW
    assert Message.objects.count() == 4


def test_old_sessions_go_and_others_stay(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    Session.objects.create(session_key="old", session_data="", expire_date=NOW - timedelta(seconds=1))
    Session.objects.create(session_key="live", session_data="", expire_date=NOW + timedelta(hours=1))
    clear_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["live"]
    assert Beat.objects.get(name="home.clear_sessions").at == NOW


def test_files_that_nobody_confirmed_go_and_others_stay(time_machine: Any) -> None:
    """Of both kinds: schools, and people from before the portal."""
    time_machine.move_to(NOW, tick=False)
    for at in (NOW - timedelta(days=1, seconds=1), NOW - timedelta(days=1)):
        SchoolImport.objects.create(file_name="edubasealldata.csv", sha256=64 * "0", at=at)
        name = default_storage.save("imports/waiting.csv", ContentFile(b"full_name"))
        PastImport.objects.create(file_name="past.csv", sha256=64 * "0", stored_name=name, at=at)
    discard_late_files()
    for table in (SchoolImport, PastImport):
        assert list(table.objects.order_by("at").values_list("state", flat=True)) == ["discarded", "waiting"]
    assert Beat.objects.get(name="home.discard_late_files").at == NOW
