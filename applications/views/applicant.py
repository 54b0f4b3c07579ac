"""The applicant's pages."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from applications import actions
from applications.access import own_applications
from applications.errors import AnswersChanged, CheckedAnswersChanged, TrnKnown
from applications.forms.answers import FORMS, PART_OF, DeclarationForm, FundingForm, LaterTrnForm
from applications.queries import applications as queries
from applications.queries.answers import Answer, answers_to
from applications.queries.endorsements import endorsement_of
from applications.queries.funding import funding_found, support_found
from applications.queries.places import place_of
from applications.queries.review import newest_question
from applications.rules.answers import part_to_place
from applications.rules.standard import MINUTES_TO_APPLY
from applications.states import LIVE, ApplicationState
from npqh_portal import clock
from npqh_portal.web.doors import person_of, refusals, signed_in
from npqh_portal.web.forms import sent

from .own import FORM, WHOLE, next_page, own_application


@signed_in
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    own = own_applications(request.user).select_related("intake__version__programme").order_by("-started_at")
    applications = queries.with_what_waits(own)
    context = {"applications": applications, "now": clock.now(), "today": clock.today()}
    return render(request, "applications/index.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    intake = get_object_or_404(queries.public_intakes(), public_id=public_id)
    if application := own_applications(request.user).filter(intake=intake, state__in=LIVE).first():
        return redirect("applications:form", application.public_id)
    if request.method == "POST":
        with refusals(request):
            application = actions.start_application(person_of(request), intake=intake, by=person_of(request))
            return redirect("applications:form", application.public_id)
    now = clock.now()
    context = {
        "intake": intake,
        "is_open": intake.is_open_at(now),
        "is_early": now < intake.opens_at,
        "minutes": MINUTES_TO_APPLY,
    }
    return render(request, "applications/start.html", context)


@signed_in
@require_GET
def form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The task list of a draft; of anything else, where it stands and what was answered."""
    application, now = own_application(request, public_id), clock.now()
    if not queries.may_change(application, now):
        context = {
            "application": application,
            "place": place_of(application, now),
            "endorsement": endorsement_of(application),
            "funding": funding_found(application, clock.today()),
            "support": support_found(application),
            "asked": newest_question(application),
            "may_begin": queries.may_begin_anew(application, now),
            "today": clock.today(),
            "now": now,
        }
        return render(request, "applications/standing.html", context)
    tasks = queries.task_list(application, now)
    context = {"application": application, "tasks": tasks, "asks_otherwise": queries.asked_otherwise(application)}
    return render(request, "applications/task_list.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    application = own_application(request, public_id, along=WHOLE if code == "funding" else FORM)
    if code not in FORMS:
        raise Http404
    is_asked = PART_OF[code].is_asked(application.answers)
    if request.method == "GET" and not (is_asked and queries.may_change(application, clock.now())):
        return redirect("applications:form", public_id)
    questions = FORMS[code](sent(request), application=application, today=clock.today())
    stored: list[Answer] = []
    is_kept = not questions.is_bound
    if questions.is_valid():
        with refusals(questions):
            try:
                actions.save_answers(
                    application, answers=questions.answers, seen=questions.answered_from, by=person_of(request)
                )
                if not questions.excess:
                    return next_page(request, public_id)
                is_kept, application = True, own_application(request, public_id)
                questions.show_again(application)
                questions.add_error(questions.long_box, questions.excess)
            except AnswersChanged:
                application = own_application(request, public_id)
                questions.show_again(application)
                stored = answers_to(code, application)
                raise
    context = {
        "application": application,
        "part": PART_OF[code],
        "form": questions,
        "stored": stored,
        # Of what is stored, so not beside what was typed and is not.
        "excess": PART_OF[code].excess(application.answers) if is_kept else "",
        "changing": "change" in request.GET,
    }
    if isinstance(questions, FundingForm):
        # What is refused is told of as it was typed, so that the page says one thing.
        context["application"] = application = questions.as_typed() if questions.errors else application
        context["funding"] = funding_found(application, clock.today())
        context["first"] = part_to_place(application.answers)
    return render(request, "applications/part.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Check your answers, declare, and send. Whoever sends too late is told, and the draft is kept."""
    application, now = own_application(request, public_id), clock.now()
    tasks = queries.task_list(application, now)
    declaration = DeclarationForm(sent(request), application=application)
    if declaration.is_valid():
        with refusals(request):
            try:
                actions.submit_application(application, seen=declaration.cleaned_data["seen"], by=person_of(request))
                return redirect("applications:receipt", public_id)
            except CheckedAnswersChanged as refusal:
                messages.error(request, str(refusal))
                return redirect("applications:check", public_id)
    if declaration.is_valid() or not queries.may_change(application, now) or not tasks.is_complete:
        return redirect("applications:form", public_id)
    context = {"application": application, "tasks": tasks, "form": declaration}
    return render(request, "applications/check.html", context)


@signed_in
@require_GET
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    application = own_application(request, public_id)
    if application.state != ApplicationState.SUBMITTED:
        return redirect("applications:form", public_id)
    context = {"application": application, "endorsement": endorsement_of(application), "now": clock.now()}
    return render(request, "applications/receipt.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def trn_later(request: HttpRequest, public_id: str) -> HttpResponse:
    """The teacher reference number that was left for later when the application was sent."""
    application = own_application(request, public_id)
    question = LaterTrnForm(sent(request))
    if question.is_valid():
        with refusals(question, under={TrnKnown: "trn"}):
            actions.give_trn(application, trn=question.cleaned_data["trn"], by=person_of(request))
            messages.success(request, "Thank you. We have your teacher reference number.")
            return redirect("applications:form", public_id)
    if request.method == "GET" and not application.awaits_trn:
        return redirect("applications:form", public_id)
    return render(request, "applications/trn_later.html", {"application": application, "form": question})
