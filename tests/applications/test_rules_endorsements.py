"""Who may endorse, what a link leads to, when somebody is reminded, and what staff are told to look at."""

from datetime import UTC, datetime, timedelta

import pytest

from applications.errors import (
    EndorsementAnswered,
    EndorsementNotNeeded,
    EndorserIsApplicant,
    EndorserReplaced,
    LinkExpired,
    LinkReplaced,
    LinkSentLately,
    NotEndorsed,
    TooManyEndorsers,
)
from applications.rules.endorsements import (
    EXPIRED,
    Link,
    check_endorsed,
    check_endorser,
    check_link,
    check_may_ask_another,
    check_may_send_again,
    doubts,
    fingerprint,
    link_leads_to,
    nudge_due,
    who_pays,
)
from applications.states import EndorsementState

SENT = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
EXPIRES = SENT + 28 * DAY


@pytest.mark.parametrize(
    "address",
    [
        "ines@school.example",
        "INES@School.Example",
        "ines+head@school.example",
        "i.n.es@school.example",
        " ines@school.example ",
    ],
)
def test_nobody_endorses_themselves_however_they_write_their_address(address: str) -> None:
    with pytest.raises(EndorserIsApplicant):
        check_endorser(address, applicant="Ines@school.example")


@pytest.mark.parametrize("address", ["head@school.example", "ines@other.example", "inés@school.example"])
def test_somebody_else_may_at_the_same_school_too(address: str) -> None:
    check_endorser(address, applicant="ines@school.example")


def test_where_no_address_of_the_applicant_is_held_anybody_may() -> None:
    check_endorser("head@school.example", applicant=None)


@pytest.mark.parametrize("state", [None, *EndorsementState, EXPIRED])
def test_a_place_needs_an_endorsement_agreed_or_waived(state: str | None) -> None:
    check_endorsed(state, is_needed=False)
    if state in {EndorsementState.AGREED, EndorsementState.WAIVED}:
        check_endorsed(state, is_needed=True)
    else:
        with pytest.raises(NotEndorsed):
            check_endorsed(state, is_needed=True)


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        (None, "Its endorsement: nobody was asked. Change the endorser"),
        ("waiting", "Its endorsement: asked, no answer yet. Wait for it, or waive it"),
        (EXPIRED, "Its endorsement: the link expired without an answer. Ask the endorser again or somebody else"),
        ("declined", "Its endorsement: declined. Ask somebody else, or waive it"),
    ],
)
def test_the_refusal_says_what_helps(standing: str | None, words: str) -> None:
    with pytest.raises(NotEndorsed, match=words):
        check_endorsed(standing, is_needed=True)


def leads_to(
    state: EndorsementState = EndorsementState.WAITING,
    *,
    is_undecided: bool = True,
    is_last: bool = True,
    at: datetime = SENT,
) -> Link:
    return link_leads_to(state, is_undecided=is_undecided, is_last=is_last, expires_at=EXPIRES, at=at)


def test_a_link_opens_until_the_moment_it_expires() -> None:
    assert leads_to(at=EXPIRES - SECOND) is Link.OPEN
    assert leads_to(at=EXPIRES) is Link.EXPIRED


def test_only_the_last_link_opens_expired_or_not() -> None:
    assert leads_to(is_last=False) is Link.OLD
    assert leads_to(is_last=False, at=EXPIRES) is Link.OLD


@pytest.mark.parametrize("state", EndorsementState)
@pytest.mark.parametrize("is_undecided", [True, False])
def test_where_a_link_leads_from_every_state(state: EndorsementState, is_undecided: bool) -> None:
    settled = {
        EndorsementState.AGREED: Link.ANSWERED,
        EndorsementState.DECLINED: Link.ANSWERED,
        EndorsementState.REPLACED: Link.REPLACED,
        EndorsementState.WAIVED: Link.NOT_NEEDED,
    }
    expected = settled.get(state, Link.OPEN if is_undecided else Link.NOT_NEEDED)
    assert leads_to(state, is_undecided=is_undecided) is expected


