"""Figures in page texts: written in braces, filled in from the version, so that words never contradict the data.

And what changed from one text to another."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from .plans import Framework, counts_of, totals_of

# Every name that may stand in braces, and what it stands for.
FIGURE_NAMES: dict[str, str] = {
    "months": "months from the start to the end of the assessment",
    "delivery_months": "months of delivery",
    "assessment_months": "months for the assessment",
    "extension_months": "months by which somebody new to headship may extend",
    "terms": "school terms",
    "terms_least": "fewest terms with sessions in person",
    "hours": "hours of learning in all",
    "hours_together": "hours together, in person and online",
    "hours_in_person": "hours in person",
    "hours_own_time": "hours in one’s own time",
    "days": "days out of school",
    "areas": "content areas",
    "statements": "learning statements",
    "behaviours": "leadership behaviours",
    "courses": "courses",
    "threshold": "share of the course to engage with",
    "tasks": "assessment tasks",
    "word_limits": "most words of each task, in order",
    "placement_days": "fewest working days of placement",
    "submissions": "submissions that the fee covers",
    "fee": "fee",
    "provider": "name of the provider",
    "past_participants": "people who took the programme before",
}

_FIGURE = re.compile(r"\{([a-z_]+)\}")
_BRACED = re.compile(r"\{+[^{}\n]{0,60}\}*")
_PICTURE = re.compile(r"!\[[^\]\n]*\](?=[(\[])")


def figures_of(plan: Framework, *, provider_name: str, past_participants: int = 0) -> dict[str, str]:
    """What each name stands for, as readers see it: "77", "£2,145", "90%"."""
    sums, counts = totals_of((item.mode, item.minutes) for item in plan.items), counts_of(plan)
    return {
        "months": f"{plan.delivery_months + plan.assessment_months}",
        "delivery_months": f"{plan.delivery_months}",
        "assessment_months": f"{plan.assessment_months}",
        "extension_months": f"{plan.extension_months_most}",
        "terms": f"{plan.terms}",
        "terms_least": f"{plan.terms_least}",
        "hours": _hours(sums.minutes),
        "hours_together": _hours(sums.synchronous_minutes),
        "hours_in_person": _hours(sums.in_person_minutes),
        "hours_own_time": _hours(sums.own_time_minutes),
        "days": f"{plan.day_equivalents}",
        "areas": f"{counts.areas}",
        "statements": f"{counts.statements}",
        "behaviours": f"{counts.behaviours}",
        "courses": f"{counts.courses}",
        "threshold": f"{plan.policy.threshold_percent}%",
        "tasks": f"{counts.tasks}",
        "word_limits": " and ".join(f"{task.word_limit:,}" for task in plan.tasks),
        "placement_days": f"{max((task.placement_days_least for task in plan.tasks), default=0)}",
        "submissions": f"{plan.submissions_included}",
        "fee": pounds(plan.fee_pence),
        "provider": provider_name,
        "past_participants": f"{past_participants:,}",
    }


def fill(text: str, figures: Mapping[str, str]) -> str:
    """The text with its figures; braces that hold anything else are left as they are."""
    return _FIGURE.sub(lambda found: figures.get(found[1], found[0]), text)


def unknown_figures(text: str) -> list[str]:
    """What stands in braces as it is written, and is no figure, each once: {weeks}, {Hours}, {{hours}}, {hours."""
    figures = {f"{{{name}}}" for name in FIGURE_NAMES}
    return [braced for braced in dict.fromkeys(_BRACED.findall(text)) if braced not in figures]


def pictures_in(text: str) -> list[str]:
    """The beginnings of pictures in Markdown, as they are written: they have no place on the page."""
    return _PICTURE.findall(text)


def changes(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Line by line, what became of a text: ("same", …), ("gone", …), ("new", …), in the order of reading."""
    before, after = old.splitlines(), new.splitlines()
    for how, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            yield "same", "\n".join(before[i:j])
            continue
        if i < j:
            yield "gone", "\n".join(before[i:j])
        if k < m:
            yield "new", "\n".join(after[k:m])


def pounds(pence: int) -> str:
    """£2,145, or £2,145.50."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}.{rest:02}" if rest else f"£{whole:,}"


def _hours(minutes: int) -> str:
    """77, or 77.5: to a tenth, rounded down."""
    whole, tenths = divmod(minutes * 10 // 60, 10)
    return f"{whole}.{tenths}" if tenths else f"{whole}"
