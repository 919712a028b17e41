"""`orderbell subscribe DOCUMENT`: print a subscription's events as they happen, one JSON line each."""

import argparse
import json
import sys

from websockets.exceptions import ConnectionClosed

from cli.credential import credential
from cli.realtime import Subscription, SubscriptionError, subscribed
from cli.state import last_port
from cli.token import NotRunningError


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("subscribe", description=__doc__)
    parser.add_argument("document", help="a GraphQL subscription")
    parser.add_argument(
        "--as", dest="user", metavar="EMAIL", help="a demo user (default: a guest, by API key)"
    )
    parser.add_argument("--variables", default="{}", help="a JSON object")
    parser.add_argument(
        "--url",
        default=f"ws://localhost:{last_port()}/graphql/realtime",
        help="a realtime endpoint (default: the server of this checkout)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print events until Ctrl-C (0) or until the server ends the connection (1)."""
    try:
        wanted = [Subscription("1", args.document, json.loads(args.variables))]
        with subscribed(args.url, credential(args.user), wanted) as frames:
            print("Listening; Ctrl-C ends.", file=sys.stderr)
            for frame in frames:
                print(json.dumps(frame.payload), flush=True)
    except KeyboardInterrupt:
        return 0
    except (NotRunningError, SubscriptionError) as error:
        print(error, file=sys.stderr)
    except json.JSONDecodeError:
        print('--variables takes a JSON object, such as \'{"orderId": "ord_..."}\'.', file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Cannot reach {args.url}: {error}. Start the server with `make run`.", file=sys.stderr)
    except ConnectionClosed:
        print("The server ended the connection.", file=sys.stderr)
    else:
        print("The server ended the connection.", file=sys.stderr)
    return 1
