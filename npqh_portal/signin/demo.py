"""Whom a visitor of the demonstration may sign in as: email address, and what there is to see."""

DEMO_SIGN_INS: tuple[tuple[str, str], ...] = ()
