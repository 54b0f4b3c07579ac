"""What a programme lead does about the waiting list: the rest of it goes by itself."""

from typing import Any

from applications.access import DECIDERS
from applications.actions import put_back_on_list
from applications.models import Application
from applications.states import ApplicationState
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act


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
)
