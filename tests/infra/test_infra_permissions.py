"""Who may do what: exact actions on exact resources."""

from typing import Any

import pytest
from templates import Stacks, allowed, function_named, properties, target

from infra.declared import Declared
from infra.grants import LISTED, READS, WRITES
from infra.permissions import ON_ANY_RESOURCE, PARKED_OBJECTS
from infra.service import camel
from storage.uploads import PICTURES, UPLOADS
from wiring.declarations import WITHOUT_FUNCTION
from wiring.functions import RESOLVER_FUNCTIONS

FOLDERS = tuple(f"{each}']]}}" for each in (PARKED_OBJECTS, f"/{UPLOADS}*", f"/{PICTURES}*"))
"""How a resource ends that is all that lies in one folder of a bucket."""


def role_of(stacks: Stacks, start: str) -> str:
    return target(function_named(stacks.service, start)["Properties"]["Role"])


def grants(stacks: Stacks, role: str) -> list[tuple[list[str], str, dict[str, Any]]]:
    return [(actions, str(on), when) for who, actions, on, when in allowed(stacks.service) if who == role]


def done_to(stacks: Stacks, role: str, table: str) -> set[str]:
    """What a role may do to a table itself."""
    return {
        action.removeprefix("dynamodb:")
        for who, actions, resources, _ in allowed(stacks.service)
        for resource in resources
        if who == role
        and "Fn::ImportValue" in resource
        and f"GetAtt{table.capitalize()}Table" in str(resource)
        and "StreamArn" not in str(resource)
        for action in actions
    }


def test_no_action_is_a_wildcard(stacks: Stacks) -> None:
    assert not [action for _, actions, _, _ in allowed(stacks.service) for action in actions if "*" in action]


def test_a_wildcard_resource_is_for_actions_that_know_no_other(stacks: Stacks) -> None:
    loose = {
        action
        for _, actions, resources, _ in allowed(stacks.service)
        if any("*" in str(resource) and not str(resource).endswith(FOLDERS) for resource in resources)
        for action in actions
    }

    assert loose <= ON_ANY_RESOURCE


def test_what_is_written_under_a_prefix_is_parked_batches(stacks: Stacks) -> None:
    under = {
        action
        for _, actions, resources, _ in allowed(stacks.service)
        if any(PARKED_OBJECTS in str(resource) for resource in resources)
        for action in actions
    }

    assert under == {"s3:PutObject"}


def test_a_key_is_used_only_by_way_of_a_service_or_for_the_workflows_own_data(stacks: Stacks) -> None:
    for _, actions, _, when in allowed(stacks.service):
        if any(action.startswith("kms:") for action in actions) and "kms:EncryptionContext:" not in str(when):
            assert when["StringEquals"]["kms:ViaService"].endswith(".eu-west-1.amazonaws.com")


@pytest.mark.parametrize("name", RESOLVER_FUNCTIONS)
@pytest.mark.parametrize("table", ["orders", "catalog"])
def test_a_function_reads_and_writes_its_declared_tables_alone(stacks: Stacks, name: str, table: str) -> None:
    size = RESOLVER_FUNCTIONS[name]
    may = done_to(stacks, role_of(stacks, name.capitalize()), table)
    declared = (set(READS) if table in size.reads else set()) | (
        set(WRITES) if table in size.writes else set()
    )

    assert may == set(LISTED[name].get(table, ()))
    assert may <= declared


@pytest.mark.parametrize("name", RESOLVER_FUNCTIONS)
@pytest.mark.parametrize("service", ["dynamodb", "secretsmanager"])
def test_a_function_reaches_the_key_behind_what_it_reads(stacks: Stacks, name: str, service: str) -> None:
    """A grant on a table says nothing of its key; without this, everything is denied on AWS and nowhere else."""
    through = [
        actions
        for actions, _, when in grants(stacks, role_of(stacks, name.capitalize()))
        if service in str(when)
    ]

    assert any("kms:Decrypt" in actions for actions in through)


def test_who_writes_may_encrypt(stacks: Stacks) -> None:
    for name, size in RESOLVER_FUNCTIONS.items():
        actions = {
            each for found, _, _ in grants(stacks, role_of(stacks, name.capitalize())) for each in found
        }

        assert ("kms:GenerateDataKey" in actions) == bool(size.writes)


def test_who_needs_the_one_secret_reads_it(stacks: Stacks, declarations: Declared) -> None:
    readers = {
        who: resources
        for who, actions, resources, _ in allowed(stacks.service)
        if "secretsmanager:GetSecretValue" in actions
    }

    declared = {
        role_of(stacks, f"{camel(each.name)}Consumer") for each in declarations.consumers if each.secret
    }
    assert set(readers) == {role_of(stacks, name.capitalize()) for name in RESOLVER_FUNCTIONS} | declared
    assert all("ExportsOutputRefServerSecret" in str(resources) for resources in readers.values())


def test_only_a_consumer_that_declares_it_may_publish(stacks: Stacks, declarations: Declared) -> None:
    publishers = {
        role_of(stacks, f"{camel(each.name)}Consumer"): set(each.publishes)
        for each in declarations.consumers
        if each.publishes
    }
    may = {
        who: {str(each["Fn::Join"][1][-1]).rpartition("/types/Mutation/fields/")[2] for each in resources}
        for who, actions, resources, _ in allowed(stacks.service)
        if "appsync:GraphQL" in actions
    }

    assert may == publishers


def test_what_a_consumer_publishes_is_declared_as_publishing(declarations: Declared) -> None:
    publishing = {field.name for field in declarations.fields if field.source in WITHOUT_FUNCTION}

    assert {name for each in declarations.consumers for name in each.publishes} <= publishing


@pytest.mark.parametrize("table", ["orders", "catalog"])
def test_a_consumer_touches_the_tables_that_it_declares_alone(
    stacks: Stacks, declarations: Declared, table: str
) -> None:
    for consumer in declarations.consumers:
        may = done_to(stacks, role_of(stacks, f"{camel(consumer.name)}Consumer"), table)

        assert bool(may) == (table in consumer.writes)
        assert may <= {*READS, *WRITES}


def test_appsync_may_invoke_each_function_by_its_alias_alone(stacks: Stacks) -> None:
    invoked = [
        target(resource)
        for _, actions, resources, _ in allowed(stacks.service)
        if actions == ["lambda:InvokeFunction"]
        for resource in resources
    ]

    assert len(invoked) == len(RESOLVER_FUNCTIONS)
    assert {stacks.service["Resources"][each]["Type"] for each in invoked} == {"AWS::Lambda::Alias"}


def test_roles_trust_one_service_each(stacks: Stacks) -> None:
    for role in properties(stacks.service, "IAM::Role"):
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"]["Service"] in {
            "lambda.amazonaws.com",
            "appsync.amazonaws.com",
            "codedeploy.amazonaws.com",
            "states.amazonaws.com",
        }
