"""Old versions of functions: which may go, and that nothing else goes."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from fake_account import Account

from infra.deploying import pruning
from infra.deploying.acting import PATIENT
from infra.deploying.versions import Alias, alias, spare

STACK = "orderbell-dev-Service"
BEFORE = {"browse": frozenset({"4"}), "read": frozenset({"1"}), "write": frozenset({"8"})}


def at(version: str, *shares: str) -> Alias:
    return Alias("live", version, frozenset(shares))


@pytest.mark.parametrize(
    ("versions", "aliases", "before", "gone"),
    [
        (["$LATEST", "1", "2", "3", "4"], [at("4")], {"3"}, ["1", "2"]),
        (["$LATEST", "1", "2"], [at("2")], {"1"}, []),
        (["$LATEST"], [at("$LATEST")], set(), []),
        (["10", "9", "8", "$LATEST"], [at("10")], {"9"}, ["8"]),  # as numbers, not as text
        (["1", "2", "3", "4"], [at("1")], {"4"}, ["2"]),  # taken back by hand
        (["1", "2", "3", "4"], [at("4")], {"2"}, ["1"]),  # 3 failed: 2 is what one goes back to
        (["1", "2", "3", "4"], [at("4")], {"4"}, []),  # nothing has moved
        (["1", "2", "3", "4", "5"], [at("5"), Alias("pinned", "2")], {"4", "2"}, ["1", "3"]),
        (["1", "2", "3", "4"], [at("3", "4")], {"3"}, []),  # a release under way
        (["1", "2", "3", "4"], [at("4"), Alias("other", "1", frozenset({"2"}))], {"3"}, []),
        (["1", "2", "3", "4"], [], {"3"}, []),  # not ours, or half made
    ],
)
def test_all_but_the_newest_two_and_what_an_alias_points_at(
    versions: list[str], aliases: list[Alias], before: set[str], gone: list[str]
) -> None:
    assert spare(versions, aliases, frozenset(before)) == gone


def test_an_alias_is_read_with_its_shares() -> None:
    shifting = {
        "Name": "live",
        "FunctionVersion": "3",
        "RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}},
    }

    assert alias(shifting) == at("3", "4")
    assert alias({"Name": "live", "FunctionVersion": "3", "RoutingConfig": None}) == at("3")
    assert alias({"Name": "live", "FunctionVersion": "3"}) == at("3")


def account(**changes: Any) -> Account:
    return Account(
        resources={STACK: [("AWS::Lambda::Function", name) for name in ("browse", "read", "write")]},
        versions={
            "browse": ["$LATEST", "1", "2", "3", "4", "5"],
            "read": ["$LATEST", "1"],
            "write": ["$LATEST", "7", "8", "9"],
        },
        aliases={name: [{"Name": "live", "FunctionVersion": at}] for name, at in zip(
            ("browse", "read", "write"), ("5", "1", "9"), strict=True
        )},
        **changes,
    )  # fmt: skip


def test_every_page_of_functions_and_versions_is_read() -> None:
    deployed = account()

    told = list(pruning.prune(deployed, STACK, BEFORE))

    assert deployed.done == ["delete browse:1", "delete browse:2", "delete browse:3", "delete write:7"]
    assert told == ["Old function versions deleted: 4", "  browse: 1, 2, 3", "  write: 7"]


def test_what_serves_is_read_before_a_deployment() -> None:
    assert pruning.serving(account(), STACK) == {
        "browse": frozenset({"5"}), "read": frozenset({"1"}), "write": frozenset({"9"})
    }  # fmt: skip
    assert pruning.serving(Account(), STACK) == {}


def test_a_function_that_cannot_be_tidied_is_told_of_and_the_others_are_tidied() -> None:
    deployed = account(undeletable={"browse": "AccessDeniedException"})

    told = list(pruning.prune(deployed, STACK, BEFORE))

    assert deployed.done == ["delete write:7"]
    assert told[-1] == "  browse: not tidied (AccessDeniedException); the next release tries again"


class Throttling:
    """Answers one request with a throttle, the next with success."""

    def __init__(self) -> None:
        self.answers: Iterator[tuple[int, dict[str, str]]] = iter(
            [(429, {"x-amzn-errortype": "TooManyRequestsException"}), (204, {})]
        )
        self.asked: list[str] = []

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        self.asked.append(request.url)
        status, headers = next(self.answers)
        return AWSResponse(request.url, status, headers, Raw())


class Raw:
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        return iter([b"{}"])

    def read(self, *_: Any, **__: Any) -> bytes:
        return b"{}"


def test_a_throttle_of_lambda_is_waited_out() -> None:
    client = boto3.client(
        "lambda", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", config=PATIENT
    )
    throttling = Throttling()
    client.meta.events.register("before-send.lambda", throttling)

    client.delete_function(FunctionName="write", Qualifier="7")

    assert [url.rpartition("/")[2] for url in throttling.asked] == ["write?Qualifier=7"] * 2
