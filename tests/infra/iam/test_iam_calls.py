"""Least privilege, both ways: what functions call is allowed, and what is allowed is called."""

from typing import Any

import pytest
from templates import listed

from infra import grants as infra_grants
from infra.declared import Declared
from tests.infra.iam.acting import Stage, behind
from tests.infra.iam.call_sites import written
from tests.infra.iam.comparing import denied, function_roles, grants, service_roles, stale, unreviewed, unused
from tests.infra.iam.deployed import Deployed
from tests.infra.iam.planting import planted, with_more, with_statement, without
from tests.infra.iam.reviewed import BY_LAMBDA, BY_SERVICES
from wiring.declarations import WITHOUT_FUNCTION, Source


def test_every_declared_field_did_its_work(day: Stage, declarations: Declared) -> None:
    by_functions = {field.key for field in declarations.fields if field.source not in WITHOUT_FUNCTION}
    assert day.asked == by_functions == set(behind(day.deployed))


def test_every_consumer_did_its_work(day: Stage, declarations: Declared) -> None:
    assert day.woken == {consumer.name for consumer in declarations.consumers}


def test_every_publishing_mutation_was_called(day: Stage, declarations: Declared) -> None:
    called = {each.resource.rpartition("/")[2] for made in day.recorder.made.values() for each in made}
    assert {field.name for field in declarations.fields if field.source is Source.NONE} <= called


def test_every_place_in_the_code_that_calls_aws_was_reached(day: Stage) -> None:
    """Also those that run after a fault alone: there a missing grant would show first on AWS."""
    assert written() - day.recorder.reached == set()


def test_every_call_is_allowed_by_the_role_of_its_function(deployed: Deployed, day: Stage) -> None:
    assert denied(deployed, day.recorder.made) == []


def test_every_grant_of_a_function_is_used(deployed: Deployed, day: Stage) -> None:
    assert unused(deployed, day.recorder.made) == []


def test_every_grant_of_a_role_that_a_service_takes_is_reviewed(deployed: Deployed) -> None:
    assert unreviewed(deployed) == []


def test_no_review_has_outlived_its_grant(stages: dict[str, Deployed]) -> None:
    of_functions, of_services = (
        {grant for stage in stages.values() for role in roles(stage) for grant in grants(stage, role)}
        for roles in (function_roles, service_roles)
    )
    assert stale(BY_LAMBDA, of_functions) + stale(BY_SERVICES, of_services) == []


def test_a_function_that_is_listed_does_what_it_declares_and_no_more() -> None:
    with pytest.raises(ValueError, match="browse"):
        infra_grants.grants("browse", ["orders"], [], {"orders": [], "catalog": []})


# --- each of these can fail --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "role"),
    [
        ("dynamodb:ConditionCheckItem", "WriteRole"),
        ("dynamodb:GetItem", "SubscribeRole"),
        ("dynamodb:UpdateItem", "SweepConsumerRole"),
        ("secretsmanager:GetSecretValue", "BrowseRole"),
        ("appsync:GraphQL", "PushStatusConsumerRole"),
        ("ses:SendEmail", "SendMailConsumerRole"),
    ],
)
def test_an_action_that_is_taken_away_is_missed(day: Stage, action: str, role: str) -> None:
    missed = denied(planted(day.deployed, without(action, of=role)), day.recorder.made)
    assert missed
    assert all(action in each for each in missed)


def test_an_index_that_is_taken_away_is_missed(day: Stage) -> None:
    def no_index(_id: str, statements: list[dict[str, Any]]) -> None:
        for statement in statements:
            found = listed(statement.get("Resource", []))
            statement["Resource"] = [each for each in found if "/index/by-owner" not in str(each)]

    (missed,) = denied(planted(day.deployed, no_index), day.recorder.made)
    assert missed.startswith("ReadFunction")
    assert missed.endswith("/index/by-owner")


def test_a_denial_beats_what_is_allowed(day: Stage) -> None:
    no = {"Effect": "Deny", "Action": "dynamodb:Put*", "Resource": "*"}
    missed = denied(planted(day.deployed, with_statement(no, of="WriteRole")), day.recorder.made)
    assert {each.split()[1] for each in missed} == {"dynamodb:PutItem"}


def test_an_action_too_many_is_found(day: Stage) -> None:
    wide = with_more("dynamodb:DeleteItem", of="WriteRole", beside="dynamodb:PutItem")
    assert {each.split()[1] for each in unused(planted(day.deployed, wide), day.recorder.made)} == {
        "dynamodb:DeleteItem"
    }


def test_a_grant_that_nobody_reviewed_is_found(day: Stage) -> None:
    assert unused(day.deployed, day.recorder.made, BY_LAMBDA[1:])
    wide = with_more("lambda:UpdateFunctionCode", of="AnsweringReadRole", beside="lambda:InvokeFunction")
    assert len(unreviewed(planted(day.deployed, wide))) == 1


def test_a_review_of_nothing_is_found() -> None:
    assert stale(BY_LAMBDA, set())
