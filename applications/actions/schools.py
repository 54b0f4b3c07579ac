"""Naming the school one works at, listed or not; and finding, for the applicant, the one that was not."""

from django.db import transaction

from applications.errors import NotYourSchoolTask, SchoolNotSelectable, SchoolTaskSettled
from applications.kinds import By
from applications.models import Application, MissingSchool
from applications.states import LIVE, UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.schools.models import School

from .drafts import save_answers
from .funding import decide_funding
from .strands import decide_strands


@transaction.atomic
def choose_school(application: Application, *, school: School, seen: str | None = None, by: User | None) -> Application:
    """Keep a school of the register, copied as it is today. What we were looking for need not be found any more.

    `seen` is what `save_answers` makes of it.
    """
    if not School.objects.selectable().filter(pk=school.pk).exists():
        raise SchoolNotSelectable(school.name)
    application = save_answers(application, answers={"school": school}, seen=seen, by=by)
    _settle_open(application, school=school, by=by)
    return application


@transaction.atomic
def ask_for_school(
    application: Application,
    *,
    name: str,
    town: str = "",
    postcode: str = "",
    seen: str | None = None,
    by: User | None,
) -> MissingSchool:
    """Keep the name of a school that the applicant did not find, and leave it to staff to find it.

    There is one open task for an application: asking again with other words changes what is looked for.
    """
    application = save_answers(application, answers={"school_name": name}, seen=seen, by=by)
    what = {"name": name, "town": town, "postcode": postcode}
    task, is_new = MissingSchool.objects.get_or_create(
        application=application, settled_at=None, defaults={**what, "asked_at": clock.now()}
    )
    if is_new or any(getattr(task, column) != value for column, value in what.items()):
        MissingSchool.objects.filter(pk=task.pk).update(**what)
        record("school.asked_for", application, facts={"task": task.pk}, by=by)
    task.refresh_from_db()
    return task


@transaction.atomic
def settle_school(task: MissingSchool, *, school: School | None, words: str = "", by: User) -> MissingSchool:
    """Put the school that was found on the application, sent or not, or say with `words` that there is none for us.

    The applicant is told. The same answer again changes nothing; another one raises SchoolTaskSettled.
    """
    application = lock(task.application)
    task = lock(task)
    if task.settled_at:
        if task.school != school:
            raise SchoolTaskSettled(task.school.name if task.school else "")
        return task
    if application.person_id == by.pk:
        raise NotYourSchoolTask
    if school is not None:
        if not School.objects.selectable().filter(pk=school.pk).exists():
            raise SchoolNotSelectable(school.name)
        application.school = school
        application.school_name, application.school_urn = school.name, school.urn
        application.school_type_code = school.type_code
        application.save(update_fields=["school", "school_name", "school_urn", "school_type_code"])
    _settle_open(application, school=school, by=by)
    if application.state in UNDECIDED:
        decide_funding(application, occasion=By.STAFF, by=by)
        decide_strands(application, occasion=By.STAFF, by=by)
    if application.state in LIVE:
        kind = "school-found" if school else "school-not-found"
        queue_message(
            kind,
            to=application.person,
            about=application,
            key=f"{kind}:{task.pk}:1:{application.person_id}",
            words={
                "asked": task.name,
                "reason": words.strip(),
                "is_draft": application.state == ApplicationState.DRAFT,
            },
        )
    task.refresh_from_db()
    return task


def _settle_open(application: Application, *, school: School | None, by: User | None) -> None:
    settled = MissingSchool.objects.filter(application=application, settled_at=None).update(
        settled_at=clock.now(), settled_by=by, school=school
    )
    if settled:
        record("school.settled", application, facts={"school": school.urn if school else ""}, by=by)
