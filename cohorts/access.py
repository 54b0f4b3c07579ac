"""Whose cohorts, enrolments and registers somebody may see, and which registers they may save."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.models import Application
from cohorts.models import (
    Appeal,
    AppealFile,
    BoardPresentation,
    CatchUp,
    CatchUpFile,
    CatchUpOffer,
    ChangeProject,
    Cohort,
    DirectoryEntry,
    Enrolment,
    Facilitation,
    FormativeFile,
    FormativeRound,
    Group,
    Membership,
    PersonalItem,
    Placement,
    Reflection,
    SchoolVisit,
    Seminar,
    SupportMatch,
)
from cohorts.states import UNDER_WAY, CohortState, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.people.access import REACHES_ALL, has_role, organisations_of, reaches_all
from npqh_portal.people.models import Organisation, PersonAlias, RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Item, ProgrammeVersion, StudyFile

# Those who run cohorts and see to people's places in them.
LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
# Those of them who read and answer what people hand in: administrators see to accounts, not to people's work.
READERS_OF_WORK = (Role.PROGRAMME_LEAD,)


def cohorts_visible_to(user: User, *, roles: tuple[Role, ...] = LEADS) -> QuerySet[Cohort]:
    """The cohorts a lead answers for: all of them, or those of the delivery partner the role was granted for."""
    theirs = organisations_of(user, *roles)
    return Cohort.objects.filter(Q(provider__in=theirs) | Q(delivery_partner__in=theirs))


def applications_to_place(user: User, *, roles: tuple[Role, ...] = LEADS) -> QuerySet[Application]:
    theirs = organisations_of(user, *roles)
    return Application.objects.filter(Q(intake__provider__in=theirs) | Q(intake__delivery_partner__in=theirs))


def enrolments_of(user: User) -> QuerySet[Enrolment]:
    """A person's own; people found to be one are read as one.

    As two sets put together: with an OR over the join, everybody would be read to find the one.
    """
    aliases = PersonAlias.objects.filter(kept_person=user).values("old_person")
    themselves = User.objects.filter(pk=user.pk).order_by().values("pk")
    return Enrolment.objects.filter(person__in=themselves.union(aliases, all=True))


def enrolments_visible_to(user: User) -> QuerySet[Enrolment]:
    """One's own; those of the groups one leads today; those a lead answers for, placed or not.

    Runs from before this portal are the provider's: they have neither cohort nor intake to tell a partner's by.
    """
    groups = _groups_led_by(user)
    led = Q(memberships__group__in=groups, memberships__to_on=None)
    found = Enrolment.objects.filter(_overseen_by(user) | led | Q(pk__in=enrolments_of(user)))
    return Enrolment.objects.filter(pk__in=found.values("pk"))


def enrolments_overseen_by(user: User) -> QuerySet[Enrolment]:
    """Those alone that a lead answers for, whatever else the lead is."""
    return Enrolment.objects.filter(pk__in=Enrolment.objects.filter(_overseen_by(user)).values("pk"))


def _work_overseen_by(user: User) -> QuerySet[Enrolment]:
    """Those whose work a programme lead reads and answers."""
    return Enrolment.objects.filter(
        pk__in=Enrolment.objects.filter(_overseen_by(user, roles=READERS_OF_WORK)).values("pk")
    )


def _overseen_by(user: User, *, roles: tuple[Role, ...] = LEADS) -> Q:
    placed = Q(memberships__cohort__in=cohorts_visible_to(user, roles=roles))
    overseen = placed | Q(application__in=applications_to_place(user, roles=roles))
    return overseen | Q(past_run__isnull=False) if reaches_all(user, *roles) else overseen


def support_overseen_by(user: User) -> QuerySet[SupportMatch]:
    """Whose support a lead answers for: that there is some and how much of it, never what was said (T58)."""
    return SupportMatch.objects.filter(enrolment__in=enrolments_overseen_by(user).values("pk"))


def support_of(user: User) -> QuerySet[SupportMatch]:
    """The support that somebody gets or got as a participant."""
    return SupportMatch.objects.filter(enrolment__in=enrolments_of(user).values("pk"))


def support_given_by(user: User) -> QuerySet[SupportMatch]:
    """The support that somebody gives or gave; read as a coach alone."""
    if not has_role(user, Role.COACH):
        return SupportMatch.objects.none()
    return SupportMatch.objects.filter(Q(supporter=user) | Q(supporter__alias__kept_person=user))


def registers_of(user: User) -> QuerySet[Seminar]:
    """The sittings whose registers are this facilitator's to take: their own, and those of the groups they lead today.

    Both halves are needed: the role, and being assigned. What is only planned is nobody's yet.
    """
    if not has_role(user, Role.FACILITATOR):
        return Seminar.objects.none()
    told = Seminar.objects.exclude(state=SeminarState.PLANNED)
    return told.filter(Q(facilitator=user) | Q(group__in=_groups_led_by(user)))


def seminars_visible_to(user: User) -> QuerySet[Seminar]:
    """Registers one may read: one's own to take, and those of the cohorts a lead answers for."""
    return Seminar.objects.filter(Q(pk__in=registers_of(user).values("pk")) | Q(cohort__in=cohorts_visible_to(user)))


