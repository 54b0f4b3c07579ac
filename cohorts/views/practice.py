"""What people do in their own schools, as their facilitator and their programme lead read it."""

from collections.abc import Callable
from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cohorts.access import READERS_OF_WORK, work_led_by, work_overseen_by
from cohorts.forms.project import GroupCourseForm
from cohorts.models import Enrolment
from cohorts.queries import behaviours, latest_membership_of, practice, project
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.web.doors import for_role, person_of


@for_role(Role.FACILITATOR)
@require_safe
def group_changes(request: HttpRequest) -> HttpResponse:
    """What the people of one group plan and tried in one course: that of the next seminar, unless one chooses."""
    read = work_led_by(person_of(request))
    groups = practice.groups_with_small_changes(read)
    group = next((one for one in groups if str(one.pk) == request.GET.get("group")), groups[0] if groups else None)
    courses = list(practice.courses_of_group(group)) if group else []
    course = next((one for one in courses if str(one.pk) == request.GET.get("course")), None)
    if group and course is None:
        course = practice.course_of_next_seminar(group, clock.now()) or (courses[0] if courses else None)
    form = GroupCourseForm(initial={"group": group, "course": course})
    form.show(groups, courses)
    lines = practice.small_changes_of_people(read, group, course) if group and course else []
    quiet = [line for line in lines if line.change is None]
    context = {"form": form, "group": group, "course": course, "lines": lines, "quiet": quiet}
    return render(request, "cohorts/group_changes.html", context)


@require_safe
def _work(
    request: HttpRequest, public_id: str, *, reached: Callable[[User], QuerySet[Enrolment]], is_leads: bool
) -> HttpResponse:
    """Everything of one person that is theirs to read: project, stages, small changes, other work, behaviours."""
    known = reached(person_of(request)).select_related("person", "version__programme")
    enrolment = get_object_or_404(known, public_id=public_id)
    stay, asked = latest_membership_of(enrolment), practice.asked_of(enrolment)
    work = project.sent_work_of(enrolment)
    evaluation = behaviours.evaluation_of(enrolment, stay) if asked.behaviours else None
    context = {
        "enrolment": enrolment,
        "asked": asked,
        "project": project.project_of(enrolment, stay, work) if asked.project else None,
        "small_changes": practice.small_changes_of(enrolment, stay, clock.today()) if asked.small_changes else [],
        "work": [one for one in work if one.item.kind != ItemKind.PRACTICAL_CYCLE],
        "evaluation": evaluation if evaluation and evaluation.is_sent else None,
        "is_leads": is_leads,
    }
    return render(request, "cohorts/person_work.html", context)


person_work = for_role(Role.FACILITATOR)(partial(_work, reached=work_led_by, is_leads=False))
person_work_lead = for_role(*READERS_OF_WORK)(partial(_work, reached=work_overseen_by, is_leads=True))
