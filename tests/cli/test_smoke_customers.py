"""The smoke test's customers are deleted, and whoever is not is named."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from cli.smoke.customer import delete, new_address
from cli.smoke.place import Place
from cli.smoke.report import SmokeError


class Pool:
    """The one call of Cognito that deleting makes; an address may have an error of its own."""

    def __init__(self, errors: dict[str, Exception]) -> None:
        self.errors = errors
        self.deleted: list[str] = []

    def admin_delete_user(self, **asked: Any) -> None:
        if error := self.errors.get(asked["Username"]):
            raise error
        self.deleted.append(asked["Username"])


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "AdminDeleteUser")


def at(pool: Pool) -> Place:
    return Place("https://x/graphql", api_key="key", pool_id="eu-west-1_abc", cognito=pool)


def test_one_who_was_never_made_is_no_fault() -> None:
    pool = Pool({"one@example.com": refused("UserNotFoundException")})
    delete(at(pool), ["one@example.com", "two@example.com"])

    assert pool.deleted == ["two@example.com"]


@pytest.mark.parametrize(
    "error", [refused("AccessDeniedException"), ConnectTimeoutError(endpoint_url="https://aws")]
)
def test_who_is_left_is_named_and_the_others_are_deleted_all_the_same(error: Exception) -> None:
    pool = Pool({"one@example.com": error})
    with pytest.raises(SmokeError, match=r"still in eu-west-1_abc: one@example\.com .*admin-delete-user"):
        delete(at(pool), ["one@example.com", "two@example.com"])

    assert pool.deleted == ["two@example.com"]


def test_addresses_are_reserved_and_never_the_same() -> None:
    one, other = new_address(), new_address()

    assert one != other
    assert one.endswith("@example.com")
