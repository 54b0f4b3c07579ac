"""Taking over past participants: what is made, what is known already, and what is refused."""

from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from assessments import errors
from assessments.actions import (
    import_past_participants,
    reissue_certificate,
    render_due_certificates,
    revoke_certificate,
    take_over_certificate,
)
from assessments.models import Certificate
from assessments.queries import Fate, past_plan, public_certificate, rejected_csv
from cohorts.models import Enrolment, PastImport, PastRun
from cohorts.queries import current_enrolment_of, past_participants, people_completed
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.access import roles_of
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_person, a_version, an_enrolment

from .past import a_legacy_version, read, taken_over

pytestmark = pytest.mark.django_db

OTTOLINE = "Ottoline Wrexcombe,otto@school.example,Spring 2018,NPQH/2018/0417,2019-09-02"


@pytest.fixture
def legacy(db: None) -> ProgrammeVersion:
    return a_legacy_version()


def counts() -> tuple[int, ...]:
    tables: tuple[Any, ...] = (User, Enrolment, PastRun, Certificate)
    return tuple(table.objects.count() for table in tables)


def faults(*lines: str, **more: Any) -> list[str]:
    return [str(fault) for fault in past_plan(read(*lines, **more)).faults]


# What is made


def test_a_line_makes_a_person_a_run_that_is_over_and_a_certificate(legacy: ProgrammeVersion) -> None:
    result = taken_over(OTTOLINE)
    enrolment = Enrolment.objects.get()
    person = enrolment.person
    assert (person.full_name, person.email, person.has_usable_password()) == (
        "Ottoline Wrexcombe",
        "otto@school.example",
        False,
    )
    assert (enrolment.version, enrolment.application, enrolment.state) == (legacy, None, "completed")
    assert enrolment.past_run.cohort_name == "Spring 2018"
    assert enrolment.past_run.source == result.made
    assert roles_of(person) == {Role.PARTICIPANT}
    certificate = Certificate.objects.get()
    assert (certificate.number, certificate.signs) == ("NPQH/2018/0417", "NPQH20180417")
    assert (certificate.state, certificate.is_from_before, certificate.awarded_on) == ("ready", True, date(2019, 9, 2))
    assert certificate.snapshot == {
        "v": 1,
        "number": "NPQH/2018/0417",
        "name": "Ottoline Wrexcombe",
        "award": legacy.programme.award,
        "provider": "Larkfell Leadership Partnership",
        "cohort": "Spring 2018",
        "awarded_on": "2019-09-02",
    }
    assert Message.objects.count() == 0
    assert render_due_certificates() == 0


def test_the_import_is_written_down_and_audited(legacy: ProgrammeVersion) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    made = taken_over(OTTOLINE, "Bad,no address,,,", by=lead).made
    assert (made.file_name, made.by, len(made.sha256)) == ("past.csv", lead, 64)
    assert (made.added, made.certified, made.unchanged, made.rejected) == (1, 0, 0, 1)
    verbs = ["certificate.taken_over", "enrolment.taken_over", "past_import.done", "person.added", "role.granted"]
    assert sorted(Entry.objects.filter(actor_id=lead.pk).values_list("verb", flat=True)) == verbs
    assert "Ottoline" not in "".join(Entry.objects.values_list("payload", flat=True))


def test_a_name_is_enough_and_whoever_did_not_pass_has_left(legacy: ProgrammeVersion) -> None:
    columns = "full_name,passed,trn,started_on"
    taken_over("Ottoline Wrexcombe,no,0123456,2018-01-15", columns=columns)
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.person.email) == ("withdrawn", None)
    assert (enrolment.person.trn, enrolment.person.trn_verified_at) == ("0123456", None)
    assert enrolment.past_run.started_on == date(2018, 1, 15)
    assert counts() == (1, 1, 1, 0)


def test_one_address_on_two_lines_is_one_person_with_two_runs(legacy: ProgrammeVersion) -> None:
    a_legacy_version("npqsl-legacy")
    columns = "full_name,email,programme"
    taken_over("Otto,o@school.example,npqh-legacy", "Otto,o@school.example,npqsl-legacy", columns=columns)
    assert counts() == (1, 2, 2, 0)


