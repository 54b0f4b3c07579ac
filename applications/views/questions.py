"""What we asked an applicant, and what they answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications import actions
from applications.forms.questions import AnswerForm
from applications.states import UNDECIDED
from npqh_portal import clock
from npqh_portal.web.doors import person_of, refusals, signed_in
from npqh_portal.web.forms import sent

from .own import own_application


@signed_in
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, public_id: str) -> HttpResponse:
    """The newest question, to answer; with the ones before it, and what was answered."""
    application = own_application(request, public_id)
    questions = list(application.questions.all())
    if not questions:
        raise Http404
    newest = questions[0]
    form = AnswerForm(sent(request))
    if form.is_valid():
        with refusals(form):
            actions.answer_question(newest, answer=form.cleaned_data["answer"], by=person_of(request))
            return redirect("applications:question", public_id)
    # An answer that was refused stays on the page, for its writer to keep.
    is_open = newest.is_open and application.state in UNDECIDED
    context = {
        "application": application,
        "questions": questions,
        "newest": newest,
        "form": form if is_open or form.is_bound else None,
        "is_late": is_open and newest.reply_by < clock.today(),
    }
    return render(request, "applications/question.html", context)
