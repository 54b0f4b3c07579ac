"""Who may endorse an application, when their link opens, when they are reminded, and what staff should look at."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from applications.errors import (
    EndorsementAnswered,
    EndorsementNotNeeded,
    EndorserIsApplicant,
    EndorserReplaced,
    LinkExpired,
    LinkReplaced,
    LinkSentLately,
    NotEndorsed,
    TooManyEndorsers,
)
from applications.kinds import FundingRoute
from npqh_portal.programmes.rules.texts import pounds

BETWEEN_LINKS = timedelta(hours=1)
ENDORSERS_A_DAY = 5
LAST = "last"
# How an endorsement stands that waits for an answer which can no longer come; any other stands as its state says.
EXPIRED = "expired"

# Mailboxes that anybody can open; a headteacher's is usually their school's.
FREE_MAIL = frozenset(
    {
        "aol.com", "btinternet.com", "gmail.com", "gmx.com", "googlemail.com", "hotmail.co.uk", "hotmail.com",
        "icloud.com", "live.co.uk", "live.com", "mail.com", "me.com", "msn.com", "outlook.com", "proton.me",
        "protonmail.com", "sky.com", "talktalk.net", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "ymail.com",
    }
)  # fmt: skip


# --- who may -------------------------------------------------------------------------------------


def mailbox(address: str) -> str:
    """The address as most mail servers read it: without case, dots before the sign, or what follows a plus."""
    local, _, domain = address.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def is_same_mailbox(address: str, other: str | None) -> bool:
    return bool(other) and mailbox(address) == mailbox(other or "")


def check_endorser(address: str, *, applicant: str | None) -> None:
    """Nobody endorses themselves, whatever they make of their own address."""
    if is_same_mailbox(address, applicant):
        raise EndorserIsApplicant


def check_may_ask_another(asked_lately: int) -> None:
    """Every request is a letter to an address that the applicant chose: there is a limit to them in one day."""
    if asked_lately >= ENDORSERS_A_DAY:
        raise TooManyEndorsers


def check_endorsed(standing: str | None, *, is_needed: bool) -> None:
    """Before somebody is given a place. `standing` is that of the endorsement that counts; None: nobody was asked."""
    if not is_needed or standing in {"agreed", "waived"}:
        return
    raise NotEndorsed(
        {
            "waiting": "asked, no answer yet. Wait for it, or waive it and say why",
            EXPIRED: "the link expired without an answer. Ask the endorser again or somebody else, or waive it and say"
            " why",
            "declined": "declined. Ask somebody else, or waive it and say why",
        }.get(standing or "", "nobody was asked. Change the endorser to ask somebody, or waive it and say why")
    )


# --- the link ------------------------------------------------------------------------------------


class Link(StrEnum):
    """What a link that we once sent leads to now."""

    OPEN = "open"
    EXPIRED = "expired"
    OLD = "old"
    ANSWERED = "answered"
    REPLACED = "replaced"
    NOT_NEEDED = "not_needed"


def link_leads_to(state: str, *, is_undecided: bool, is_last: bool, expires_at: datetime, at: datetime) -> Link:
    """A link opens until just before the moment it expires, while nobody has answered and nothing is decided."""
    if state in {"agreed", "declined"}:
        return Link.ANSWERED
    if state == "replaced":
        return Link.REPLACED
    if state == "waived" or not is_undecided:
        return Link.NOT_NEEDED
    if not is_last:
        return Link.OLD
    return Link.EXPIRED if at >= expires_at else Link.OPEN


_REFUSALS = {
    Link.EXPIRED: LinkExpired,
    Link.OLD: LinkReplaced,
    Link.ANSWERED: EndorsementAnswered,
    Link.REPLACED: EndorserReplaced,
    Link.NOT_NEEDED: EndorsementNotNeeded,
}


def check_link(link: Link, *, allowed: frozenset[Link] = frozenset({Link.OPEN})) -> None:
    if link not in allowed:
        raise _REFUSALS[link]


def may_send_again(sent_at: datetime, at: datetime) -> bool:
    """Mail is slow, and a second link closes the first: between two there is an hour."""
    return at >= sent_at + BETWEEN_LINKS


def check_may_send_again(sent_at: datetime, at: datetime) -> None:
    if not may_send_again(sent_at, at):
        raise LinkSentLately


def expiry(sent_at: datetime, days: int) -> datetime:
    return sent_at + timedelta(days=days)


# --- reminders -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Nudge:
    """A reminder of a request without an answer: due from `from_at` until `until`, and useless after."""

    name: str
    from_at: datetime
    until: datetime


def nudge_due(sent_at: datetime, expires_at: datetime, at: datetime) -> Nudge | None:
    """After a week, after two, and in the last three days. The last comes before the others where days are few.

    Where they are very few it waits for half of them: nobody is reminded of what they were asked just now.
    """
    last = max(expires_at - timedelta(days=3), sent_at + (expires_at - sent_at) / 2)
    week, fortnight = sent_at + timedelta(days=7), sent_at + timedelta(days=14)
    for nudge in (
        Nudge("week", week, min(fortnight, last)),
        Nudge("fortnight", fortnight, last),
        Nudge(LAST, last, expires_at),
    ):
        if nudge.from_at <= at < nudge.until:
            return nudge
    return None


# --- what is shown -------------------------------------------------------------------------------


def who_pays(route: str, *, fee_pence: int, eligible: bool | None) -> str:
    """How the place is paid for and what it costs the school, in a sentence or two.

    `fee_pence` is 0 where no fee is known; `eligible` is for funding, None while nobody can say.
    """
    fee = f"the programme’s fee of {pounds(fee_pence)}" if fee_pence else "the programme’s fee, if there is one"
    if route == FundingRoute.SCHOOL:
        return f"The school pays {fee}."
    if route == FundingRoute.TRUST:
        return f"The trust pays {fee}."
    if route == FundingRoute.SELF:
        return f"The applicant pays {fee}. The school pays nothing."
    if route == FundingRoute.ANOTHER:
        return f"Somebody else pays {fee}. The school pays nothing."
    if eligible is False:
        return f"They asked for a DfE scholarship and are not eligible for one: somebody has to pay {fee}."
    without = f" Without it, somebody has to pay {fee}." if fee_pence else ""
    return f"By a DfE scholarship, if they are given one; the school then pays nothing.{without}"


def fingerprint(shown: Mapping[str, Any]) -> str:
    """The SHA-256 of what was shown, written in one way: sorted keys, no spaces."""
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


# --- what staff should look at -------------------------------------------------------------------


def doubts(*, signed_as: str, named: str, address: str, applicant: str) -> list[str]:
    """What speaks for a second look at an endorsement. Nothing of it refuses anything."""
    found = []
    if _name(applicant) in {_name(signed_as), _name(named)}:
        found.append("The endorser has the applicant’s own name.")
    if signed_as and not _words(signed_as) & _words(named):
        found.append(f"It is signed by another name than the one that the applicant gave, {named}.")
    if address.rpartition("@")[2].casefold() in FREE_MAIL:
        found.append("The address is not a school’s, but one that anybody can open.")
    return found


def is_same_endorser(name: str, address: str, *, other_name: str, other_address: str) -> bool:
    """Whether two requests went to one person, as far as name and mailbox tell."""
    return is_same_mailbox(address, other_address) or (bool(name) and _name(name) == _name(other_name))


def _words(name: str) -> set[str]:
    """The parts of a name, without initials and titles' full stops."""
    return {part for part in re.findall(r"\w+", name.casefold()) if len(part) > 1}


def _name(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))