def may_record_register(user: User, seminar: Seminar) -> bool:
    return registers_of(user).filter(pk=seminar.pk).exists()


def groups_visible_to(user: User) -> QuerySet[Group]:
    """The groups one leads, and those of the cohorts a lead answers for.

    Of the former, those one is to lead from a coming day as well: the timetable is told to whoever leads before that
    day. Not before people know of their cohort.
    """
    led = Q(pk__in=_groups_assigned_to(user).exclude(cohort__state=CohortState.DRAFT).values("pk"))
    return Group.objects.filter(led | Q(cohort__in=cohorts_visible_to(user)))


def _groups_led_by(user: User) -> QuerySet[Group]:
    """Today."""
    return Group.objects.filter(facilitations__in=_facilitations_of(user).filter(from_on__lte=clock.today()))


def _groups_assigned_to(user: User) -> QuerySet[Group]:
    """Today, or from a coming day on."""
    return Group.objects.filter(facilitations__in=_facilitations_of(user))


def _facilitations_of(user: User) -> QuerySet[Facilitation]:
    """Those that are not over; one handed on before it began never begins."""
    if not has_role(user, Role.FACILITATOR):
        return Facilitation.objects.none()
    lasting = Q(to_on=None) | (Q(to_on__gt=clock.today()) & Q(to_on__gt=F("from_on")))
    return Facilitation.objects.filter(lasting, person=user)


def leads_answering_for(enrolment: Enrolment, *, roles: tuple[Role, ...] = LEADS) -> QuerySet[User]:
    """Leads of the provider, and those of the delivery partner whose intake or cohort the person came through."""
    cohorts = Cohort.objects.filter(memberships__enrolment=enrolment)
    partner = Q(organisation__in=cohorts.values("delivery_partner"))
    if enrolment.application:
        partner |= Q(organisation__isnull=False, organisation=enrolment.application.intake.delivery_partner)
    grants = RoleGrant.objects.open().filter(REACHES_ALL | partner, role__in=roles)
    return User.objects.filter(Exists(grants.filter(person=OuterRef("pk"))), is_active=True)


def leads_of_cohort(cohort: Cohort) -> QuerySet[User]:
    """Leads of the provider, and those of the cohort's delivery partner."""
    reaching = REACHES_ALL | Q(organisation__isnull=False, organisation=cohort.delivery_partner)
    grants = RoleGrant.objects.open().filter(reaching, role__in=LEADS)
    return User.objects.filter(Exists(grants.filter(person=OuterRef("pk"))), is_active=True)


def facilitators_visible_to(user: User) -> QuerySet[User]:
    """Those a lead plans with: of the provider and of the lead's own partner, and whoever leads in their cohorts."""
    grants = RoleGrant.objects.open().filter(role=Role.FACILITATOR)
    if not reaches_all(user, *LEADS):
        grants = grants.filter(REACHES_ALL | Q(organisation__in=organisations_of(user, *LEADS)))
    sessions = Seminar.objects.filter(cohort__in=cohorts_visible_to(user).values("pk"), facilitator=OuterRef("pk"))
    held = Exists(RoleGrant.objects.open().filter(role=Role.FACILITATOR, person=OuterRef("pk")))
    return User.objects.filter(Exists(grants.filter(person=OuterRef("pk"))) | (held & Exists(sessions)), is_active=True)


