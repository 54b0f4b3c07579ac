"""What a message's words are made of."""

import re

# ‹code› stands in the stored text where a secret goes; the value is filled in only as the mail is handed over.
_PLACE = re.compile(r"‹([a-z_]+)›")
# The most letters of a subject that a message holds; no program shows even half of them.
SUBJECT_MOST = 200
# As many letters of a word are left out with the rest, rather than cut off from it.
_WORD = 20
_METHOD = re.compile(r"^METHOD:([A-Z]+)\r$", re.MULTILINE)


def split_subject(letter: str) -> tuple[str, str]:
    """Part a rendered letter into its first line, the subject, and the text after it.

    A subject that a long name makes too long is shortened. Raises ValueError when the first line does not begin with
    "Subject: ".
    """
    first, _, rest = letter.strip().partition("\n")
    if not first.startswith("Subject: "):
        raise ValueError("A letter begins with the line “Subject: …”.")
    text = re.sub(r"\n{3,}", "\n\n", rest.strip())
    return shortened(first.removeprefix("Subject: ").strip(), SUBJECT_MOST), text


def shortened(line: str, most: int) -> str:
    """The line in at most so many letters, with “…” in its middle where it has more.

    A name stands at its beginning or its end, so both stay, and what is left out is the middle of the name; at the
    ends of words, unless a word is very long.
    """
    if len(line) <= most:
        return line
    first, last = line[: most // 2], line[len(line) - (most - most // 2 - 1) :]
    begins, ends = first.rfind(" "), last.find(" ")
    if begins >= max(len(first) - _WORD, 1):
        first = first[:begins]
    if 0 <= ends < _WORD:
        last = last[ends + 1 :]
    return f"{first.rstrip()}…{last.lstrip()}"


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
