"""Reflections: written for oneself, shared one by one, taken back, removed, and who reads them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from applications.kinds import Strand
from cohorts import errors
from cohorts.access import (
    reflections_of,
    reflections_of_group_mates,
    reflections_shared_with_coach,
    reflections_shared_with_facilitator,
)
from cohorts.actions import exempt_item, expect_item, record_completion
from cohorts.actions.reflections import change_reflection, remove_reflection, share_reflection, write_reflection
from cohorts.models import Cohort, Completion, Enrolment, Facilitation, LedgerEntry, Membership, Reflection
from cohorts.queries.reflections import reflection_counts, still_to_reflect_on
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from tests.cohorts.browsing import Browsing
from tests.cohorts.pairs import a_coach
from tests.cohorts.pairs import a_match as matched
from tests.cohorts.written import NOW, Written, written
from tests.factories import a_partner, a_person

__all__ = ["written"]
MINE, ITEM = "/participant/reflections/", "/participant/engagement/home/"
SECRET = "I doubt whether I can do this."


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def writes(written: Written, words: str = SECRET, *, title: str = "After the first term") -> Reflection:
    return write_reflection(written.enrolment, title=title, words=words, by=written.person)


def on_the_item(written: Written, words: str = SECRET, *, revision: int = 0) -> Reflection:
    return write_reflection(
        written.enrolment, item=written.reflection, words=words, revision=revision, by=written.person
    )


def in_group(written: Written) -> Reflection:
    return share_reflection(writes(written), group=written.group, by=written.person)


def with_coach(written: Written, coach: User) -> Reflection:
    match = matched(written.enrolment, coach, Strand.ONE_TO_ONE, planned_to_on=NOW.date())
    return share_reflection(writes(written), match=match, by=written.person)


# --- what is written -----------------------------------------------------------------------------


def test_a_reflection_is_its_writers_alone_and_the_same_again_is_there_once(written: Written) -> None:
    reflection = writes(written)
    assert writes(written) == reflection
    assert (reflection.shared_with, str(reflection)) == ("nobody", "After the first term")
    assert not Completion.objects.exists(), "a free one earns nothing"
    assert Entry.objects.filter(verb="reflection.written").count() == 1


def test_writing_on_an_item_completes_and_credits_it(written: Written) -> None:
    assert list(still_to_reflect_on(written.enrolment)) == [written.reflection]
    reflection = on_the_item(written)
    assert str(reflection) == "What I take home"
    assert Completion.objects.get().item == written.reflection
    assert LedgerEntry.objects.get().change == 60
    assert not still_to_reflect_on(written.enrolment).exists()
    assert on_the_item(written, "Better", revision=1).pk == reflection.pk
    assert LedgerEntry.objects.count() == 1


def test_what_cannot_be_credited_is_kept_all_the_same(written: Written) -> None:
    Cohort.objects.filter(pk=written.cohort.pk).update(starts_on=clock.today().replace(year=2023))
    assert on_the_item(written).words == SECRET
    assert not Completion.objects.exists()


def test_what_was_written_while_away_is_credited_once_it_is_saved_again(written: Written) -> None:
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="deferred")
    reflection = on_the_item(written)
    assert not Completion.objects.exists()
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="active")
    change_reflection(reflection, title="", words=SECRET, revision=1, by=written.person)
    assert Completion.objects.get().item == written.reflection


def test_only_an_item_to_reflect_on_of_ones_own_list_is_reflected_on(written: Written) -> None:
    with pytest.raises(errors.NotOnList):
        write_reflection(written.enrolment, item=written.task, words=SECRET, by=written.person)
    exempt_item(written.enrolment, item=written.reflection, reason="Joined late.", by=written.lead)
    on_the_item(written)
    assert not Completion.objects.exists(), "it is written for oneself, and counts nowhere"


def test_title_and_words_are_asked_for(written: Written) -> None:
    with pytest.raises(errors.ReflectionWithoutTitle):
        writes(written, title=" ")
    with pytest.raises(errors.ReflectionWithoutWords):
        writes(written, " ")
    with pytest.raises(errors.ReflectionWithoutWords):
        change_reflection(writes(written), title="x", words="", revision=1, by=written.person)


def test_of_two_tabs_neither_silently_wins(written: Written) -> None:
    reflection = on_the_item(written, "First tab")
    with pytest.raises(errors.ChangedMeanwhile):
        on_the_item(written, "Second tab")
    change_reflection(reflection, title="", words="Third tab", revision=1, by=written.person)
    with pytest.raises(errors.ChangedMeanwhile):
        change_reflection(reflection, title="", words="Fourth tab", revision=1, by=written.person)
    with pytest.raises(errors.ChangedMeanwhile):
        remove_reflection(reflection, revision=1, by=written.person)
    assert Reflection.objects.get().words == "Third tab"


def test_removing_deletes_it_and_takes_no_credit_back(written: Written) -> None:
    reflection = on_the_item(written)
    remove_reflection(reflection, revision=1, by=written.person)
    remove_reflection(reflection, revision=1, by=written.person)
    assert not Reflection.objects.exists()
    assert LedgerEntry.objects.get().change == 60
    assert Entry.objects.filter(verb="reflection.removed").count() == 1


def test_whoever_has_left_writes_nothing_new_and_keeps_all_rights_over_what_was_written(written: Written) -> None:
    reflection = in_group(written)
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="completed")
    with pytest.raises(errors.LogClosed):
        writes(written, title="Another")
    assert share_reflection(reflection, by=written.person).shared_with == "nobody"
    remove_reflection(reflection, revision=1, by=written.person)
    assert not Reflection.objects.exists()


def test_nothing_of_what_was_written_stands_in_the_audit_trail(written: Written) -> None:
    reflection = in_group(written)
    change_reflection(reflection, title="I doubt", words=f"{SECRET} Still.", revision=1, by=written.person)
    remove_reflection(reflection, revision=2, by=written.person)
    assert Entry.objects.filter(verb__startswith="reflection.").count() == 4
    assert not Entry.objects.filter(payload__icontains="doubt").exists()
    assert not Words.objects.filter(body__icontains="doubt").exists()


# --- sharing -------------------------------------------------------------------------------------


def test_one_shares_with_those_who_are_there_and_takes_it_back(written: Written) -> None:
    reflection = in_group(written)
    assert (reflection.shared_with, reflection.group) == ("group", written.group)
    share_reflection(reflection, group=written.group, by=written.person)
    assert Entry.objects.filter(verb="reflection.shared").count() == 1
    match = matched(written.enrolment, a_coach(), Strand.ONE_TO_ONE, planned_to_on=NOW.date())
    reflection = share_reflection(reflection, match=match, by=written.person)
    assert (reflection.shared_with, reflection.group) == ("coach", None)
    assert share_reflection(reflection, by=written.person).shared_with == "nobody"


def test_one_shares_with_no_other_group_and_no_other_coach(written: Written) -> None:
    others = Membership.objects.get(enrolment=written.other).group
    with pytest.raises(errors.NotTheirGroup):
        share_reflection(writes(written), group=others, by=written.person)
    ended = matched(written.enrolment, a_coach(), Strand.ONE_TO_ONE, planned_to_on=NOW.date(), to_on=NOW.date())
    for match in (ended, matched(written.mate, a_coach(), Strand.ONE_TO_ONE, planned_to_on=NOW.date())):
        with pytest.raises(errors.NotTheirCoach):
            share_reflection(writes(written), match=match, by=written.person)
    assert Reflection.objects.get().shared_with == "nobody"


def test_the_database_refuses_sharing_with_nobody_in_particular(written: Written) -> None:
    reflection = writes(written)
    with pytest.raises(IntegrityError, match="a_reflection_is_shared_with_somebody"), transaction.atomic():
        Reflection.objects.filter(pk=reflection.pk).update(shared_with="group")


READERS = {
    "owner": reflections_of,
    "group": reflections_of_group_mates,
    "led": reflections_shared_with_facilitator,
    "coach": reflections_shared_with_coach,
}


def who_reads(people: dict[str, User]) -> set[tuple[str, str]]:
    """Who, and as what."""
    return {
        (name, how) for name, person in people.items() for how, reached in READERS.items() if reached(person).exists()
    }


def everybody(written: Written) -> dict[str, User]:
    other_group = Membership.objects.get(enrolment=written.other).group
    assert other_group
    return {
        "writer": written.person,
        "mate": written.mate.person,
        "of another group": written.other.person,
        "facilitator": written.facilitator,
        "facilitator of another group": Facilitation.objects.get(group=other_group).person,
        "lead": written.lead,
        "lead of another partner": a_person(Role.PROGRAMME_LEAD, organisation=a_partner()),
        "coach": a_coach(),
        "stranger": a_person(Role.PARTICIPANT, Role.FACILITATOR, Role.COACH),
    }


def test_what_is_shared_with_nobody_is_read_by_its_writer_alone(written: Written) -> None:
    people = everybody(written)
    matched(written.enrolment, people["coach"], Strand.ONE_TO_ONE, planned_to_on=NOW.date())
    writes(written)
    assert who_reads(people) == {("writer", "owner")}


def test_what_is_shared_with_the_group_is_read_by_it_and_its_facilitator(written: Written) -> None:
    people = everybody(written)
    reflection = in_group(written)
    assert who_reads(people) == {("writer", "owner"), ("mate", "group"), ("facilitator", "led")}
    share_reflection(reflection, by=written.person)
    assert who_reads(people) == {("writer", "owner")}


def test_a_facilitator_of_before_and_a_mate_who_has_left_read_no_more(written: Written) -> None:
    people = everybody(written)
    in_group(written)
    Facilitation.objects.filter(group=written.group).update(to_on=clock.today())
    Membership.objects.filter(enrolment=written.mate).update(to_on=clock.today())
    assert who_reads(people) == {("writer", "owner")}


def test_sharing_ends_where_the_writer_leaves_the_group(written: Written) -> None:
    people = everybody(written)
    in_group(written)
    other_group = Membership.objects.get(enrolment=written.other).group
    Membership.objects.filter(enrolment=written.enrolment).update(to_on=clock.today())
    Membership.objects.create(enrolment=written.enrolment, cohort=written.cohort, group=other_group)
    assert who_reads(people) == {("writer", "owner")}
    assert reflection_counts(written.enrolment) == {"written": 1, "shared": 0}


def test_what_is_shared_with_a_coach_is_read_by_that_one_until_the_support_ends(written: Written) -> None:
    people = everybody(written)
    reflection = with_coach(written, people["coach"])
    assert who_reads(people) == {("writer", "owner"), ("coach", "coach")}
    assert reflection.match
    reflection.match.to_on = clock.today()
    reflection.match.save()
    matched(written.enrolment, people["stranger"], Strand.ONE_TO_ONE, planned_to_on=NOW.date())
    assert who_reads(people) == {("writer", "owner")}, "neither the one of before nor the one of now"


def test_people_found_to_be_one_keep_what_the_old_one_wrote(written: Written) -> None:
    writes(written)
    kept = a_person(Role.PARTICIPANT)
    PersonAlias.objects.create(old_person=written.person, kept_person=kept)
    assert who_reads({"kept": kept}) == {("kept", "owner")}


# --- the pages -----------------------------------------------------------------------------------


def test_writing_sharing_taking_back_and_removing_by_the_pages(written: Written) -> None:
    ines = Browsing(written.person).open(MINE)
    assert "Nothing is written yet" in ines.text
    assert "What I take home" in ines.text
    ines.open(f"{MINE}write/").send(title="After the first term", words=SECRET)
    assert "Shared" not in ines.text
    assert ines.address.endswith("/share/")
    ines.send(reader="group")
    assert "Shared with Fellside and whoever leads it" in ines.text
    rafe = Browsing(written.mate.person).open(f"{MINE}group/")
    assert "I doubt" in rafe.text
    address = f"{MINE}group/{Reflection.objects.get().public_id}/"
    assert SECRET in rafe.open(address).text
    gwen = Browsing(written.facilitator).open("/facilitator/reflections/")
    assert "After the first term" in gwen.text
    ines.open(f"{MINE}{Reflection.objects.get().public_id}/share/").send(reader="nobody")
    assert "Yours alone" in ines.text
    assert rafe.client.get(address).status_code == 404
    ines.open(f"{MINE}{Reflection.objects.get().public_id}/remove/").send()
    assert not Reflection.objects.exists()


def test_an_item_is_done_by_its_page_and_not_by_a_button(written: Written) -> None:
    ines = Browsing(written.person).open("/participant/course/")
    assert "Mark as done" not in ines.text
    assert f"{MINE}on/home/" in ines.html
    ines.client.post("/participant/course/home/done/")
    assert not Completion.objects.exists()
    ines.open(f"{MINE}on/home/").send(words=SECRET)
    assert "and counts as done" in ines.text
    assert Completion.objects.get().item == written.reflection
    assert ines.open(f"{MINE}on/home/").address == f"{MINE}{Reflection.objects.get().public_id}/"


def test_whoever_is_away_is_told_before_and_after_that_it_is_kept_and_counts_later(written: Written) -> None:
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="deferred")
    browsing = Browsing(written.person).open("/participant/course/")
    assert "Not now" in browsing.text
    assert "To write" not in browsing.text
    browsing.open(f"{MINE}on/home/")
    assert "cannot be counted now" in browsing.text
    assert "it counts as done" not in browsing.text
    browsing.send(words=SECRET)
    assert "cannot be counted at present" in browsing.text
    for page in ("/participant/course/", ITEM):
        assert "You have written it; it is not counted yet." in browsing.open(page).text
    assert f"{MINE}{Reflection.objects.get().public_id}/" in browsing.html
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="active")
    assert "To save again" in browsing.open("/participant/course/").text
    browsing.open(f"{MINE}on/home/")
    assert "It is not counted yet." in browsing.text
    assert "It counts as done now." in browsing.send().text
    assert Completion.objects.get().item == written.reflection
    assert "not counted yet" not in browsing.open(f"{MINE}on/home/").text


def test_of_what_can_be_counted_no_more_saving_promises_nothing(written: Written) -> None:
    exempt_item(written.enrolment, item=written.reflection, reason="Joined late.", by=written.lead)
    browsing = Browsing(written.person).open(f"{MINE}on/home/")
    assert "no longer asked of you" in browsing.text
    Cohort.objects.filter(pk=written.cohort.pk).update(starts_on=clock.today().replace(year=2023))
    expect_item(written.enrolment, item=written.reflection, reason="By mistake.", by=written.lead)
    assert "you have no course that runs at present" in browsing.open(f"{MINE}on/home/").text


def test_one_that_was_removed_leaves_its_item_done_and_is_not_asked_for_anew(written: Written) -> None:
    remove_reflection(on_the_item(written), revision=1, by=written.person)
    browsing = Browsing(written.person).open("/participant/course/")
    assert f"{MINE}on/home/" not in browsing.html
    assert ITEM in browsing.html
    browsing.open(ITEM)
    assert "You have removed what you wrote. The item stays done." in browsing.text
    assert f"{MINE}on/home/" not in browsing.html
    browsing.open(f"{MINE}on/home/")
    assert "You wrote it once, and removed it. It still counts as done" in browsing.text
    assert "Once you save it" not in browsing.text


def test_one_that_staff_recorded_says_who_did(written: Written) -> None:
    record_completion(written.enrolment, item=written.reflection, by=written.lead)
    assert "by Tobias Farrant, and counts." in Browsing(written.person).open(f"{MINE}on/home/").text


def test_of_two_tabs_the_second_shows_what_stands_and_what_was_typed(written: Written) -> None:
    reflection = writes(written)
    second = Browsing(written.person).open(f"{MINE}{reflection.public_id}/")
    change_reflection(reflection, title="After the first term", words="First tab", revision=1, by=written.person)
    second.send(words="Second tab")
    assert "saved while your page was open" in second.text
    assert "First tab" in second.text
    assert second.held["words"] == ["Second tab"]
    second.send()
    assert Reflection.objects.get().words == "Second tab"


def test_what_is_typed_in_one_that_was_removed_meanwhile_is_kept_as_a_new_one(written: Written) -> None:
    reflection = writes(written)
    second = Browsing(written.person).open(f"{MINE}{reflection.public_id}/")
    remove_reflection(reflection, revision=1, by=written.person)
    answers = second.held | {"words": "Typed at length"}
    answer = second.client.post(second.address, answers)
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "This reflection is no longer there" in page
    assert "Typed at length" in page
    assert 'action="/participant/reflections/write/"' in page
    assert "After the first term" in page
    second.client.post(f"{MINE}write/", {"title": "Anew", "words": "Typed at length", "revision": "0"})
    assert Reflection.objects.get().words == "Typed at length"
    assert second.client.get(second.address).status_code == 404


def test_whoever_has_left_can_copy_what_they_typed_in_one_that_was_removed(written: Written) -> None:
    reflection = writes(written)
    remove_reflection(reflection, revision=1, by=written.person)
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="withdrawn")
    ines = Browsing(written.person)
    page = ines.client.post(f"{MINE}{reflection.public_id}/", {"words": "Typed at length", "revision": "1"})
    assert page.status_code == 404
    assert "Copy it from here if you want to keep it." in page.content.decode()
    assert "Typed at length" in page.content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "Enter a title"),
        ({"words": ""}, "Write your reflection"),
        ({"words": "x" * 20_001}, "must be 20,000 characters or fewer"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(
    written: Written, wrong: dict[str, str], said: str
) -> None:
    ines = Browsing(written.person).open(f"{MINE}write/")
    ines.send(**({"title": "Kept title", "words": "Kept words"} | wrong))
    assert said in ines.text
    assert "<title>Error:" in ines.html
    for name, value in ({"title": "Kept title", "words": "Kept words"} | wrong).items():
        assert ines.held[name] == [value]
    assert not Reflection.objects.exists()


def test_the_file_holds_all_of_ones_own_and_nothing_is_run_in_it(written: Written) -> None:
    on_the_item(written, "Two\n\nparagraphs <script>alert(1)</script>")
    writes(written)
    write_reflection(written.mate, title="Rafe’s", words="Not yours", by=written.mate.person)
    client = Client()
    client.force_login(written.person)
    response = client.get(f"{MINE}file/")
    page = response.content.decode()
    assert response.headers["Content-Disposition"] == 'attachment; filename="reflections.html"'
    assert page.index("What I take home") < page.index("After the first term")
    assert "Not yours" not in page
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page


def test_leads_read_how_many_and_not_what(written: Written) -> None:
    in_group(written)
    on_the_item(written)
    lead = Browsing(written.lead).open(f"/lead/beside/{written.enrolment.public_id}/")
    assert "2 reflections written, 1 of them shared" in lead.text
    assert "doubt" not in lead.html
    assert "After the first term" not in lead.html
