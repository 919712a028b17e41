"""A stage's templates as if they were deployed: every intrinsic function resolved to a name or an ARN.

Only what our templates use is known here; anything else raises UnknownValueError, so that no test passes over it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from templates import Resource, Stacks

ACCOUNT, REGION = "111111111111", "eu-west-1"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
}

OURS = f"{REGION}:{ACCOUNT}"
ARNS = {
    "AppSync::GraphQLApi": f"arn:aws:appsync:{OURS}:apis/{{name}}",
    "CloudFront::Distribution": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{{name}}",
    "CloudFront::OriginAccessControl": f"arn:aws:cloudfront::{ACCOUNT}:origin-access-control/{{name}}",
    "Cognito::UserPool": f"arn:aws:cognito-idp:{OURS}:userpool/{{name}}",
    "DynamoDB::Table": f"arn:aws:dynamodb:{OURS}:table/{{name}}",
    "Events::EventBus": f"arn:aws:events:{OURS}:event-bus/{{name}}",
    "Events::Rule": f"arn:aws:events:{OURS}:rule/{{name}}",
    "IAM::Role": f"arn:aws:iam::{ACCOUNT}:role/{{name}}",
    "KMS::Key": f"arn:aws:kms:{OURS}:key/{{name}}",
    "Lambda::Function": f"arn:aws:lambda:{OURS}:function:{{name}}",
    "Logs::LogGroup": f"arn:aws:logs:{OURS}:log-group:{{name}}:*",
    "S3::Bucket": "arn:aws:s3:::{name}",
    "SNS::Topic": f"arn:aws:sns:{OURS}:{{name}}",
    "SQS::Queue": f"arn:aws:sqs:{OURS}:{{name}}",
    "SecretsManager::Secret": f"arn:aws:secretsmanager:{OURS}:secret:{{name}}-a1b2C3",
    "StepFunctions::StateMachine": f"arn:aws:states:{OURS}:stateMachine:{{name}}",
    "CodeDeploy::Application": f"arn:aws:codedeploy:{OURS}:application:{{name}}",
}
"""https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html"""

REF_IS_ARN = {"SNS::Topic", "SecretsManager::Secret", "StepFunctions::StateMachine"}

NAMED_BY = {"SES::EmailIdentity": "EmailIdentity"}
"""Resources whose `Ref` is what the template itself calls them: a call names an address, not a resource."""

ATTRIBUTES = {
    ("DynamoDB::Table", "StreamArn"): "{arn}/stream/2026-01-01T00:00:00.000",
    ("AppSync::GraphQLApi", "ApiId"): "{name}",
    ("AppSync::GraphQLApi", "GraphQLUrl"): f"https://{{name}}.appsync-api.{REGION}.amazonaws.com/graphql",
    ("Cognito::UserPool", "ProviderURL"): f"https://cognito-idp.{REGION}.amazonaws.com/{{name}}",
    ("S3::Bucket", "RegionalDomainName"): f"{{name}}.s3.{REGION}.amazonaws.com",
    ("CloudFront::Distribution", "DomainName"): "{name}.cloudfront.net",
    ("CloudFront::Distribution", "Id"): "{name}",
    ("CloudFront::OriginAccessControl", "Id"): "{name}",
    ("SNS::Topic", "TopicName"): "{name}",
    ("SQS::Queue", "QueueName"): "{name}",
}


class UnknownValueError(Exception):
    """A template says something that tests/infra/iam does not understand; teach it, rather than pass over it."""


@dataclass(frozen=True)
class Place:
    """A resource of one of the stage's stacks."""

    stack: str
    id: str
    resource: Resource

    @property
    def kind(self) -> str:
        """Its type without `AWS::`."""
        return str(self.resource["Type"]).removeprefix("AWS::")

    @property
    def properties(self) -> dict[str, Any]:
        """What the template says of it, unresolved."""
        found: dict[str, Any] = self.resource.get("Properties", {})
        return found

    @property
    def name(self) -> str:
        """The physical name that it would get: the template's own for a rule, and small letters for a bucket."""
        if self.kind == "Events::Rule" and "Name" in self.properties:
            return str(self.properties["Name"])
        named = f"{self.stack}-{self.id}"
        return named.lower() if self.kind == "S3::Bucket" else named


@dataclass(frozen=True)
class Deployed:
    """All resources of a stage, by stack and logical id."""

    stacks: Stacks

    @cached_property
    def places(self) -> dict[tuple[str, str], Place]:
        """Every resource."""
        templates = {"Data": self.stacks.data, "Service": self.stacks.service}
        return {
            (stack, id_): Place(stack, id_, each)
            for stack, template in templates.items()
            for id_, each in template["Resources"].items()
        }

    @cached_property
    def exports(self) -> dict[str, Any]:
        """The values that stacks export, by name."""
        return {
            output["Export"]["Name"]: self.value(stack, output["Value"])
            for stack, template in (("Data", self.stacks.data), ("Service", self.stacks.service))
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def of_kind(self, kind: str) -> Iterator[Place]:
        """The resources of a type, named without `AWS::`."""
        return (place for place in self.places.values() if place.kind == kind)

    def resolved(self, place: Place) -> Any:
        """A resource's properties with nothing left to resolve."""
        return self.value(place.stack, place.properties)

    def arn(self, place: Place) -> str:
        """The resource's ARN. Raises UnknownValueError."""
        if place.kind == "Lambda::Alias":
            function = self.value(place.stack, place.properties["FunctionName"])
            return f"{ARNS['Lambda::Function'].format(name=function)}:{place.properties['Name']}"
        if place.kind == "Events::Rule" and "EventBusName" in place.properties:
            bus = self.value(place.stack, place.properties["EventBusName"])
            return ARNS[place.kind].format(name=f"{bus}/{place.name}")
        if place.kind not in ARNS:
            raise UnknownValueError(f"the ARN of {place.kind}")
        return ARNS[place.kind].format(name=place.name)

    def value(self, stack: str, said: Any) -> Any:
        """What a value of the template comes to in the stack that says it. Raises UnknownValueError."""
        if isinstance(said, list):
            return [self.value(stack, each) for each in said]
        if not isinstance(said, dict):
            return said
        ((name, given),) = said.items() if len(said) == 1 else ((None, None),)
        match name:
            case "Ref":
                return self._ref(stack, given)
            case "Fn::GetAtt":
                return self._attribute(self.places[stack, given[0]], given[1])
            case "Fn::Join":
                return given[0].join(str(self.value(stack, each)) for each in given[1])
            case "Fn::ImportValue":
                return self.exports[self.value(stack, given)]
            case str() if name.startswith("Fn::"):
                raise UnknownValueError(name)
        return {key: self.value(stack, each) for key, each in said.items()}

    def _ref(self, stack: str, id_: str) -> str:
        if id_ in PSEUDO:
            return PSEUDO[id_]
        place = self.places[stack, id_]
        if place.kind in NAMED_BY:
            return str(self.value(stack, place.properties[NAMED_BY[place.kind]]))
        is_arn = place.kind in REF_IS_ARN or place.kind == "Lambda::Alias"
        return self.arn(place) if is_arn else place.name

    def _attribute(self, place: Place, attribute: str) -> str:
        if attribute in {"Arn", "TopicArn"}:
            return self.arn(place)
        form = ATTRIBUTES.get((place.kind, attribute))
        if form is None:  # a value that no policy and no function is told
            return f"<{place.id}.{attribute}>"
        return form.format(name=place.name, arn=self.arn(place))
