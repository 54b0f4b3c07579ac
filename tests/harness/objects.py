"""Of each page about one object: whose object each role may see there, and whose it may change.

A page with parameters that is not listed here fails `test_doors.py`. Pages of the administration need no entry:
they follow from the table, by `ROW_IN`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Model

from applications.models import Application, ApplicationImport, Interest, MissingSchool
from applications.queries.endorsements import link_of
from assessments.models import Certificate, Outcome, Submission
from cohorts.models import (
    Absence,
    AssessmentWindow,
    BoardPresentation,
    CatchUp,
    CatchUpOffer,
    Cohort,
    DirectoryEntry,
    Enrolment,
    Facilitation,
    FacilitatorProfile,
    Group,
    GuestPlace,
    PastImport,
    Placement,
    SchoolVisit,
    Seminar,
    SupportMatch,
)
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Intake, StudyPage
from npqh_portal.web.admin import site

from .pages import Page
from .world import FOR_THE_PROVIDER, Place, Stage, Whose

Places = frozenset[Whose]

NOBODYS: Places = frozenset()
OWN = frozenset({Whose.OWN})
OF_ONES_COHORT = frozenset({Whose.OWN, Whose.OTHERS})
OF_THE_PARTNER = frozenset({Whose.OWN, Whose.OTHERS, Whose.OTHER_COHORT})
EVERYWHERE = frozenset(Whose)

# How far a role reaches that reads more than its own.
REACH = {role: EVERYWHERE if role in FOR_THE_PROVIDER else OF_THE_PARTNER for role in Role}
LEADS = {role: REACH[role] for role in (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)}
# What people hand in is no administrator's to read.
READERS_OF_WORK = {Role.PROGRAMME_LEAD: REACH[Role.PROGRAMME_LEAD]}
READERS = LEADS | {role: REACH[role] for role in (Role.REVIEWER, Role.PARTNER_STAFF)}

# What is everybody's, or has no organisation yet: whoever holds the role for a delivery partner stops at the door.
FOR_THE_WHOLE_PROVIDER = {
    "admin:cohorts_pastimport_hand_in",
    "admin:cohorts_cohort_add",
    "admin:cohorts_venue_add",
    "admin:cohorts_venue_discard",
    "admin:cohorts_venue_retire",
    "admin:cohorts_venue_take_back",
    "admin:cohorts_schoolterm_add",
    "admin:programmes_intake_add",
    "admin:programmes_programmeversion_publish",
    "admin:programmes_programmeversion_retire",
    "admin:programmes_programmeversion_copy",
    "admin:programmes_programmeversion_figures",
    "admin:programmes_programmeversion_items",
    "admin:programmes_programmeversion_courses",
    "admin:programmes_programmeversion_areas",
    "admin:programmes_programmeversion_behaviours",
    "admin:programmes_programmeversion_policy",
    "admin:programmes_programmeversion_tasks",
    "admin:programmes_programmeversion_new_policy",
    "admin:programmes_engagementpolicy_edit",
    "admin:programmes_engagementpolicy_adopt",
    "admin:programmes_engagementpolicy_discard",
    "admin:programmes_fundingsuspension_add",
    "admin:applications_formversion_begin",
    "admin:applications_formversion_edit",
    "admin:applications_formversion_publish",
    "admin:applications_formversion_copy",
    "admin:programmes_pagetext_begin",
    "admin:programmes_pagetext_write",
    "admin:programmes_pagetext_publish",
    "admin:programmes_pagetext_discard",
    "admin:programmes_pagetext_restore",
    *(
        f"admin:programmes_studypage_{act}"
        for act in (
            "begin",
            "write",
            "publish",
            "discard",
            "restore",
            "file",
            "drop_file",
            "after",
            "move",
            "retire",
            "take_back",
        )
    ),
}


@dataclass(frozen=True)
class ObjectPage:
    """`seen` names the places whose object a role may open here, `changed` those where it may send the form.

    `known` are those that a role may read elsewhere: here it is told that they are not its own, not that they are not.
    `query` is what stands behind the question mark, where the page is opened by a key.
    """

    parameters: Callable[[Place], dict[str, Any]]
    seen: Mapping[Role, Places]
    changed: Mapping[Role, Places] = field(default_factory=dict)
    known: Mapping[Role, Places] = field(default_factory=dict)
    query: Callable[[Place], str] = lambda place: ""

    def address(self, page: Page, place: Place) -> str:
        return page.address(**self.parameters(place)) + self.query(place)


def draft(place: Place) -> dict[str, Any]:
    return {"public_id": place.drafts[0].public_id}


def sent(place: Place) -> dict[str, Any]:
    return {"public_id": place.sent[0].public_id}


def offered(place: Place) -> dict[str, Any]:
    return {"public_id": place.offered[0].public_id}


def enrolled(place: Place) -> Enrolment:
    return place.enrolments[Stage.RELEASED][0]


def script(stage: Stage) -> Callable[[Place], dict[str, Any]]:
    return lambda place: {"public_id": place.scripts[stage][0].public_id}


def receipt(place: Place) -> dict[str, Any]:
    return {"receipt": place.scripts[Stage.RELEASED][0].files.get().receipt}


def certificate(place: Place) -> dict[str, Any]:
    return {"number": place.certificates[-1].number}


def passkey(place: Place) -> dict[str, Any]:
    return {"pk": place.passkeys[0].pk}


def support(place: Place) -> dict[str, Any]:
    return {"public_id": place.support[0].public_id}


def support_meeting(place: Place) -> dict[str, Any]:
    return {"public_id": place.support[0].meetings.order_by("pk")[0].public_id}


def support_action(place: Place) -> dict[str, Any]:
    return {"public_id": place.support[0].actions.order_by("pk")[0].public_id}


def visit(place: Place) -> dict[str, Any]:
    return {"public_id": place.visits[0].public_id}


def task(place: Place) -> dict[str, Any]:
    """A code of the programme: whose work on it is shown follows from who asks."""
    return {"code": place.cohort.version.items.filter(kind=ItemKind.FORMATIVE_TASK)[0].code}


def module(place: Place) -> dict[str, Any]:
    """A code of the programme: how far it is read follows from who asks."""
    return {"code": place.cohort.version.items.filter(kind=ItemKind.MODULE)[0].code}


def study_page(place: Place) -> StudyPage:
    return place.cohort.version.programme.study_pages.order_by("pk")[0]


def module_taught(place: Place) -> dict[str, Any]:
    return module(place) | {"programme": place.cohort.version.programme.code}


def formative(place: Place) -> dict[str, Any]:
    return {"public_id": place.formative[0].public_id}


def formative_file(place: Place) -> dict[str, Any]:
    return {"public_id": place.formative[0].files.get().public_id}


def reflection(place: Place) -> dict[str, Any]:
    return {"public_id": place.reflections[0].public_id}


def written_by(place: Place) -> dict[str, Any]:
    return {"public_id": place.projects[0].enrolment.public_id}


def spoken_to(place: Place) -> dict[str, Any]:
    return {"public_id": enrolled(place).public_id}


def contact(place: Place) -> dict[str, Any]:
    return spoken_to(place) | {"contact": place.contacts[0].public_id}


def mates_reflection(place: Place) -> dict[str, Any]:
    return {"public_id": place.mates_reflections[0].public_id}


def placement_day(place: Place) -> dict[str, Any]:
    return {"on": place.placement_days[0].on.isoformat()}


def catch_up(place: Place) -> dict[str, Any]:
    return {"public_id": place.catch_ups[0].public_id}


def catch_up_evidence(place: Place) -> dict[str, Any]:
    return catch_up(place) | {"file": place.catch_ups[0].files.get().public_id}


def appeal(place: Place) -> dict[str, Any]:
    return {"public_id": place.appeals[0].public_id}


def catch_up_offer(place: Place) -> dict[str, Any]:
    return {"public_id": place.offers[0].public_id}


ANYBODY = dict.fromkeys(Role, EVERYWHERE)
OWN_ONLY = {Role.PARTICIPANT: OWN}
COACHS_OWN = {Role.COACH: OWN}
PROGRAMME_LEAD = {Role.PROGRAMME_LEAD: OF_THE_PARTNER}
# Of the world's scripts, the assessor marks and the moderator moderates those of the own place.
ASSESSORS = {Role.ASSESSOR: OWN, Role.MODERATOR: OWN}
# What was before the portal is the provider's: the world's programme lead is of a delivery partner.
PAST_LIST = ObjectPage(
    lambda place: {"object_id": PastImport.objects.filter(file_name="more.csv")[0].pk},
    seen={Role.ADMINISTRATOR: EVERYWHERE},
)
# And so is the register of interest.
WAITS = ObjectPage(
    lambda place: {"object_id": Interest.objects.order_by("pk")[0].pk}, seen={Role.ADMINISTRATOR: EVERYWHERE}
)
DEED = ObjectPage(
    lambda place: {"object_id": place.deeds[0].pk}, seen={Role.PROGRAMME_LEAD: OWN, Role.ADMINISTRATOR: EVERYWHERE}
)
MY_DRAFT = ObjectPage(draft, seen=OWN_ONLY, changed=OWN_ONLY)
WHAT_I_SENT = ObjectPage(sent, seen=OWN_ONLY, changed=OWN_ONLY, known=READERS)
WHAT_I_AM_OFFERED = replace(WHAT_I_SENT, parameters=offered)

# Whoever has the link, signed in or not, and whosever it is; but nobody endorses themselves.
ENDORSEMENT = ObjectPage(
    lambda place: {"public_id": place.sent[0].endorsements.get().public_id},
    seen=ANYBODY | {Role.PARTICIPANT: EVERYWHERE - OWN},
    changed=ANYBODY | {Role.PARTICIPANT: EVERYWHERE - OWN},
    known=OWN_ONLY,
    query=lambda place: "?" + link_of(place.sent[0].endorsements.get()).partition("?")[2],
)

OBJECT_PAGES: dict[str, ObjectPage] = {
    "admin:app_list": ObjectPage(lambda place: {"app_label": "people"}, seen=dict.fromkeys(LEADS, EVERYWHERE)),
    # A delivery partner's lead reads in the audit trail what they did themselves.
    "admin:audit_entry_change": DEED,
    "admin:audit_entry_history": DEED,
    "admin:cohorts_pastimport_change": PAST_LIST,
    "admin:cohorts_pastimport_history": PAST_LIST,
    "admin:cohorts_pastimport_confirm": PAST_LIST,
    "admin:cohorts_pastimport_discard": PAST_LIST,
    "admin:cohorts_pastimport_rejected": PAST_LIST,
    "admin:applications_interest_change": WAITS,
    "admin:applications_interest_history": WAITS,
    "admin:applications_interest_take_off": WAITS,
    "mfa_edit_webauthn": ObjectPage(passkey, seen=OWN_ONLY, changed=OWN_ONLY),
    "mfa_remove_webauthn": ObjectPage(passkey, seen=OWN_ONLY, changed=OWN_ONLY),
    # Nobody in the world is listed in the demonstration, so nobody can be signed in as.
    "signin:demo": ObjectPage(lambda place: {"public_id": place.participant.public_id}, seen={}),
    "home:programme": ObjectPage(lambda place: {"code": place.cohort.version.programme.code}, seen=ANYBODY),
    "home:programme_preview": ObjectPage(
        lambda place: {"code": place.cohort.version.programme.code}, seen=dict.fromkeys(LEADS, EVERYWHERE)
    ),
    "home:cohort": ObjectPage(lambda place: {"public_id": place.cohort.public_id}, seen=LEADS),
    **{
        f"home:cohort_{name}": ObjectPage(lambda place: {"public_id": place.cohort.public_id}, seen=LEADS)
        for name in ("people", "sessions", "changes", "support")
    },
    "home:message": ObjectPage(lambda place: {"public_id": place.messages[0].public_id}, seen=OWN_ONLY),
    "cohorts:session": ObjectPage(
        lambda place: {"public_id": place.seminars[0].public_id},
        seen=LEADS | {Role.FACILITATOR: OWN, Role.PARTICIPANT: OWN},
    ),
    # A facilitator takes away what is of their own groups: of any cohort in which they lead one.
    **{
        f"cohorts:{name}": ObjectPage(
            lambda place: {"public_id": place.cohort.public_id, "form": "csv"},
            seen=LEADS | {Role.FACILITATOR: OF_ONES_COHORT},
        )
        for name in ("timetable_sheet", "roster")
    },
    "cohorts:sign_in_sheet": ObjectPage(
        lambda place: {"public_id": place.seminars[0].public_id, "form": "csv"}, seen=LEADS | {Role.FACILITATOR: OWN}
    ),
    "cohorts:elsewhere": ObjectPage(
        lambda place: {"public_id": place.seminars[0].public_id}, seen=OWN_ONLY, changed=OWN_ONLY
    ),
    "cohorts:own_group": ObjectPage(
        lambda place: {"public_id": place.guest_places[0].seminar.public_id}, seen=OWN_ONLY, changed=OWN_ONLY
    ),
    # Shown to the participants of the groups that somebody leads (S76).
    "cohorts:facilitator": ObjectPage(
        lambda place: {"public_id": place.people[Role.FACILITATOR].public_id},
        seen={Role.PARTICIPANT: OWN, Role.FACILITATOR: OWN},
    ),
    "cohorts:absence": ObjectPage(
        lambda place: {"first_day": place.absences[0].from_on.isoformat()},
        seen={Role.FACILITATOR: OWN},
        changed={Role.FACILITATOR: OWN},
    ),
    "cohorts:find_leader": ObjectPage(
        lambda place: {"public_id": place.guest_places[0].seminar.public_id}, seen=LEADS, changed=LEADS
    ),
    "cohorts:register": ObjectPage(
        lambda place: {"public_id": place.seminars[0].public_id},
        seen=LEADS | {Role.FACILITATOR: OWN},
        changed={Role.FACILITATOR: OWN},
    ),
    # What the two of a pair wrote is read by nobody else (T58).
    "cohorts:support_pair": ObjectPage(support, seen=OWN_ONLY),
    "cohorts:support_plan": ObjectPage(support, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:support_log": ObjectPage(support, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:support_action": ObjectPage(support, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:support_meeting": ObjectPage(support_meeting, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:support_action_done": ObjectPage(support_action, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:coach_pair": ObjectPage(support, seen=COACHS_OWN),
    "cohorts:coach_plan": ObjectPage(support, seen=COACHS_OWN, changed=COACHS_OWN),
    "cohorts:coach_log": ObjectPage(support, seen=COACHS_OWN, changed=COACHS_OWN),
    "cohorts:coach_action": ObjectPage(support, seen=COACHS_OWN, changed=COACHS_OWN),
    "cohorts:coach_meeting": ObjectPage(support_meeting, seen=COACHS_OWN, changed=COACHS_OWN),
    "cohorts:coach_action_done": ObjectPage(support_action, seen=COACHS_OWN, changed=COACHS_OWN),
    "cohorts:support_match": ObjectPage(
        lambda place: {"public_id": place.unsupported[0].public_id, "strand": "one_to_one"}, seen=LEADS, changed=LEADS
    ),
    # Whoever has the key, signed in or not; the world's keys are made of the group's.
    "cohorts:calendar_feed": ObjectPage(lambda place: {"key": f"key-{place.group.pk}"}, seen=ANYBODY),
    "cohorts:calendar_session": ObjectPage(
        lambda place: {"public_id": place.seminars[0].public_id},
        seen=LEADS | {Role.FACILITATOR: OWN, Role.PARTICIPANT: OWN},
    ),
    # Whoever takes part, or leads a group, finds everybody of the same provider who agreed to be found (S7).
    "cohorts:directory_peer": ObjectPage(
        lambda place: {"public_id": place.participant.public_id}, seen={Role.PARTICIPANT: EVERYWHERE}
    ),
    "cohorts:peers_peer": ObjectPage(
        lambda place: {"public_id": place.participant.public_id}, seen={Role.FACILITATOR: EVERYWHERE}
    ),
    "cohorts:visit": ObjectPage(visit, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:visit_remove": ObjectPage(visit, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:placement_day": ObjectPage(placement_day, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:placement_day_remove": ObjectPage(placement_day, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:presentation": ObjectPage(
        lambda place: {"code": place.cohort.version.tasks.get().code},
        seen={Role.PARTICIPANT: EVERYWHERE},
        changed={Role.PARTICIPANT: EVERYWHERE},
    ),
    "cohorts:engagement_item": ObjectPage(module, seen={Role.PARTICIPANT: OF_ONES_COHORT}),
    "cohorts:study": ObjectPage(
        module, seen={Role.PARTICIPANT: OF_ONES_COHORT}, changed={Role.PARTICIPANT: OF_ONES_COHORT}
    ),
    "cohorts:study_page": ObjectPage(
        lambda place: module(place) | {"number": 1},
        seen={Role.PARTICIPANT: OF_ONES_COHORT},
        changed={Role.PARTICIPANT: OF_ONES_COHORT},
    ),
    "cohorts:study_print": ObjectPage(module, seen={Role.PARTICIPANT: OF_ONES_COHORT}),
    # For whoever has the item on their list or teaches it; leads see the files of every page.
    "cohorts:study_file": ObjectPage(
        lambda place: {"public_id": study_page(place).files.get().public_id},
        seen={Role.PARTICIPANT: OF_ONES_COHORT, Role.FACILITATOR: OF_ONES_COHORT} | dict.fromkeys(LEADS, EVERYWHERE),
    ),
    "cohorts:taught_module": ObjectPage(module_taught, seen={Role.FACILITATOR: OF_ONES_COHORT}),
    "cohorts:led_module": ObjectPage(module_taught, seen=LEADS),
    "cohorts:formative": ObjectPage(task, seen={Role.PARTICIPANT: OF_ONES_COHORT}),
    "cohorts:formative_write": ObjectPage(
        task, seen={Role.PARTICIPANT: OF_ONES_COHORT}, changed={Role.PARTICIPANT: OF_ONES_COHORT}
    ),
    "cohorts:formative_file": ObjectPage(formative_file, seen=OWN_ONLY),
    "cohorts:course_change": ObjectPage(
        lambda place: {"code": place.cohort.version.courses.order_by("number")[0].code},
        seen={Role.PARTICIPANT: OF_ONES_COHORT},
        changed={Role.PARTICIPANT: OF_ONES_COHORT},
    ),
    "cohorts:coach_project": ObjectPage(lambda place: {"public_id": place.projects[0].public_id}, seen=COACHS_OWN),
    "cohorts:person_work": ObjectPage(written_by, seen={Role.FACILITATOR: OWN}),
    "cohorts:person_work_lead": ObjectPage(written_by, seen=READERS_OF_WORK),
    "cohorts:feedback": ObjectPage(
        formative,
        seen=READERS_OF_WORK | {Role.FACILITATOR: OWN},
        changed=READERS_OF_WORK | {Role.FACILITATOR: OWN},
    ),
    "cohorts:feedback_file": ObjectPage(formative_file, seen=READERS_OF_WORK | {Role.FACILITATOR: OWN}),
    # What somebody writes for themselves is read by no lead, and by others only where it is shared with them (S19).
    "cohorts:reflection": ObjectPage(reflection, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:reflection_share": ObjectPage(reflection, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:reflection_remove": ObjectPage(reflection, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:reflection_on": ObjectPage(
        lambda place: {"code": place.cohort.version.items.filter(kind=ItemKind.REFLECTION)[0].code},
        seen={Role.PARTICIPANT: OF_ONES_COHORT},
        changed={Role.PARTICIPANT: OF_ONES_COHORT},
    ),
    "cohorts:group_reflection": ObjectPage(mates_reflection, seen=OWN_ONLY),
    "cohorts:led_reflection": ObjectPage(mates_reflection, seen={Role.FACILITATOR: OWN}),
    "cohorts:coach_reflection": ObjectPage(
        lambda place: {"public_id": place.coachs_reflections[0].public_id}, seen=COACHS_OWN
    ),
    "cohorts:beside": ObjectPage(lambda place: {"public_id": enrolled(place).public_id}, seen={Role.FACILITATOR: OWN}),
    "cohorts:beside_lead": ObjectPage(lambda place: {"public_id": enrolled(place).public_id}, seen=LEADS),
    # How people get on: their facilitator, and whoever answers for them. Who spoke to them: no administrator.
    **{
        f"cohorts:{name}{end}": ObjectPage(
            spoken_to if name == "contact_add" else contact,
            seen=reach,
            changed=reach,
        )
        for name in ("contact_add", "contact", "contact_remove")
        for end, reach in (("", {Role.FACILITATOR: OWN}), ("_lead", READERS_OF_WORK))
    },
    "cohorts:person": ObjectPage(spoken_to, seen={Role.FACILITATOR: OWN}),
    "cohorts:person_lead": ObjectPage(spoken_to, seen=LEADS),
    **{
        f"cohorts:{name}": ObjectPage(lambda place: {"public_id": place.cohort.public_id}, seen=reach)
        for name, reach in (
            ("heat_map", {Role.FACILITATOR: OF_ONES_COHORT}),
            ("heat_map_file", {Role.FACILITATOR: OF_ONES_COHORT}),
            ("heat_map_lead", LEADS),
            ("heat_map_file_lead", LEADS),
            ("lead_engagement_file", LEADS),
        )
    },
    "cohorts:catch_up": ObjectPage(
        lambda place: {"code": place.seminars[0].item.code},
        seen={Role.PARTICIPANT: OF_ONES_COHORT},
        changed={Role.PARTICIPANT: OF_ONES_COHORT},
    ),
    "cohorts:catch_up_sent": ObjectPage(catch_up, seen=OWN_ONLY),
    "cohorts:catch_up_take_back": ObjectPage(catch_up, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:catch_up_file": ObjectPage(
        lambda place: {"public_id": place.catch_ups[0].files.get().public_id}, seen=OWN_ONLY
    ),
    "cohorts:catch_up_decide": ObjectPage(catch_up, seen={Role.FACILITATOR: OWN}, changed={Role.FACILITATOR: OWN}),
    "cohorts:catch_up_evidence": ObjectPage(catch_up_evidence, seen={Role.FACILITATOR: OWN}),
    "cohorts:lead_catch_up_decide": ObjectPage(catch_up, seen=READERS_OF_WORK, changed=READERS_OF_WORK),
    "cohorts:lead_catch_up_evidence": ObjectPage(catch_up_evidence, seen=READERS_OF_WORK),
    "cohorts:appeal": ObjectPage(
        lambda place: {"public_id": place.appeals[0].seminar.public_id}, seen=OWN_ONLY, changed=OWN_ONLY
    ),
    "cohorts:appeal_take_back": ObjectPage(appeal, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:appeal_further": ObjectPage(appeal, seen=OWN_ONLY, changed=OWN_ONLY),
    "cohorts:appeal_file": ObjectPage(lambda place: {"public_id": place.appeals[0].file.public_id}, seen=OWN_ONLY),
    "cohorts:appeal_answer": ObjectPage(appeal, seen={Role.FACILITATOR: OWN}, changed={Role.FACILITATOR: OWN}),
    "cohorts:appeal_evidence": ObjectPage(appeal, seen={Role.FACILITATOR: OWN}),
    "cohorts:lead_appeal_answer": ObjectPage(appeal, seen=READERS_OF_WORK, changed=READERS_OF_WORK),
    "cohorts:lead_appeal_evidence": ObjectPage(appeal, seen=READERS_OF_WORK),
    # Whoever leads in a cohort changes what is offered to it.
    **{
        f"cohorts:{name}": ObjectPage(
            catch_up_offer, seen={Role.FACILITATOR: OF_ONES_COHORT}, changed={Role.FACILITATOR: OF_ONES_COHORT}
        )
        for name in ("catch_up_offer", "catch_up_offer_end")
    },
    # A code of the programme, the same for all; whose item or task it is follows from who asks.
    "cohorts:complete": ObjectPage(
        lambda place: {"code": place.cohort.version.items.filter(kind=ItemKind.MODULE)[0].code},
        seen={Role.PARTICIPANT: OF_ONES_COHORT},
        changed={Role.PARTICIPANT: OF_ONES_COHORT},
    ),
    "cohorts:take_back_done": ObjectPage(
        lambda place: {"code": place.cohort.version.items.filter(kind=ItemKind.MODULE)[0].code},
        seen={Role.PARTICIPANT: OF_ONES_COHORT},
        changed={Role.PARTICIPANT: OF_ONES_COHORT},
    ),
    "assessments:send": ObjectPage(
        lambda place: {"code": place.cohort.version.tasks.get().code},
        seen={Role.PARTICIPANT: EVERYWHERE},
        changed={Role.PARTICIPANT: EVERYWHERE},
    ),
    "assessments:receipt": ObjectPage(receipt, seen=OWN_ONLY),
    "assessments:own_file": ObjectPage(receipt, seen=OWN_ONLY),
    "assessments:own_certificate": ObjectPage(certificate, seen=OWN_ONLY),
    "assessments:certificate_check": ObjectPage(certificate, seen=ANYBODY),
    "assessments:script": ObjectPage(script(Stage.MARKED), seen=ASSESSORS, changed=ASSESSORS),
    "assessments:script_file": ObjectPage(script(Stage.MARKED), seen=ASSESSORS),
    "assessments:submission": ObjectPage(script(Stage.RECEIVED), seen=LEADS),
    "assessments:allocate": ObjectPage(script(Stage.RECEIVED), seen=PROGRAMME_LEAD, changed=PROGRAMME_LEAD),
    "assessments:confirm": ObjectPage(script(Stage.MODERATED), seen=PROGRAMME_LEAD, changed=PROGRAMME_LEAD),
    "assessments:release": ObjectPage(script(Stage.CONFIRMED), seen=PROGRAMME_LEAD, changed=PROGRAMME_LEAD),
    "assessments:issue": ObjectPage(
        lambda place: {"public_id": place.enrolments[Stage.BLOCKED][0].public_id},
        seen=PROGRAMME_LEAD,
        changed=PROGRAMME_LEAD,
    ),
    "applications:start": ObjectPage(
        lambda place: {"public_id": place.sent[0].intake.public_id}, seen=ANYBODY, changed=ANYBODY
    ),
    "applications:interest": ObjectPage(
        lambda place: {"code": place.cohort.version.programme.code}, seen=ANYBODY, changed=ANYBODY
    ),
    "applications:interest_thanks": ObjectPage(
        lambda place: {"code": place.cohort.version.programme.code}, seen=ANYBODY
    ),
    "applications:leave_interest": ObjectPage(
        lambda place: {"public_id": Interest.objects.order_by("pk")[0].public_id}, seen=ANYBODY, changed=ANYBODY
    ),
    "applications:form": WHAT_I_SENT,
    "applications:receipt": WHAT_I_SENT,
    "applications:trn_later": WHAT_I_SENT,
    "applications:withdraw": WHAT_I_SENT,
    "applications:question": WHAT_I_SENT,
    "applications:offer": WHAT_I_AM_OFFERED,
    "applications:decline": WHAT_I_AM_OFFERED,
    "applications:endorser": WHAT_I_SENT,
    "applications:endorser_again": WHAT_I_SENT,
    "applications:endorse": ENDORSEMENT,
    "applications:endorse_again": replace(ENDORSEMENT, seen=ANYBODY, changed=ANYBODY),
    "applications:check": MY_DRAFT,
    "applications:school": MY_DRAFT,
    "applications:part": ObjectPage(
        lambda place: draft(place) | {"code": "statement"}, seen=OWN_ONLY, changed=OWN_ONLY
    ),
}

# The row of each place in the tables where delivery partners are kept apart.
ROW_IN: dict[type[Model], Callable[[Place], Model]] = {
    User: lambda place: place.participant,
    RoleGrant: lambda place: place.participant.role_grants.get(),
    Message: lambda place: place.messages[0],
    Intake: lambda place: place.sent[0].intake,
    Application: lambda place: place.sent[0],
    MissingSchool: lambda place: place.drafts[0].missing_schools.get(),
    ApplicationImport: lambda place: place.sent[0].intake.imports.get(),
    Cohort: lambda place: place.cohort,
    Group: lambda place: place.group,
    Facilitation: lambda place: place.group.facilitations.get(),
    FacilitatorProfile: lambda place: place.people[Role.FACILITATOR].facilitator_profile,
    Absence: lambda place: place.absences[0],
    GuestPlace: lambda place: place.guest_places[0],
    AssessmentWindow: lambda place: place.cohort.windows.get(number=1),
    Seminar: lambda place: place.seminars[0],
    SupportMatch: lambda place: place.support[0],
    CatchUp: lambda place: place.catch_ups[0],
    CatchUpOffer: lambda place: place.offers[0],
    Enrolment: enrolled,
    DirectoryEntry: lambda place: place.participant.directory_entry,
    SchoolVisit: lambda place: place.visits[0],
    Placement: lambda place: enrolled(place).placement,
    BoardPresentation: lambda place: enrolled(place).presentations.get(),
    Submission: lambda place: place.scripts[Stage.RELEASED][0],
    Outcome: lambda place: place.scripts[Stage.RELEASED][0].outcome,
    Certificate: lambda place: place.certificates[-1],
}


def table_of(page: Page) -> type[Model] | None:
    """The table that a page of the administration is about."""
    start = page.name.removeprefix("admin:")
    return next(
        (model for model in site._registry if start.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")),
        None,
    )


def first_of(table: type[Model]) -> Model:
    """The one made first. By a table's own order rows may be equal, and then the first is as the database pleases."""
    return table._default_manager.order_by("pk")[0]


def object_page(page: Page) -> ObjectPage | None:
    """The entry for a page with parameters; None where somebody has yet to write it."""
    if page.name in OBJECT_PAGES or page.parameters != {"object_id"}:
        return OBJECT_PAGES.get(page.name)
    table = table_of(page)
    if table is None:
        return None
    row_in = ROW_IN.get(table)
    return ObjectPage(
        lambda place: {"object_id": (row_in(place) if row_in else first_of(table)).pk},
        seen={role: REACH[role] if row_in else EVERYWHERE for role in page.rule.roles},
    )