def test_the_newest_published_version_is_taken_unless_one_is_named(legacy: ProgrammeVersion) -> None:
    for label, state in (("2019", VersionState.PUBLISHED), ("2021", VersionState.DRAFT)):
        later = a_version(label=label, state=state, effective_from=date(int(label), 9, 1))
        ProgrammeVersion.objects.filter(pk=later.pk, state=VersionState.DRAFT).update(programme=legacy.programme)
        if state is VersionState.PUBLISHED:
            fields = {"programme_id": legacy.programme_id, "label": label}
            ProgrammeVersion.objects.create(
                **fields,
                effective_from=date(2019, 9, 1),
                delivery_months=18,
                assessment_months=3,
                terms=5,
                state=VersionState.PUBLISHED,
                published_at=later.published_at,
            )
    columns = "full_name,programme,version"
    taken_over("First,npqh-legacy,", "Second,npqh-legacy,2017", columns=columns)
    assert list(Enrolment.objects.order_by("pk").values_list("version__label", flat=True)) == ["2019", "2017"]
    assert faults("Third,npqh-legacy,2021", columns=columns) == ["Line 2, version: “2021” is none of 2019, 2017."]


# Who is known already


def test_an_address_that_is_known_joins_that_person(legacy: ProgrammeVersion) -> None:
    known = a_person(email="otto@school.example", full_name="Ottoline W.", trn="7654321")
    columns = "full_name,email,trn"
    result = taken_over("Ottoline Wrexcombe,otto@school.example,0123456", columns=columns)
    assert Enrolment.objects.get().person == known
    known.refresh_from_db()
    assert (known.full_name, known.trn) == ("Ottoline W.", "7654321")
    assert result.plan.remarks == [
        "Line 2: otto@school.example is the address of Ottoline W., who gets this run. See that they are one.",
        "Line 2: The TRN differs from the one on their record, which stays as it is.",
    ]


def test_an_address_of_somebody_found_to_be_another_joins_the_one_kept(legacy: ProgrammeVersion) -> None:
    kept, old = a_person(), a_person(email="otto@school.example", full_name="Ottoline Wrexcombe")
    PersonAlias.objects.create(old_person=old, kept_person=kept)
    taken_over(OTTOLINE)
    assert Enrolment.objects.get().person == kept
    assert taken_over(OTTOLINE).plan.counts[Fate.UNCHANGED] == 1


def test_the_same_trn_and_name_is_a_remark_and_never_a_merge(legacy: ProgrammeVersion) -> None:
    a_person(email="o@school.example", full_name="ottoline wrexcombe", trn="0123456")
    result = taken_over("Ottoline Wrexcombe,0123456", "Somebody Else,0123456", columns="full_name,trn")
    assert User.objects.filter(trn="0123456").count() == 3
    assert result.plan.remarks == ["Line 2: Somebody known has the same TRN and name: o@school.example. They stay two."]


def test_a_past_run_stands_behind_one_of_today(legacy: ProgrammeVersion) -> None:
    now = an_enrolment(a_cohort(a_version()), person=a_person(email="otto@school.example"))
    Enrolment.objects.filter(pk=now.pk).update(state="withdrawn")
    taken_over(OTTOLINE)
    assert current_enrolment_of(now.person) == now


# The same again


@pytest.mark.parametrize(
    "line",
    [
        OTTOLINE,
        "Ottoline Wrexcombe,,Spring 2018,,",
        "OTTOLINE wrexcombe,,spring  2018,npqh 2018-0417,2019-09-02",
        "Ottoline Wrexcombe-Hale,otto@school.example,Spring 2018,,",
        "Ottoline Wrexcombe,,Another cohort,NPQH/2018/0417,2019-09-02",
    ],
)
def test_what_is_known_is_unchanged(legacy: ProgrammeVersion, line: str) -> None:
    taken_over(OTTOLINE)
    result = taken_over(line)
    assert result.plan.counts == {Fate.NEW: 0, Fate.CERTIFIED: 0, Fate.UNCHANGED: 1, Fate.REJECTED: 0}
    assert counts() == (1, 1, 1, 1)
    assert PastImport.objects.count() == 2


