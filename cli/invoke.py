"""`orderbell invoke FIELD`: run one resolver as Lambda would, over the running server's tables.

orderbell invoke Query.me --as ada@example.com
orderbell invoke Mutation.placeOrder --event event.json
orderbell invoke Query.order --arguments '{"id": "ord_..."}' --as support@shop.example --show-event > event.json

It runs in this process, with the code as it is saved now: set a breakpoint() and step through it. An event is AppSync's, as
tests/events has them; without --event one is made of --arguments and --as. Exit: 0, or 1 with the error that Lambda would
answer with, its traceback beside it.
"""

import argparse
import json
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt

from cli.state import last_port, state_dir
from cli.token import NotRunningError, token
from cli.tracebacks import errors_to_terminal
from local.answering import Ground, build_handler
from local.aws.clients import make_client
from local.aws.pools import Pools, ensure_pools
from local.aws.record import read_record
from local.confirming import confirm_url
from local.identity import kept_identity
from local.laptop import settings_of
from resolvers.app import SHOP_FILE
from wiring.declarations import OPERATIONS

Json = dict[str, Any]


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    form = argparse.RawDescriptionHelpFormatter
    parser = subparsers.add_parser("invoke", description=__doc__, formatter_class=form)
    parser.add_argument("field", help="such as Mutation.placeOrder")
    parser.add_argument("--event", metavar="FILE", help="AppSync's event as JSON (- for standard input)")
    parser.add_argument("--arguments", default="{}", metavar="JSON", help="the field's arguments")
    parser.add_argument(
        "--as", dest="user", metavar="EMAIL", help="a demo user (default: a guest, by API key)"
    )
    parser.add_argument(
        "--select", nargs="*", default=[], metavar="PATH", help="selected paths, such as order/history"
    )
    parser.add_argument("--show-event", action="store_true", help="print the event, and run nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the answer as JSON; 1 for an error of the function, 2 for words that make no event."""
    type_name, _, name = args.field.partition(".")
    if type_name not in OPERATIONS or not name:
        print("FIELD is Query.x, Mutation.x or Subscription.x.", file=sys.stderr)
        return 2
    try:
        event = _event(args, type_name, name)
    except (ValueError, OSError, NotRunningError) as error:
        print(error, file=sys.stderr)
        return 2
    if args.show_event:
        print(json.dumps(event, indent=2))
        return 0
    try:
        handler = build_handler(_ground())
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return 1
    return _invoked(handler, event)


def event_of(type_name: str, name: str, arguments: Json, identity: Json | None, selected: list[str]) -> Json:
    """The event that AppSync sends for a field of these arguments."""
    return {
        "arguments": arguments,
        "identity": identity,
        "source": None,
        "request": {"headers": {}, "domainName": None},
        "prev": None,
        "info": {
            "selectionSetList": selected,
            "selectionSetGraphQL": "",
            "parentTypeName": type_name,
            "fieldName": name,
            "variables": {},
        },
        "stash": {},
    }


def identity_of(access_token: str) -> Json:
    """What AppSync says of the caller with this token. It is ours, so it is not verified."""
    claims: Json = jwt.decode(access_token, options={"verify_signature": False})
    return {
        "claims": claims,
        "defaultAuthStrategy": "ALLOW",
        "groups": claims.get("cognito:groups"),
        "issuer": claims["iss"],
        "sourceIp": ["127.0.0.1"],
        "sub": claims["sub"],
        "username": claims.get("username"),
    }


def _invoked(handler: Any, event: Json) -> int:
    errors_to_terminal()
    started = datetime.now(UTC)
    try:
        answer = handler(event, None)
    except Exception as error:  # Lambda answers with whatever a function raises
        traceback.print_exc()
        told = {"errorType": type(error).__name__, "errorMessage": str(error)}
        print(json.dumps(told, indent=2))
        return 1
    took = (datetime.now(UTC) - started).total_seconds() * 1000
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    print(f"answered in {took:.1f} ms", file=sys.stderr)
    return 0


def _event(args: argparse.Namespace, type_name: str, name: str) -> Json:
    """The event to send. Raises ValueError, OSError and NotRunningError."""
    if args.event:
        text = sys.stdin.read() if args.event == "-" else Path(args.event).read_text()
        event = _object(text, args.event)
        return event | {"info": {**event.get("info", {}), "parentTypeName": type_name, "fieldName": name}}
    identity = identity_of(token(args.user)) if args.user else None
    return event_of(type_name, name, _object(args.arguments, "--arguments"), identity, args.select)


def _object(text: str, where: str) -> Json:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{where} is no JSON: {error}") from None
    if not isinstance(found, Mapping):
        raise ValueError(f"{where} is no JSON object.")
    return dict(found)


def _ground() -> Ground:
    """What the running server's functions stand on. Raises NotRunningError."""
    record = read_record(state_dir())
    if record is None or record.clean:
        raise NotRunningError("No server runs here: start one with `make run`.")
    pools: Pools = ensure_pools(make_client("cognito-idp", record.endpoint))
    settings = asdict(settings_of(record.endpoint, pools))
    secret = kept_identity(state_dir()).secret
    return Ground(record.endpoint, settings, secret, lambda: confirm_url(last_port()), SHOP_FILE)
