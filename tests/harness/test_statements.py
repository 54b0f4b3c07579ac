"""How many statements a page sends: the same for three rows as for one, and for the main pages a known number."""

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import F

from npqh_portal.programmes.models import Programme

from . import world as worlds
from .objects import object_page
from .pages import every_page
from .visits import visits

pytestmark = pytest.mark.django_db

# The main pages, session, user and roles included. Fewer is welcome; more wants an argument.
AT_MOST = {
    "home:index as signed out": 2,
    "home:programme as signed out": 3,
    "home:programme_preview as programme lead": 6,
    "admin:programmes_pagetext_changelist as programme lead": 8,
    "assessments:certificate_check as signed out": 25,  # one for the certificate; the others count the look
    "applications:part as participant": 3,
    "applications:form as participant": 7,
    "applications:check as participant": 4,
    "admin:applications_formversion_changelist as programme lead": 8,
    "home:participant as participant": 12,  # eight, and one for each of four things that only some have
    "cohorts:course as participant": 20,  # some ask for tasks beside it, written work and catch-ups
    "cohorts:engagement as participant": 12,
    "cohorts:engagement_item as participant": 23,
    "cohorts:engagement_everything as participant": 23,
    "cohorts:timetable as participant": 13,
    "cohorts:session as participant": 13,
    "cohorts:calendar as participant": 5,
    "cohorts:calendar_feed as signed out": 3,
    "assessments:work as participant": 11,
    "home:messages as participant": 4,
    "cohorts:today as facilitator": 13,  # who is expected, what has changed, their groups, and what waits for them
    "cohorts:facilitator_groups as facilitator": 7,
    "cohorts:absences as facilitator": 3,
    "cohorts:elsewhere as participant": 10,
    "cohorts:unled as programme lead": 4,
    "cohorts:facilitator_loads as programme lead": 9,
    "admin:cohorts_guestplace_changelist as programme lead": 5,
    "admin:cohorts_absence_changelist as programme lead": 7,
    "cohorts:registers as facilitator": 4,
    "cohorts:register as facilitator": 10,
    "assessments:scripts as assessor": 5,
    "home:lead as programme lead": 12,
    "home:cohort as programme lead": 12,
    "home:cohort_people as programme lead": 8,
    "home:cohort_sessions as programme lead": 9,
    "home:cohort_changes as programme lead": 9,
    "home:cohort_support as programme lead": 8,
    "cohorts:timetable_sheet as facilitator": 8,
    "cohorts:roster as facilitator": 7,
    "cohorts:sign_in_sheet as facilitator": 9,
    "cohorts:heat_map as facilitator": 10,
    "cohorts:heat_map_lead as programme lead": 10,
    "cohorts:warnings as facilitator": 8,
    "cohorts:lead_warnings as programme lead": 8,
    "cohorts:person as facilitator": 14,
    "cohorts:person_lead as programme lead": 14,
    "cohorts:lead_engagement_file as programme lead": 8,
    "assessments:release_list as programme lead": 15,
    "admin:applications_application_changelist as programme lead": 10,
    "admin:programmes_programme_changelist as programme lead": 8,
    "admin:programmes_programmeversion_changelist as programme lead": 8,
    "admin:programmes_engagementpolicy_changelist as programme lead": 8,
    "admin:programmes_fundingsuspension_changelist as programme lead": 8,
    "admin:programmes_intake_changelist as programme lead": 8,
    "admin:schools_school_changelist as administrator": 8,
    "admin:schools_school_change as administrator": 9,
    "admin:schools_schoolimport_changelist as administrator": 4,
    "applications:interest as signed out": 2,
    "admin:applications_interest_changelist as administrator": 7,
    "applications:school as participant": 2,
    "cohorts:support as participant": 6,
    "cohorts:support_pair as participant": 6,
    "cohorts:coach as coach": 8,
    "cohorts:coach_pair as coach": 6,
    "cohorts:support_waiting as programme lead": 10,
    "admin:cohorts_supportmatch_changelist as programme lead": 10,
    "cohorts:directory as participant": 9,
    "cohorts:peers as facilitator": 7,
    "cohorts:visits as participant": 6,
    "cohorts:tasks as participant": 10,
    "cohorts:placement as participant": 8,
    "cohorts:beside_people as facilitator": 4,
    "cohorts:beside as facilitator": 14,
    "cohorts:study as participant": 11,
    "cohorts:study_page as participant": 12,
    "cohorts:study_print as participant": 12,
    "cohorts:taught_study as facilitator": 4,
    "cohorts:taught_module as facilitator": 6,
    "cohorts:led_study as programme lead": 4,
    "admin:programmes_studypage_changelist as programme lead": 8,
    "admin:programmes_studypage_modules as programme lead": 8,
    "cohorts:project as participant": 21,
    "cohorts:behaviours as participant": 11,
    "cohorts:course_change as participant": 8,
    "cohorts:group_changes as facilitator": 7,
    "cohorts:person_work as facilitator": 22,
    "cohorts:coach_projects as coach": 3,
    "cohorts:coach_project as coach": 19,
    "cohorts:feedback_list as facilitator": 4,
    "cohorts:feedback as facilitator": 9,
    "cohorts:reflections as participant": 6,
    "cohorts:group_reflections as participant": 5,
    "cohorts:led_reflections as facilitator": 4,
    "cohorts:coach_reflections as coach": 4,
    "cohorts:catch_up as participant": 25,
    "cohorts:catch_up_sent as participant": 12,
    "cohorts:catch_ups as facilitator": 4,
    "cohorts:catch_up_decide as facilitator": 15,
    "cohorts:appeals as facilitator": 6,
    "cohorts:lead_appeals as programme lead": 6,
    "cohorts:appeal as participant": 16,
    "cohorts:appeal_answer as facilitator": 19,
    "cohorts:lead_catch_ups as programme lead": 4,
    "cohorts:catch_up_offers as facilitator": 4,
    "cohorts:catch_up_offer_add as facilitator": 4,
    "admin:cohorts_catchup_changelist as programme lead": 8,
    "admin:cohorts_catchupoffer_changelist as programme lead": 8,
    "admin:cohorts_placement_changelist as programme lead": 5,
    "admin:cohorts_boardpresentation_changelist as programme lead": 5,
    "admin:cohorts_schoolvisit_changelist as programme lead": 8,
}


