"""What somebody agrees to who leaves their address."""


def consent_words(programme: str, provider: str) -> str:
    """Kept with the address as they stood beside the box."""
    return (
        f"{provider} may email me once when applications for the {programme} open, and keep my name, address and "
        "school for that."
    )
