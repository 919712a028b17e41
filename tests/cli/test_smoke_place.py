"""Where the smoke test goes, and how it tells what came of it."""

import json
from pathlib import Path

import pytest

from cli.smoke import place
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
    found = deployed("dev")

    assert found.host == "abc.appsync-api.eu-west-1.amazonaws.com"
    assert (found.api_key, found.pool_id, found.client_id) == ("da2-autumn", "eu-west-1_abc", "client")
    assert found.cognito.meta.region_name == "eu-west-1"
    assert "da2" not in repr(found)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            json.dumps({"s": {"GraphqlUrl": "https://x/graphql"}}),
            "lacks CustomerPoolId, CustomerClientId, an API key",
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
        deployed("dev")


def test_a_stage_without_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, monkeypatch, "{}")
    with pytest.raises(PlaceError, match="make deploy STAGE=prod"):
        deployed("prod")


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
    assert (first[:2], second[:6], problem.strip()) == ("ok", "failed", "it was refused. Look at: the log")


def test_a_report_for_machines_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(machine=True)
    with report.step("first", "nothing"):
        pass
    report.close()

    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], [step["name"] for step in told["steps"]]) == (True, ["first"])
