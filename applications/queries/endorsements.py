"""Reads for the endorser's page, the applicant and staff; and the links that are sent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import Signer
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from applications.kinds import EmploymentType, Nursery, RoleReach, WorkSetting
from applications.models import Application, Endorsement
from applications.rules.endorsements import EXPIRED, Link, doubts, is_same_endorser, link_leads_to, who_pays
from applications.states import UNDECIDED, EndorsementState
from npqh_portal import clock
from npqh_portal.programmes.queries import totals
from npqh_portal.web.words import day, hours_in_words, short_day

# How an endorsement stands, as staff read it.
STANDINGS = {**dict(EndorsementState.choices), EXPIRED: "Link expired without an answer"}

# What an applicant says of their headship, as an endorser reads it.
HEADSHIPS = {
    Application.Headship.ASPIRING.value: "Hopes to become a headteacher",
    Application.Headship.APPOINTED.value: "Appointed a headteacher, to start on {day}",
    Application.Headship.NEW.value: "A headteacher in the first year, since {day}",
    Application.Headship.SERVING.value: "A headteacher since {day}",
}

_SIGNER = Signer(salt="applications.endorsement")


def link_of(endorsement: Endorsement) -> str:
    """The link that opens it now. Its key stands behind the question mark, where no log of ours writes it down."""
    path = reverse("applications:endorse", args=[endorsement.public_id])
    query = urlencode({"key": _key(endorsement.public_id, endorsement.links)})
    return f"{settings.SITE_URL}{path}?{query}"


def endorsement_opened_by(public_id: str, key: str) -> tuple[Endorsement, int] | None:
    """The endorsement that a link was sent for, and which of its links it was; None for a link that we never sent."""
    endorsement = (
        Endorsement.objects.select_related("application__person", "application__intake__provider")
        .filter(public_id=public_id)
        .first()
    )
    if endorsement is None:
        return None
    for link in range(endorsement.links, 0, -1):
        if constant_time_compare(key, _key(public_id, link)):
            return endorsement, link
    return None


def _key(public_id: str, link: int) -> str:
    return _SIGNER.signature(f"{public_id}:{link}")


def where_it_leads(endorsement: Endorsement, link: int) -> Link:
    """What the link of this number leads to now."""
    return link_leads_to(
        endorsement.state,
        is_undecided=endorsement.application.state in UNDECIDED,
        is_last=link == endorsement.links,
        expires_at=endorsement.expires_at,
        at=clock.now(),
    )


def endorsement_of(application: Application) -> Endorsement | None:
    """The one that counts; None where nobody was asked."""
    return _that_count().filter(application=application).first()


def with_standing(endorsements: QuerySet[Endorsement]) -> QuerySet[Any]:
    """Each with its `standing`: its state, or EXPIRED where it waits and its link no longer opens."""
    waits_in_vain = When(state=EndorsementState.WAITING, expires_at__lte=clock.now(), then=Value(EXPIRED))
    return endorsements.annotate(standing=Case(waits_in_vain, default=F("state"), output_field=CharField()))


def in_words(endorsements: QuerySet[Endorsement]) -> list[tuple[Endorsement, str]]:
    """Each, and how it stands as staff read it."""
    return [(one, STANDINGS[one.standing]) for one in with_standing(endorsements)]


def standing_of(application: Application) -> str | None:
    """How the endorsement that counts stands; None where nobody was asked."""
    counting = with_standing(_that_count()).filter(application=application)
    standing: str | None = counting.values_list("standing", flat=True).first()
    return standing


def with_endorsement(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Each with `endorsement_standing`, as `standing_of` has it."""
    standing = with_standing(_that_count()).filter(application=OuterRef("pk")).values("standing")[:1]
    return applications.annotate(endorsement_standing=Subquery(standing))


def _that_count() -> QuerySet[Endorsement]:
    return Endorsement.objects.exclude(state=EndorsementState.REPLACED)


def asked_lately(application: Application) -> int:
    """How many requests for it went out in the last 24 hours."""
    since = clock.now() - timedelta(days=1)
    return Endorsement.objects.filter(application=application, requested_at__gt=since).count()