def may_approve_extension(user: User, enrolment: Enrolment) -> bool:
    return leads_answering_for(enrolment).filter(pk=user.pk).exists()


# --- peers, visits, placements -------------------------------------------------------------------


def may_join_directory(user: User) -> bool:
    """Whoever takes part now, in a cohort that is under way."""
    return _present_stays().filter(enrolment__in=enrolments_of(user)).exists()


def directory_visible_to(user: User) -> QuerySet[Any]:
    """The entries of people who consent and take part now with a provider with whom the reader is too.

    The reader takes part as well, or leads one of its groups. People found to be one are there once: what the kept one
    said decides, else what was said last. Each with `whose`, the number of that person, and `stay`, their membership.
    """
    led = Cohort.objects.filter(groups__in=_groups_led_by(user), state__in=sorted(UNDER_WAY))
    stays = _present_stays().filter(enrolment__in=enrolments_of(user))
    theirs = Organisation.objects.filter(
        Q(pk__in=led.order_by().values("provider")) | Q(pk__in=stays.order_by().values("cohort__provider"))
    )
    whose = Coalesce(F("person__alias__kept_person"), F("person"))
    others = DirectoryEntry.objects.annotate(whose=whose).filter(whose=OuterRef("whose")).exclude(pk=OuterRef("pk"))
    decides_more = others.filter(Q(person=OuterRef("whose")) | Q(consented_at__gt=OuterRef("consented_at")))
    own = Q(enrolment__person=OuterRef("whose")) | Q(enrolment__person__alias__kept_person=OuterRef("whose"))
    stay = _present_stays().filter(own, cohort__provider__in=theirs).order_by("-from_on", "-pk")
    return (
        DirectoryEntry.objects.annotate(whose=whose)
        .filter(Q(person=F("whose")) | ~Exists(decides_more), left_at=None)
        .annotate(stay=Subquery(stay.values("pk")[:1]))
        .filter(stay__isnull=False)
    )


def _present_stays() -> QuerySet[Membership]:
    return Membership.objects.filter(
        to_on=None, enrolment__state=EnrolmentState.ACTIVE, cohort__state__in=sorted(UNDER_WAY)
    )


def visits_of(user: User) -> QuerySet[SchoolVisit]:
    """Those that somebody logged themselves."""
    return SchoolVisit.objects.filter(enrolment__in=enrolments_of(user).values("pk"))


def enrolments_led_by(user: User) -> QuerySet[Enrolment]:
    """Those of the groups that a facilitator leads today."""
    led = Enrolment.objects.filter(memberships__group__in=_groups_led_by(user), memberships__to_on=None)
    return Enrolment.objects.filter(pk__in=led.values("pk"))


def placements_overseen_by(user: User) -> QuerySet[Placement]:
    return Placement.objects.filter(enrolment__in=enrolments_overseen_by(user).values("pk"))


def presentations_overseen_by(user: User) -> QuerySet[BoardPresentation]:
    return BoardPresentation.objects.filter(enrolment__in=enrolments_overseen_by(user).values("pk"))


def visits_overseen_by(user: User) -> QuerySet[SchoolVisit]:
    return SchoolVisit.objects.filter(enrolment__in=enrolments_overseen_by(user).values("pk"))


def directory_overseen_by(user: User) -> QuerySet[DirectoryEntry]:
    """The entries of people whom a lead answers for, those left as well."""
    return DirectoryEntry.objects.filter(person__in=enrolments_overseen_by(user).values("person"))


# --- formative work and reflections --------------------------------------------------------------


