"""The applicant's pages."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from applications import actions
from applications.access import applications_visible_to, own_applications
from applications.forms.answers import FORMS, SchoolForm, SchoolSearchForm
from applications.models import Application
from applications.queries import applications as queries
from applications.rules.answers import PARTS
from applications.states import LIVE, ApplicationState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.schools.queries import closed_for_good, find_schools, successors_of_closed
from npqh_portal.web.doors import refusals, signed_in
from npqh_portal.web.forms import PortalForm

SCHOOLS_SHOWN = 20


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    return request.user


def _own(request: HttpRequest, public_id: str) -> Application:
    """One's own application. Whoever may read it elsewhere is told that this is not their page to write on."""
    readable = applications_visible_to(request.user).select_related("person", "school", "intake__version__programme")
    application = get_object_or_404(readable, public_id=public_id)
    if application.person_id != request.user.pk:
        raise PermissionDenied
    return application


@signed_in
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    applications = own_applications(request.user).select_related("intake__version__programme").order_by("-started_at")
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
            application = actions.start_application(_person(request), intake=intake, by=_person(request))
            return redirect("applications:form", application.public_id)
    now = clock.now()
    context = {"intake": intake, "is_open": intake.is_open_at(now), "is_early": now < intake.opens_at}
    return render(request, "applications/start.html", context)


@signed_in
@require_GET
def form(request: HttpRequest, public_id: str) -> HttpResponse:
    """The task list of a draft; of anything else, where it stands and what was answered."""
    application, now = _own(request, public_id), clock.now()
    if not queries.may_change(application, now):
        return render(request, "applications/standing.html", {"application": application, "today": clock.today()})
    tasks = queries.task_list(application, now)
    return render(request, "applications/task_list.html", {"application": application, "tasks": tasks})


@signed_in
@require_http_methods(["GET", "POST"])
def part(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    application = _own(request, public_id)
    asked = next((one for one in PARTS if one.code == code), None)
    if asked is None or code not in FORMS:
        raise Http404
    if request.method == "GET" and not queries.may_change(application, clock.now()):
        return redirect("applications:form", public_id)
    questions = FORMS[code](_sent(request), application=application, today=clock.today())
    if questions.is_valid():
        with refusals(questions):
            actions.save_answers(application, answers=questions.cleaned_data, by=_person(request))
            return _next(request, public_id)
    context = {"application": application, "part": asked, "form": questions, "changing": "change" in request.GET}
    return render(request, "applications/part.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """Search, choose from what was found, or type the name of a school that is not listed."""
    application = _own(request, public_id)
    if request.method == "GET" and not queries.may_change(application, clock.now()):
        return redirect("applications:form", public_id)
    sought = request.GET.get("q", "").strip()[:100]
    found = list(find_schools(sought)[: SCHOOLS_SHOWN + 1])
    closed = [] if found else successors_of_closed(sought)
    gone = [] if found or closed else closed_for_good(sought)
    choices = found[:SCHOOLS_SHOWN] or [link.successor for link in closed]
    questions = SchoolForm(_sent(request), application=application, today=clock.today(), found=choices)
    if questions.is_valid():
        with refusals(questions):
            actions.save_answers(application, answers=questions.cleaned_data, by=_person(request))
            return _next(request, public_id)
    context = {
        "application": application,
        "form": questions,
        "search": SchoolSearchForm(initial={"q": sought}),
        "sought": sought,
        "found": len(found),
        "closed": closed,
        "gone": gone,
        "shown": SCHOOLS_SHOWN,
        "asks": bool(sought or application.school_name or questions.is_bound),
        "changing": "change" in request.GET,
    }
    return render(request, "applications/school.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """Check your answers, and send."""
    application, now = _own(request, public_id), clock.now()
    if request.method == "POST":
        with refusals(request):
            actions.submit_application(application, by=_person(request))
            return redirect("applications:receipt", public_id)
    tasks = queries.task_list(application, now)
    if not queries.may_change(application, now) or not tasks.is_complete:
        return redirect("applications:form", public_id)
    return render(request, "applications/check.html", {"application": application, "tasks": tasks})


@signed_in
@require_GET
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    application = _own(request, public_id)
    if application.state != ApplicationState.SUBMITTED:
        return redirect("applications:form", public_id)
    return render(request, "applications/receipt.html", {"application": application})


@signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    application = _own(request, public_id)
    question = PortalForm(_sent(request))
    if question.is_valid():
        with refusals(question):
            actions.withdraw_application(application, by=_person(request))
            return redirect("applications:form", public_id)
    if request.method == "GET" and application.state not in {ApplicationState.DRAFT, ApplicationState.SUBMITTED}:
        return redirect("applications:form", public_id)
    return render(request, "applications/withdraw.html", {"application": application, "form": question})


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _next(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whoever came from the check page goes back there."""
    return redirect("applications:check" if "change" in request.GET else "applications:form", public_id)