def what_to_show(application: Application) -> dict[str, Any]:
    """Everything about the applicant that an endorser is shown, as they read it; nothing else of the application."""
    intake, version = application.intake, application.intake.version
    sums = totals(version)
    time = [f"{hours_in_words(sums.minutes)} over {version.delivery_months} months, in {version.terms} terms"]
    if sums.synchronous_minutes:
        together = f"{hours_in_words(sums.synchronous_minutes)} of it together with others"
        if sums.in_person_minutes:
            together += f", {hours_in_words(sums.in_person_minutes)} in person"
        time.append(together)
    if version.day_equivalents:
        time.append(f"{version.day_equivalents} days out of school")
    if version.assessment_months:
        time.append(f"the assessment in the {version.assessment_months} months after")
    return {
        "v": 1,
        "applicant": application.full_name,
        "facts": [
            ["Name", application.full_name],
            ["Role", application.role],
            ["Leads", _leads(application)],
            ["Headship", _headship(application)],
            ["Workplace", application.school_name or application.nursery_name or application.employer_name],
            ["Setting", _setting(application)],
            ["Programme", version.programme.name],
            ["Starts", day(intake.starts_on)],
            ["Time it takes", ". ".join(_sentence(part) for part in time) + "."],
            [
                "Who pays",
                who_pays(
                    application.funding_route,
                    fee_pence=version.fee_pence,
                    eligible=application.eligible_for_funding,
                ),
            ],
        ],
        "question": application.form.statement_question,
        "statement": application.statement,
        "agrees_to": list(application.form.endorsements),
    }


def _leads(application: Application) -> str:
    """Where they lead, cross-school roles as an NLE included (S47)."""
    return RoleReach(application.role_reach).label if application.role_reach else ""


def _headship(application: Application) -> str:
    if application.headship not in HEADSHIPS:
        return ""
    began_on = application.headship_started_on
    return HEADSHIPS[application.headship].format(day=short_day(began_on) if began_on else "a day not given")


def _setting(application: Application) -> str:
    """What kind of place it is, as far as they were asked."""
    if application.works_in_england is False:
        return "Outside England"
    kinds = (
        (WorkSetting, application.work_setting),
        (Nursery, application.kind_of_nursery if application.work_setting == WorkSetting.EARLY_YEARS else ""),
        (
            EmploymentType,
            application.employment_type if application.work_setting == WorkSetting.ANOTHER_SETTING else "",
        ),
    )
    return ". ".join(kind(value).label for kind, value in kinds if value)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


@dataclass(frozen=True)
class Refusal:
    """Somebody declined to endorse this person before: another application, or this one until another was asked.

    `reference` and `number` are those of the application; `reason` is for staff. `is_asked_again`: the endorsement
    that counts now is asked of the same endorser.
    """

    name: str
    role: str
    answered_at: datetime
    number: int
    reference: str
    reason: str
    is_asked_again: bool


def former_refusals(application: Application, *, on: Collection[int], now: Endorsement | None) -> list[Refusal]:
    """The newest first, of this application and of those with the numbers `on`, but for `now`, which counts."""
    declined = Endorsement.objects.filter(
        application__in=[application.pk, *on],
        state__in=[EndorsementState.DECLINED, EndorsementState.REPLACED],
        answered_at__isnull=False,
    )
    if now:
        declined = declined.exclude(pk=now.pk)
    return [
        Refusal(
            name=one.name,
            role=one.get_role_display().lower(),
            answered_at=one.answered_at,
            number=one.application_id,
            reference=one.application.reference or "",
            reason=one.reason,
            is_asked_again=now is not None
            and is_same_endorser(now.name, now.email, other_name=one.name, other_address=one.email),
        )
        for one in declined.select_related("application").order_by("-answered_at", "-pk")
        if one.answered_at  # the statement has it so; this is for the type checker
    ]


def refused_before(others: Mapping[int, Collection[int]]) -> set[int]:
    """Of the applications that are its keys, those that an endorser declined before the one who counts now.

    On them, or on those whose numbers stand beside each. One statement.
    """
    numbers = {number for key, beside in others.items() for number in (key, *beside)}
    declined = Endorsement.objects.filter(
        application__in=numbers,
        state__in=[EndorsementState.DECLINED, EndorsementState.REPLACED],
        answered_at__isnull=False,
    )
    found = set(declined.values_list("application_id", "state"))
    on_any = {number for number, _ in found}
    return {
        key
        for key, beside in others.items()
        if (key, EndorsementState.REPLACED.value) in found or on_any & (set(beside) - {key})
    }


def doubts_about(endorsement: Endorsement) -> list[str]:
    """What speaks for a second look at it."""
    return doubts(
        signed_as=endorsement.signed_as,
        named=endorsement.name,
        address=endorsement.email,
        applicant=endorsement.application.full_name,
    )
