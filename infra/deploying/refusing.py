"""What keeps a stage from being deployed, and what must be said before it is."""

from collections.abc import Iterator
from datetime import date

from infra.packages import Package
from infra.stages import FAKE_SENDER, StageConfig, problems


def refusals(stage: StageConfig, today: date) -> Iterator[str]:
    """Why this stage is not deployed today, in words that say what to change."""
    yield from problems(stage, today)
    if stage.keep_data and not stage.operators:
        yield f"{stage.name}: no operators, so no alarm would reach anybody; type OPERATORS=one@example.com"
    if stage.mail_from == FAKE_SENDER:
        yield f"{stage.name}: no address to write to customers from; type MAIL_FROM=orders@example.com (docs/mail.md)"


def refusals_of(package: Package) -> Iterator[str]:
    """Why this package is not deployed."""
    if not package.deployable:
        yield package.refusal


def keeps_data(stage: StageConfig) -> Iterator[str]:
    """Why this stage is not destroyed."""
    if stage.keep_data:
        yield (
            f"{stage.name}: keeps its data, so it is not destroyed by a command. To end it, deploy it once with"
            " keep_data=False in infra/stages.py, and mean it"
        )


def warnings(stage: StageConfig) -> Iterator[str]:
    """What a deployment does that may not be meant."""
    if not stage.operators:
        yield (
            "No OPERATORS: nobody is told of alarms, and a mailbox of an earlier deployment is unsubscribed."
        )
