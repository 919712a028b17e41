"""The way to the key: from every role and service that acts on what a customer key encrypts."""

import pytest

from tests.infra.iam.comparing import function_roles
from tests.infra.iam.deployed import Deployed
from tests.infra.iam.planting import planted, with_more, without
from tests.infra.iam.policies import Request, allows, of_role
from tests.infra.iam.reaching import WHERE, excessive, key_of, unreached, uses
from tests.infra.iam.reviewed import WITHOUT_CUSTOMER_KEY
from tests.infra.iam.senders import handed_over, senders


@pytest.fixture(params=["dev", "prod", "examples"])
def deployed(request: pytest.FixtureRequest, stages: dict[str, Deployed]) -> Deployed:
    """Each stage in turn, and the one with examples."""
    return stages[request.param]


PARKED = "/aws/lambda/mapping/shard/2026/11/25/batch"


def test_whoever_acts_on_an_encrypted_resource_reaches_its_key(deployed: Deployed) -> None:
    assert unreached(deployed) == []


def test_no_role_may_use_a_key_more_than_its_work_needs(deployed: Deployed) -> None:
    assert excessive(deployed) == []


def test_what_lambda_hands_on_its_functions_role_allows(deployed: Deployed) -> None:
    handed = list(handed_over(deployed))
    assert handed
    for function, action, target in handed:
        role = deployed.places[function.stack, function.properties["Role"]["Fn::GetAtt"][0]]
        on = target + PARKED if action == "s3:PutObject" else target
        assert allows(of_role(deployed, role), Request(action, on)), (function.id, action, on)


def test_the_walk_meets_every_alarm_and_every_role_that_touches_data(deployed: Deployed) -> None:
    alarms = sum(1 for _ in deployed.of_kind("CloudWatch::Alarm"))
    told = {sender.source for sender in senders(deployed) if sender.principal == "cloudwatch.amazonaws.com"}
    assert len(told) == alarms > 0
    assert {sender.principal for sender in senders(deployed)} >= {
        "cloudwatch.amazonaws.com",
        "budgets.amazonaws.com",
    }
    assert all(list(uses(deployed, role)) for role in function_roles(deployed))


def test_tables_secrets_topics_and_buckets_have_customer_keys(deployed: Deployed) -> None:
    kinds = [kind for kind in WHERE if kind != "Logs::LogGroup"]
    without_key = [
        place.id for kind in kinds for place in deployed.of_kind(kind) if key_of(deployed, place) is None
    ]
    assert sorted(each[:-8] for each in without_key) == sorted(WITHOUT_CUSTOMER_KEY)


# --- each of these can fail --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "of", "told"),
    [
        ("kms:Decrypt", "BrowseRole", "BrowseRole"),
        ("kms:DescribeKey", "ReadRole", "ReadRole"),
        ("kms:GenerateDataKey", "WriteRole", "WriteRole"),
        ("kms:GenerateDataKey", "PushStatusConsumerRole", "s3:PutObject"),
        ("kms:GenerateDataKey", "OperatorsKey", "cloudwatch.amazonaws.com"),
        ("kms:Decrypt", "OperatorsKey", "budgets.amazonaws.com"),
        ("sns:Publish", "OperatorsTopicPolicy", "is not admitted"),
        ("kms:*", "Key", "but not"),
    ],
)
def test_a_key_that_is_taken_away_is_missed(deployed: Deployed, action: str, of: str, told: str) -> None:
    missed = unreached(planted(deployed, without(action, of=of)))
    assert any(told in each for each in missed), missed


def test_an_alarm_of_another_account_is_not_let_in(deployed: Deployed) -> None:
    def elsewhere(id_: str, statements: list[dict[str, object]]) -> None:
        for statement in statements if id_.startswith("OperatorsKey") else ():
            if "Condition" in statement:
                statement["Condition"] = {"StringEquals": {"aws:SourceAccount": "222222222222"}}

    assert unreached(planted(deployed, elsewhere))


def test_a_use_too_many_is_found(deployed: Deployed) -> None:
    wide = with_more("kms:CreateGrant", of="ReadRole", beside="kms:Decrypt")
    assert excessive(planted(deployed, wide))


def test_a_key_used_by_way_of_any_service_is_found(deployed: Deployed) -> None:
    def anyhow(id_: str, statements: list[dict[str, object]]) -> None:
        for statement in statements if id_.startswith("BrowseRole") else ():
            statement.pop("Condition", None)

    assert excessive(planted(deployed, anyhow))
