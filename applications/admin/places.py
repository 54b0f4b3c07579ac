"""What a programme lead does about the waiting list and about funded places: the rest of it goes by itself."""

from typing import Any

from applications.access import DECIDERS
from applications.actions import give_funding_back, put_back_on_list, take_funding_away
from applications.actions.places import (
    check_funding_back,
    check_funding_taken,
    letter_of_funding_given_back,
    letter_of_funding_taken,
)
from applications.errors import GivingBackReasonNeeded, TakingAwayReasonNeeded
from applications.forms.fields import PlainText
from applications.models import Application
from applications.queries.places import next_to_be_funded, places_of
from applications.states import HOLDING, ApplicationState
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm


class TakeAwayForm(ActForm):
    reason = PlainText(
        label="Why is it taken away?",
        help_text="The applicant reads it in our letter. For example: DfE has found that it funded you before.",
        max_length=2000,
        lines=True,
        rows=4,
        error_messages={"required": str(TakingAwayReasonNeeded())},
    )


def _take_away(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    take_funding_away(application, **cleaned, by=by)
    return f"{application.full_name} keeps the place, which is not a funded one any more, and is told so by email."


def _letter(by: User, application: Application, cleaned: dict[str, Any]) -> dict[str, Any]:
    reason = check_funding_taken(application, **cleaned, by=by)
    subject, text = letter_of_funding_taken(application, reason=reason).written()
    return {"letter": {"subject": subject, "text": text}}


def _what_follows(application: Application) -> dict[str, Any]:
    return {
        "application": application,
        "is_offer": application.state == ApplicationState.OFFERED,
        "places": places_of(application.intake),
        "next": next_to_be_funded(application.intake),
    }


class GiveBackForm(ActForm):
    reason = PlainText(
        label="Why is it given back?",
        help_text="The applicant reads it in our letter. For example: it was taken away from the wrong application.",
        max_length=2000,
        lines=True,
        rows=4,
        error_messages={"required": str(GivingBackReasonNeeded())},
    )


def _give_back(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    give_funding_back(application, **cleaned, by=by)
    return f"The place of {application.full_name} is a funded one again, and they are told so by email."


def _letter_of_return(by: User, application: Application, cleaned: dict[str, Any]) -> dict[str, Any]:
    reason, _ = check_funding_back(application, **cleaned, by=by)
    subject, text = letter_of_funding_given_back(application, reason=reason).written()
    return {"letter": {"subject": subject, "text": text}}


def _what_follows_back(by: User, application: Application) -> dict[str, Any]:
    try:
        # Whether it can be, whatever the reason is.
        check_funding_back(application, reason="-", by=by)
        obstacle = ""
    except RuleViolation as refusal:
        obstacle = str(refusal)
    is_offer = application.state == ApplicationState.OFFERED
    return {
        "application": application, "is_offer": is_offer, "places": places_of(application.intake), "obstacle": obstacle
    }  # fmt: skip


def _was_taken_away(application: Application) -> bool:
    return application.funding_taken_at is not None and application.state in HOLDING


def _holds_funded_place(application: Application) -> bool:
    return application.state in HOLDING and bool(application.funded_place) and not application.is_enrolled


def _put_back(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    before = application.waitlisted_at
    if put_back_on_list(application, by=by).waitlisted_at == before:
        return f"{application.full_name} is on the waiting list already, and keeps their turn."
    return f"{application.full_name} is on the waiting list again, at its end, and is told so by email."


PLACE_ACTS = (
    Act(
        "put_back",
        "Put back on the waiting list",
        run=_put_back,
        roles=DECIDERS,
        offered=lambda application: application.state == ApplicationState.LAPSED,
        explains="For somebody whose offer ran out and who still wants a place. They wait at the end of the list.",
    ),
    Act(
        "take_funding_away",
        "Take the funded place away",
        run=_take_away,
        preview=_letter,
        form=TakeAwayForm,
        roles=DECIDERS,
        offered=_holds_funded_place,
        explains="The place stays theirs, and is paid for otherwise. The funded one goes to whoever is next.",
        grave=True,
        template="applications/admin_take_funding.html",
        context=_what_follows,
    ),
    Act(
        "give_funding_back",
        "Give the funded place back",
        run=_give_back,
        preview=_letter_of_return,
        form=GiveBackForm,
        roles=DECIDERS,
        offered=_was_taken_away,
        explains="For a funded place that was taken away by mistake. Their place is a funded one again.",
        template="applications/admin_give_funding.html",
        told=_what_follows_back,
    ),
)
