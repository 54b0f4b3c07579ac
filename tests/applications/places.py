"""Applications about places, written plainly."""

from typing import Any

from applications.models import Application, FormVersion
from applications.states import ApplicationState
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from tests.factories import a_form, a_person, an_application


def without_endorsement(intake: Intake) -> FormVersion:
    return a_form(intake.version.programme, number=9, needs_endorsement=False)


def applied(
    intake: Intake,
    *,
    state: ApplicationState = ApplicationState.SUBMITTED,
    person: User | None = None,
    scholar: bool = False,
    **fields: Any,
) -> Application:
    """Somebody whose form asks for no endorsement. A scholar is eligible and applies for a funded place."""
    route = {"funding_route": "scholarship", "eligible_for_funding": True} if scholar else {"funding_route": "school"}
    fields = {"form": without_endorsement(intake), "eligible_for_funding": False} | route | fields
    return an_application(person or a_person(), intake, state=state, **fields)
