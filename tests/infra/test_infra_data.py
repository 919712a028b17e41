"""Tables, pools, secret and key: what must not be lost."""

from typing import Any

import pytest
from templates import Stacks, of_type, properties, target

from infra.stages import STAGES
from storage.tables import TABLES, Table
from wiring.access import STAFF_GROUPS

KEPT = {stage.name: stage.keep_data for stage in STAGES}
STATEFUL = ("DynamoDB::Table", "Cognito::UserPool", "SecretsManager::Secret", "S3::Bucket")
KEPT_TYPES = (*STATEFUL, "KMS::Key")


def table_of(stacks: Stacks, name: str) -> dict[str, Any]:
    (found,) = (
        each["Properties"]
        for id_, each in of_type(stacks.data, "DynamoDB::Table").items()
        if id_.startswith(f"{name.capitalize()}Table")
    )
    return found


def keys(schema: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(each["AttributeName"] for each in schema)


def pool_named(stacks: Stacks, name: str) -> dict[str, Any]:
    (found,) = (
        each["Properties"]
        for id_, each in of_type(stacks.data, "Cognito::UserPool").items()
        if id_.startswith(name)
    )
    return found


def test_there_are_the_declared_tables_and_no_other(stacks: Stacks) -> None:
    assert len(of_type(stacks.data, "DynamoDB::Table")) == len(TABLES)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_has_its_declared_keys_and_indexes(stacks: Stacks, table: Table) -> None:
    made = table_of(stacks, table.name)
    indexes = {
        each["IndexName"]: (keys(each["KeySchema"]), each["Projection"])
        for each in made["GlobalSecondaryIndexes"]
    }

    assert keys(made["KeySchema"]) == ("PK", "SK")
    assert indexes == {
        index.name: (
            (index.partition, index.sort),
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projects)},
        )
        for index in table.indexes
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_streams_expires_and_is_paid_by_request(stacks: Stacks, table: Table) -> None:
    made = table_of(stacks, table.name)

    assert made["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert made["TimeToLiveSpecification"] == {"AttributeName": table.ttl, "Enabled": True}
    assert made["BillingMode"] == "PAY_PER_REQUEST"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_can_be_restored_to_any_second_of_35_days(stacks: Stacks, table: Table) -> None:
    backups = table_of(stacks, table.name)["PointInTimeRecoverySpecification"]

    assert backups == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_encrypted_with_our_key(stacks: Stacks, table: Table) -> None:
    encryption = table_of(stacks, table.name)["SSESpecification"]

    assert (encryption["SSEType"], encryption["SSEEnabled"]) == ("KMS", True)
    assert stacks.data["Resources"][target(encryption["KMSMasterKeyId"])]["Type"] == "AWS::KMS::Key"


def test_the_key_rotates(stacks: Stacks) -> None:
    assert [each["EnableKeyRotation"] for each in properties(stacks.data, "KMS::Key")] == [True]


@pytest.mark.parametrize("kind", KEPT_TYPES)
def test_what_a_stage_keeps_outlives_its_stack(stacks: Stacks, kind: str) -> None:
    wanted = "Retain" if KEPT[stacks.stage] else "Delete"
    made = of_type(stacks.data, kind).values()

    assert made
    assert {(each["DeletionPolicy"], each["UpdateReplacePolicy"]) for each in made} == {(wanted, wanted)}


def test_what_a_stage_keeps_refuses_deletion(stacks: Stacks) -> None:
    kept = KEPT[stacks.stage]

    assert {each["DeletionProtectionEnabled"] for each in properties(stacks.data, "DynamoDB::Table")} == {
        kept
    }
    assert [
        each.get("DeletionProtection") == "ACTIVE" for each in properties(stacks.data, "Cognito::UserPool")
    ] == [kept] * 2


def test_the_service_holds_nothing_that_must_be_kept(stacks: Stacks) -> None:
    assert not [kind for kind in STATEFUL if of_type(stacks.service, kind)]


def test_customers_sign_up_by_e_mail(stacks: Stacks) -> None:
    pool = pool_named(stacks, "Customers")

    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert (pool["UsernameAttributes"], pool["AutoVerifiedAttributes"]) == (["email"], ["email"])


def test_staff_are_created_by_an_administrator_and_need_a_second_factor(stacks: Stacks) -> None:
    pool = pool_named(stacks, "Staff")

    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])


