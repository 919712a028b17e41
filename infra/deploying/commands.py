"""The four commands, each a list of steps in order; whatever refuses comes before whatever changes."""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from infra.deploying import command_line, outputs, stacks
from infra.deploying.acting import Acting
from infra.deploying.asking import RefusedError
from infra.deploying.emptying import NotEmptiedError, count, empty
from infra.deploying.identity import check_account, check_bootstrapped
from infra.deploying.pruning import prune, serving
from infra.deploying.refusing import keeps_data, refusals, refusals_of, warnings
from infra.deploying.remaining import noted, remaining
from infra.stages import StageConfig


def bootstrap(acting: Acting, stage: StageConfig, *, yes: bool) -> int:  # noqa: ARG001 - all four are called alike
    """Prepare an account and region for CDK, once."""
    acting.ready()
    check_account(acting.client, stage.account, "prepare the account")
    return acting.cdk(command_line.bootstrap(stage.account, stage.region))


def diff(acting: Acting, stage: StageConfig, *, yes: bool) -> int:  # noqa: ARG001 - as above
    """Show what a deployment would change."""
    assembly = _templates(acting, stage, "read the deployed stacks, which diff compares with")
    return acting.cdk(command_line.diff(stage.name, assembly))


def deploy(acting: Acting, stage: StageConfig, *, yes: bool) -> int:
    """Deploy, keep and tell the outputs, delete old versions of functions."""
    assembly = _templates(acting, stage, "deploy")
    for words in warnings(stage):
        acting.say(words)
    service = stacks.service_stack(stage.name)
    before = serving(acting.client, service)
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "outputs.json"
        code = acting.cdk(command_line.deploy(stage.name, assembly, written, yes=yes))
        if code:
            return code
        made, path = outputs.parsed(written.read_text()), outputs.path_of(stage.name)
    outputs.keep(made, path)
    for words in outputs.told(made, path):
        acting.say(words)
    # Only now: CloudFormation has ended, so every alias stands where this deployment wants it.
    for words in prune(acting.client, service, before):
        acting.say(words)
    return 0


def destroy(acting: Acting, stage: StageConfig, *, yes: bool) -> int:
    """Take the stage down with all its data, and tell what remains.

    The Service stack goes first: while it runs it may park events into the bucket that must be empty.
    """
    _refuse(keeps_data(stage))
    acting.ready()
    check_account(acting.client, stage.account, "destroy the stage")
    buckets = list(stacks.resources(acting.client, stacks.data_stack(stage.name), "AWS::S3::Bucket"))
    _confirm(acting, stage, sum(count(acting.client, each) for each in buckets), yes=yes)
    before = noted(acting.client, stage.name)
    assembly = acting.write(stage)
    if code := acting.cdk(command_line.destroy(f"orderbell-{stage.name}/Service", assembly)):
        return code
    for bucket in buckets:
        try:
            acting.say(f"{bucket}: {empty(acting.client, bucket)} versions of objects deleted")
        except NotEmptiedError as error:
            acting.say(f"{error}. Empty it, then run this again.")
            return 1
    if code := acting.cdk(command_line.destroy(command_line.every_stack(stage.name), assembly)):
        return code
    outputs.path_of(stage.name).unlink(missing_ok=True)
    acting.say(f"The stage {stage.name} is gone. What remains:")
    for words in remaining(acting.client, stage, before):
        acting.say(f"- {words}")
    return 0


Command = Callable[..., int]
COMMANDS: dict[str, Command] = {each.__name__: each for each in (bootstrap, diff, deploy, destroy)}


def _templates(acting: Acting, stage: StageConfig, purpose: str) -> Path:
    """Refuse all that can be refused, the quickest first, and then write the templates."""
    _refuse(refusals(stage, acting.today()))
    acting.ready()
    check_account(acting.client, stage.account, purpose)
    check_bootstrapped(acting.client, stage.account, stage.region)
    _refuse(refusals_of(acting.build()))
    return acting.write(stage)


def _refuse(words: Iterable[str]) -> None:
    said = list(words)
    if said:
        raise RefusedError("\n".join(said))


def _confirm(acting: Acting, stage: StageConfig, parked: int, *, yes: bool) -> None:
    if yes:
        return
    answer = acting.ask(
        f"This deletes the stage {stage.name} of account {stage.account} in {stage.region}: every order, product and"
        f" user, and {parked} versions of parked objects. Type its name to go on:"
    )
    if answer != stage.name:
        raise RefusedError(f"{answer!r} is not {stage.name!r}: nothing was changed.")