def test_people_without_an_address_are_known_again(legacy: ProgrammeVersion) -> None:
    lines = ("Ottoline Wrexcombe,,Spring 2018,N1,2019-01-01", "Ottoline Wrexcombe,,Spring 2018,N2,2019-01-01")
    assert taken_over(*lines).plan.counts[Fate.NEW] == 2
    assert taken_over(*lines).plan.counts[Fate.UNCHANGED] == 2
    assert counts() == (2, 2, 2, 2)
    assert faults("Ottoline Wrexcombe,,Spring 2018,,") == [
        "Line 2, full_name: fits several people of this cohort. Tell them apart by email or number."
    ]


def test_a_number_that_comes_later_is_entered(legacy: ProgrammeVersion) -> None:
    taken_over("Ottoline Wrexcombe,,Spring 2018,,")
    result = taken_over("Ottoline Wrexcombe,otto@school.example,Spring 2018,N1,2019-01-01")
    assert (result.made.certified, counts()) == (1, (1, 1, 1, 1))
    assert result.plan.remarks == [
        "Line 2: Known already without an address. If otto@school.example is theirs, enter it on their page."
    ]
    assert User.objects.get().email is None


def test_what_differs_from_the_record_is_told_and_not_changed(legacy: ProgrammeVersion) -> None:
    columns = "full_name,cohort,started_on,passed"
    taken_over("Ottoline,A,2018-01-15,yes", columns=columns)
    result = taken_over("Ottoline,A,2018-01-16,no", columns=columns)
    assert result.plan.remarks == [
        "Line 2: Known already, and kept as it is, though the file differs in started_on and passed."
    ]
    assert PastRun.objects.get().started_on == date(2018, 1, 15)


# What is refused


def test_a_programme_that_is_not_there(legacy: ProgrammeVersion) -> None:
    assert faults("Otto,npqxx", columns="full_name,programme") == ["Line 2, programme: “npqxx” is none of npqh-legacy."]


def test_of_several_legacy_programmes_one_must_be_named(legacy: ProgrammeVersion) -> None:
    a_legacy_version("npqsl-legacy")
    assert faults("Otto,,,,") == ["Line 2, programme: is missing. Give one of npqh-legacy, npqsl-legacy."]


def test_a_number_known_in_another_name(legacy: ProgrammeVersion) -> None:
    taken_over(OTTOLINE)
    assert faults("Somebody Else,,Spring 2018,NPQH 2018 0417,2019-09-02") == [
        "Line 2, certificate_number: NPQH/2018/0417 is known, in another name."
    ]


def test_a_number_known_of_another_programme(legacy: ProgrammeVersion) -> None:
    taken_over(OTTOLINE)
    a_legacy_version("npqsl-legacy")
    columns = "full_name,programme,certificate_number,awarded_on"
    assert faults("Ottoline Wrexcombe,npqsl-legacy,NPQH/2018/0417,2019-09-02", columns=columns) == [
        "Line 2, certificate_number: NPQH/2018/0417 is known, of another programme."
    ]


def test_a_second_number_for_the_same_run(legacy: ProgrammeVersion) -> None:
    taken_over(OTTOLINE)
    assert faults("Ottoline Wrexcombe,otto@school.example,Spring 2018,N2,2019-09-02") == [
        "Line 2, certificate_number: differs: they hold NPQH/2018/0417 for this already."
    ]


def test_a_number_for_somebody_who_did_not_pass(legacy: ProgrammeVersion) -> None:
    columns = "full_name,passed,certificate_number,awarded_on"
    taken_over("Otto,no,,", columns=columns)
    assert faults("Otto,yes,N1,2019-01-01", columns=columns) == [
        "Line 2, certificate_number: is of somebody recorded as not having passed."
    ]


def test_the_same_run_on_two_lines(legacy: ProgrammeVersion) -> None:
    assert faults("Otto,,A,,", "otto,,a,,", "Otto,,B,,") == [
        "Line 3: tells of the same person, programme and cohort as line 2."
    ]


def test_rejected_lines_come_back_as_they_stood_and_can_be_sent_again(legacy: ProgrammeVersion) -> None:
    plan = past_plan(read("Otto,,A,,", ",,=SUM(A1),,"))
    assert rejected_csv(plan) == (
        "line,reason,full_name,email,cohort,certificate_number,awarded_on\r\n3,full_name is missing.,,,'=SUM(A1),,\r\n"
    )


# Certificates from before


def a_past_certificate() -> Certificate:
    taken_over(OTTOLINE)
    return Certificate.objects.get()


