"""`python -m infra.staff --stage dev --account N --region R --email anna@example.com --group admin`: a member of staff.

Makes the user, whom Cognito invites by mail, and puts it into the groups; again is no harm. Exit codes as infra.deploy.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra.deploying import stacks
from infra.deploying.acting import clients, say
from infra.deploying.asking import MAILBOX, Asked, RefusedError, placed
from infra.deploying.command_line import INTERRUPTED
from infra.deploying.identity import Client, check_account
from infra.stages import StageConfig
from wiring.access import STAFF_GROUPS

INVITED = "FORCE_CHANGE_PASSWORD"
"""Cognito's word for somebody who was invited and has not signed in yet."""


def main(
    argv: Sequence[str] | None = None,
    clients_of: Callable[[str], Client] = clients,
    tell: Callable[[str], None] = say,
) -> int:
    """Add one member of staff and return the exit code."""
    args = _read(argv)
    try:
        asked = Asked("staff", args.stage, args.account, args.region)
        stage = placed(asked)
        groups = checked(args.email, args.group)
        client = clients_of(stage.region)
        check_account(client, stage.account, "add staff")
        for words in add(
            client("cognito-idp"), staff_pool(client, stage), args.email, groups, resend=args.resend
        ):
            tell(words)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (ClientError, BotoCoreError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def checked(email: str, groups: str) -> list[str]:
    """The groups that were named. Raises RefusedError for a mailbox or a group that cannot be."""
    if not MAILBOX.fullmatch(email):
        raise RefusedError(f"No mailbox: {email!r}. Type EMAIL=anna@example.com GROUP=admin")
    named = [each.strip() for each in groups.split(",") if each.strip()]
    if not named or set(named) - set(STAFF_GROUPS):
        raise RefusedError(f"No such group: {groups!r}. Type GROUP= with some of: {','.join(STAFF_GROUPS)}")
    return named


def staff_pool(client: Client, stage: StageConfig) -> str:
    """The deployed pool's id. Raises RefusedError where the stage is not deployed."""
    stack = stacks.data_stack(stage.name)
    pool = stacks.outputs(client, stack).get("StaffPoolId")
    if pool is None:
        raise RefusedError(
            f"There is no deployed {stack} in {stage.account}, {stage.region}: run make deploy first."
        )
    return pool


def add(cognito: Any, pool: str, email: str, groups: Sequence[str], *, resend: bool) -> Iterator[str]:
    """Make the user unless it is there, put it into the groups, and tell; `resend` invites again who never signed in."""
    try:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=email,
            UserAttributes=[{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}],
            DesiredDeliveryMediums=["EMAIL"],
        )
        yield f"{email} is invited: Cognito mails a temporary password, which is good for 7 days."
    except cognito.exceptions.UsernameExistsException:
        yield _there_already(cognito, pool, email, resend=resend)
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=email, GroupName=group)
    yield f"{email} is in {', '.join(groups)}; groups reach a token at the next sign-in."


def _there_already(cognito: Any, pool: str, email: str, *, resend: bool) -> str:
    status = cognito.admin_get_user(UserPoolId=pool, Username=email)["UserStatus"]
    if status != INVITED:
        return f"{email} is there already and has signed in ({status}); no invitation is sent."
    if not resend:
        return f"{email} is there already and has not signed in yet; RESEND=1 (--resend) invites again."
    cognito.admin_create_user(
        UserPoolId=pool, Username=email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"]
    )
    return f"{email} is invited again: the earlier temporary password no longer counts."


def _read(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.staff", description=__doc__)
    for option, words in (
        ("stage", "dev or prod"),
        ("account", "12 digits"),
        ("region", "such as eu-west-1"),
        ("email", "the user's mailbox, by which it signs in"),
        ("group", f"some of {', '.join(STAFF_GROUPS)}, by commas"),
    ):
        parser.add_argument(f"--{option}", default="", help=words)
    parser.add_argument("--resend", action="store_true", help="invite again who never signed in")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
