"""`orderbell journey`: its stories are told and checked to the end, its documents are of the schema, a wrong end is an end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from cli.journey import documents
from cli.journey.telling import JourneyError, Teller
from local.appsync.schema import PRELUDE

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    name: text
    for name, text in vars(documents).items()
    if name.isupper() and str(text).startswith(("query", "mutation", "subscription"))
}


@pytest.mark.engine
@pytest.mark.journey
@pytest.mark.timeout(240)
def test_every_story_is_told_and_everything_in_it_holds() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "journey", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert [each["problem"] for each in told["chapters"]] == [""] * 9, done.stderr
    assert (done.returncode, told["checks"] >= 40) == (0, True)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_of_the_schema(name: str) -> None:
    schema = build_schema(PRELUDE + (ROOT / "schema.graphql").read_text())
    assert validate(schema, parse(DOCUMENTS[name])) == []


def test_what_is_not_as_the_story_says_ends_it() -> None:
    teller = Teller(machine=True)
    with pytest.raises(JourneyError, match="expected 2, found 1"), teller.chapter("A story"):
        teller.check("eggs", 1, 2)
    assert teller.chapters[0].problem == "JourneyError: eggs: expected 2, found 1"
    assert teller.checks == 0


def test_what_comes_by_events_is_waited_for_but_not_for_ever() -> None:
    teller, seen = Teller(machine=True), iter([1, 2])
    with teller.chapter("A story"):
        teller.soon("eggs", lambda: next(seen), 2)
    with pytest.raises(JourneyError), teller.chapter("Another"):
        teller.soon("eggs", lambda: 1, 2, seconds=0)
