"""The shipped framework files as plans."""

from functools import cache

from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.readers import read_framework
from npqh_portal.programmes.rules.plans import Framework
from npqh_portal.programmes.rules.texts import figures_of, fill


@cache
def shipped(name: str) -> Framework:
    path = FRAMEWORKS / f"{name}.toml"
    return read_framework(path.read_bytes(), path.name)


def words(plan: Framework, section: str) -> str:
    """What the public page says there, its figures filled in, on one line."""
    text = dict(plan.texts)[section]
    return " ".join(fill(text, figures_of(plan, provider_name="Larkfell", past_participants=342)).split())
