"""Where the smoke test goes, and how it tells what came of it."""

import json
from pathlib import Path

import pytest
from gql.transport.appsync_auth import AppSyncApiKeyAuthentication

from cli.smoke import place
from cli.smoke.command import variable
from cli.smoke.place import PlaceError, deployed
from cli.smoke.report import Report, SmokeError

OUTPUTS = {
    "orderbell-dev-Service": {
        "GraphqlUrl": "https://abc.appsync-api.eu-west-1.amazonaws.com/graphql",
        "SpringApiKey": "da2-spring",
        "AutumnApiKey": "da2-autumn",
    },
    "orderbell-dev-Data": {"CustomerPoolId": "eu-west-1_abc", "CustomerClientId": "client"},
}


def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "outputs-dev.json"
    path.write_text(text)
    monkeypatch.setattr(place, "outputs_file", lambda stage: tmp_path / f"outputs-{stage}.json")


def test_a_stage_is_found_by_its_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, monkeypatch, json.dumps(OUTPUTS))
    found = deployed("dev", {})

    assert found.host == "abc.appsync-api.eu-west-1.amazonaws.com"
    assert (
        AppSyncApiKeyAuthentication(found.host, "key")
        .get_auth_url(found.realtime)
        .startswith("wss://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql?")
    )
    assert (found.api_key, found.pool_id, found.client_id) == ("da2-autumn", "eu-west-1_abc", "client")
    assert found.cognito.meta.region_name == "eu-west-1"
    assert "da2" not in repr(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            json.dumps({"s": {"GraphqlUrl": "https://x/graphql"}}),
            "lacks ApiKey, CustomerPoolId, CustomerClientId",
        ),
        ("{", "is no outputs file"),
        ("[]", "is no outputs file"),
    ],
)
def test_an_outputs_file_that_says_too_little(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    kept(tmp_path, monkeypatch, text)
    with pytest.raises(PlaceError, match=words):
        deployed("dev", {})


def test_a_stage_without_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, monkeypatch, "{}")
    with pytest.raises(PlaceError, match="make deploy STAGE=prod"):
        deployed("prod", {})


def test_what_is_given_comes_before_the_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, monkeypatch, json.dumps(OUTPUTS))

    found = deployed("dev", {"ApiKey": "da2-given"})

    assert (found.api_key, found.client_id) == ("da2-given", "client")


def test_a_stage_may_be_given_whole() -> None:
    given = {
        "GraphqlUrl": "https://shop.example/graphql",
        "ApiKey": "da2-given",
        "CustomerPoolId": "us-east-1_abc",
        "CustomerClientId": "client",
    }
    found = deployed(None, given)

    assert (found.host, found.cognito.meta.region_name) == ("shop.example", "us-east-1")


def test_a_stage_that_is_given_in_part_is_nowhere_to_go() -> None:
    with pytest.raises(PlaceError, match="Give --customer-pool, --customer-client as well, or --stage"):
        deployed(None, {"GraphqlUrl": "https://shop.example/graphql", "ApiKey": "da2-given"})


def test_options_have_their_names_in_the_environment() -> None:
    assert variable("--customer-pool") == "ORDERBELL_CUSTOMER_POOL"


def test_a_report_without_steps_has_not_passed() -> None:
    assert not Report().passed


def test_a_failed_step_is_told_with_where_to_look(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    with report.step("first", "nothing"):
        pass
    with pytest.raises(SmokeError), report.step("second", "the log"):
        raise SmokeError("it was refused")

    assert not report.passed
    first, second, problem = capsys.readouterr().out.splitlines()
    assert (first[0], second[0], problem.strip()) == ("✓", "✗", "it was refused. Look at: the log")


def test_a_step_that_was_stopped_has_not_passed() -> None:
    report = Report(machine=True)
    with pytest.raises(KeyboardInterrupt), report.step("first", "the log"):
        raise KeyboardInterrupt

    assert not report.passed


def test_a_step_that_was_not_tried_says_why_and_spoils_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report()
    with report.step("first", "the log"):
        pass
    report.skip("second", "no token")

    assert report.passed
    assert capsys.readouterr().out.splitlines()[-1].strip() == "no token"


def test_a_report_for_machines_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(machine=True)
    with report.step("first", "nothing"):
        pass
    report.close()

    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], [step["name"] for step in told["steps"]]) == (True, ["first"])
