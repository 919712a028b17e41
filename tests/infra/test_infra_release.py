"""How versions take over."""

from templates import Stacks, listed, of_type, properties, target

from infra.release import PACE
from infra.stages import STAGES

BY_NAME = {stage.name: stage for stage in STAGES}


def test_every_alias_moves_by_degrees_where_the_stage_says_so(stacks: Stacks) -> None:
    wanted = BY_NAME[stacks.stage].canary

    for name, alias in of_type(stacks.service, "Lambda::Alias").items():
        assert ("CodeDeployLambdaAliasUpdate" in alias.get("UpdatePolicy", {})) == wanted, name


def test_each_alias_has_a_group_of_its_own_and_a_tenth_goes_first(synthesized: dict[str, Stacks]) -> None:
    service = synthesized["prod"].service
    groups = [
        target(alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"])
        for alias in of_type(service, "Lambda::Alias").values()
    ]

    assert sorted(groups) == sorted(of_type(service, "CodeDeploy::DeploymentGroup"))
    assert {each["DeploymentConfigName"] for each in properties(service, "CodeDeploy::DeploymentGroup")} == {
        PACE
    }
    assert "Canary10Percent5Minutes" in PACE


def test_its_own_errors_and_any_bug_call_a_release_off(synthesized: dict[str, Stacks]) -> None:
    service = synthesized["prod"].service
    names = {
        id_: each["Properties"]["AlarmName"] for id_, each in of_type(service, "CloudWatch::Alarm").items()
    }

    for group in properties(service, "CodeDeploy::DeploymentGroup"):
        watched = [names[target(each["Name"])] for each in group["AlarmConfiguration"]["Alarms"]]
        assert group["AlarmConfiguration"]["Enabled"]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert [name.split("-", 2)[2].rpartition("-")[0] for name in watched][1] == "bugs"
        assert "-release-errors-" in watched[0]


def test_a_new_versions_errors_are_counted_among_its_own_calls(synthesized: dict[str, Stacks]) -> None:
    """Over all versions, one that fails every call of its tenth would be a tenth of errors."""
    service = synthesized["prod"].service
    for alarm in properties(service, "CloudWatch::Alarm"):
        if "-release-errors-" in alarm["AlarmName"]:
            for each in alarm["Metrics"]:
                if "MetricStat" in each:
                    given = {one["Name"]: one["Value"] for one in each["MetricStat"]["Metric"]["Dimensions"]}
                    assert (
                        service["Resources"][target(given["ExecutedVersion"])]["Type"]
                        == "AWS::Lambda::Version"
                    )
                    assert given["Resource"]["Fn::Join"][1][-1] == ":live"


def test_codedeploy_moves_each_alias_and_no_other(synthesized: dict[str, Stacks]) -> None:
    service = synthesized["prod"].service
    (role,) = (
        id_
        for id_, each in of_type(service, "IAM::Role").items()
        if "codedeploy" in str(each["Properties"]["AssumeRolePolicyDocument"])
    )
    (policy,) = (each for each in properties(service, "IAM::Policy") if target(each["Roles"][0]) == role)
    moved = [
        target(resource["Fn::Join"][1][0])
        for statement in policy["PolicyDocument"]["Statement"]
        if "lambda:UpdateAlias" in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]

    assert sorted(moved) == sorted(of_type(service, "Lambda::Function"))
