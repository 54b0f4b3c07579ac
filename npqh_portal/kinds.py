"""Choices that rules and tables share. Plain Python, for the rules know no Django."""

from enum import StrEnum


class Kind(StrEnum):
    """What there is to choose from: a value as it is stored, and its label, what people read for it."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Kind":  # no label: to find a member by its value
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.label = label
        return kind

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(kind.value, kind.label) for kind in cls]
