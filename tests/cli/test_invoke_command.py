"""`orderbell invoke`: the event that is made is AppSync's, wrong words are told, and an error is Lambda's."""

import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from cli import invoke
from cli.invoke import event_of, identity_of
from cli.main import main
from resolvers import fields as modules
from tests.resolvers.test_captured_events import captured
from wiring.identity import Issuers, actor_of


@pytest.fixture(autouse=True)
def no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules.load()
    monkeypatch.setenv("ORDERBELL_STATE", str(tmp_path))


def token(**claims: Any) -> str:
    body = {"sub": "eve", "iss": "https://pools/staff", "username": "eve", **claims}
    return jwt.encode(body, "a key of nobody's, long enough for it", algorithm="HS256")


def test_the_event_has_what_a_captured_one_has() -> None:
    real = captured("query_customer.json")
    made = event_of("Query", "thing", {"id": "t1"}, identity_of(token()), ["id"])

    assert set(made) == set(real)
    assert set(made["info"]) == set(real["info"])
    assert set(made["identity"]) == set(real["identity"])


def test_the_caller_is_who_the_token_says() -> None:
    issuers = Issuers("https://pools/customers", "https://pools/staff")
    actor = actor_of(identity_of(token(**{"cognito:groups": ["support"]})), issuers)
    assert (actor.id, actor.groups) == ("eve", frozenset({"support"}))


def test_an_event_can_be_shown_and_kept(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invoke", "Query.order", "--arguments", '{"id": "ord_x"}', "--show-event"]) == 0
    event = json.loads(capsys.readouterr().out)
    assert (event["arguments"], event["identity"]) == ({"id": "ord_x"}, None)
    assert event["info"]["fieldName"] == "order"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["order"], "FIELD is Query.x"),
        (["Query.order", "--arguments", "{"], "no JSON"),
        (["Query.order", "--arguments", "[]"], "no JSON object"),
        (["Query.order", "--event", "/nowhere/event.json"], "No such file"),
    ],
)
def test_wrong_words_are_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invoke", *words]) == 2
    assert told in capsys.readouterr().err


def test_without_a_server_it_says_how_to_start_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["invoke", "Query.categories"]) == 1
    assert "make run" in capsys.readouterr().err


def test_an_error_is_told_as_lambda_does_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_event: object, _context: object) -> None:
        raise KeyError("sku")

    assert invoke._invoked(broken, {}) == 1
    out, told = capsys.readouterr()
    assert json.loads(out) == {"errorType": "KeyError", "errorMessage": "'sku'"}
    assert "in broken" in told
