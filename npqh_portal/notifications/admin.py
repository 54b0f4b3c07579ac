"""The letters that went out, or did not."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import Act, LookOnlyAdmin, Waiting, site
from npqh_portal.web.trail import say

from .access import messages_looked_after_by
from .actions import send_again
from .models import Message
from .rules import places_in
from .states import MessageState

READERS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def _send_again(by: User, row: Message, cleaned: dict[str, Any]) -> str:
    send_again(row, by=by)
    return f"The message to {row.address} is in the queue again."


@admin.register(Message, site=site)
class MessageAdmin(LookOnlyAdmin):
    named = {
        "queued_at": "queued",
        "due_at": "due",
        "stale_at": "not sent after",
        "sent_at": "sent",
        "public_id": "code in its address",
    }
    list_display = ("subject", "address", "kind", "state", "queued_at", "sent_at")
    list_filter = ("state", "kind", "queued_at")
    list_select_related = ("person",)
    search_fields = ("address", "subject", "person__full_name")
    search_help_text = "Address, subject or name"
    date_hierarchy = "queued_at"
    hints_to_read = frozenset({"stale_at"})
    # Never `secret`: a code belongs to whom it was sent, whatever one's role.
    fields = (
        "subject", "text", "address", "person", "kind", "state", "failure",
        "queued_at", "due_at", "stale_at", "sent_at", "attempts", "public_id",
    )  # fmt: skip
    acts = (
        Act(
            "send_again",
            "Send again",
            run=_send_again,
            roles=READERS,
            offered=lambda message: (
                message.state == MessageState.FAILED and not places_in(message.subject + message.text)
            ),
            explains="It goes to the same address with the same words, within a minute.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return messages_looked_after_by(request.user)


@site.work_waiting
def undelivered(user: User) -> Iterable[Waiting]:
    """This week's: an older one has been seen, and stays in the list."""
    since = clock.start_of_day(clock.today() - timedelta(days=7))
    failed = messages_looked_after_by(user).filter(state=MessageState.FAILED, queued_at__gte=since)
    oldest = failed.order_by("queued_at").values_list("queued_at", flat=True).first()
    query = urlencode({"state__exact": MessageState.FAILED.value, "queued_at__gte": since.isoformat()})
    yield Waiting(
        "Messages of this week that could not be delivered",
        failed.count(),
        f"{reverse('admin:notifications_message_changelist')}?{query}",
        "Look at the address, then send again.",
        since=clock.london_date(oldest) if oldest else None,
    )


say({"message.sent_again": "Message sent again"})
