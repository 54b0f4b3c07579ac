"""The worked policies that come with the portal: what docs/engagement.md says of them is what `try_policy` answers."""

import json
from typing import Any

import pytest

from npqh_portal.launch import places
from npqh_portal.programmes.readers.frameworks import worked_policies
from npqh_portal.programmes.rules.plans import PolicyPlan
from tests.cohorts.test_try_policy import try_policy

# Kind, minutes, how many: the small course of the guide.
COURSE = [("seminar", 120, 10), ("formative_task", 60, 8), ("reflection", 30, 8)]
MISSED: dict[str, dict[str, int]] = {
    "one seminar": {"seminar": 1},
    "two seminars": {"seminar": 2},
    "four reflections": {"reflection": 4},
    "one of each": {"seminar": 1, "formative_task": 1, "reflection": 1},
}
WORDS = {"met": "met", "out_of_reach": "out of reach"}
NAMES = ("by-minutes", "weighted", "sessions-and-self-study")


def case(policy: PolicyPlan, missed: dict[str, int]) -> dict[str, Any]:
    """Everything done but what was missed for good."""
    parts = {kind: part for part in policy.components for kind in part.kinds}
    return {
        "policy": {
            "rule": policy.rule,
            "threshold_percent": policy.threshold_percent,
            "components": [
                {"name": part.name, "weight": part.weight}
                | ({"threshold_percent": part.threshold_percent} if part.threshold_percent else {})
                for part in policy.components
            ],
        },
        "items": [
            {
                "id": f"{kind}-{number}",
                "component": parts[kind].name,
                "worth": 1 if parts[kind].unit == "units" else minutes,
                "state": "lost" if number <= missed.get(kind, 0) else "earned",
            }
            for kind, minutes, count in COURSE
            for number in range(1, count + 1)
        ],
    }


def test_the_guide_says_of_each_worked_policy_what_it_makes_of_the_same_course() -> None:
    asked = [case(worked_policies()[name].policy, missed) for missed in MISSED.values() for name in NAMES]
    done = try_policy("-", given=json.dumps(asked).encode())
    assert done.returncode == 0
    answers = json.loads(done.stdout)
    guide = (places.ROOT / "docs/engagement.md").read_text(encoding="utf-8")
    cells = [f"{answer['shown_percent']}, {WORDS[answer['standing']]}" for answer in answers]
    rows = [
        f"| {what} | {' | '.join(cells[number * len(NAMES) : (number + 1) * len(NAMES)])} |"
        for number, what in enumerate(MISSED)
    ]
    assert [row for row in rows if row not in guide] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_names_each_worked_policy(name: str) -> None:
    guide = (places.ROOT / "docs/engagement.md").read_text(encoding="utf-8")
    assert f"**{worked_policies()[name].title}**" in guide
