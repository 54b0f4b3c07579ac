"""The one stylesheet that the server writes: the provider's accent as custom properties."""

import hashlib
from functools import cache

from npqh_portal import colours


@cache
def stylesheet(accent: str) -> str:
    shades = colours.theme(accent)
    return (
        f":root {{ --accent-given: {shades.given}; --accent-strong: {shades.strong}; --accent-hover: {shades.hover}; "
        f"--accent-deep: {shades.deep}; --accent-tint: {shades.tint}; }}\n"
        # A masthead is not printed as a dark block.
        "@media print { :root { --accent-deep: #ffffff; } }\n"
    )


@cache
def version(accent: str) -> str:
    """Stands in the address, so that browsers may keep the sheet for ever."""
    return hashlib.sha256(stylesheet(accent).encode()).hexdigest()[:12]
