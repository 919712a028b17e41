"""Through what a command acts: everything with an effect outside this process, so that a test can stand in its place."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from infra import packages
from infra.deploying import command_line, templates
from infra.deploying.asking import RefusedError
from infra.deploying.identity import GIVE, Client
from infra.packages import Package
from infra.stages import StageConfig

PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 10}, connect_timeout=10, read_timeout=60)
"""Lambda's and CloudFormation's own calls are throttled at few a second; standard retries wait longer each time."""


@dataclass(frozen=True, slots=True)
class Acting:
    """The clock, the package, templates, CDK's command line, AWS in one region, and who is told and asked."""

    today: Callable[[], date]
    build: Callable[[], Package]
    write: Callable[[StageConfig], Path]
    ready: Callable[[], object]
    cdk: Callable[[Sequence[str]], int]
    client: Client
    say: Callable[[str], None]
    ask: Callable[[str], str]


def for_real(region: str) -> Acting:
    """On this machine and AWS. Raises RefusedError for an AWS profile that is not there."""
    return Acting(
        today=lambda: datetime.now(UTC).date(),
        build=packages.build,
        write=templates.write,
        ready=command_line.installed,
        cdk=command_line.run,
        client=clients(region),
        say=say,
        ask=ask,
    )


def clients(region: str) -> Client:
    """Makes clients of the credentials at hand. Raises RefusedError for a profile that is not there."""
    try:
        session = boto3.Session(region_name=region)
    except BotoCoreError as error:
        raise RefusedError(f"{error}. {GIVE}") from None
    return lambda service: session.client(service, config=PATIENT)  # type: ignore[call-overload]


def say(words: str) -> None:
    """Onto the terminal, before whatever CDK's command line writes next."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def ask(words: str) -> str:
    """An answer from the terminal; none where there is nobody to ask."""
    say(words)
    return sys.stdin.readline().strip()
