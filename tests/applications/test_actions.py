"""Advice of reviewers, and the words of every refusal."""

import pytest

from applications.actions import record_review
from applications.errors import OwnApplication
from applications.models import Application, Review
from applications.states import ApplicationState
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from tests.factories import a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> Application:
    return an_application(a_person(), an_intake(a_version()))


def test_a_review_stands_beside_the_application_and_tells_nobody(sent: Application) -> None:
    reviewer = a_person(Role.REVIEWER)
    review = record_review(sent, recommendation=Review.Recommendation.ACCEPT, note=" Ready. ", by=reviewer)
    assert (review.words, review.reviewer) == ("Ready.", reviewer)
    assert not Message.objects.exists()
    sent.refresh_from_db()
    assert sent.state == ApplicationState.SUBMITTED


def test_the_same_review_again_adds_nothing_and_another_is_added(sent: Application) -> None:
    reviewer = a_person(Role.REVIEWER)
    first = record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=reviewer)
    assert record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=reviewer) == first
    record_review(sent, recommendation=Review.Recommendation.DECLINE, by=reviewer)
    assert sent.reviews.count() == 2


def test_nobody_reviews_their_own(sent: Application) -> None:
    with pytest.raises(OwnApplication):
        record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=sent.person)
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    "refusal",
    [one for one in RuleViolation.__subclasses__() if one.__module__ == "applications.errors"],
    ids=lambda refusal: refusal.__name__,
)
def test_refusals_are_whole_sentences(refusal: type[RuleViolation]) -> None:
    words = str(refusal(*["February 2027"] * (refusal.__init__.__code__.co_argcount - 1)))
    assert words[0].isupper()
    assert words.endswith(".")
