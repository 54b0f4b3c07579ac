"""The early-warning list: who is on it for whom, why, and what is done about it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cohorts.actions import MarkInput, exempt_item, record_completion, record_register
from cohorts.actions.contacts import correct_contact, record_contact, remove_contact
from cohorts.errors import ChangedMeanwhile, ContactSettled, ContactToCome, ContactTooEarly
from cohorts.models import CatchUp, Contact, Enrolment, Membership, PageRead, Seminar
from cohorts.queries import warnings as queries
from cohorts.queries.warnings import Asked, Somebody, judge
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import EngagementPolicy, PolicyComponent
from npqh_portal.programmes.states import VersionState
from tests import factories as make

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)


class Spring:
    """Seminars of two hours 70, 50, 5 and 3 days ago, and a module: 27 of thirty hours are needed."""

    def __init__(self) -> None:
        version = make.a_version(state=VersionState.DRAFT)
        self.items = [
            make.an_item(version, title=f"Seminar {number}", number=number, minutes=120) for number in range(1, 5)
        ]
        make.an_item(version, title="Module", number=5, minutes=1320, kind=ItemKind.MODULE)
        self.version = make.published(version)
        self.cohort = make.a_cohort(self.version, name="Spring 2026", starts_on=date(2026, 1, 1))
        self.facilitator = make.a_person(Role.FACILITATOR, full_name="Gwen Arkle")
        self.fells = make.a_group(self.cohort, self.facilitator, name="Fells group")
        self.coast = make.a_group(self.cohort, name="Coast group")
        self.lead = make.a_person(Role.PROGRAMME_LEAD)
        self.sittings: list[Seminar] = [
            make.a_seminar(
                self.cohort, item, self.fells, starts_at=NOW - timedelta(days=days), facilitator=self.facilitator
            )
            for item, days in zip(self.items, (70, 50, 5, 3), strict=True)
        ]

    def person(self, name: str, *statuses: str, group: Any = None) -> Enrolment:
        person = make.a_person(Role.PARTICIPANT, full_name=name)
        enrolment = make.an_enrolment(
            self.cohort, group or self.fells, person, enrolled_at=datetime(2025, 12, 1, tzinfo=UTC)
        )
        for sitting, status in zip(self.sittings, statuses, strict=False):
            mark = MarkInput(status, 60 if status == "partly" else 0)
            record_register(sitting, marks={enrolment.pk: mark}, by=self.facilitator)
        return enrolment


@pytest.fixture
def spring(db: None, time_machine: Any) -> Spring:
    time_machine.move_to(NOW, tick=False)
    return Spring()


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def why(enrolment: Enrolment) -> str:
    stays = Membership.objects.filter(enrolment=enrolment)
    (line,) = queries.warning_lines(queries.flagged(stays, Asked(), NOW), NOW)
    return line.why


def names(enrolments: Any = None) -> list[str]:
    return [one.name for one in queries.flagged(Membership.objects.all(), enrolments or Asked(), NOW)]


# --- who, and why --------------------------------------------------------------------------------


def test_least_to_spare_comes_first_and_equals_by_name(spring: Spring) -> None:
    spring.person("Agnes Fothermere", "present", "present", "present", "present")
    spring.person("Ravi Stainmore-Pell", "absent", "present", "present", "present")
    spring.person("Celeste Umber", "present", "absent", "present", "present")
    spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    assert names() == ["Desmond Quarrie-Lunt", "Celeste Umber", "Ravi Stainmore-Pell"]
    assert names(Asked(words="umb")) == ["Celeste Umber"]
    assert names(Asked(standing="out_of_reach")) == ["Desmond Quarrie-Lunt"]
    assert names(Asked(group="Coast group")) == []
    assert names(Asked(order="name"))[0] == "Celeste Umber"


def test_bar_of_the_policy_decides(spring: Spring) -> None:
    """With one seminar recovered three hours may still be lost: one seminar, and half of another."""
    spring.person("Ivo Rennard", "present", "present", "absent", "present")
    assert names() == []
    newer = EngagementPolicy.objects.create(version=spring.version, number=2, threshold_percent=90, spare_sessions=2)
    PolicyComponent.objects.create(
        policy=newer, code="all", name="All", number=1, kinds=[kind.value for kind in ItemKind]
    )
    assert names() == []  # a draft asks nothing
    EngagementPolicy.objects.filter(pk=newer.pk).update(adopted_at=NOW)
    assert names() == ["Ivo Rennard"]


def test_nobody_who_is_away_or_has_met_it_is_on_the_list(spring: Spring) -> None:
    gone = spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    Enrolment.objects.filter(pk=gone.pk).update(state="deferred")
    assert names() == []
    Enrolment.objects.filter(pk=gone.pk).update(state="active")
    for item in spring.version.items.all():
        exempt_item(gone, item=item, reason="Moved.", by=spring.lead)
    assert names() == []


def test_why_names_the_one_session_that_leads_back(spring: Spring) -> None:
    line = why(spring.person("Ivo Rennard", "absent", "present", "present", "absent"))
    assert (
        line == "Lost 2 h in 1 session. “Seminar 4” (2 h) must be caught up by 26 April 2026, or 90% is out of reach."
    )


def test_why_counts_the_sessions_where_several_lead_back(spring: Spring) -> None:
    said = why(spring.person("Ivo Rennard", "partly", "partly", "absent", "absent"))
    needed = "2 of 2 catch-ups (4 h) must be done, the first by 24 April 2026, or 90% is out of reach."
    assert said == f"Lost 2 h in 2 sessions. {needed}"


def test_nothing_is_said_to_be_needed_that_can_be_left(client: Client, spring: Spring) -> None:
    """Three alike are open, two of them are needed: the first to close can be left, and ids decide as text."""
    for number, sitting in enumerate(spring.sittings[1:], start=1):
        Seminar.objects.filter(pk=sitting.pk).update(
            starts_at=NOW - timedelta(days=10 - number), ends_at=NOW - timedelta(days=10 - number, hours=-2)
        )
    enrolment = spring.person("Ivo Rennard", "partly", "absent", "absent", "absent")
    either = "At least 2 of 3 catch-ups must be done, the first by 21 April 2026, or 90% is out of reach."
    shortest = "For the shortest way back: “Seminar 2” and “Seminar 3” (4 h), the first by 20 April 2026."
    assert why(enrolment) == f"Lost 1 h in 1 session. {either} {shortest}"
    client.force_login(spring.lead)
    page = read(client, f"/lead/people/{enrolment.public_id}/")
    assert why(enrolment) in page
    told = page.partition('id="catch-up"')[2].partition("</section>")[0].split("<li>")[1:]
    assert ["Needed" in one for one in told] == [True, True, False]
    client.force_login(enrolment.person)
    home = read(client, "/participant/")
    assert "the shortest way back is catching up “Seminar 2” and “Seminar 3”." in home
    assert "The two marked “Needed” are enough together" in read(client, "/participant/engagement/")


def test_one_of_two_is_told_as_one_of_two(spring: Spring) -> None:
    said = why(spring.person("Ivo Rennard", "present", "partly", "absent", "absent"))
    assert said == (
        "Lost 1 h in 1 session. At least 1 of 2 catch-ups must be done, by 26 April 2026, or 90% is out of reach."
        " For the shortest way back: “Seminar 3” (2 h) by 24 April 2026."
    )


def test_what_waits_is_called_needed_only_where_nothing_can_take_its_place(spring: Spring) -> None:
    enrolment = spring.person("Ivo Rennard", "present", "partly", "absent", "absent")
    CatchUp.objects.create(
        enrolment=enrolment, seminar=spring.sittings[2], way="other", words="Notes.", send_by=date(2026, 4, 1)
    )
    assert why(enrolment).endswith("handed in, to be decided. What waits is enough once it is accepted.")


def test_why_says_what_is_short_and_what_waits(spring: Spring) -> None:
    lost = spring.person("Desmond Quarrie-Lunt", "absent", "absent", "present", "present")
    assert why(lost) == "Lost 4 h in 2 sessions. Even with every catch-up, 1 h short. Talk about deferral."
    waits = spring.person("Orla Hadrigan", "absent", "present", "absent", "present")
    CatchUp.objects.create(
        enrolment=waits, seminar=spring.sittings[2], way="other", words="Notes.", send_by=date(2026, 4, 1)
    )
    assert why(waits) == (
        "Lost 2 h in 1 session. 2 h in 1 session handed in, to be decided. "
        "What waits must be accepted, or 90% is out of reach."
    )
    tight = spring.person("Ravi Stainmore-Pell", "absent", "present", "present", "present")
    assert why(tight) == "Lost 2 h in 1 session. Nothing is open to catch up."


def test_whoever_is_asked_nothing_is_judged_all_the_same(spring: Spring) -> None:
    enrolment = spring.person("Ivo Rennard")
    enrolment.personal_items.all().delete()
    one = judge([Somebody(enrolment.pk, enrolment.version_id)], NOW)[enrolment.pk]
    assert (one.spare, one.is_warned, one.to_spare, one.can_miss) == (None, False, "", "")


def test_components_of_units_are_told_in_sessions(db: None, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    version = make.a_version(state=VersionState.DRAFT, policy=False)
    policy = EngagementPolicy.objects.create(version=version, threshold_percent=90, rule="each", adopted_at=NOW)
    for number, (code, kind) in enumerate((("sessions", ItemKind.SEMINAR), ("study", ItemKind.MODULE)), start=1):
        PolicyComponent.objects.create(
            policy=policy, code=code, name=code, number=number, unit="units", kinds=[kind.value]
        )
        for _ in range(10):
            make.an_item(version, kind=kind)
    make.published(version)
    cohort = make.a_cohort(version)
    facilitator = make.a_person(Role.FACILITATOR)
    group = make.a_group(cohort, facilitator)
    sitting = make.a_seminar(
        cohort,
        version.items.filter(kind=ItemKind.SEMINAR)[0],
        group,
        starts_at=NOW - timedelta(days=60),
        facilitator=facilitator,
    )
    enrolment = make.an_enrolment(cohort, group)
    record_register(sitting, marks={enrolment.pk: MarkInput("absent")}, by=facilitator)
    assert why(enrolment) == "Lost 1 session. Nothing is open to catch up."
    one = judge([Somebody(enrolment.pk, version.pk)], NOW)[enrolment.pk]
    assert (one.to_spare, one.spare_minutes, one.spare_items, one.can_miss) == ("0 items", "", 0, "None")
    for item in version.items.filter(kind=ItemKind.SEMINAR)[1:3]:
        sitting = make.a_seminar(cohort, item, group, starts_at=NOW - timedelta(days=2), facilitator=facilitator)
        record_register(sitting, marks={enrolment.pk: MarkInput("absent")}, by=facilitator)
    said = why(enrolment)
    assert "Lost 1 session. 2 of 2 catch-ups must be done, the first by" in said
    assert said.endswith("or 90% is out of reach.")
    newer = EngagementPolicy.objects.create(version=version, number=2, threshold_percent=90, rule="each")
    for part in policy.components.all():
        own = 50 if part.code == "study" else None
        part.pk, part.policy, part.threshold_percent = None, newer, own
        part.save(force_insert=True)
    EngagementPolicy.objects.filter(pk=newer.pk).update(adopted_at=NOW)
    assert why(enrolment).endswith("or the line is out of reach.")  # which differs from part to part


def test_statements_do_not_grow_with_people(spring: Spring, django_assert_num_queries: Any) -> None:
    for number in range(3):
        spring.person(f"Person {number}", "absent", "absent", "absent", "present")
        with django_assert_num_queries(5):
            lines = queries.warning_lines(queries.flagged(Membership.objects.all(), Asked(), NOW), NOW)
        assert len(lines) == number + 1


# --- pages ---------------------------------------------------------------------------------------


def test_lead_sees_everybody_and_facilitators_their_groups(client: Client, spring: Spring) -> None:
    spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    away = spring.person("Bethan Cruddace", group=spring.coast)
    for item in spring.items[:2]:
        starts_at, leader = NOW - timedelta(days=60 - item.number), make.a_person(Role.FACILITATOR)
        sitting = make.a_seminar(spring.cohort, item, spring.coast, starts_at=starts_at, facilitator=leader)
        record_register(sitting, marks={away.pk: MarkInput("absent")}, by=leader)
    client.force_login(spring.lead)
    said = read(client, "/lead/early-warning/")
    assert "2 people." in said
    assert "Spring 2026, Fells group" in said
    assert 'Record contact<span class="govuk-visually-hidden"> with Desmond Quarrie-Lunt</span>' in said
    client.force_login(spring.facilitator)
    said = read(client, "/facilitator/early-warning/")
    assert "Desmond Quarrie-Lunt" in said
    assert "Bethan Cruddace" not in said
    assert "Speak to one person of your groups first" in read(client, "/facilitator/")


def test_what_the_address_asks_and_is_not_offered_is_said(client: Client, spring: Spring) -> None:
    spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    client.force_login(spring.lead)
    for strange in ("standing=met", "cohort=x", "group=Nowhere", "order=x"):
        said = read(client, f"/lead/early-warning/?{strange}")
        assert "There is no such choice. Here is the list without it." in said
        assert "Desmond Quarrie-Lunt" in said
    assert "no such choice" not in read(client, f"/lead/early-warning/?cohort={spring.cohort.public_id}&order=name")


def test_list_is_taken_away_with_an_entry(client: Client, spring: Spring) -> None:
    spring.person("=Desmond Quarrie-Lunt", "absent", "absent", "absent", "present")
    client.force_login(spring.lead)
    answer = client.get(f"/lead/early-warning.csv?cohort={spring.cohort.public_id}")
    header, line = answer.content.decode("utf-8-sig").splitlines()
    assert header.startswith(
        'Name,School,Cohort,Group,Standing,Earned,Can be reached,"To spare, minutes","To spare, items",Can still miss,'
    )
    assert line.startswith("'=Desmond Quarrie-Lunt,,Spring 2026,Fells group,Out of reach,6.6%,86.6%,-60,,None,")
    entry = Entry.objects.get(verb="early-warnings.exported")
    assert '"rows":1' in entry.payload.replace(" ", "")


# --- contacts ------------------------------------------------------------------------------------


def test_contact_is_recorded_once_and_stands_on_list_and_page(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    client.force_login(spring.facilitator)
    add = f"/facilitator/people/{enrolment.public_id}/contacts/add/"
    sent = {"way": "call", "on_0": "17", "on_1": "3", "on_2": "2026", "note": "He covers lessons.", "revision": "0"}
    sent |= {"on_day": "17", "on_month": "3", "on_year": "2026"}
    for _ in range(2):
        assert client.post(add, sent).status_code == 302
    contact = Contact.objects.get()
    assert (contact.way, contact.on, contact.by) == ("call", date(2026, 3, 17), spring.facilitator)
    page = read(client, f"/facilitator/people/{enrolment.public_id}/")
    assert "He covers lessons." in page
    assert "Call, 17 Mar 2026" in read(client, "/facilitator/early-warning/")
    client.force_login(spring.lead)
    assert "He covers lessons." in read(client, f"/lead/people/{enrolment.public_id}/")
    assert "Call, 17 Mar 2026" in read(client, f"/lead/cohorts/{spring.cohort.public_id}/")


def test_participant_reads_no_notes(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    make.a_grant(enrolment.person, Role.PROGRAMME_LEAD)
    record_contact(enrolment, way="call", on=clock.today(), note="He covers lessons.", by=spring.lead)
    client.force_login(enrolment.person)
    assert client.get(f"/lead/people/{enrolment.public_id}/").status_code == 404
    assert "He covers lessons." not in read(client, "/participant/engagement/")


def test_administrators_read_and_write_no_contacts(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Desmond Quarrie-Lunt", "absent", "absent", "absent", "absent")
    contact = record_contact(enrolment, way="call", on=clock.today(), note="He covers lessons.", by=spring.lead)
    client.force_login(make.a_person(Role.ADMINISTRATOR))
    said = read(client, f"/lead/people/{enrolment.public_id}/")
    assert "Everything on their list" in said
    for page in ("/lead/early-warning/", f"/lead/cohorts/{spring.cohort.public_id}/"):
        said += read(client, page)
    assert "He covers lessons." not in said
    assert "Record contact" not in said
    for page in ("add/", f"{contact.public_id}/", f"{contact.public_id}/remove/"):
        assert client.get(f"/lead/people/{enrolment.public_id}/contacts/{page}").status_code == 403


def test_contact_of_a_day_to_come_is_refused_at_its_box(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Ivo Rennard")
    with pytest.raises(ContactToCome):
        record_contact(enrolment, way="call", on=date(2026, 3, 19), note="", by=spring.lead)
    with pytest.raises(ContactTooEarly, match="enrolled on 1 December 2025"):
        record_contact(enrolment, way="call", on=date(2025, 11, 30), note="", by=spring.lead)
    assert not Contact.objects.exists()


def test_contact_is_put_right_within_a_day_and_not_after(spring: Spring, time_machine: Any) -> None:
    contact = record_contact(spring.person("Ivo Rennard"), way="call", on=clock.today(), note="Rang.", by=spring.lead)
    time_machine.move_to(NOW + timedelta(days=1) - timedelta(microseconds=1), tick=False)
    said: dict[str, Any] = {"way": "email", "on": date(2026, 3, 18), "note": "Wrote."}
    contact = correct_contact(contact, **said, revision=1, by=spring.lead)
    assert (contact.way, contact.revision) == ("email", 2)
    with pytest.raises(ChangedMeanwhile):
        correct_contact(contact, **said | {"note": "Rang."}, revision=1, by=spring.lead)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    assert correct_contact(contact, **said, revision=1, by=spring.lead).revision == 2  # nothing changes by it
    with pytest.raises(ContactSettled):
        correct_contact(contact, **said | {"note": "Rang."}, revision=2, by=spring.lead)


def test_removed_contact_leaves_an_entry_and_no_words(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Ivo Rennard")
    contact = record_contact(enrolment, way="call", on=clock.today(), note="Rang.", by=spring.lead)
    with pytest.raises(ChangedMeanwhile):
        remove_contact(contact, revision=9, by=spring.lead)
    client.force_login(spring.facilitator)
    page = f"/facilitator/people/{enrolment.public_id}/contacts/{contact.public_id}/remove/"
    assert "Rang." in read(client, page)
    assert client.post(page, {"revision": "1"}).status_code == 302
    assert not Contact.objects.exists()
    remove_contact(contact, revision=1, by=spring.lead)  # gone already
    verbs = Entry.objects.filter(verb__startswith="contact.").order_by("pk").values_list("verb", "actor_id")
    assert list(verbs) == [("contact.recorded", spring.lead.pk), ("contact.removed", spring.facilitator.pk)]
    assert not Words.objects.filter(body__contains="Rang").exists()


# --- one person ----------------------------------------------------------------------------------


def test_page_of_a_person_has_every_item_with_its_evidence(client: Client, spring: Spring) -> None:
    enrolment = spring.person("Ivo Rennard", "absent", "present", "absent", "present")
    client.force_login(spring.facilitator)
    said = read(client, f"/facilitator/people/{enrolment.public_id}/")
    assert "Register of 7 January 2026: absent, Gwen Arkle" in said
    assert f'href="/facilitator/registers/{spring.sittings[0].public_id}/"' in said
    assert "Open until Friday 24 April 2026, 11.59pm. <strong>Needed</strong> for the shortest way back." in said
    assert said.count("Missed, lost") == 1
    stranger: User = make.a_person(Role.FACILITATOR)
    client.force_login(stranger)
    assert client.get(f"/facilitator/people/{enrolment.public_id}/").status_code == 404


def test_page_of_a_person_says_how_each_item_was_done(client: Client, db: None, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    draft = make.a_version(state=VersionState.DRAFT)
    kinds = [ItemKind.FORMATIVE_TASK, ItemKind.REFLECTION, ItemKind.MODULE, ItemKind.MODULE, ItemKind.MODULE]
    task, reflection, read_through, marked, by_lead = (make.an_item(draft, kind=kind) for kind in kinds)
    page = make.a_study_page(read_through)
    facilitator = make.a_person(Role.FACILITATOR, full_name="Gwen Arkle")
    cohort = make.a_cohort(make.published(draft), starts_on=date(2026, 1, 1))
    enrolment = make.an_enrolment(cohort, make.a_group(cohort, facilitator))
    revision = page.revisions.get()
    PageRead.objects.create(enrolment=enrolment, page=page, revision=revision)
    for item in (task, reflection, read_through, marked):
        record_completion(enrolment, item=item, by=enrolment.person)
    record_completion(enrolment, item=by_lead, by=facilitator)
    client.force_login(facilitator)
    said = read(client, f"/facilitator/people/{enrolment.public_id}/")
    told = {
        item.title: said.partition(f">{item.title}<")[2].partition(" on 18 March 2026")[0].rpartition(">")[2]
        for item in (task, reflection, read_through, marked, by_lead)
    }
    assert list(told.values()) == [
        "Sent",
        "Reflection saved",
        "Every page read",
        "Recorded as done by themselves",
        "Recorded as done by Gwen Arkle",
    ]
