"""What somebody agrees to who leaves their address, and for how long it is kept."""

from datetime import date, timedelta


def consent_words(programme: str, provider: str) -> str:
    """Kept with the address as they stood beside the box."""
    return (
        f"{provider} may email me once when the next intake of the {programme} opens, and keep my name, address and "
        "school for that."
    )


def kept_since(today: date, kept_days: int) -> date:
    """Whoever was told, or left, on an earlier day is forgotten."""
    return today - timedelta(days=kept_days)
