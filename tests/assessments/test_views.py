"""The pages, through the test client."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from assessments.actions import (
    allocate,
    issue_due_certificates,
    moderate,
    record_mark,
    reissue_certificate,
    render_due_certificates,
    revoke_certificate,
)
from assessments.models import Certificate, Mark, Outcome, OutcomeRelease, Submission, SubmittedFile, Verdict
from cohorts.models import Cohort
from npqh_portal import clock
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.factories import a_grant, a_partner, a_person

from .conftest import AFTER, NOW, World, a_docx, a_pdf


def signed_in(person: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(person)
    return client


def page(client: Client, name: str, *args: object) -> tuple[int, str]:
    response = client.get(reverse(name, args=args))
    return response.status_code, response.content.decode()


def answer(form: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


# --- participant ---------------------------------------------------------------------------------


def post_file(client: Client, world: World, content: bytes | None = None, name: str = "case.docx", **rest: Any) -> Any:
    data = {"file": SimpleUploadedFile(name, a_docx() if content is None else content), "own_work": "on"} | rest
    return client.post(reverse("assessments:send", args=[world.task.code]), data)


def test_a_participant_sends_a_file_and_reads_the_receipt(world: World) -> None:
    client = signed_in(world.enrolment.person)
    status, before = page(client, "assessments:work")
    assert status == 200
    assert "Send your case study" in before
    response = post_file(client, world)
    file = SubmittedFile.objects.get()
    assert response["Location"] == reverse("assessments:receipt", args=[file.receipt])
    status, receipt = page(client, "assessments:receipt", file.receipt)
    assert status == 200
    for fact in (file.receipt, file.sha256[:16], "case.docx", "13:00:00"):
        assert fact in receipt
    assert "Replace your file" in page(client, "assessments:work")[1]


@pytest.mark.parametrize(
    ("content", "name", "rest", "words"),
    [
        (b"", "case.docx", {}, "The file is empty"),
        (a_pdf(), "case.docx", {}, "The file must be a .docx or a .pdf"),
        (a_pdf(trailer="/Encrypt 1 0 R"), "case.pdf", {}, "needs a password"),
        (None, "case.docx", {"own_work": ""}, "Confirm that it is all your own work"),
        (None, "case.docx", {"file": ""}, "Choose the file you want to send"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_in_the_summary(
    world: World, content: bytes | None, name: str, rest: dict[str, str], words: str
) -> None:
    response = post_file(signed_in(world.enrolment.person), world, content, name, **rest)
    text = response.content.decode()
    assert response.status_code == 200
    assert text.count(words) == 2
    assert "<title>Error: " in text
    assert not SubmittedFile.objects.exists()


def test_outside_the_window_there_is_no_form_but_a_sentence(world: World) -> None:
    client = signed_in(world.enrolment.person)
    world.clock.move_to(datetime(2026, 9, 22, 22, 59, 59, tzinfo=UTC), tick=False)
    assert "<form" in page(client, "assessments:send", world.task.code)[1].split("<main")[1]
    world.clock.move_to(datetime(2026, 9, 22, 23, 0, 0, tzinfo=UTC), tick=False)
    text = page(client, "assessments:send", world.task.code)[1]
    assert "<form" not in text.split("<main")[1]
    assert "closed at the end of 22 September 2026" in text
    post_file(client, world)
    assert not Submission.objects.exists()


def test_the_upload_is_guarded_against_forgery_although_its_check_comes_late(world: World) -> None:
    client = signed_in(world.enrolment.person, enforce_csrf_checks=True)
    assert post_file(client, world).status_code == 403
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page(client, "assessments:send", world.task.code)[1])
    assert token
    assert post_file(client, world, csrfmiddlewaretoken=token[1]).status_code == 302


def test_files_are_handed_to_their_author_only_and_as_downloads(world: World) -> None:
    file = world.send()
    url = reverse("assessments:own_file", args=[file.receipt])
    response = signed_in(world.enrolment.person).get(url)
    assert b"".join(response) == a_docx()  # type: ignore[arg-type]
    assert response["Content-Disposition"] == 'attachment; filename="ffion case study.docx"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert signed_in(world.somebody_else().person).get(url).status_code == 404
    assert signed_in(world.marker).get(url).status_code == 403
    assert Client().get(url).status_code == 302
    receipt = reverse("assessments:receipt", args=[file.receipt])
    assert signed_in(world.somebody_else().person).get(receipt).status_code == 404


def test_a_result_is_read_only_once_released_with_the_feedback_that_stands(world: World) -> None:
    client = signed_in(world.enrolment.person)
    world.confirmed(Verdict.FAIL)
    before = page(client, "assessments:work")[1]
    assert "Well argued." not in before
    assert "result to come" in before
    OutcomeRelease.objects.create(outcome=Outcome.objects.get())
    after = page(client, "assessments:work")[1]
    assert "This attempt did not pass." in after
    assert "Well argued." in after


def test_who_waits_for_a_result_is_told_what_happens_and_not_what_they_may_not_do(world: World) -> None:
    client = signed_in(world.enrolment.person)
    world.allocated()
    text = page(client, "assessments:work")[1]
    assert "Two people assess it" in text
    assert "before you send another" not in text
    assert "no longer be replaced" not in text


def test_who_can_no_longer_reach_the_line_reads_that_no_certificate_can_follow(world: World) -> None:
    client = signed_in(world.enrolment.person)
    world.credit(world.enrolment, -1)
    before = page(client, "assessments:work")[1]
    assert "No certificate can be issued." in before
    assert "settled at 89.0%, and 90% is needed, whatever the result" in before
    world.released()
    assert "and 90% is needed, although you have passed." in page(client, "assessments:work")[1]


def test_who_has_passed_and_still_may_reach_the_line_reads_that_the_certificate_follows(world: World) -> None:
    Cohort.objects.update(starts_on=date(2025, 9, 1))
    client = signed_in(world.enrolment.person)
    world.credit(world.enrolment, -1)
    assert "certificate" not in page(client, "assessments:work")[1].split("<main")[1].split("</main")[0]
    world.released()
    text = page(client, "assessments:work")[1]
    assert "your certificate waits for your engagement" in text
    assert "It stands at 89.0%, and 90% is needed." in text
    world.credit(world.enrolment, 1)
    assert "Your certificate is issued within minutes." in page(client, "assessments:work")[1]
    issue_due_certificates()
    text = page(client, "assessments:work")[1]
    assert "being made" in text
    assert "90%" not in text


def test_whose_list_is_not_made_gets_no_certificate_and_reads_why(world: World) -> None:
    world.enrolment.personal_items.all().delete()
    client = signed_in(world.enrolment.person)
    assert "certificate" not in page(client, "assessments:work")[1].split("<main")[1].split("</main")[0]
    world.released()
    assert (issue_due_certificates(), Certificate.objects.count()) == (0, 0)
    text = page(client, "assessments:work")[1]
    assert "Your list of seminars and modules is not made yet, so nothing can be counted." in text
    assert "and reached 90%" not in text


def test_who_is_exempt_from_everything_reads_of_no_share(world: World) -> None:
    Cohort.objects.update(starts_on=date(2025, 9, 1))
    world.credit(world.enrolment, -1)
    world.released()
    world.enrolment.personal_items.update(expectation="exempt")
    text = page(signed_in(world.enrolment.person), "assessments:work")[1]
    assert "You have passed.</strong> Your certificate is issued within minutes." in text
    assert issue_due_certificates() == 1


def test_somebody_without_an_enrolment_is_told_what_will_stand_there(db: None) -> None:
    client = signed_in(a_person(Role.PARTICIPANT))
    assert "Nothing to send yet" in page(client, "assessments:work")[1]
    assert client.get(reverse("assessments:send", args=["case-study"])).status_code == 404


def test_a_certificate_is_downloaded_until_it_is_revoked(world: World) -> None:
    world.released()
    client = signed_in(world.enrolment.person)
    assert "being made" in page(client, "assessments:work")[1]
    render_due_certificates()
    certificate = Certificate.objects.get()
    url = reverse("assessments:own_certificate", args=[certificate.number])
    response = client.get(url)
    assert b"".join(response)[:5] == b"%PDF-"  # type: ignore[arg-type]
    assert signed_in(world.somebody_else().person).get(url).status_code == 404
    revoke_certificate(certificate, reason="An error.", by=world.lead)
    assert client.get(url).status_code == 404
    revoked, task = f"Certificate {certificate.number}: revoked", world.task.title
    text = page(client, "assessments:work")[1].split("<main")[1]
    assert text.index(revoked) < text.index(task)
    reissue_certificate(certificate, by=world.lead)
    text = page(client, "assessments:work")[1].split("<main")[1]
    assert text.index("being made") < text.index(task) < text.index(revoked)


# --- assessor ------------------------------------------------------------------------------------


def test_a_marker_reads_a_script_by_its_code_and_records_a_verdict_in_two_steps(world: World) -> None:
    # T55
    submission = world.allocated()
    client = signed_in(world.marker)
    _, listed = page(client, "assessments:scripts")
    status, text = page(client, "assessments:script", submission.public_id)
    download = client.get(reverse("assessments:script_file", args=[submission.public_id]))
    assert status == 200
    assert download["Content-Disposition"] == f'attachment; filename="{submission.script_code}.docx"'
    assert b"".join(download) == a_docx()
    person = world.enrolment.person
    for identity in (person.full_name, person.email, "ffion", world.cohort.name, world.group.name):
        assert identity not in listed
        assert identity not in text
    url = reverse("assessments:script", args=[submission.public_id])
    asked = client.post(url, {"verdict": "pass", "feedback": "Good <b>plan</b>."})
    assert asked.status_code == 200
    assert not Mark.objects.exists()
    assert "Record verdict" in asked.content.decode()
    done = client.post(url, {"verdict": "pass", "feedback": "Good <b>plan</b>.", "confirmed": "yes"})
    assert done["Location"] == reverse("assessments:scripts")
    assert Mark.objects.get().feedback.text == "Good <b>plan</b>."


def test_going_back_from_the_last_question_keeps_verdict_and_feedback(world: World) -> None:
    submission = world.allocated()
    client = signed_in(world.marker)
    url = reverse("assessments:script", args=[submission.public_id])
    typed = {"verdict": "fail", "feedback": "No plan.\n\nNo dates."}
    asked = client.post(url, typed).content.decode()
    assert f'href="{url}"' not in asked.split("<main")[1]
    assert 'name="back" value="yes"' in asked
    text = client.post(url, typed | {"back": "yes"}).content.decode()
    assert ">\nNo plan.\n\nNo dates.</textarea>" in text
    assert re.search(r'value="fail"[^>]*checked', text)
    assert "Continue" in text
    assert "<title>Error" not in text
    assert not Mark.objects.exists()


def test_feedback_that_is_needed_is_asked_for_before_the_last_question(world: World) -> None:
    submission = world.allocated()
    url = reverse("assessments:script", args=[submission.public_id])
    text = signed_in(world.marker).post(url, {"verdict": "fail", "feedback": " "}).content.decode()
    assert text.count("Write what was missing") == 2
    assert "Record verdict" not in text
    record_mark(submission, verdict=Verdict.PASS, by=world.marker)
    moderator = signed_in(world.moderator)
    text = moderator.post(url, {"verdict": "fail", "feedback": ""}).content.decode()
    assert text.count("Write why you judge it differently") == 2
    assert "Record verdict" not in text
    assert "Record verdict" in moderator.post(url, {"verdict": "pass", "feedback": ""}).content.decode()
    assert moderator.post(url, {"feedback": ""}).content.decode().count("Choose pass or fail") == 2


def test_a_moderator_sees_the_first_mark_and_a_marker_not_the_second(world: World) -> None:
    # T55
    submission = world.allocated()
    moderator = signed_in(world.moderator)
    assert "waits for its first mark" in page(moderator, "assessments:script", submission.public_id)[1]
    record_mark(submission, verdict=Verdict.PASS, feedback="A clear case.", by=world.marker)
    text = page(moderator, "assessments:script", submission.public_id)[1]
    assert "A clear case." in text
    assert world.marker.full_name not in text
    moderate(submission, verdict=Verdict.FAIL, feedback="It lacks a plan.", by=world.moderator)
    assert "It lacks a plan." not in page(signed_in(world.marker), "assessments:script", submission.public_id)[1]


def test_a_script_is_seen_only_by_whom_it_is_allocated_to_and_only_while(world: World) -> None:
    # S74 T56
    submission = world.allocated()
    others = [a_person(Role.ASSESSOR), a_person(Role.MODERATOR), a_person(Role.EXTERNAL_ASSESSOR)]
    for name in ("assessments:script", "assessments:script_file"):
        url = reverse(name, args=[submission.public_id])
        assert [signed_in(one).get(url).status_code for one in others] == [404, 404, 404]
        assert signed_in(world.lead).get(url).status_code == 403
        assert signed_in(world.enrolment.person).get(url).status_code == 403
        assert Client().get(url).status_code == 302
    external = a_person(Role.EXTERNAL_ASSESSOR)
    allocate(submission, marker=external, moderator=world.moderator, by=world.lead)
    url = reverse("assessments:script", args=[submission.public_id])
    assert signed_in(external).get(url).status_code == 200
    status, text = page(signed_in(world.marker), "assessments:script", submission.public_id)
    assert status == 200
    assert "no longer with you" in text
    assert submission.task.title not in text
    assert (
        signed_in(world.marker).get(reverse("assessments:script_file", args=[submission.public_id])).status_code == 404
    )
    a_grant(external, Role.MODERATOR)
    external.role_grants.filter(role=Role.EXTERNAL_ASSESSOR).update(ends_on=AFTER.date())
    assert signed_in(external).get(url).status_code == 404


# --- lead ----------------------------------------------------------------------------------------


def test_a_lead_allocates_confirms_and_releases(world: World) -> None:
    submission = world.script()
    client = signed_in(world.lead)
    assert "Allocate" in page(client, "assessments:release_list")[1]
    url = reverse("assessments:allocate", args=[submission.public_id])
    client.post(url, {"marker": world.marker.pk, "moderator": world.moderator.pk})
    submission.refresh_from_db()
    assert submission.state == "allocated"
    record_mark(submission, verdict=Verdict.FAIL, feedback="No plan.", by=world.marker)
    moderate(submission, verdict=Verdict.PASS, feedback="There is one.", by=world.moderator)
    confirm = reverse("assessments:confirm", args=[submission.public_id])
    assert client.post(confirm, {}).status_code == 200
    assert not Outcome.objects.exists()
    client.post(confirm, {"verdict": "pass", "reason": "The plan is on page 3."})
    asked = page(client, "assessments:release", submission.public_id)[1]
    assert "Release this result?" in asked
    client.post(reverse("assessments:release", args=[submission.public_id]))
    assert OutcomeRelease.objects.get().released_by == world.lead
    assert Certificate.objects.count() == 1


def follow(client: Client, name: str, submission: Submission, data: dict[str, Any] | None = None) -> str:
    url = reverse(f"assessments:{name}", args=[submission.public_id])
    response = client.get(url, follow=True) if data is None else client.post(url, data, follow=True)
    assert response.redirect_chain == [(reverse("assessments:submission", args=[submission.public_id]), 302)]
    return str(response.content.decode())


def test_a_page_left_open_says_how_the_script_stands_and_changes_nothing(world: World) -> None:
    submission = world.moderated(Verdict.PASS, Verdict.FAIL)
    client = signed_in(world.lead)
    not_yet = "at another stage: moderated"
    assert not_yet in follow(client, "allocate", submission)
    assert not_yet in follow(client, "release", submission, {})
    chosen = {"verdict": "pass", "reason": "The plan is on page 3."}
    client.post(reverse("assessments:confirm", args=[submission.public_id]), chosen)
    stands = "The outcome is confirmed already: pass, by Tobias Farrant on 24 September 2026. It stays."
    for data in (None, {"verdict": "fail", "reason": "I think not."}):
        text = follow(client, "confirm", submission, data)
        assert f"{stands} Nobody is told yet." in text
        assert "The plan is on page 3." in text
    client.post(reverse("assessments:release", args=[submission.public_id]))
    for name, data in (("release", {}), ("release", None), ("confirm", None), ("allocate", None)):
        assert f"{stands} The participant was told on 24 September 2026." in follow(client, name, submission, data)
    assert Outcome.objects.get().verdict == "pass"
    gone = client.post(reverse("assessments:release_all"), {"script": [submission.public_id]}, follow=True)
    assert "None of these results waits to be released any more." in gone.content.decode()


def test_asking_for_the_head_of_a_page_is_answered_and_releases_nothing(world: World) -> None:
    outcome = world.confirmed()
    client = signed_in(world.lead)
    release = reverse("assessments:release", args=[outcome.submission.public_id])
    for url in (release, reverse("assessments:release_all"), reverse("assessments:release_list"), "/verify/"):
        assert client.head(url).status_code == 200
    assert not OutcomeRelease.objects.exists()


def test_allocating_says_who_is_told(world: World) -> None:
    submission = world.script()
    client = signed_in(world.lead)
    url = reverse("assessments:allocate", args=[submission.public_id])

    def said(moderator: User) -> str:
        response = client.post(url, {"marker": world.marker.pk, "moderator": moderator.pk}, follow=True)
        return str(response.content.decode())

    assert "Marguerite Olleren and Philippa Sand-Oduya are told by email." in said(world.moderator)
    assert "Both have it already, so nothing has changed." in said(world.moderator)
    assert "Bryn Moderator is told by email." in said(a_person(Role.MODERATOR, full_name="Bryn Moderator"))


def test_who_leads_a_partner_and_reads_everywhere_acts_for_the_partner_only(world: World) -> None:
    outcome = world.confirmed()
    public_id = outcome.submission.public_id
    person = a_person(Role.ADMINISTRATOR)
    a_grant(person, Role.PROGRAMME_LEAD, organisation=a_partner())
    client = signed_in(person)
    for name in ("allocate", "confirm", "release"):
        url = reverse(f"assessments:{name}", args=[public_id])
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    client.post(reverse("assessments:release_all"), {"script": [public_id]})
    assert not OutcomeRelease.objects.exists()
    listed = client.get(f"{reverse('assessments:release_list')}?stage=to-release").content.decode()
    assert public_id in listed
    assert reverse("assessments:release", args=[public_id]) not in listed
    assert reverse("assessments:release_all") not in listed


def test_who_leads_a_partner_and_reads_everywhere_revokes_and_issues_for_the_partner_only(world: World) -> None:
    certificate = a_ready_certificate(world)
    person = a_person(Role.ADMINISTRATOR)
    a_grant(person, Role.PROGRAMME_LEAD, organisation=a_partner())
    url = reverse("admin:assessments_certificate_revoke", args=[certificate.pk])
    assert signed_in(person).post(url, {"reason": "An error."}).status_code == 403
    assert signed_in(world.lead).get(url).status_code == 200


def test_the_conflict_of_interest_is_said_in_words(world: World) -> None:
    a_grant(world.facilitator, Role.ASSESSOR)
    text = page(signed_in(world.lead), "assessments:allocate", world.script().public_id)[1]
    assert "Gwen Ashdown-Pike taught the participant" in text
    assert f'value="{world.facilitator.pk}"' not in text


def test_release_all_releases_those_it_asked_about_and_no_other(world: World) -> None:
    outcome = world.confirmed()
    client = signed_in(world.lead)
    asked = client.get(reverse("assessments:release_all")).content.decode()
    assert re.findall(r'name="script" value="(\w+)"', asked) == [outcome.submission.public_id]
    client.post(reverse("assessments:release_all"), {"script": ["SOMETHINGELSE", "\0"]})
    assert not OutcomeRelease.objects.exists()
    client.post(reverse("assessments:release_all"), {"script": [outcome.submission.public_id]})
    assert OutcomeRelease.objects.count() == 1
    assert Message.objects.filter(kind="outcome-released").count() == 1


def test_a_blocked_certificate_says_why_and_is_issued_once_nothing_blocks_it(world: World) -> None:
    world.credit(world.enrolment, -1)
    world.released()
    client = signed_in(world.lead)
    url = f"{reverse('assessments:release_list')}?stage=blocked"
    text = client.get(url).content.decode()
    assert "Engagement stands at 89.0%, and 90% is needed." in text
    assert "within minutes" not in text
    issue = reverse("assessments:issue", args=[world.enrolment.public_id])
    assert issue not in text
    client.post(issue)
    assert not Certificate.objects.exists()
    world.credit(world.enrolment, 1)
    text = client.get(url).content.decode()
    assert issue in text
    assert "it is issued by itself within minutes" in text
    client.post(issue)
    assert Certificate.objects.count() == 1
    assert client.get(issue).status_code == 404


def test_a_lead_of_another_partner_sees_nothing_and_an_administrator_only_reads(world: World) -> None:
    outcome = world.confirmed()
    public_id = outcome.submission.public_id
    elsewhere = signed_in(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    administrator = signed_in(a_person(Role.ADMINISTRATOR))
    for name in ("submission", "allocate", "confirm", "release"):
        url = reverse(f"assessments:{name}", args=[public_id])
        assert elsewhere.get(url).status_code == 404
        assert administrator.get(url).status_code == (200 if name == "submission" else 403)
    assert public_id not in page(elsewhere, "assessments:release_list")[1]
    elsewhere.post(reverse("assessments:release", args=[public_id]))
    elsewhere.post(reverse("assessments:release_all"), {"script": [public_id]})
    assert not OutcomeRelease.objects.exists()


# --- anybody -------------------------------------------------------------------------------------


def a_ready_certificate(world: World) -> Certificate:
    world.released()
    render_due_certificates()
    return Certificate.objects.get()


def test_anybody_checks_a_number_however_they_type_it(world: World) -> None:
    certificate = a_ready_certificate(world)
    client = Client()
    assert page(client, "assessments:verify")[0] == 200
    typed = certificate.number.lower().replace("-", " ")
    response = client.get(reverse("assessments:verify"), {"number": typed})
    assert response["Location"] == reverse("assessments:certificate_check", args=[certificate.number])
    status, text = page(client, "assessments:certificate_check", certificate.number)
    assert status == 200
    assert "This certificate is valid" in text
    for fact in ("Ffion Marchbanks-Oyelaran", "24 September 2026", "Larkfell Leadership Partnership"):
        assert fact in text
    assert world.enrolment.person.email not in text
    assert not client.cookies


def test_a_revoked_certificate_says_so_and_names_what_replaces_it(world: World) -> None:
    certificate = a_ready_certificate(world)
    revoke_certificate(certificate, reason="The name was misspelt, said her brother.", by=world.lead)
    status, text = page(Client(), "assessments:certificate_check", certificate.number)
    assert status == 200
    assert "This certificate has been revoked" in text
    assert "valid" not in text
    assert "brother" not in text
    later = reissue_certificate(certificate, by=world.lead)
    assert later.number not in page(Client(), "assessments:certificate_check", certificate.number)[1]
    render_due_certificates()
    assert later.number in page(Client(), "assessments:certificate_check", certificate.number)[1]


@pytest.mark.parametrize("number", ["LF-2026-AAAA-AAAA", "nonsense", "%3Cscript%3E", "LF-1"])
def test_an_unknown_number_is_answered_with_404_a_sentence_and_the_form(db: None, number: str) -> None:
    status, text = page(Client(), "assessments:certificate_check", number)
    assert status == 404
    assert "We have issued no certificate with this number" in text
    assert "<form" in text


def looks(number: str, times: int, **visitor: str) -> list[int]:
    address, client = reverse("assessments:certificate_check", args=[number]), Client()
    return [client.get(address, **visitor).status_code for _ in range(times)]


def test_looks_are_counted_found_or_not_and_told_apart_by_visitor(world: World, time_machine: Any) -> None:
    number = a_ready_certificate(world).number
    assert {*looks(number, 15, REMOTE_ADDR="192.0.2.1")} == {200}
    assert {*looks("LF-2026-AAAA-AAAA", 15, REMOTE_ADDR="192.0.2.1")} == {404}
    refused = Client().get(reverse("assessments:certificate_check", args=[number]), REMOTE_ADDR="192.0.2.1")
    assert refused.status_code == 429
    assert "Wait five minutes" in refused.text
    assert "Ffion" not in refused.text
    assert not refused.cookies
    assert looks(number, 1, REMOTE_ADDR="192.0.2.2") == [200]
    time_machine.move_to(clock.now() + timedelta(minutes=5, seconds=1))
    assert looks(number, 1, REMOTE_ADDR="192.0.2.1") == [200]


def test_a_day_has_its_limit_too(world: World, settings: Settings) -> None:
    number = a_ready_certificate(world).number
    per_day = settings.ACCOUNT_RATE_LIMITS["check_certificate"].split(",")[1]
    assert per_day == "300/d/ip"
    settings.ACCOUNT_RATE_LIMITS = {"check_certificate": f"1000/5m/ip,{per_day.replace('300', '3')}"}
    assert looks(number, 4) == [200, 200, 200, 429]


def test_behind_the_proxy_visitors_are_told_apart_by_what_it_says(world: World, settings: Settings) -> None:
    number = a_ready_certificate(world).number
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"check_certificate": "1/5m/ip"}
    assert looks(number, 2, HTTP_X_FORWARDED_FOR="192.0.2.1") == [200, 429]
    assert looks(number, 1, HTTP_X_FORWARDED_FOR="192.0.2.2") == [200]
    assert looks(number, 1, HTTP_X_FORWARDED_FOR="192.0.2.9, 192.0.2.2") == [429], "what the visitor adds counts not"


def test_one_still_being_made_is_not_yet_anybodys_proof(world: World) -> None:
    world.released()
    assert page(Client(), "assessments:certificate_check", Certificate.objects.get().number)[0] == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the number on the certificate"),
        ("../", "Enter the number on the certificate: letters and figures"),
        ("LF" * 40, "Enter the number alone, as it stands on the certificate"),
    ],
)
def test_what_is_no_number_is_asked_for_again(db: None, typed: str, said: str) -> None:
    response = Client().get(reverse("assessments:verify"), {"number": typed})
    assert response.status_code == 200
    assert response.content.decode().count(said) == 2


# --- how many statements -------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["to-allocate", "with-assessors", "blocked"])
def test_a_lead_s_list_costs_the_same_for_one_and_for_three(world: World, stage: str) -> None:
    def another() -> None:
        world.clock.move_to(NOW, tick=False)
        enrolment = world.somebody_else()
        if stage == "blocked":
            world.credit(enrolment, -50)
            submission = world.send(enrolment).submission
            OutcomeRelease.objects.create(
                outcome=Outcome.objects.create(
                    enrolment=enrolment, task=world.task, submission=submission, verdict="pass"
                )
            )
        elif stage == "with-assessors":
            world.allocated(enrolment)
        else:
            world.script(enrolment)

    client = signed_in(world.lead)
    url = f"{reverse('assessments:release_list')}?stage={stage}"
    another()
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url)
    another()
    another()
    with CaptureQueriesContext(connection) as three:
        response = client.get(url)
    assert response.content.decode().count('role="rowheader"') == 3
    assert len(three) == len(one)


def test_an_assessor_s_list_costs_the_same_for_one_and_for_three(world: World) -> None:
    client = signed_in(world.marker)
    world.allocated()
    client.get(reverse("assessments:scripts"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("assessments:scripts"))
    for _ in range(2):
        world.clock.move_to(NOW, tick=False)
        world.allocated(world.somebody_else())
    with CaptureQueriesContext(connection) as three:
        response = client.get(reverse("assessments:scripts"))
    assert response.content.decode().count("Waits for you") == 3
    assert len(three) == len(one)


def test_of_a_file_far_too_large_no_more_is_kept_than_shows_it(world: World, settings: Any) -> None:
    settings.UPLOAD_MOST_BYTES = 100_000
    response = post_file(signed_in(world.enrolment.person), world, a_pdf("x" * 3_000_000), "case.pdf")
    assert "The file is too large: 98 kB is the most." in response.content.decode()
    assert response.wsgi_request.FILES["file"].size < 100_000 + 2 * 64 * 1024
    assert not SubmittedFile.objects.exists()
