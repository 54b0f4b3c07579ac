"""A decision about many applications at once: what somebody saw of each, and what has changed since."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

# Of one application: what is said of it, by what it is about ("Funding": "Eligible for a funded place").
Facts = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """Of what, and how it was and is; empty where it was not known then, or is not now."""

    what: str
    before: str
    now: str

    @property
    def words(self) -> str:
        """Both in one sentence; a refusal is a sentence itself, and loses its full stop."""
        before, now = (text.rstrip(".") for text in (self.before, self.now))
        return f"{self.what}: {f'“{before}”' if before else 'not seen'}, now {f'“{now}”' if now else 'nothing'}."


def digest(choices: Mapping[str, str], rows: Mapping[int, Facts]) -> str:
    """The SHA-256 of everything that somebody agrees to: their choices, and the facts of each application.

    Neither the order of the choices nor that of the applications makes a difference.
    """
    seen = [sorted(choices.items()), sorted((number, sorted(facts.items())) for number, facts in rows.items())]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def changes(before: Mapping[int, Facts], now: Mapping[int, Facts]) -> dict[int, list[Change]]:
    """What became different, by application; those that stayed as they were are left out."""
    found = {number: _differences(before.get(number, {}), facts) for number, facts in now.items()}
    return {number: list(differences) for number, differences in found.items() if differences}


def _differences(before: Facts, now: Facts) -> list[Change]:
    names = dict.fromkeys([*before, *now])
    pairs = [Change(name, before.get(name, ""), now.get(name, "")) for name in names]
    return [pair for pair in pairs if pair.before != pair.now]