def formative_rounds_answered_by(user: User) -> QuerySet[FormativeRound]:
    """What was sent by the people of the groups one leads today, or of a programme lead's cohorts; never one's own.

    A draft is its writer's alone. Whoever reads what was sent may answer it.
    """
    overseen = FormativeRound.objects.filter(work__enrolment__in=_work_overseen_by(user).values("pk"))
    answered = Q(pk__in=overseen.order_by().values("pk"))
    answered |= Q(pk__in=formative_rounds_of_groups_led_by(user).order_by().values("pk"))
    return FormativeRound.objects.filter(answered).exclude(work__enrolment__in=enrolments_of(user).values("pk"))


def formative_rounds_of_groups_led_by(user: User) -> QuerySet[FormativeRound]:
    """Those that wait for the facilitator themselves: a lead may answer others too."""
    return FormativeRound.objects.filter(work__enrolment__in=enrolments_led_by(user).values("pk")).exclude(
        work__enrolment__in=enrolments_of(user).values("pk")
    )


def formative_files_of(user: User) -> QuerySet[FormativeFile]:
    """One's own, sent or not."""
    return FormativeFile.objects.filter(work__enrolment__in=enrolments_of(user).values("pk"))


def formative_files_read_by(user: User) -> QuerySet[FormativeFile]:
    """Those of what one may answer."""
    return FormativeFile.objects.filter(rounds__in=formative_rounds_answered_by(user).values("pk")).distinct()


def work_led_by(user: User) -> QuerySet[Enrolment]:
    """Whose projects, small changes and evaluations a facilitator reads: of the groups led today; never their own."""
    return enrolments_led_by(user).exclude(pk__in=enrolments_of(user).values("pk"))


def work_overseen_by(user: User) -> QuerySet[Enrolment]:
    """The same for a programme lead, whatever else they are."""
    return _work_overseen_by(user).exclude(pk__in=enrolments_of(user).values("pk"))


def projects_shared_with_coach(user: User) -> QuerySet[ChangeProject]:
    """Those of the people one supports who share them, while one supports them."""
    matches = support_given_by(user).filter(to_on=None)
    return ChangeProject.objects.filter(
        pk__in=ChangeProject.objects.filter(shared_with__in=matches.order_by().values("pk")).values("pk")
    )


def reflections_of(user: User) -> QuerySet[Reflection]:
    return Reflection.objects.filter(enrolment__in=enrolments_of(user).values("pk"))


def reflections_of_group_mates(user: User) -> QuerySet[Reflection]:
    """What those share with their seminar group who are in it now, as the reader is."""
    stays = Membership.objects.filter(enrolment__in=enrolments_of(user).values("pk"), to_on=None)
    groups = Group.objects.filter(pk__in=stays.values("group"))
    return _shared_within(groups).exclude(enrolment__in=enrolments_of(user).values("pk"))


def reflections_shared_with_facilitator(user: User) -> QuerySet[Reflection]:
    """What is shared with the groups one leads today."""
    return _shared_within(_groups_led_by(user)).exclude(enrolment__in=enrolments_of(user).values("pk"))


def reflections_shared_with_coach(user: User) -> QuerySet[Reflection]:
    """What those one supports share with their coach, while one is that."""
    matches = support_given_by(user).filter(to_on=None)
    return Reflection.objects.filter(match__in=matches.order_by().values("pk"))


def _shared_within(groups: QuerySet[Group]) -> QuerySet[Reflection]:
    """Sharing ends where the writer leaves the group."""
    stays = Membership.objects.filter(enrolment=OuterRef("enrolment"), group=OuterRef("group"), to_on=None)
    return Reflection.objects.filter(Exists(stays), group__in=groups.order_by().values("pk"))


# --- catch-ups -----------------------------------------------------------------------------------


def catch_ups_of(user: User) -> QuerySet[CatchUp]:
    """What somebody handed in themselves."""
    return CatchUp.objects.filter(enrolment__in=enrolments_of(user).values("pk"))


def catch_ups_led_by(user: User) -> QuerySet[CatchUp]:
    """Those that a facilitator decides on: of the people of their groups, and of their sessions; never their own."""
    return CatchUp.objects.filter(_for_facilitator(user))


def catch_ups_overseen_by(user: User) -> QuerySet[CatchUp]:
    """Those that a programme lead may decide on, whatever else they are; never their own."""
    return CatchUp.objects.filter(_for_lead(user))


