"""One person's engagement as staff read it, and the contacts that they write down there."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts.access import enrolments_of, seminars_visible_to
from cohorts.actions import contacts as actions
from cohorts.errors import ContactToCome, ContactTooEarly
from cohorts.forms.contacts import ContactForm, RemoveContactForm
from cohorts.models import Contact, Enrolment
from cohorts.queries.people import person_page
from cohorts.states import EnrolmentState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.web.doors import person_of, refusals
from npqh_portal.web.forms import sent
from npqh_portal.web.words import short_day

from .staff import Side, for_both, for_confidants

_UNDER: dict[type[RuleViolation], str] = {ContactToCome: "on", ContactTooEarly: "on"}


@require_safe
def _person(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    person = person_of(request)
    enrolment = _enrolment(person, public_id, side.reached(person))
    reads_contacts = side.spoken_to(person).filter(pk=enrolment.pk).exists()
    view = person_page(enrolment, clock.now(), with_contacts=reads_contacts)
    registers = {one.seminar for row in view.rows for one in row.evidence if one.seminar}
    open_to = seminars_visible_to(person).filter(public_id__in=registers)
    context = {
        "side": side,
        "view": view,
        "reads_contacts": reads_contacts,
        "open": set(open_to.values_list("public_id", flat=True)),
        "corrects": {contact.pk for contact in view.contacts if actions.may_be_corrected(contact)},
        "takes_part": view.enrolment.state == EnrolmentState.ACTIVE,
    }
    return render(request, "cohorts/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _contact_add(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    person = person_of(request)
    enrolment = _enrolment(person, public_id, side.spoken_to(person))
    form = ContactForm(sent(request), contact=None)
    if form.is_valid():
        with refusals(form, under=_UNDER):
            said = {name: value for name, value in form.said().items() if name != "revision"}
            actions.record_contact(enrolment, **said, by=person)
            messages.success(request, f"Recorded: your contact with {enrolment.person}.")
            return redirect(side.person, public_id)
    return render(request, "cohorts/contact.html", {"side": side, "form": form, "enrolment": enrolment})


@require_http_methods(["GET", "HEAD", "POST"])
def _contact(request: HttpRequest, public_id: str, contact: str, *, side: Side) -> HttpResponse:
    """Put right within a day; after that it is only read."""
    person = person_of(request)
    found = get_object_or_404(_contacts(person, public_id, side), public_id=contact)
    form = ContactForm(sent(request), contact=found)
    if form.is_valid():
        with refusals(form, under=_UNDER):
            actions.correct_contact(found, **form.said(), by=person)
            messages.success(request, f"Saved: your contact with {found.enrolment.person}.")
            return redirect(side.person, public_id)
    if form.is_bound:
        found = get_object_or_404(_contacts(person, public_id, side), public_id=contact)
    context = {
        "side": side,
        "form": form,
        "enrolment": found.enrolment,
        "contact": found,
        "is_overtaken": form.overtaken_by(found.revision),
        "may_write": actions.may_be_corrected(found),
    }
    return render(request, "cohorts/contact.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _contact_remove(request: HttpRequest, public_id: str, contact: str, *, side: Side) -> HttpResponse:
    person = person_of(request)
    found = get_object_or_404(_contacts(person, public_id, side), public_id=contact)
    form = RemoveContactForm(sent(request), revision=found.revision)
    if form.is_valid():
        with refusals(form):
            actions.remove_contact(found, **form.said(), by=person)
            messages.success(request, f"Removed: the contact of {short_day(found.on)}.")
            return redirect(side.person, public_id)
    form.overtaken_by(found.revision)
    return render(request, "cohorts/contact_remove.html", {"side": side, "form": form, "contact": found})


person, person_lead = for_both(_person)
contact_add, contact_add_lead = for_confidants(_contact_add)
contact, contact_lead = for_confidants(_contact)
contact_remove, contact_remove_lead = for_confidants(_contact_remove)


def _enrolment(person: User, public_id: str, reached: QuerySet[Enrolment]) -> Enrolment:
    """Of somebody else: whoever takes part themselves has pages of their own."""
    known = reached.select_related("person", "version__programme", "application")
    return get_object_or_404(known.exclude(pk__in=enrolments_of(person).values("pk")), public_id=public_id)


def _contacts(person: User, public_id: str, side: Side) -> QuerySet[Contact]:
    """Nobody reads what was written of their own."""
    known = side.spoken_to(person).exclude(pk__in=enrolments_of(person).values("pk"))
    theirs = Contact.objects.filter(enrolment__in=known.filter(public_id=public_id).values("pk"))
    return theirs.select_related("enrolment__person", "by")
