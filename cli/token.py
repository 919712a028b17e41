"""`orderbell token EMAIL`: an access token of a user of the server that runs in this checkout, or of a deployed stage."""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError

from cli.state import state_dir
from local.aws.clients import make_client
from local.aws.demo import DEMO_PASSWORD
from local.aws.pools import ensure_pools, sign_in
from local.aws.record import read_record


class NotRunningError(Exception):
    """No server runs in this checkout; the text says what to do."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("token", description=__doc__)
    parser.add_argument("email", help="such as ada@example.com or support@shop.example")
    parser.add_argument("--password", default=DEMO_PASSWORD, help="default: the demo users' password")
    parser.add_argument(
        "--stage", help="a deployed stage: signs in by SRP, and asks for what its pool asks for"
    )
    parser.add_argument(
        "--pool", choices=("staff", "customers"), default="staff", help="of the stage (default: staff)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the token alone, so that it can be used in a command; 1 where there is none."""
    if args.stage:
        return _run_on_stage(args)
    try:
        print(token(args.email, args.password))
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run_on_stage(args: argparse.Namespace) -> int:
    try:
        from cli import signing_in, stage_token  # noqa: PLC0415 - needs what `make test` installs
        from cli.smoke.place import PlaceError  # noqa: PLC0415
    except ModuleNotFoundError as error:
        print(f"{error.name} is not installed: `make check` installs it.", file=sys.stderr)
        return 2
    try:
        print(stage_token.stage_token(args.stage, args.pool, args.email))
    except (PlaceError, signing_in.SignInError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def token(email: str, password: str = DEMO_PASSWORD) -> str:
    """An access token from the running server's pools. Raises NotRunningError, also for a wrong user or password."""
    record = read_record(state_dir())
    if record is None or record.clean:
        raise NotRunningError("No server runs here: start one with `make run`.")
    client = make_client("cognito-idp", record.endpoint)
    try:
        pools = ensure_pools(client)
        pool = pools.staff if email.endswith("@shop.example") else pools.customers
        return sign_in(client, pool, email, password).access
    except ClientError:
        raise NotRunningError(f"Nobody signs in as {email} with that password.") from None
    except BotoCoreError:
        raise NotRunningError("The server does not answer: start it with `make run`.") from None
