"""Paper cases for a policy: JSON in, policies and lists of items out, or one sentence that names the field."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cohorts.errors import CaseUnusable
from cohorts.rules.forecast import Component, ItemState, Policy, PolicyItem
from cohorts.rules.policy import PolicyRule


@dataclass(frozen=True)
class Case:
    policy: Policy
    items: tuple[PolicyItem, ...]


def read_cases(content: bytes) -> Case | list[Case]:
    """A file holds one case, or a list of them; docs/engagement.md says what a case is. Raises `CaseUnusable`."""
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_Object)
    except UnicodeDecodeError as error:
        raise CaseUnusable("", f"is not UTF-8: byte {error.start + 1} belongs to no letter") from error
    except json.JSONDecodeError as error:
        raise CaseUnusable("", f"is not JSON, from line {error.lineno}, column {error.colno} on") from error
    except RecursionError as error:
        raise CaseUnusable("", "is nested too deep") from error
    if not isinstance(found, list):
        return _case(found)
    cases = []
    for number, one in enumerate(found):
        try:
            cases.append(_case(one))
        except CaseUnusable as refusal:
            raise refusal.of_case(number) from refusal
    return cases


class _Object(dict[str, Any]):
    """An object of JSON, and which of its keys stands there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        often = Counter(key for key, _ in pairs)
        self.twice = next((key for key, times in often.items() if times > 1), None)


def _case(given: Any) -> Case:
    case = _object(given, "", needed=("policy", "items"))
    policy = _policy(case["policy"])
    names = {component.name for component in policy.components}
    items: list[PolicyItem] = []
    ids: set[str] = set()
    for number, one in enumerate(_list(case["items"], "items")):
        item = _item(one, f"items[{number}]", names)
        if str(item.id) in ids:
            raise CaseUnusable(f"items[{number}].id", "is that of an earlier item")
        ids.add(str(item.id))
        items.append(item)
    return Case(policy, tuple(items))


def _policy(given: Any) -> Policy:
    policy = _object(given, "policy", needed=("rule", "threshold_percent", "components"))
    rule = PolicyRule(_choice(policy["rule"], "policy.rule", [one.value for one in PolicyRule]))
    threshold = _percent(policy["threshold_percent"], "policy.threshold_percent")
    components: list[Component] = []
    for number, one in enumerate(_list(policy["components"], "policy.components")):
        place = f"policy.components[{number}]"
        fields = _object(one, place, needed=("name", "weight"), optional=("threshold_percent",))
        name = _text(fields["name"], f"{place}.name")
        if any(name == component.name for component in components):
            raise CaseUnusable(f"{place}.name", "is that of an earlier component")
        weight = _whole(fields["weight"], f"{place}.weight", least=1)
        own = fields.get("threshold_percent")
        if "threshold_percent" in fields:
            own = _percent(own, f"{place}.threshold_percent")
        components.append(Component(name, weight, own))
    if not components:
        raise CaseUnusable("policy.components", "must hold at least one component")
    return Policy(rule, threshold, tuple(components))


def _item(given: Any, place: str, names: set[str]) -> PolicyItem:
    item = _object(given, place, needed=("id", "component", "worth", "state"), optional=("credited",))
    identity = item["id"] if type(item["id"]) is int else _text(item["id"], f"{place}.id")
    component = _text(item["component"], f"{place}.component")
    if component not in names:
        raise CaseUnusable(f"{place}.component", "names no component of the policy")
    worth = _whole(item["worth"], f"{place}.worth", least=1)
    state = ItemState(_choice(item["state"], f"{place}.state", [one.value for one in ItemState]))
    credited = worth if state is ItemState.EARNED else 0
    if "credited" in item:
        credited = _whole(item["credited"], f"{place}.credited", least=0)
    if credited > worth:
        raise CaseUnusable(f"{place}.credited", "must be no more than the item is worth")
    return PolicyItem(identity, component, worth, credited, state)


# --- one value -----------------------------------------------------------------------------------


def _object(given: Any, place: str, *, needed: tuple[str, ...], optional: tuple[str, ...] = ()) -> Mapping[str, Any]:
    if not isinstance(given, _Object):
        raise CaseUnusable(place, "must be an object")
    inside = f"{place}." if place else ""
    known = (*needed, *optional)
    for key in given:
        if key not in known:
            raise CaseUnusable(f"{inside}{json.dumps(key)}", f"is not known here, only {', '.join(known)}")
    if given.twice is not None:
        raise CaseUnusable(f"{inside}{given.twice}", "stands there twice")
    for key in needed:
        if key not in given:
            raise CaseUnusable(f"{inside}{key}", "is missing")
    return given


def _list(given: Any, place: str) -> list[Any]:
    if not isinstance(given, list):
        raise CaseUnusable(place, "must be a list")
    return given


def _whole(given: Any, place: str, *, least: int) -> int:
    """No true or false, which Python counts as whole numbers, and no 90.0."""
    if type(given) is not int or given < least:
        raise CaseUnusable(place, f"must be a whole number of {least} or more")
    return given


def _percent(given: Any, place: str) -> int:
    if type(given) is not int or not 0 <= given <= 100:
        raise CaseUnusable(place, "must be a whole number from 0 to 100")
    return given


def _text(given: Any, place: str) -> str:
    """Half a sign, as JSON can write it, is no text: it could not be written out again."""
    if not isinstance(given, str) or not given or any("\ud800" <= sign <= "\udfff" for sign in given):
        raise CaseUnusable(place, "must be text, and not empty")
    return given


def _choice(given: Any, place: str, choices: list[str]) -> str:
    if not isinstance(given, str) or given not in choices:
        raise CaseUnusable(place, f"must be one of {', '.join(choices)}")
    return given
