"""`manage.py try_policy`: paper cases in, the rule's answer out, from a program that has nothing but the file."""

import json
import os
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from cohorts.errors import CaseUnusable
from cohorts.readers import Case, read_cases
from npqh_portal.launch import places

CASE: dict[str, Any] = {
    "policy": {
        "rule": "combined",
        "threshold_percent": 90,
        "components": [
            {"name": "Séances", "weight": 50},
            {"name": "Diagnostics", "weight": 30, "threshold_percent": 80},
        ],
    },
    "items": [
        {"id": "s1", "component": "Séances", "worth": 60, "state": "earned"},
        {"id": "s2", "component": "Séances", "worth": 60, "credited": 30, "state": "recoverable"},
        {"id": "d1", "component": "Diagnostics", "worth": 1, "state": "upcoming"},
    ],
}
ANSWER = {
    "score": "15/32",
    "shown_percent": "46.8",
    "standing": "at_risk",
    "highest_reachable": "1/1",
    "highest_reachable_shown": "100.0",
    "components": [
        {"name": "Séances", "credited": 90, "total": 120, "may_still_miss": 0},
        {"name": "Diagnostics", "credited": 0, "total": 1, "may_still_miss": 0},
    ],
    "cheapest_recovery": ["s2"],
}
EMPTY = {
    "score": None,
    "shown_percent": None,
    "standing": "met",
    "highest_reachable": None,
    "highest_reachable_shown": None,
    "components": [
        {"name": "Séances", "credited": 0, "total": 0, "may_still_miss": 0},
        {"name": "Diagnostics", "credited": 0, "total": 0, "may_still_miss": 0},
    ],
    "cheapest_recovery": [],
}


def try_policy(file: Path | str, *, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """In a process that knows no secret, no `.env`, no address of a database, and no locale."""
    return subprocess.run(
        [sys.executable, str(places.ROOT / "manage.py"), "try_policy", str(file)],
        cwd="/",
        env={"PATH": os.environ["PATH"], "DOTENV": "/nonexistent", "VAR_DIR": "/nonexistent"},
        input=given,
        capture_output=True,
        check=False,
    )


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    assert (done.returncode, done.stdout) == (2, b"")
    (sentence,) = done.stderr.decode().splitlines()
    return sentence.removeprefix("CommandError: ")


def changed(**fields: Any) -> dict[str, Any]:
    """The case with other values: `items__0__worth=5`; with the value `...` the field is left out."""
    case = deepcopy(CASE)
    for path, value in fields.items():
        *way, last = [int(step) if step.isdigit() else step for step in path.split("__")]
        inside: Any = case
        for step in way:
            inside = inside[step]
        if value is ...:
            del inside[last]
        else:
            inside[last] = value
    return case


def refusal(content: Any) -> str:
    with pytest.raises(CaseUnusable) as caught:
        read_cases(content if isinstance(content, bytes) else json.dumps(content).encode())
    return str(caught.value)


def test_a_case_is_answered_in_the_order_of_keys_that_is_promised(tmp_path: Path) -> None:
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), encoding="utf-8")
    done = try_policy(file)
    assert (done.returncode, done.stderr) == (0, b"")
    answer = json.loads(done.stdout)
    assert answer == ANSWER
    assert list(answer) == list(ANSWER)
    assert list(answer["components"][0]) == ["name", "credited", "total", "may_still_miss"]
    assert "Séances" in done.stdout.decode()


def test_the_case_in_the_documentation_is_answered_as_it_says() -> None:
    text = (places.ROOT / "docs/engagement.md").read_text(encoding="utf-8")
    case, answer = (block.split("```")[0] for block in text.split("```json\n")[1:])
    assert try_policy("-", given=case.encode()).stdout.decode() == answer


def test_a_list_is_answered_by_a_list_in_the_same_order_also_from_standard_input() -> None:
    with_number = ANSWER | {"cheapest_recovery": [2]}  # ids may be numbers, and come back as they are
    done = try_policy("-", given=json.dumps([CASE, changed(items=[]), changed(items__1__id=2)]).encode())
    assert (done.returncode, done.stderr, json.loads(done.stdout)) == (0, b"", [ANSWER, EMPTY, with_number])


