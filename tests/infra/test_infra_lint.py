"""What the linter says of the templates."""

from pathlib import Path

from cfnlint import api
from cfnlint.config import ManualArgs
from templates import Stacks

REDUNDANT = "W3005"
"""CDK writes a DependsOn that a reference already implies; it orders nothing wrongly."""


def test_the_linter_finds_nothing(synthesized: dict[str, Stacks], exemplary: Stacks) -> None:
    config = ManualArgs(regions=["eu-west-1"], ignore_checks=[REDUNDANT])
    found = [
        f"{Path(file).name}: {match}"
        for stacks in (*synthesized.values(), exemplary)
        for file in stacks.files
        for match in api.lint(Path(file).read_text(), config=config)
    ]

    assert found == []
