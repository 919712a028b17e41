"""No wildcard outside one list, no managed policy, a role a function, and no deputy that can be confused."""

from collections.abc import Iterator

import pytest

from tests.infra.iam.comparing import function_roles
from tests.infra.iam.deployed import ACCOUNT, Deployed
from tests.infra.iam.planting import planted, with_more, with_statement
from tests.infra.iam.policies import Statement, document, matches, of_resource, of_role
from tests.infra.iam.reviewed import STARS, TRUST_WITHOUT_SOURCE

Star = tuple[str, str, str]
"""Kind of policy, action, resource."""

SOURCES = {"aws:SourceAccount", "aws:SourceArn"}


def statements(deployed: Deployed) -> Iterator[tuple[str, Statement]]:
    """Every statement that allows, by kind of policy."""
    gates = {"key": "KMS::Key", "topic": "SNS::Topic", "queue": "SQS::Queue", "bucket": "S3::Bucket"}
    for role in deployed.of_kind("IAM::Role"):
        yield from (("identity", each) for each in of_role(deployed, role))
    for name, kind in gates.items():
        for place in deployed.of_kind(kind):
            yield from ((name, each) for each in of_resource(deployed, place))


def stars(deployed: Deployed) -> set[Star]:
    """Every wildcard that allows. A key's policy says `*` for the key itself."""
    return {
        (kind, action, resource)
        for kind, statement in statements(deployed)
        if statement.effect == "Allow"
        for action in statement.actions
        for resource in statement.resources
        if "*" in action or ("*" in resource and kind != "key")
    }


def known(star: Star) -> list[Star]:
    """The entries of the list that speak of it."""
    return [
        listed
        for listed in STARS
        if star[:2] == listed[:2] and (star[2] == listed[2] or matches(star[2], listed[2]))
    ]


def open_to_all(deployed: Deployed) -> list[Statement]:
    """Statements that allow everybody."""
    return [each for _, each in statements(deployed) if each.effect == "Allow" and "*" in each.principals]


def trusting(deployed: Deployed) -> Iterator[tuple[str, Statement]]:
    """Who may take each role."""
    for role in deployed.of_kind("IAM::Role"):
        for statement in document(deployed, role.stack, role.properties["AssumeRolePolicyDocument"]):
            yield role.id, statement


def confusable(deployed: Deployed) -> set[str]:
    """Services that may use something of ours without saying that it is for us."""
    admitted = [statement for _, statement in trusting(deployed)]
    admitted += [each for kind, each in statements(deployed) if kind != "identity" and each.effect == "Allow"]
    return {
        principal
        for statement in admitted
        for principal in statement.principals
        if principal.endswith(".amazonaws.com")
        and not SOURCES & {key for tested in statement.conditions.values() for key in tested}
    }


def test_every_wildcard_is_one_of_the_list(deployed: Deployed) -> None:
    assert [star for star in stars(deployed) if not known(star)] == []


def test_the_list_has_no_wildcard_that_is_gone(stages: dict[str, Deployed]) -> None:
    found = {listed for stage in stages.values() for star in stars(stage) for listed in known(star)}
    assert found == set(STARS)
    assert all(len(reason) > 20 for reason in STARS.values())


def test_nothing_is_open_to_all(deployed: Deployed) -> None:
    assert open_to_all(deployed) == []


def test_no_policy_is_managed_by_somebody_else(deployed: Deployed) -> None:
    kinds = {place.kind for place in deployed.places.values()}
    assert not kinds & {"IAM::ManagedPolicy", "IAM::User", "IAM::Group"}
    assert not [role.id for role in deployed.of_kind("IAM::Role") if role.properties.get("ManagedPolicyArns")]


def test_each_function_has_a_role_of_its_own(deployed: Deployed) -> None:
    roles = [role.id for role in function_roles(deployed)]
    assert len(roles) == len(set(roles)) == sum(1 for _ in deployed.of_kind("Lambda::Function"))


def test_a_policy_belongs_to_one_role(deployed: Deployed) -> None:
    assert [each.id for each in deployed.of_kind("IAM::Policy") if len(each.properties["Roles"]) != 1] == []


def test_a_role_is_taken_by_one_service(deployed: Deployed) -> None:
    for role, statement in trusting(deployed):
        assert len(statement.principals) == 1, role
        assert statement.actions == ("sts:AssumeRole",), role


def test_services_say_that_they_act_for_us(deployed: Deployed) -> None:
    assert confusable(deployed) == set(TRUST_WITHOUT_SOURCE)


def test_the_source_that_is_trusted_is_ours(deployed: Deployed) -> None:
    said = [
        str(value)
        for _, statement in trusting(deployed)
        for tested in statement.conditions.values()
        for key, value in tested.items()
        if key in SOURCES
    ]
    assert said
    assert [each for each in said if ACCOUNT not in each] == []


def test_who_may_call_a_function_by_a_permission_is_one_thing(deployed: Deployed) -> None:
    for permission in deployed.of_kind("Lambda::Permission"):
        assert str(deployed.resolved(permission)["SourceArn"]).startswith("arn:"), permission.id


# --- each of these can fail --------------------------------------------------------------------------------------


def test_a_wildcard_too_many_is_found(deployed: Deployed) -> None:
    for wide in ("dynamodb:*", "dynamodb:Get*"):
        spoilt = planted(deployed, with_more(wide, of="ReadRole", beside="dynamodb:GetItem"))
        assert {star[1] for star in stars(spoilt) if not known(star)} == {wide}


def test_everything_of_a_table_is_found(deployed: Deployed) -> None:
    wide = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:*:*:table/*"}
    assert [star for star in stars(planted(deployed, with_statement(wide, of="ReadRole"))) if not known(star)]


@pytest.mark.parametrize("of", ["ParkedPolicy", "OperatorsTopicPolicy", "OperatorsKey"])
def test_a_gate_open_to_all_is_found(deployed: Deployed, of: str) -> None:
    wide = {"Effect": "Allow", "Action": "x:Take", "Resource": "arn:x", "Principal": "*"}
    assert len(open_to_all(planted(deployed, with_statement(wide, of=of)))) == 1


def test_a_service_that_does_not_say_for_whom_is_found(deployed: Deployed) -> None:
    wide = {
        "Effect": "Allow",
        "Action": "sns:Publish",
        "Resource": "arn:x",
        "Principal": {"Service": "events.amazonaws.com"},
    }
    spoilt = planted(deployed, with_statement(wide, of="OperatorsTopicPolicy"))
    assert confusable(spoilt) - set(TRUST_WITHOUT_SOURCE) == {"events.amazonaws.com"}