def test_an_empty_list_is_answered_by_one() -> None:
    assert json.loads(try_policy("-", given=b"[]").stdout) == []


def test_the_first_malformed_case_of_a_list_ends_it_with_its_index_and_field_and_no_answer() -> None:
    cases = [CASE, changed(items__2__worth=0), changed(policy__rule="most")]
    done = try_policy("-", given=json.dumps(cases).encode())
    assert refused(done) == "Case 1 (the first is 0): items[2].worth must be a whole number of 1 or more."


def test_a_malformed_case_is_refused_in_one_sentence_that_names_the_field() -> None:
    case = changed(policy__components__0__weight=0)
    done = try_policy("-", given=json.dumps(case).encode())
    assert refused(done) == "policy.components[0].weight must be a whole number of 1 or more."


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    assert refused(try_policy(missing)) == f"{missing}: No such file or directory."


def test_numbers_of_any_length_are_counted_exactly() -> None:
    long = 10**6000
    case = changed(items__0__worth=3 * long, items__1__worth=long, items__1__credited=0)
    done = try_policy("-", given=_written(case))
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout, parse_int=str)["components"][0]["total"] == "4" + "0" * 6000


def _written(case: dict[str, Any]) -> bytes:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return json.dumps(case).encode()
    finally:
        sys.set_int_max_str_digits(before)


def test_an_answer_that_cannot_be_written_is_told_and_no_success() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, str(places.ROOT / "manage.py"), "try_policy", "-"],
            env={"PATH": os.environ["PATH"], "DOTENV": "/nonexistent", "VAR_DIR": "/nonexistent"},
            input=json.dumps(CASE).encode(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, b"CommandError: The answer is cut short: No space left on device.\n")


# --- what a case is ------------------------------------------------------------------------------


def test_credited_is_the_worth_of_what_is_earned_and_otherwise_nought() -> None:
    states = ["earned", "lost", "recoverable", "pending", "upcoming", "cancelled", "exempt"]
    case = changed(items=[{"id": state, "component": "Séances", "worth": 7, "state": state} for state in states])
    found = read_cases(json.dumps(case).encode())
    assert isinstance(found, Case)
    assert [item.credited for item in found.items] == [7, 0, 0, 0, 0, 0, 0]