def _for_facilitator(user: User) -> Q:
    """What hangs on a person and a session: of the people of their groups, or of their sessions; never their own."""
    theirs = Q(seminar__in=registers_of(user).values("pk")) | Q(enrolment__in=enrolments_led_by(user).values("pk"))
    return theirs & ~Q(enrolment__in=enrolments_of(user).values("pk"))


def _for_lead(user: User) -> Q:
    overseen = Q(enrolment__in=_work_overseen_by(user).values("pk"))
    return overseen & ~Q(enrolment__in=enrolments_of(user).values("pk"))


def catch_up_files_of(user: User) -> QuerySet[CatchUpFile]:
    return CatchUpFile.objects.filter(catch_up__in=catch_ups_of(user).order_by().values("pk"))


def cohorts_led_in_by(user: User) -> QuerySet[Cohort]:
    """Those under way in which a facilitator leads a group or a session."""
    led = Q(groups__in=_groups_led_by(user)) | Q(seminars__in=registers_of(user).values("pk"))
    return Cohort.objects.filter(pk__in=Cohort.objects.filter(led).values("pk"), state__in=sorted(UNDER_WAY))


def catch_up_offers_led_by(user: User) -> QuerySet[CatchUpOffer]:
    """What a facilitator may change: what is offered to their cohorts alone."""
    return CatchUpOffer.objects.filter(cohort__in=cohorts_led_in_by(user).values("pk"))


def catch_up_offers_overseen_by(user: User) -> QuerySet[CatchUpOffer]:
    """What a lead reads: what is offered to their cohorts, and what is offered to every cohort."""
    return CatchUpOffer.objects.filter(Q(cohort=None) | Q(cohort__in=cohorts_visible_to(user).values("pk")))


def may_offer_to_everybody(user: User) -> bool:
    return reaches_all(user, *LEADS)


# --- questions about a mark ----------------------------------------------------------------------


def appeals_of(user: User) -> QuerySet[Appeal]:
    """What somebody asks of their own marks."""
    return Appeal.objects.filter(enrolment__in=enrolments_of(user).values("pk"))


def appeals_led_by(user: User) -> QuerySet[Appeal]:
    """Those that a facilitator answers: of the people of their groups, and of their sessions; never their own."""
    return Appeal.objects.filter(_for_facilitator(user))


def appeals_overseen_by(user: User) -> QuerySet[Appeal]:
    """Those that a programme lead may answer, whatever else they are; never their own."""
    return Appeal.objects.filter(_for_lead(user))


def appeal_files_of(user: User) -> QuerySet[AppealFile]:
    return AppealFile.objects.filter(appeal__in=appeals_of(user).order_by().values("pk"))


# --- pages to study ------------------------------------------------------------------------------


def versions_taught_by(user: User) -> QuerySet[ProgrammeVersion]:
    """Of the cohorts under way in which a facilitator leads a group or a session."""
    return ProgrammeVersion.objects.filter(pk__in=cohorts_led_in_by(user).order_by().values("version"))


def versions_led_by(user: User) -> QuerySet[ProgrammeVersion]:
    """Of the cohorts that a lead answers for."""
    return ProgrammeVersion.objects.filter(pk__in=cohorts_visible_to(user).order_by().values("version"))


def study_files_visible_to(user: User) -> QuerySet[StudyFile]:
    """What stands beside the pages of the items on one's own lists, or of programmes one teaches; leads see all.

    Pages belong to no partner: whoever leads anywhere may read their drafts in the administration.
    """
    if has_role(user, *LEADS):
        return StudyFile.objects.all()
    of_page = {"version__programme": OuterRef("page__programme"), "code": OuterRef("page__item_code")}
    own = PersonalItem.objects.filter(
        enrolment__in=enrolments_of(user).order_by().values("pk"),
        **{f"item__{name}": of for name, of in of_page.items()},
    )
    taught = Item.objects.filter(version__in=versions_taught_by(user).order_by().values("pk"), **of_page)
    # Each by itself: asked in one as alternatives, everybody's lists would be joined before one's own is looked for.
    return StudyFile.objects.filter(Exists(own.order_by()) | Exists(taught.order_by()))