def rows_of_every_table() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for config in apps.get_app_configs()
        if "site-packages" not in config.path
        for model in config.get_models()
    }


def measured(many: int) -> tuple[dict[str, int], dict[str, int]]:
    """Statements of every page in a world of that size, and the rows of every table in it."""
    with transaction.atomic():
        world = worlds.build(many=many)
        rows = rows_of_every_table()
        statements = {str(visit): len(visit.statements) for visit in visits(world)}
        transaction.set_rollback(True)
    return statements, rows


def test_no_page_asks_more_for_three_rows_than_for_one() -> None:
    (one, few_rows), (three, more_rows) = measured(1), measured(3)
    assert {page: (one[page], three[page]) for page in one if three[page] != one[page]} == {}
    assert [table for table in few_rows if more_rows[table] <= few_rows[table]] == [], "add these to the world"
    assert {page: three[page] for page, most in AT_MOST.items() if three[page] > most} == {}


def test_the_same_row_is_opened_wherever_the_database_keeps_it() -> None:
    """Versions of one day of programmes of one name: a version with parts asks more than one without."""
    own = worlds.build().own
    page = next(page for page in every_page() if page.name == "admin:programmes_programmeversion_change")
    entry = object_page(page)
    assert entry
    before = entry.parameters(own)
    for programme in Programme.objects.order_by("pk"):
        Programme.objects.filter(pk=programme.pk).update(name=F("name"))  # moves the row within its table
        assert entry.parameters(own) == before
