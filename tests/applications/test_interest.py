"""The register of interest: on it, off it, told once, and become an application (S91)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from applications.actions import (
    forget_interests,
    leave_register,
    register_interest,
    start_application,
    tell_of_opening,
    withdraw_application,
)
from applications.errors import AlreadyTold
from applications.models import Interest
from applications.rules.interest import consent_words
from applications.tasks import forget_interests as forget_on_the_clock
from applications.tasks import tell_of_opening as tell_on_the_clock
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.actions import send_due_messages
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.programmes.models import Intake, Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_form, a_partner, a_person, a_version, an_intake

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPENS = NOW + timedelta(days=40)
CLOSES = OPENS + timedelta(days=30)


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def version() -> ProgrammeVersion:
    return a_version()


@pytest.fixture
def programme(version: ProgrammeVersion) -> Programme:
    return version.programme


def to_come(version: ProgrammeVersion, **fields: object) -> Intake:
    return an_intake(version, **({"opens_at": OPENS, "closes_at": CLOSES, "starts_on": date(2027, 4, 20)} | fields))


def waits(programme: Programme, email: str = "ines@marlowick.example", full_name: str = "Ines Tarbeck") -> Interest:
    words = consent_words(programme.name, "Larkfell")
    return register_interest(
        programme, email=email, full_name=full_name, school_name="Marlowick", consent_words=words, by=None
    )


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


# On the register


def test_an_address_is_kept_with_the_words_agreed_to_and_written_to(programme: Programme) -> None:
    interest = waits(programme)
    assert (interest.email, interest.full_name, interest.school_name) == (
        "ines@marlowick.example", "Ines Tarbeck", "Marlowick",
    )  # fmt: skip
    assert interest.consent_words.startswith(
        "Larkfell may email me once when the next intake of the NPQ in Headship opens"
    )
    assert (interest.consented_at, interest.standing) == (NOW, "Waits")
    assert Entry.objects.get().verb == "interest.registered"
    letter = Message.objects.get()
    assert letter.address == "ines@marlowick.example"
    assert "/interest/‹key›/leave/" in letter.text
    assert (letter.secret or {})["key"] == interest.public_id
    assert interest.public_id not in letter.text


def test_nothing_that_was_typed_stands_in_a_letter(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    waits(programme, full_name="Win at https://fraud.example")
    tell_of_opening(OPENS)
    assert len(letters("interest-registered") + letters("interest-open")) == 2
    assert not Message.objects.filter(text__contains="fraud").exists()


@pytest.mark.parametrize("email", ["ines@marlowick.example", "Ines@Marlowick.EXAMPLE"])
def test_registering_again_changes_and_sends_nothing(programme: Programme, email: str) -> None:
    first = waits(programme)
    assert waits(programme, email, "Somebody Else") == first
    first.refresh_from_db()
    assert first.full_name == "Ines Tarbeck"
    assert (Interest.objects.count(), Message.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_one_address_may_wait_for_two_programmes(programme: Programme) -> None:
    waits(programme)
    waits(a_version().programme)
    assert (Interest.objects.count(), Message.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"opens_at": NOW - timedelta(days=30), "closes_at": NOW},
        {"opens_at": NOW - timedelta(days=30), "is_paused": True},
    ],
    ids=["to come", "closed", "paused"],
)
def test_one_waits_for_what_is_to_come_closed_or_paused(
    version: ProgrammeVersion, programme: Programme, fields: dict[str, object]
) -> None:
    to_come(version, **fields)
    assert waits(programme).is_waiting


def test_beside_an_open_intake_one_waits_for_what_opens_after_it(
    version: ProgrammeVersion, programme: Programme
) -> None:
    opened = to_come(version, opens_at=NOW, closes_at=CLOSES + timedelta(days=90), name="Spring")
    interest = waits(programme)
    assert (interest.is_waiting, list(interest.known.all())) == (True, [opened])
    assert (tell_of_opening(NOW), tell_of_opening(OPENS)) == (0, 0)
    summer = to_come(version, name="Summer")
    assert (tell_of_opening(OPENS - timedelta(seconds=1)), tell_of_opening(OPENS), tell_of_opening(OPENS)) == (0, 1, 0)
    interest.refresh_from_db()
    assert (interest.told_of, interest.told_at) == (summer, OPENS)
    (letter,) = letters("interest-open")
    assert f"/apply/{summer.public_id}/" in letter.text
    assert "Spring" not in letter.text


def test_who_registered_before_and_beside_an_opening_are_told_of_different_intakes(
    version: ProgrammeVersion, programme: Programme
) -> None:
    spring = to_come(version, name="Spring")
    before = waits(programme, "before@school.example")
    with clock.as_if(OPENS):
        beside = waits(programme, "beside@school.example")
    assert tell_of_opening(OPENS) == 1
    summer = to_come(version, name="Summer", opens_at=OPENS + timedelta(days=9))
    assert tell_of_opening(OPENS + timedelta(days=9)) == 1
    before.refresh_from_db()
    beside.refresh_from_db()
    assert (before.told_of, beside.told_of) == (spring, summer)


def test_an_application_to_what_was_open_then_ends_no_waiting(version: ProgrammeVersion, programme: Programme) -> None:
    a_form(programme)
    spring = to_come(version, opens_at=NOW, name="Spring")
    interest = waits(programme)
    ines = a_person(email="ines@marlowick.example")
    start_application(ines, intake=spring, by=ines)
    interest.refresh_from_db()
    assert (interest.application, interest.standing) == (None, "Waits")
    summer = to_come(version, name="Summer")
    with clock.as_if(OPENS):
        assert tell_of_opening(OPENS) == 1
        second = start_application(ines, intake=summer, by=ines)
    interest.refresh_from_db()
    assert interest.application == second


# Off the register


def test_who_leaves_is_not_told(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    interest = leave_register(waits(programme), by=None)
    assert (interest.left_at, interest.standing) == (NOW, "Taken off")
    assert tell_of_opening(OPENS) == 0
    assert letters("interest-open") == []


def test_leaving_twice_leaves_once(programme: Programme) -> None:
    interest = waits(programme)
    leave_register(interest, by=None)
    leave_register(interest, by=a_person())
    assert Entry.objects.filter(verb="interest.left").count() == 1


def test_who_was_told_has_nothing_to_leave(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    interest = waits(programme)
    tell_of_opening(OPENS)
    with pytest.raises(AlreadyTold):
        leave_register(interest, by=None)


def test_who_left_may_come_back(programme: Programme) -> None:
    left = leave_register(waits(programme), by=None)
    again = waits(programme)
    assert again != left
    assert len(letters("interest-registered")) == 2


# Told


def test_everybody_who_waits_is_told_once(version: ProgrammeVersion, programme: Programme) -> None:
    intake = to_come(version, name="Spring 2027", delivery_partner=a_partner())
    interests = [waits(programme, f"head{n}@school.example") for n in range(3)]
    waits(a_version().programme)
    with clock.as_if(OPENS):
        assert (tell_of_opening(OPENS), tell_of_opening(OPENS)) == (3, 0)
    assert [message.address for message in letters("interest-open")] == [one.email for one in interests]
    told = Interest.objects.filter(told_at=OPENS, told_of=intake)
    assert set(told) == set(interests)
    assert Entry.objects.filter(verb="interest.told").count() == 3
    letter = letters("interest-open")[0]
    assert letter.subject == "You can apply for the NPQ in Headship now, until 1 February 2027"
    assert f"/apply/{intake.public_id}/" in letter.text
    assert "Spring 2027, with Fellside Partners" in letter.text
    assert "Apply by: Monday 1 February 2027, 9am" in letter.text
    assert letter.stale_at == CLOSES


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (OPENS - timedelta(seconds=1), 0),
        (OPENS, 1),
        (CLOSES - timedelta(seconds=1), 1),
        (CLOSES, 0),
    ],
    ids=["just before", "as it opens", "late", "closed again"],
)
def test_told_from_the_opening_until_the_closing(
    version: ProgrammeVersion, programme: Programme, at: datetime, told: int
) -> None:
    to_come(version)
    waits(programme)
    assert tell_of_opening(at) == told


@pytest.mark.parametrize(
    ("opens_at", "utc"),
    [
        # The clocks go forward at 1am: 2am comes an hour early. They go back at 2am: midnight does not move.
        (clock.london_moment(date(2027, 3, 28), time(2, 0)), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (clock.london_moment(date(2027, 3, 28), time(0, 0)), datetime(2027, 3, 28, 0, 0, tzinfo=UTC)),
        (clock.london_moment(date(2027, 10, 31), time(0, 0)), datetime(2027, 10, 30, 23, 0, tzinfo=UTC)),
        (clock.london_moment(date(2027, 10, 31), time(2, 0)), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
    ],
)
def test_told_at_the_london_hour_on_nights_when_the_clocks_change(
    version: ProgrammeVersion, programme: Programme, opens_at: datetime, utc: datetime
) -> None:
    to_come(version, opens_at=opens_at, closes_at=opens_at + timedelta(days=20), starts_on=date(2028, 1, 1))
    waits(programme)
    assert tell_of_opening(utc - timedelta(seconds=1)) == 0
    assert tell_of_opening(utc) == 1


def test_nobody_is_told_of_what_is_paused_until_it_goes_on(version: ProgrammeVersion, programme: Programme) -> None:
    intake = to_come(version, is_paused=True)
    waits(programme)
    assert tell_of_opening(OPENS) == 0
    Intake.objects.filter(pk=intake.pk).update(is_paused=False)
    assert tell_of_opening(OPENS + timedelta(days=1)) == 1


def test_nobody_is_told_of_a_retired_version(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    waits(programme)
    ProgrammeVersion.objects.filter(pk=version.pk).update(state=VersionState.RETIRED)
    assert tell_of_opening(OPENS) == 0


def test_of_several_open_intakes_one_letter_tells(version: ProgrammeVersion, programme: Programme) -> None:
    later = to_come(version, name="Autumn 2027", closes_at=CLOSES + timedelta(days=20))
    first = to_come(version, name="Spring 2027")
    interest = waits(programme)
    assert tell_of_opening(OPENS) == 1
    interest.refresh_from_db()
    assert interest.told_of == first
    (letter,) = letters("interest-open")
    assert letter.text.index("Spring 2027") < letter.text.index("Autumn 2027")
    assert f"/programmes/{programme.code}/#apply" in letter.text
    assert letter.stale_at == later.closes_at


def test_who_was_told_may_wait_for_the_next(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    waits(programme)
    tell_of_opening(OPENS)
    with clock.as_if(CLOSES):
        waits(programme)
    to_come(version, name="Next", opens_at=CLOSES + timedelta(days=9), closes_at=CLOSES + timedelta(days=19))
    assert tell_of_opening(CLOSES + timedelta(days=9)) == 1
    assert len(letters("interest-open")) == 2


def test_more_than_a_chunk_are_told_in_one_sweep(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    Interest.objects.bulk_create(
        Interest(programme=programme, email=f"head{n}@school.example", full_name="H", consent_words="Yes")
        for n in range(401)
    )
    assert tell_of_opening(OPENS) == 401
    assert Message.objects.filter(kind="interest-open").count() == 401


def test_the_clock_tells_and_notes_that_it_did(version: ProgrammeVersion, programme: Programme) -> None:
    to_come(version)
    waits(programme)
    with clock.as_if(OPENS):
        tell_on_the_clock()
    assert len(letters("interest-open")) == 1
    assert Beat.objects.get().name == "applications.tell_of_opening"


# Become an application


def test_an_application_of_the_address_is_linked(version: ProgrammeVersion, programme: Programme) -> None:
    a_form(programme)
    intake, interest = to_come(version), waits(programme)
    other = waits(programme, "other@marlowick.example")
    elsewhere = waits(a_version().programme)
    tell_of_opening(OPENS)
    ines = a_person(email="INES@marlowick.example")
    with clock.as_if(OPENS + timedelta(days=1)):
        application = start_application(ines, intake=intake, by=ines)
    interest.refresh_from_db()
    assert (interest.application, interest.told_at, interest.standing) == (
        application, OPENS, "Began an application",
    )  # fmt: skip
    assert set(Interest.objects.filter(application=None)) == {other, elsewhere}
    assert Entry.objects.filter(verb="interest.applied").get().actor_id == ines.pk


def test_who_applies_unasked_is_not_told_any_more(version: ProgrammeVersion, programme: Programme) -> None:
    a_form(programme)
    intake, interest = to_come(version), waits(programme)
    ines = a_person(email="ines@marlowick.example")
    with clock.as_if(OPENS):
        start_application(ines, intake=intake, by=ines)
    interest.refresh_from_db()
    assert (interest.told_of, interest.told_at) == (intake, OPENS)
    assert tell_of_opening(OPENS) == 0
    assert letters("interest-open") == []


def test_a_second_application_takes_over_nothing(version: ProgrammeVersion, programme: Programme) -> None:
    a_form(programme)
    intake, interest = to_come(version), waits(programme)
    ines = a_person(email="ines@marlowick.example")
    with clock.as_if(OPENS):
        first = start_application(ines, intake=intake, by=ines)
        withdraw_application(first, by=ines)
        start_application(ines, intake=intake, by=ines)
    interest.refresh_from_db()
    assert interest.application == first


def test_who_left_is_not_linked_nor_who_has_no_address(version: ProgrammeVersion, programme: Programme) -> None:
    a_form(programme)
    intake, interest = to_come(version), leave_register(waits(programme), by=None)
    ines, nobody = a_person(email="ines@marlowick.example"), a_person(email=None)
    with clock.as_if(OPENS):
        start_application(ines, intake=intake, by=ines)
        start_application(nobody, intake=intake, by=None)
    interest.refresh_from_db()
    assert interest.application is None


# Forgotten


def test_whoever_was_told_or_left_is_forgotten_after_the_days_and_once(
    version: ProgrammeVersion, programme: Programme, time_machine: Any
) -> None:
    to_come(version)
    left = leave_register(waits(programme, "left@school.example"), by=None)
    told = waits(programme, "told@school.example")
    tell_of_opening(OPENS)
    later = CLOSES + timedelta(days=1)
    with clock.as_if(later):
        waiting = waits(programme, "waiting@school.example")
    send_due_messages()
    time_machine.move_to(OPENS + timedelta(days=1), tick=False)
    send_due_messages()
    assert forget_interests(NOW) == 0
    assert (forget_interests(OPENS), forget_interests(OPENS)) == (1, 0)
    assert (forget_interests(OPENS + timedelta(days=900)), forget_interests(OPENS + timedelta(days=900))) == (1, 0)
    for interest in (left, told):
        interest.refresh_from_db()
        assert (interest.email, interest.full_name, interest.school_name) == ("", "", "")
        assert interest.forgotten_at == clock.now()
    assert (told.standing, told.told_at, left.standing) == ("Told", OPENS, "Taken off")
    waiting.refresh_from_db()
    assert (waiting.email, waiting.forgotten_at) == ("waiting@school.example", None)
    assert set(Message.objects.exclude(address="").values_list("address", flat=True)) == {"waiting@school.example"}
    entries = Entry.objects.filter(verb="interest.forgotten").order_by("pk")
    assert [entry.subject_id for entry in entries] == [left.pk, told.pk]


def test_the_clock_forgets_by_whole_london_days(version: ProgrammeVersion, programme: Programme, settings: Any) -> None:
    settings.INTEREST_KEPT_DAYS = 30
    interest = leave_register(waits(programme), by=None)
    kept_until = clock.london_moment(date(2026, 12, 23), time(23, 59))
    with clock.as_if(kept_until):
        forget_on_the_clock()
    interest.refresh_from_db()
    assert interest.forgotten_at is None
    with clock.as_if(kept_until + timedelta(minutes=1)):
        forget_on_the_clock()
    interest.refresh_from_db()
    assert interest.forgotten_at == kept_until + timedelta(minutes=1)
    assert Beat.objects.get().name == "applications.forget_interests"


def test_forgetting_many_takes_as_many_statements_as_forgetting_one(
    programme: Programme, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def gone(count: int) -> None:
        Interest.objects.bulk_create(
            Interest(
                programme=programme, email=f"h{count}-{n}@school.example", full_name="H", consent_words="Y", left_at=NOW
            )
            for n in range(count)
        )

    for count in (1, 30):
        gone(count)
        with django_assert_num_queries(6):
            assert forget_interests(NOW + timedelta(days=1)) == count
