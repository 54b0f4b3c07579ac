"""What is handed in for missed sessions, to be read; and what is offered in their place."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from cohorts.access import (
    LEADS,
    READERS_OF_WORK,
    catch_up_offers_overseen_by,
    catch_ups_overseen_by,
    cohorts_visible_to,
    may_offer_to_everybody,
)
from cohorts.actions.catch_up import change_catch_up_offer, end_catch_up_offer, offer_catch_up
from cohorts.errors import OfferForEverybody
from cohorts.forms import catch_up as shapes
from cohorts.kinds import CatchUpWay
from cohorts.models import AttendanceMark, CatchUp, CatchUpOffer, Cohort, Enrolment, Seminar
from cohorts.queries.catch_up import items_to_offer_for, to_decide
from cohorts.reminders import CATCH_UP_WAITS
from cohorts.states import UNDER_WAY, CatchUpState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, Waiting, site
from npqh_portal.web.trail import LEFT_OUT, Told, among, days, row, say
from npqh_portal.web.words import table_day

say(
    {
        "catch-up.sent": "Catch-up handed in",
        "catch-up.changed": "Catch-up changed",
        "catch-up.returned": "Catch-up sent back for more",
        "catch-up.accepted": "Catch-up accepted",
        "catch-up.refused": "Catch-up not accepted",
        "catch-up.withdrawn": "Catch-up taken back",
        "catch-up.not-needed": "Catch-up not needed any more",
    },
    {
        "enrolment": row("Who", Enrolment, "person", "version__programme"),
        "session": row("Session", Seminar, "item"),
        "send_by": Told("Last day", days),
        "mark": row("Mark", AttendanceMark, "enrolment__person", "seminar__item"),
        "revision": LEFT_OUT,
    },
)
say(
    {
        "catch-up-offer.made": "Offered for a missed session",
        "catch-up-offer.changed": "Offer for a missed session changed",
        "catch-up-offer.ended": "Offer for a missed session ended",
    },
    {
        "item": row("For", Item),
        "cohort": row("To", Cohort),
        "way": Told("What it is", among(dict(CatchUpWay.choices()))),
        "minutes": Told("Minutes"),
    },
)


@admin.register(CatchUp, site=site)
class CatchUpAdmin(LookOnlyAdmin):
    """A lead decides on the page that facilitators decide on too."""

    viewers = READERS_OF_WORK
    named = {"sent_at": "sent", "decided_at": "decided"}
    list_display = ("who", "session", "held", "way", "state", "sent_at", "decided_by")
    list_filter = ("state", ("seminar__cohort", admin.RelatedOnlyFieldListFilter), "way")
    search_fields = ("enrolment__person__full_name", "seminar__item__title")
    search_help_text = "Who it is, or what they missed."
    fields = (
        "who", "session", "held", "way", "offer", "took", "sent_at", "send_by", "state", "answer", "decided_at",
        "decided_by", "page",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatchUp]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        return (
            catch_ups_overseen_by(request.user)
            .select_related("enrolment__person", "seminar__item", "seminar__cohort", "offer", "decided_by")
            .order_by("-sent_at", "-pk")
        )

    @admin.display(description="who", ordering="enrolment__person__full_name")
    def who(self, one: CatchUp) -> str:
        return str(one.enrolment.person)

    @admin.display(description="session", ordering="seminar__item__title")
    def session(self, one: CatchUp) -> str:
        return str(one.seminar)

    @admin.display(description="held", ordering="seminar__starts_at")
    def held(self, one: CatchUp) -> str:
        return table_day(one.seminar.starts_at)

    @admin.display(description="what they take from it")
    def took(self, one: CatchUp) -> str:
        """Taken back, it is theirs alone again."""
        return "" if one.state == CatchUpState.WITHDRAWN else one.words

    @admin.display(description="files and decision")
    def page(self, one: CatchUp) -> str:
        return format_html('<a href="{}">Open it</a>', reverse("cohorts:lead_catch_up_decide", args=[one.public_id]))


class OfferWordsForm(ActForm, shapes.OfferWordsForm):
    def prepare(self) -> None:
        for name in ("way", "title", "url", "words", "minutes"):
            if self.row:
                self.fields[name].initial = getattr(self.row, name)


class ItemsOfAll(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    def label_from_instance(self, item: Any) -> str:
        return f"{item.title}, {item.version}"


class OfferForm(OfferWordsForm):
    item = ItemsOfAll(Item.objects.none(), label="For which session", error_messages={"required": "Choose the session"})
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(), label="For which cohort", required=False, empty_label="Every cohort"
    )
    field_order = ("item", "cohort", "way", "title", "url", "words", "minutes")

    def prepare(self) -> None:
        items, cohorts = self.fields["item"], self.fields["cohort"]
        assert isinstance(items, forms.ModelChoiceField)  # noqa: S101  # declared just above
        assert isinstance(cohorts, forms.ModelChoiceField)  # noqa: S101  # declared just above
        theirs = cohorts_visible_to(self.by).filter(state__in=sorted(UNDER_WAY))
        items.queryset = items_to_offer_for(theirs)
        cohorts.queryset = theirs.order_by("name", "pk")


def _offer(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, CatchUpOffer]:
    if cleaned["cohort"] is None and not may_offer_to_everybody(by):
        raise OfferForEverybody
    offer = offer_catch_up(**cleaned, by=by)
    return f"Offered: “{offer.title}”. Whoever missed the session finds it at once.", offer


def _change(by: User, offer: CatchUpOffer, cleaned: dict[str, Any]) -> str:
    _check_theirs(by, offer)
    change_catch_up_offer(offer, **cleaned, by=by)
    return "Saved."


def _end(by: User, offer: CatchUpOffer, cleaned: dict[str, Any]) -> str:
    _check_theirs(by, offer)
    end_catch_up_offer(offer, by=by)
    return f"“{offer.title}” is not offered any more. What was handed in for it stays."


def _check_theirs(by: User, offer: CatchUpOffer) -> None:
    if offer.cohort is None and not may_offer_to_everybody(by):
        raise OfferForEverybody


def _is_offered(offer: CatchUpOffer) -> bool:
    return offer.ended_at is None


@admin.register(CatchUpOffer, site=site)
class CatchUpOfferAdmin(LookOnlyAdmin):
    named = {"offered_at": "since", "ended_at": "ended", "words": "what to do", "url": "link"}
    list_display = ("title", "item", "to_whom", "way", "minutes", "offered_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "way", ("cohort", admin.RelatedOnlyFieldListFilter))
    search_fields = ("title", "item__title")
    search_help_text = "What it is called, or for which session."
    fields = ("title", "item", "to_whom", "way", "url", "words", "minutes", "offered_at", "offered_by", "ended_at")
    readonly_fields = fields
    list_acts = (
        Act(
            "offer",
            "Offer something for a missed session",
            run=_offer,
            form=OfferForm,
            roles=LEADS,
            explains="Facilitators offer recordings and readings to their own cohorts; what every cohort finds is"
            " offered here.",
        ),
    )
    acts = (
        Act("change", "Change", run=_change, form=OfferWordsForm, roles=LEADS, offered=_is_offered),
        Act("end", "Stop offering it", run=_end, roles=LEADS, offered=_is_offered, grave=True),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CatchUpOffer]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        offers = catch_up_offers_overseen_by(request.user)
        return offers.select_related("item", "cohort", "offered_by").order_by("-offered_at", "-pk")

    @admin.display(description="to whom", ordering="cohort__name")
    def to_whom(self, offer: CatchUpOffer) -> str:
        return str(offer.cohort or "Every cohort")


@site.work_waiting
def catch_ups_that_wait_long(user: User) -> Iterator[Waiting]:
    """Facilitators decide; what they leave lying is for the lead."""
    if not has_role(user, *READERS_OF_WORK):
        return
    waiting = to_decide(catch_ups_overseen_by(user)).filter(sent_at__lte=clock.now() - CATCH_UP_WAITS)
    if count := waiting.count():
        oldest = waiting.values_list("sent_at", flat=True)[0]
        yield Waiting(
            label=f"Catch-ups that have waited for {CATCH_UP_WAITS.days} days",
            count=count,
            address=reverse("cohorts:lead_catch_ups"),
            words=f"The oldest is of {table_day(oldest)}.",
            since=clock.london_date(oldest),
        )