def test_credited_counts_as_given_whatever_the_state() -> None:
    for state in ("earned", "lost", "recoverable", "pending", "upcoming", "cancelled", "exempt"):
        found = read_cases(json.dumps(changed(items__0__state=state, items__0__credited=0)).encode())
        assert isinstance(found, Case)
        assert found.items[0].credited == 0


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_cases(b"\xef\xbb\xbf" + json.dumps(CASE).encode()) == read_cases(json.dumps(CASE).encode())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"policy": ...}, "policy is missing."),
        ({"items": ...}, "items is missing."),
        ({"items": {}}, "items must be a list."),
        ({"item": []}, '"item" is not known here, only policy, items.'),
        ({"policy": []}, "policy must be an object."),
        ({"policy__rule": ...}, "policy.rule is missing."),
        ({"policy__rule": "most"}, "policy.rule must be one of combined, each."),
        ({"policy__rule": ["each"]}, "policy.rule must be one of combined, each."),
        ({"policy__threshold_percent": ...}, "policy.threshold_percent is missing."),
        *(
            ({"policy__threshold_percent": bad}, "policy.threshold_percent must be a whole number from 0 to 100.")
            for bad in (-1, 101, 90.0, "90", True, None, [90], float("nan"))
        ),
        ({"policy__name": "x"}, 'policy."name" is not known here, only rule, threshold_percent, components.'),
        ({"policy__components": []}, "policy.components must hold at least one component."),
        ({"policy__components": {}}, "policy.components must be a list."),
        ({"policy__components__0": "Séances"}, "policy.components[0] must be an object."),
        ({"policy__components__1__name": "Séances"}, "policy.components[1].name is that of an earlier component."),
        ({"policy__components__1__name": ...}, "policy.components[1].name is missing."),
        ({"policy__components__1__name": ""}, "policy.components[1].name must be text, and not empty."),
        ({"policy__components__1__name": 5}, "policy.components[1].name must be text, and not empty."),
        ({"policy__components__1__weight": ...}, "policy.components[1].weight is missing."),
        *(
            ({"policy__components__1__weight": bad}, "policy.components[1].weight must be a whole number of 1 or more.")
            for bad in (0, -5, 2.5, "30", True, None)
        ),
        *(
            (
                {"policy__components__1__threshold_percent": bad},
                "policy.components[1].threshold_percent must be a whole number from 0 to 100.",
            )
            for bad in (-1, 101, 80.5, "80", False, None)
        ),
        ({"items__0": 5}, "items[0] must be an object."),
        ({"items__1__id": "s1"}, "items[1].id is that of an earlier item."),
        ({"items__0__id": 7, "items__2__id": "7"}, "items[2].id is that of an earlier item."),
        *(
            ({"items__1__id": bad}, "items[1].id must be text, and not empty.")
            for bad in ("", None, True, 1.5, [], "\ud800")
        ),
        ({"items__1__id": ...}, "items[1].id is missing."),
        ({"items__1__component": "Seances"}, "items[1].component names no component of the policy."),
        ({"items__1__component": ...}, "items[1].component is missing."),
        ({"items__1__component": {}}, "items[1].component must be text, and not empty."),
        ({"items__1__worth": ...}, "items[1].worth is missing."),
        *(
            ({"items__0__worth": bad}, "items[0].worth must be a whole number of 1 or more.")
            for bad in (0, -60, 60.0, "60", True, None)
        ),
        *(
            ({"items__1__credited": bad}, "items[1].credited must be a whole number of 0 or more.")
            for bad in (-1, 30.0, "30", False, None)
        ),
        ({"items__1__credited": 61}, "items[1].credited must be no more than the item is worth."),
        ({"items__1__credited": 61, "items__1__state": "exempt"}, "items[1].credited must be no more than the item is "
            "worth."),
        ({"items__1__state": ...}, "items[1].state is missing."),
        *(
            (
                {"items__1__state": bad},
                "items[1].state must be one of earned, lost, recoverable, pending, upcoming, cancelled, exempt.",
            )
            for bad in ("Earned", "", None, 1, ["earned"])
        ),
        ({"items__1__minutes": 5}, 'items[1]."minutes" is not known here, only id, component, worth, state, credited.'),
    ],
)  # fmt: skip
def test_everything_else_is_malformed_and_its_field_named(fields: dict[str, Any], said: str) -> None:
    assert refusal(changed(**fields)) == said
    assert refusal([CASE, CASE, changed(**fields)]) == f"Case 2 (the first is 0): {said}"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is not JSON, from line 1, column 1 on."),
        (b'{"policy": 1,}', "The file is not JSON, from line 1, column 14 on."),
        (b'{"policy": "\xe9"}', "The file is not UTF-8: byte 13 belongs to no letter."),
        (json.dumps(CASE).encode("utf-16"), "The file is not UTF-8: byte 1 belongs to no letter."),
        (b"[" * 200_000, "The file is nested too deep."),
        (b"90", "The file must be an object."),
        (b"null", "The file must be an object."),
        (b"[[]]", "Case 0 (the first is 0) must be an object."),
        (b"[null]", "Case 0 (the first is 0) must be an object."),
        (b'{"policy": {}, "items": [], "items": []}', "items stands there twice."),
        (b'[{"policy": {"rule": "each", "rule": "each"}, "items": []}]',
            "Case 0 (the first is 0): policy.rule stands there twice."),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_case_is_refused(content: bytes, said: str) -> None:
    assert refusal(content) == said
