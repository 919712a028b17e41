"""What a command line asks for: one stage, in one account and region, both said each time and never looked up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from botocore.session import Session

from infra.stages import STAGES, StageConfig

BY_NAME = {stage.name: stage for stage in STAGES}

ACCOUNT = re.compile(r"[0-9]{12}")
MAILBOX = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+")


class RefusedError(Exception):
    """Nothing was changed; the text says why and what to type."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed; an empty text is nothing. `yes`: do not ask back."""

    command: str
    stage: str
    account: str
    region: str
    operators: str = ""
    mail_from: str = ""
    yes: bool = False


def placed(asked: Asked) -> StageConfig:
    """The stage in its account and region, with its mailboxes. Raises RefusedError for what is missing or cannot be."""
    stage = BY_NAME.get(asked.stage)
    if stage is None:
        raise RefusedError(
            f"{_which('stage', asked.stage)} There are {' and '.join(BY_NAME)}. {_type(asked)}"
        )
    if not ACCOUNT.fullmatch(asked.account):
        raise RefusedError(f"{_which('account', asked.account)} It has 12 digits. {_type(asked)}")
    if asked.region not in regions():
        raise RefusedError(f"{_which('region', asked.region)} It is one with AppSync. {_type(asked)}")
    return replace(
        stage,
        account=asked.account,
        region=asked.region,
        operators=tuple(_mailboxes(asked.operators)),
        mail_from=_sender(asked.mail_from) or stage.mail_from,
    )


def regions() -> list[str]:
    """Those with AppSync, as the pinned SDK knows them; the user's own AWS settings play no part."""
    nothing = {"profile": (None, None, None, None)}
    return Session(session_vars=nothing).get_available_regions("appsync")


def _mailboxes(operators: str) -> Iterable[str]:
    for address in filter(None, (each.strip() for each in operators.split(","))):
        if not MAILBOX.fullmatch(address):
            raise RefusedError(f"No mailbox: {address!r}. Type OPERATORS=one@example.com,two@example.com")
        yield address


def _sender(address: str) -> str:
    if address and not MAILBOX.fullmatch(address):
        raise RefusedError(f"No address to send from: {address!r}. Type MAIL_FROM=orders@example.com")
    return address


def _which(what: str, given: str) -> str:
    return f"No such {what}: {given!r}." if given else f"Which {what}? None was given."


def _type(asked: Asked) -> str:
    stage = asked.stage if asked.stage in BY_NAME else "dev"
    return f"Type: make {asked.command} STAGE={stage} ACCOUNT=123456789012 REGION=eu-west-1"
