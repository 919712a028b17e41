"""What is typed reaches the templates: the account, the region, the mailboxes."""

import json
import sys
from pathlib import Path

import pytest
from fake_account import NUMBER
from templates import properties, read_stacks

from infra import synth
from infra.deploying import templates
from infra.deploying.asking import Asked, placed
from infra.stages import StageConfig

STAGE = placed(Asked("deploy", "dev", NUMBER, "eu-central-1", "a@example.com,b@example.com"))


def test_one_stage_is_written_for_where_it_goes(deployable: Path) -> None:
    (folder,) = deployable.glob("assembly-*")
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"].values()
    places = {each["environment"] for each in artifacts if each["type"] == "aws:cloudformation:stack"}
    assert places == {f"aws://{NUMBER}/eu-central-1"}
    mailboxes = properties(read_stacks(deployable, "dev").service, "SNS::Subscription")
    assert {each["Endpoint"] for each in mailboxes} == {"a@example.com", "b@example.com"}


def test_the_process_that_writes_is_told_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[StageConfig] = []
    monkeypatch.setattr(synth, "write", written.extend)

    assert synth.main(list(templates.command(STAGE))[3:]) == 0

    assert written == [STAGE]


def test_templates_that_cannot_be_made_stop_a_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "command", lambda stage: [sys.executable, "-c", "raise SystemExit(3)"])

    with pytest.raises(templates.NotWrittenError, match="Nothing was deployed"):
        templates.write(STAGE)


def test_without_a_stage_all_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    monkeypatch.setattr(synth, "write", lambda stages: written.extend(each.name for each in stages))

    assert synth.main([]) == 0

    assert written == ["dev", "prod"]