def test_the_groups_are_those_that_fields_name_and_of_staff_alone(stacks: Stacks) -> None:
    groups = properties(stacks.data, "Cognito::UserPoolGroup")

    assert sorted(each["GroupName"] for each in groups) == sorted(STAFF_GROUPS)
    assert {target(each["UserPoolId"])[:5] for each in groups} == {"Staff"}


def test_clients_have_no_secret_and_do_not_tell_who_exists(stacks: Stacks) -> None:
    clients = properties(stacks.data, "Cognito::UserPoolClient")

    assert [each["GenerateSecret"] for each in clients] == [False, False]
    assert {each["PreventUserExistenceErrors"] for each in clients} == {"ENABLED"}


def test_the_secret_is_made_there_64_long_and_encrypted_with_our_key(stacks: Stacks) -> None:
    (secret,) = properties(stacks.data, "SecretsManager::Secret")

    assert secret["GenerateSecretString"]["PasswordLength"] == 64
    assert "SecretString" not in secret
    assert target(secret["KmsKeyId"]).startswith("Key")


EXPORTS = 18
"""Two tables' name, ARN and stream; two pools' id, issuer and client; key; secret. Taking one away needs two deployments."""


def test_everything_that_is_imported_is_exported_by_name(stacks: Stacks) -> None:
    exported = {each["Export"]["Name"] for each in stacks.data["Outputs"].values() if "Export" in each}

    assert imports(stacks.service) <= exported
    assert len(exported) == EXPORTS


def imports(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for each in node for name in imports(each)}
    if not isinstance(node, dict):
        return set()
    own = {node["Fn::ImportValue"]} if "Fn::ImportValue" in node else set()
    return own | {name for each in node.values() for name in imports(each)}


def test_parked_batches_are_private_encrypted_and_kept_for_90_days(stacks: Stacks) -> None:
    bucket = next(
        each["Properties"]
        for id_, each in of_type(stacks.data, "S3::Bucket").items()
        if id_.startswith("Parked")
    )
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert (rule["ExpirationInDays"], rule["Status"]) == (90, "Enabled")
    assert target(encryption["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]).startswith("Key")


def test_every_bucket_refuses_plain_http(stacks: Stacks) -> None:
    refusing = [
        target(policy["Bucket"])
        for policy in properties(stacks.data, "S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement.get("Condition"))
        == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    ]

    assert sorted(refusing) == sorted(of_type(stacks.data, "S3::Bucket"))


FROZEN = {
    "DynamoDB::Table": {"OrdersTable315BB997", "CatalogTableF8EA09BD"},
    "Cognito::UserPool": {"Customers6955EA0A", "Staff35CBA1CE"},
    "Cognito::UserPoolClient": {"CustomersClient35DDD9C9", "StaffClient04492C54"},
    "SecretsManager::Secret": {"ServerSecret43E0D4DF"},
    "S3::Bucket": {"Parked6D7C062F", "PicturesBucket93B3B90B"},
    "KMS::Key": {"Key961B73FD"},
}
"""CloudFormation makes a new resource for a new logical id, and lets go of the one that holds the data."""


def test_logical_ids_of_what_holds_data_never_change(stacks: Stacks) -> None:
    assert {kind: set(of_type(stacks.data, kind)) for kind in FROZEN} == FROZEN


def test_everything_that_holds_data_is_frozen() -> None:
    assert {*KEPT_TYPES} <= {*FROZEN}
