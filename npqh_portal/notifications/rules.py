"""What a message's words are made of."""

import re

# ‹code› stands in the stored text where a secret goes; the value is filled in only as the mail is handed over.
_PLACE = re.compile(r"‹([a-z_]+)›")
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r$", re.MULTILINE)


def split_subject(letter: str) -> tuple[str, str]:
    """Part a rendered letter into its first line, the subject, and the text after it.

    Raises ValueError when the first line does not begin with "Subject: ".
    """
    first, _, rest = letter.strip().partition("\n")
    if not first.startswith("Subject: "):
        raise ValueError("A letter begins with the line “Subject: …”.")
    text = re.sub(r"\n{3,}", "\n\n", rest.strip())
    return first.removeprefix("Subject: ").strip(), text


def fill_in(text: str, secrets: dict[str, str]) -> str:
    """The text with its secrets in place, as it is handed over and never stored."""
    return _PLACE.sub(lambda match: secrets.get(match[1], match[0]), text)


def places_in(text: str) -> set[str]:
    """The names of the secrets for which the text leaves a place."""
    return set(_PLACE.findall(text))


def method_of(calendar: str) -> str:
    """What an invitation asks of the calendar that reads it: REQUEST or CANCEL (RFC 5546).

    Raises ValueError when it does not say.
    """
    found = _METHOD.search(calendar)
    if found is None:
        raise ValueError("An invitation says what it asks for: METHOD.")
    return found[1]
