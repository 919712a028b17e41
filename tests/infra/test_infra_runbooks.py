"""Runbooks: what a page says of its alarm is what the alarm does, and the list that operators open first has them all."""

import re
from pathlib import Path

import pytest

from infra import symptoms
from infra.budget import TOLD
from infra.symptoms import Symptom

RUNBOOKS = Path(__file__).resolve().parents[2] / "docs" / "runbooks"
SYMPTOMS = [each for each in vars(symptoms).values() if isinstance(each, Symptom)]
NAMES = [*(each.name for each in SYMPTOMS), symptoms.BUDGET]
ROW = re.compile(r"^\| \[([a-z-]+)\]\(([a-z-]+)\.md\) \| (.+) \|$", re.MULTILINE)

COUNTED, SECONDS, SHARE, DAYS = "{:,.0f} ", "{:,.0f} seconds", "{:.0f} %", "{:.0f} days"
UNITS = {
    "resolver-errors": (SHARE, 1), "release-errors": (SHARE, 1), "near-timeout": (SHARE, 0.01), "account-busy": (SHARE, 0.01),
    "request-tokens": (SHARE, 0.01), "behind": (SECONDS, 1000), "push-slow": (SECONDS, 1000),
    "api-slow": (SECONDS, 1000), "queue-old": (SECONDS, 1), "key-ends": (DAYS, 1),
}  # fmt: skip
"""How a threshold is told, and by how much it is divided for that; all others are counted."""


def page(name: str) -> list[str]:
    return (RUNBOOKS / f"{name}.md").read_text().splitlines()


def bound(name: str) -> str:
    """The sentence between the title and the first heading, which says when the alarm is on."""
    lines = page(name)
    return " ".join(lines[2 : lines.index("## What it means") - 1])


def window(symptom: Symptom) -> str:
    """How a page says over what time its bound is looked at."""
    if symptom.periods == 1:
        return {1: "within a minute", 5: "within 5 minutes", 60: "looked at hourly"}[symptom.minutes]
    unit = "minutes" if symptom.minutes == 1 else f"periods of {symptom.minutes} minutes"
    return f"in {symptom.of_them} of {symptom.periods} {unit}"


def amount(symptom: Symptom) -> str:
    form, divided = UNITS.get(symptom.name, (COUNTED, 1))
    return form.format(symptom.threshold / divided)


@pytest.mark.parametrize("name", NAMES)
def test_a_title_names_its_symptom(name: str) -> None:
    assert page(name)[0].startswith(f"# {name}: ")


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda each: each.name)
def test_a_page_tells_its_alarms_bound(symptom: Symptom) -> None:
    said = bound(symptom.name)

    assert re.search(rf"(?<![\d,.]){re.escape(amount(symptom))}", said), (amount(symptom), said)
    assert window(symptom) in said


@pytest.mark.parametrize("symptom", SYMPTOMS, ids=lambda each: each.name)
def test_a_page_tells_on_which_side_of_its_bound_the_trouble_is(symptom: Symptom) -> None:
    below = re.search(r"\b(fewer|less) than\b", bound(symptom.name), re.IGNORECASE)

    assert bool(below) == (symptom.comparison is symptoms.BELOW)


def test_the_budgets_page_tells_its_bounds() -> None:
    assert all(f"{percent} %" in bound(symptoms.BUDGET) for _, percent in TOLD)


def test_the_list_has_each_page_once_with_its_own_words() -> None:
    rows = ROW.findall((RUNBOOKS / "README.md").read_text())

    assert sorted(name for name, _, _ in rows) == sorted(NAMES)
    assert [(name, says) for name, _, says in rows] == [(name, bound(name)) for name, _, _ in rows]
    assert all(name == file for name, file, _ in rows)


@pytest.mark.parametrize("name", [*NAMES, "README"])
def test_what_a_page_sends_operators_to_is_there(name: str) -> None:
    """Another page in backquotes, or a file of this repository."""
    text = (RUNBOOKS / f"{name}.md").read_text()
    files = re.findall(r"`((?:infra|wiring|consumers|storage)/[a-z_]+\.py)`", text)
    pages = re.findall(r"(?:see|See|stands at|name the cause: ) `([a-z-]+)`", text)

    assert all((RUNBOOKS.parents[1] / file).is_file() for file in files)
    assert set(pages) <= set(NAMES)
