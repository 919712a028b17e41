"""Nothing that a function puts wakes it, or another, again: what S3 tells goes to queues, and who reads them puts elsewhere."""

from typing import Any

from templates import Stacks, allowed, of_type, properties, target


def watched(stacks: Stacks) -> dict[str, str]:
    """Each folder of the bucket that S3's rules listen to, with the queue that they send to."""
    found = {}
    for rule in properties(stacks.service, "Events::Rule"):
        pattern = rule.get("EventPattern", {})
        if pattern.get("source") == ["aws.s3"]:
            ((key,), (to,)) = pattern["detail"]["object"]["key"], rule["Targets"]
            assert "EventBusName" not in rule  # S3 tells the account's own bus
            found[key["prefix"]] = target(to["Arn"])
    return found


def behind(stacks: Stacks, queue: str) -> str:
    """The role of the function that reads a queue."""
    resources = stacks.service["Resources"]
    (mapping,) = (
        each
        for each in properties(stacks.service, "Lambda::EventSourceMapping")
        if "StartingPosition" not in each and target(each["EventSourceArn"]) == queue
    )
    alias = resources[target(mapping["FunctionName"])]["Properties"]
    return target(resources[target(alias["FunctionName"])]["Properties"]["Role"])


def put_by(stacks: Stacks, role: str) -> list[str]:
    """The folders that a role may put files into."""
    return [
        folder(resource)
        for who, actions, resources, _ in allowed(stacks.service)
        if who == role and "s3:PutObject" in actions
        for resource in resources
    ]


def folder(resource: Any) -> str:
    """`pictures/` of a bucket's ARN that is joined with `/pictures/*`."""
    (_, (*_, last)) = resource["Fn::Join"]
    return str(last).removeprefix("/").removesuffix("*")


def test_who_reads_uploads_puts_nothing_where_uploads_are_told_of(stacks: Stacks) -> None:
    folders = watched(stacks)
    assert list(folders) == ["uploads/"]
    for queue in folders.values():
        puts = put_by(stacks, behind(stacks, queue))
        assert puts == ["pictures/"]
        assert not [each for each in puts if each.startswith(tuple(folders))]


def test_the_bus_of_the_account_tells_of_the_one_bucket_alone(stacks: Stacks) -> None:
    told = [
        each["EventPattern"]["detail"]["bucket"]["name"]
        for each in properties(stacks.service, "Events::Rule")
        if each.get("EventPattern", {}).get("source") == ["aws.s3"]
    ]
    assert ["PicturesBucket" in str(name) for name in told] == [True]
    assert len(of_type(stacks.data, "S3::Bucket")) == 2