@pytest.mark.parametrize(
    ("link", "refusal"),
    [
        (Link.EXPIRED, LinkExpired),
        (Link.OLD, LinkReplaced),
        (Link.ANSWERED, EndorsementAnswered),
        (Link.REPLACED, EndorserReplaced),
        (Link.NOT_NEEDED, EndorsementNotNeeded),
    ],
)
def test_a_link_that_does_not_open_is_refused_in_its_own_words(link: Link, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_link(link)
    check_link(Link.OPEN)


def test_between_two_links_there_is_an_hour() -> None:
    check_may_send_again(SENT, SENT + timedelta(hours=1))
    with pytest.raises(LinkSentLately):
        check_may_send_again(SENT, SENT + timedelta(hours=1) - SECOND)


def test_five_endorsers_are_asked_in_a_day_and_no_sixth() -> None:
    check_may_ask_another(4)
    with pytest.raises(TooManyEndorsers):
        check_may_ask_another(5)


@pytest.mark.parametrize(
    ("after", "name"),
    [
        (timedelta(0), None),
        (7 * DAY - SECOND, None),
        (7 * DAY, "week"),
        (14 * DAY - SECOND, "week"),
        (14 * DAY, "fortnight"),
        (25 * DAY - SECOND, "fortnight"),
        (25 * DAY, "last"),
        (28 * DAY - SECOND, "last"),
        (28 * DAY, None),
        (90 * DAY, None),
    ],
)
def test_reminders_after_a_week_a_fortnight_and_in_the_last_three_days(after: timedelta, name: str | None) -> None:
    nudge = nudge_due(SENT, EXPIRES, SENT + after)
    assert (nudge.name if nudge else None) == name


@pytest.mark.parametrize(("days", "names"), [(2, ["last"]), (9, ["last"]), (12, ["week", "last"])])
def test_where_days_are_few_the_last_reminder_comes_before_the_others(days: int, names: list[str]) -> None:
    found = [nudge_due(SENT, SENT + days * DAY, SENT + hour * timedelta(hours=1)) for hour in range(days * 24)]
    assert list(dict.fromkeys(nudge.name for nudge in found if nudge)) == names


@pytest.mark.parametrize(("days", "after"), [(1, DAY / 2), (2, DAY), (5, 2.5 * DAY), (6, 3 * DAY), (7, 4 * DAY)])
def test_nobody_is_reminded_of_what_they_were_asked_just_now(days: int, after: timedelta) -> None:
    assert nudge_due(SENT, SENT + days * DAY, SENT + after - SECOND) is None
    nudge = nudge_due(SENT, SENT + days * DAY, SENT + after)
    assert nudge is not None
    assert (nudge.name, nudge.until) == ("last", SENT + days * DAY)


@pytest.mark.parametrize(
    ("route", "eligible", "words"),
    [
        ("school", True, "The school pays the programme’s fee of £2,145."),
        ("trust", None, "The trust pays the programme’s fee of £2,145."),
        ("self", False, "The applicant pays the programme’s fee of £2,145. The school pays nothing."),
        ("another", None, "Somebody else pays the programme’s fee of £2,145. The school pays nothing."),
        (
            "scholarship", False,
            "They asked for a DfE scholarship and are not eligible for one: somebody has to pay the programme’s fee of "
            "£2,145.",
        ),
        (
            "scholarship", True,
            "By a DfE scholarship, if they are given one; the school then pays nothing. Without it, somebody has to pay"
            " the programme’s fee of £2,145.",
        ),
    ],
)  # fmt: skip
def test_who_pays_and_what_it_costs_the_school(route: str, eligible: bool | None, words: str) -> None:
    assert who_pays(route, fee_pence=214_500, eligible=eligible) == words


def test_where_no_fee_is_known_none_is_named() -> None:
    words = "By a DfE scholarship, if they are given one; the school then pays nothing."
    assert who_pays("scholarship", fee_pence=0, eligible=None) == words
    assert who_pays("school", fee_pence=0, eligible=None) == "The school pays the programme’s fee, if there is one."


def test_the_fingerprint_follows_what_is_shown_not_the_order_of_its_keys() -> None:
    assert fingerprint({"a": 1, "b": ["é"]}) == fingerprint({"b": ["é"], "a": 1})
    assert fingerprint({"a": 1, "b": ["é"]}) != fingerprint({"a": 1, "b": ["e"]})


HEAD = {
    "signed_as": "Orla Thwaite",
    "named": "Orla Thwaite",
    "address": "head@marlowick.example",
    "applicant": "Ines Tarbeck",
}


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({}, 0),
        ({"signed_as": "Mrs O. Thwaite"}, 0),
        ({"signed_as": ""}, 0),
        ({"signed_as": "INES  TARBECK"}, 2),
        ({"signed_as": "Piers Holm"}, 1),
        ({"named": "Ines Tarbeck", "signed_as": "Ines Tarbeck"}, 1),
        ({"address": "thwaite@GMail.com"}, 1),
    ],
)
def test_what_staff_look_at_twice(facts: dict[str, str], count: int) -> None:
    assert len(doubts(**HEAD | facts)) == count