@pytest.mark.parametrize("typed", ["NPQH/2018/0417", "npqh 2018 0417", "NPQH20180417", " n-p-q-h-2018-0417"])
def test_it_is_found_however_its_number_is_typed(legacy: ProgrammeVersion, typed: str) -> None:
    certificate = a_past_certificate()
    assert public_certificate(typed) == certificate


def test_it_can_be_revoked_and_is_still_found_and_never_issued_again_here(legacy: ProgrammeVersion) -> None:
    revoked = revoke_certificate(a_past_certificate(), reason="Entered for the wrong person.", by=None)
    assert public_certificate(revoked.number) == revoked
    with pytest.raises(errors.IssuedBeforePortal):
        reissue_certificate(revoked, by=None)
    again = taken_over(OTTOLINE).plan
    assert again.remarks == ["Line 2: Certificate NPQH/2018/0417 has been revoked here, and stays so."]
    taken_over(OTTOLINE.replace("0417", "0418"))
    assert list(Certificate.objects.order_by("pk").values_list("number", "state")) == [
        ("NPQH/2018/0417", "revoked"),
        ("NPQH/2018/0418", "ready"),
    ]
    assert PastRun.objects.count() == 1


def test_one_run_has_one_certificate_in_force(legacy: ProgrammeVersion) -> None:
    first = a_past_certificate()
    told: dict[str, Any] = {"name": "Otto", "awarded_on": date(2019, 1, 1), "by": None}
    assert take_over_certificate(first.enrolment, number=first.number, **told) == first
    with pytest.raises(errors.CertificateInForce):
        take_over_certificate(first.enrolment, number="N2", **told)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"stored_name": "x"}, "one_from_before_has_no_bytes_here"),
        ({"state": "queued"}, "one_from_before_has_no_bytes_here"),
        ({"is_from_before": False, "state": "ready"}, "an_issued_certificate_has_its_bytes"),
        ({"number": "npqh-2018-0417"}, "numbers_differ_by_more_than_signs"),
        ({"number": "–"}, "a_number_has_letters_or_figures"),
    ],
)
def test_the_database_has_the_last_word(legacy: ProgrammeVersion, fields: dict[str, Any], constraint: str) -> None:
    first = a_past_certificate()
    sound = {
        "enrolment": an_enrolment(a_cohort(a_version())),
        "number": "N9",
        "snapshot": {},
        "awarded_on": date(2019, 1, 1),
        "is_from_before": True,
        "state": "ready",
    }
    assert first.pk
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Certificate.objects.create(**(sound | fields))


# How many, and how fast


def test_people_are_counted_once_wherever_they_completed(legacy: ProgrammeVersion) -> None:
    here = an_enrolment(a_cohort(a_version()), person=a_person(email="otto@school.example"), state="completed")
    an_enrolment(a_cohort(a_version()))
    taken_over(OTTOLINE, "Alias,alias@school.example,,,", "Third,,,,")
    alias = User.objects.get(email="alias@school.example")
    PersonAlias.objects.create(old_person=alias, kept_person=here.person)
    assert people_completed() == 2
    assert past_participants(legacy.programme) == 2
    assert past_participants(here.version.programme) == 1


def test_every_line_costs_the_same(legacy: ProgrammeVersion, django_assert_max_num_queries: Any) -> None:
    """S45: over 340 people. Seven statements to plan, 26 for each who is new, none for who is known."""
    lines = [f"Person {n},p{n}@past.example,Cohort {n % 9},N-{n:05},2019-09-02" for n in range(340)]
    file = read(*lines)
    with django_assert_max_num_queries(340 * 26 + 20):
        import_past_participants(file, file_name="past.csv", by=None)
    assert counts() == (340, 340, 340, 340)
    assert people_completed() == 340
    with django_assert_max_num_queries(7):
        past_plan(file)
    with django_assert_max_num_queries(14):
        result = import_past_participants(file, file_name="past.csv", by=None)
    assert result.plan.counts[Fate.UNCHANGED] == 340


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_everybody_over_once() -> None:
    a_legacy_version()
    file, start, fates = read("Ottoline,,A,,", "Somebody,,A,,"), Barrier(2), []

    def take() -> None:
        try:
            start.wait(timeout=10)
            fates.append(import_past_participants(file, file_name="past.csv", by=None).plan.counts[Fate.NEW])
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(fates) == [0, 2]
    assert PastRun.objects.count() == 2
