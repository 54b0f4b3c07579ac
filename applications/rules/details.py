"""Dates of birth and telephone numbers that can be right."""

import re
from datetime import date

YOUNGEST, OLDEST = 18, 110

_TELEPHONE = re.compile(r"\+?[0-9 ()./-]+( ?(x|ext\.?) ?[0-9]{1,6})?", re.ASCII | re.IGNORECASE)


def age_on(born_on: date, on: date) -> int:
    """Whole years; somebody born on a leap day is a year older on the first of March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def birth_date_fault(born_on: date, on: date) -> str:
    """Why nobody who applies can have been born then; empty when they can."""
    if born_on > on:
        return "must be in the past"
    if (age := age_on(born_on, on)) < YOUNGEST:
        return f"must be that of somebody of {YOUNGEST} or older"
    return f"would make you {age} years old: check the year" if age > OLDEST else ""


def is_telephone(text: str) -> bool:
    """As people write them: spaces, brackets and an extension are welcome."""
    digits = sum(character.isdigit() for character in re.split("[xXeE]", text)[0])
    return bool(_TELEPHONE.fullmatch(text)) and 7 <= digits <= 15
