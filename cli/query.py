"""`orderbell query DOCUMENT`: send a query or mutation to the running server and print its answer."""

import argparse
import json
import sys
from typing import Any

import httpx

from cli.credential import credential
from cli.state import last_port
from cli.token import NotRunningError


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser("query", description=__doc__)
    parser.add_argument("document", help="a GraphQL query or mutation")
    parser.add_argument(
        "--as", dest="user", metavar="EMAIL", help="a demo user (default: a guest, by API key)"
    )
    parser.add_argument("--variables", default="{}", help="a JSON object")
    parser.add_argument(
        "--pick", metavar="PATH", help="print one value of the data alone, such as placeOrder.order.id"
    )
    parser.add_argument(
        "--url",
        default=f"http://localhost:{last_port()}/graphql",
        help="a GraphQL endpoint (default: the server of this checkout)",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the answer; 1 where it has errors or the picked value is missing, 2 for variables that are no JSON."""
    try:
        answer = ask(args.url, credential(args.user), args.document, json.loads(args.variables))
    except json.JSONDecodeError:
        print('--variables takes a JSON object, such as \'{"id": "ord_..."}\'.', file=sys.stderr)
        return 2
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return 1
    except httpx.HTTPError as error:
        print(f"Cannot reach {args.url}: {error}. Start the server with `make run`.", file=sys.stderr)
        return 1
    if args.pick is None or "errors" in answer:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
        return int("errors" in answer)
    value = picked(answer["data"], args.pick)
    if value is None:
        print(json.dumps(answer, indent=2, ensure_ascii=False), file=sys.stderr)
        return 1
    print(value if isinstance(value, str) else json.dumps(value))
    return 0


def client() -> httpx.Client:
    """What many questions to one server are asked through."""
    return httpx.Client(timeout=30, trust_env=False)


def ask(
    url: str,
    headers: dict[str, str],
    document: str,
    variables: dict[str, Any],
    http: httpx.Client | None = None,
) -> dict[str, Any]:
    """The GraphQL result, through a client that stays open or one of its own. Raises httpx.HTTPError."""
    if http is None:
        with client() as once:
            return ask(url, headers, document, variables, once)
    body = {"query": document, "variables": variables}
    answer: dict[str, Any] = http.post(url, json=body, headers=headers).json()
    return answer


def picked(data: Any, path: str) -> Any:
    """The value at a dotted path, None where it is missing; a number picks from a list."""
    for step in path.split("."):
        try:
            data = data[int(step)] if isinstance(data, list) else data[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return data
