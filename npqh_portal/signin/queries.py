"""What the sign-in pages read."""

from npqh_portal.people.models import User

from .demo import DEMO_SIGN_INS


def demo_people() -> list[tuple[User, str]]:
    """The people to look around as, in the order of the list; those whom the loader has not made are left out."""
    words = {email.lower(): text for email, text in DEMO_SIGN_INS}
    people = {str(person.email): person for person in User.objects.filter(email__in=words, is_active=True)}
    return [(people[email], text) for email, text in words.items() if email in people]
