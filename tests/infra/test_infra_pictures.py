"""Where pictures are uploaded and shown from: private, over TLS, told to the bus, and read by one distribution."""

from typing import Any

from templates import Stacks, function_named, of_type, properties, target

from storage.uploads import PICTURES, UPLOADS


def bucket(stacks: Stacks) -> tuple[str, dict[str, Any]]:
    (found,) = (
        (id_, each["Properties"])
        for id_, each in of_type(stacks.data, "S3::Bucket").items()
        if id_.startswith("Pictures")
    )
    return found


def statements(stacks: Stacks) -> list[dict[str, Any]]:
    id_, _ = bucket(stacks)
    (policy,) = (
        each for each in properties(stacks.data, "S3::BucketPolicy") if target(each["Bucket"]) == id_
    )
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def test_the_bucket_is_private_and_its_owners_alone(stacks: Stacks) -> None:
    _, made = bucket(stacks)
    assert set(made["PublicAccessBlockConfiguration"].values()) == {True}
    assert made["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "BucketEncryption" in made
    (denied,) = (each for each in statements(stacks) if each["Effect"] == "Deny")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_pages_may_post_to_it_and_nothing_else(stacks: Stacks) -> None:
    _, made = bucket(stacks)
    (rule,) = made["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedOrigins"]) == (["POST"], ["*"])


def test_it_tells_the_bus_by_its_own_property(stacks: Stacks) -> None:
    """CDK's switch makes a function for it that nobody here has looked at."""
    _, made = bucket(stacks)
    assert made["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert not of_type(stacks.data, "Lambda::Function")


def test_uploads_that_nobody_could_work_on_go_and_pictures_stay(stacks: Stacks) -> None:
    _, made = bucket(stacks)
    ending = {
        each["Prefix"]: each["ExpirationInDays"]
        for each in made["LifecycleConfiguration"]["Rules"]
        if "ExpirationInDays" in each
    }
    assert ending == {UPLOADS: 14}  # as long as the queue keeps the message


def test_the_distribution_alone_reads_it_and_finished_pictures_alone(stacks: Stacks) -> None:
    (distribution,) = of_type(stacks.data, "CloudFront::Distribution")
    (allowed,) = (each for each in statements(stacks) if each["Effect"] == "Allow")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert str(allowed["Resource"]).endswith(f"/{PICTURES}*']]}}")
    assert distribution in str(allowed["Condition"]["StringEquals"]["aws:SourceArn"])


def test_the_distribution_signs_to_the_bucket_and_speaks_https(stacks: Stacks) -> None:
    (made,) = properties(stacks.data, "CloudFront::Distribution")
    (signing,) = of_type(stacks.data, "CloudFront::OriginAccessControl")
    (origin,) = made["DistributionConfig"]["Origins"]
    assert target(origin["OriginAccessControlId"]) == signing
    assert target(origin["DomainName"]) == bucket(stacks)[0]
    behavior = made["DistributionConfig"]["DefaultCacheBehavior"]
    assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
    assert behavior["AllowedMethods"] == ["GET", "HEAD"]


def test_who_signs_forms_is_told_the_bucket_and_everybody_where_pictures_are(stacks: Stacks) -> None:
    told = {
        name: function_named(stacks.service, name)["Properties"]["Environment"]["Variables"]
        for name in ("Browse", "Read", "Write", "MakePictures")
    }
    assert {name for name, each in told.items() if "PICTURES_BUCKET" in each} == {"Write", "MakePictures"}
    assert {name for name, each in told.items() if "PICTURES_URL" in each} == {"Browse", "Read", "Write"}


def test_the_queues_key_serves_rules_of_ours_on_both_buses(stacks: Stacks) -> None:
    (key,) = (each for id_, each in of_type(stacks.service, "KMS::Key").items() if id_.startswith("Queues"))
    (rules,) = (
        each["Condition"]["ArnLike"]["aws:SourceArn"]
        for each in key["Properties"]["KeyPolicy"]["Statement"]
        if each.get("Sid") == "RulesOfOursEncrypt"
    )
    named = [each["Name"] for each in properties(stacks.service, "Events::Rule") if "Name" in each]
    assert named == [f"orderbell-{stacks.stage}-make-pictures"]
    assert rules[1] == f"arn:aws:events:eu-west-1:111111111111:rule/orderbell-{stacks.stage}-*"
