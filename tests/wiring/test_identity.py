"""From AppSync's identity to the actor: the issuer decides."""

from typing import Any

import pytest

from domain.actors import ActorKind, OrderAction, ShopAction, authorise
from tests.wiring.things import ISSUERS, caller, captured
from wiring.identity import UnauthorizedException, actor_of


def test_no_identity_is_a_guest() -> None:
    actor = caller(captured("query_guest"))
    assert (actor.kind, actor.groups) == (ActorKind.GUEST, frozenset())


def test_the_customers_pool_makes_a_customer() -> None:
    actor = caller(captured("query_customer"))
    assert (actor.kind, actor.id) == (ActorKind.CUSTOMER, "customer-1")


def test_the_staff_pool_makes_staff_with_its_groups() -> None:
    actor = caller(captured("mutation_staff"))
    assert (actor.kind, actor.id) == (ActorKind.STAFF, "staff-1")
    assert actor.groups == {"warehouse", "support"}


def test_a_customers_token_with_a_group_named_admin_is_no_staff() -> None:
    actor = caller(captured("query_customer_with_groups"))
    assert (actor.kind, actor.groups) == (ActorKind.CUSTOMER, frozenset())
    assert not any(authorise(actor, action) for action in (*OrderAction, *ShopAction))


def test_groups_are_read_from_the_claims_where_appsync_gives_none() -> None:
    identity = captured("mutation_staff")["identity"] | {"groups": None}
    assert actor_of(identity, ISSUERS).groups == {"warehouse", "support"}


def test_staff_without_a_group_may_do_nothing() -> None:
    identity = captured("mutation_staff")["identity"] | {"groups": None, "claims": {}}
    actor = actor_of(identity, ISSUERS)
    assert not any(authorise(actor, action) for action in (*OrderAction, *ShopAction))


def test_a_signed_request_is_the_system() -> None:
    actor = caller(captured("query_iam"))
    assert actor.kind is ActorKind.SYSTEM
    assert actor.id.endswith("assumed-role/publisher/push")


@pytest.mark.parametrize(
    "identity",
    [
        {},
        {"issuer": ISSUERS.staff},
        {"issuer": ISSUERS.customers, "sub": ""},
        {"issuer": ISSUERS.staff + "/", "sub": "x", "groups": ["admin"]},
        {"issuer": "https://elsewhere.example.com", "sub": "x", "groups": ["admin"]},
        {
            "issuer": "https://elsewhere.example.com",
            "sub": "x",
            "userArn": "arn:aws:iam::111122223333:role/x",
        },
        {"sub": "x", "groups": ["admin"]},
        {"resolverContext": {"role": "admin"}},
    ],
)
def test_any_other_identity_is_unknown(identity: dict[str, Any]) -> None:
    with pytest.raises(UnauthorizedException):
        actor_of(identity, ISSUERS)
