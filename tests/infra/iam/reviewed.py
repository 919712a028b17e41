"""What is granted though no call of ours was seen, and what is wide: each with its reason, and each still there.

A test fails on an entry that nothing needs any more.
"""

from dataclasses import dataclass

from infra.permissions import LOG_DELIVERY, TRACING
from tests.infra.iam.policies import matches


@dataclass(frozen=True)
class Reviewed:
    """Actions on resources (a pattern) that somebody else uses by the role of a function, or of a service."""

    actions: tuple[str, ...]
    resources: str
    reason: str

    def covers(self, action: str, resource: str) -> bool:
        """Whether it speaks of this grant."""
        return action in self.actions and matches(resource, self.resources)


BY_LAMBDA = (
    Reviewed(
        ("logs:CreateLogStream", "logs:PutLogEvents"),
        "arn:aws:logs:*:log-group:*",
        "Lambda writes a function's log by the function's role.",
    ),
    Reviewed(
        ("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        "*",
        "Lambda sends a function's traces by its role.",
    ),
    Reviewed(
        ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        "arn:aws:dynamodb:*:table/*/stream/*",
        "Lambda polls the stream for the mapping, by the function's role.",
    ),
    Reviewed(
        ("dynamodb:ListStreams",),
        "*",
        "Lambda asks it of the role of a mapping; IAM knows no resource for it.",
    ),
    Reviewed(
        ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
        "arn:aws:sqs:*",
        "Lambda polls the queue for the mapping, by the function's role.",
    ),
    Reviewed(
        ("s3:PutObject",),
        "arn:aws:s3:::*/aws/lambda/*",
        "Lambda parks batches that failed, by the function's role.",
    ),
    Reviewed(
        ("s3:ListBucket",), "arn:aws:s3:::*", "Lambda looks whether the bucket for parked batches is there."
    ),
    Reviewed(
        ("s3:PutObject",),
        "arn:aws:s3:::*/uploads/*",
        "Whoever posts a form acts by the right of the function that signed it.",
    ),
)
"""Grants of functions' roles."""

BY_SERVICES = (
    Reviewed(("lambda:InvokeFunction",), "arn:aws:lambda:*:live", "AppSync calls what answers a field."),
    Reviewed(
        ("logs:CreateLogStream", "logs:PutLogEvents"),
        "arn:aws:logs:*:log-group:*",
        "AppSync writes the API's log.",
    ),
    Reviewed(
        ("lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"),
        "arn:aws:lambda:*:live",
        "CodeDeploy moves an alias to its new version.",
    ),
    Reviewed(("sqs:SendMessage",), "arn:aws:sqs:*", "The workflow sends its steps."),
    Reviewed(
        LOG_DELIVERY, "*", "Step Functions sets up the delivery of its log; IAM knows no resource for it."
    ),
    Reviewed(TRACING, "*", "Step Functions sends the workflow's traces; IAM knows no resource for it."),
    Reviewed(("cloudwatch:DescribeAlarms",), "*", "CodeDeploy looks at the alarms that call a release off."),
)
"""Grants of roles that services take."""

STARS = {
    ("identity", "xray:PutTraceSegments", "*"): "IAM knows no resource for it.",
    ("identity", "xray:PutTelemetryRecords", "*"): "IAM knows no resource for it.",
    ("identity", "dynamodb:ListStreams", "*"): "IAM knows no resource for it.",
    ("identity", "cloudwatch:DescribeAlarms", "*"): "The API takes none; CodeDeploy asks for alarms by name.",
    **{
        ("identity", each, "*"): "Step Functions asks for it; IAM knows no resource." for each in LOG_DELIVERY
    },
    ("identity", "xray:GetSamplingRules", "*"): "IAM knows no resource for it.",
    ("identity", "xray:GetSamplingTargets", "*"): "IAM knows no resource for it.",
    ("identity", "s3:PutObject", "arn:aws:s3:::data-*/aws/lambda/*"): "Lambda names the parked batches.",
    ("identity", "s3:PutObject", "arn:aws:s3:::data-*/uploads/*"): "Each upload has a name of its own.",
    ("identity", "s3:GetObject", "arn:aws:s3:::data-*/uploads/*"): "Each upload has a name of its own.",
    ("identity", "s3:DeleteObject", "arn:aws:s3:::data-*/uploads/*"): "Each upload has a name of its own.",
    (
        "identity",
        "s3:PutObject",
        "arn:aws:s3:::data-*/pictures/*",
    ): "A picture's name is made of what is in it.",
    (
        "bucket",
        "s3:GetObject",
        "arn:aws:s3:::data-*/pictures/*",
    ): "The distribution shows every finished picture.",
    ("identity", "logs:CreateLogStream", "arn:aws:logs:*:log-group:*:*"): "The streams of one log group.",
    ("identity", "logs:PutLogEvents", "arn:aws:logs:*:log-group:*:*"): "The streams of one log group.",
    ("key", "kms:*", "*"): "The account's own administrators; without them nobody could ever change the key.",
    ("key", "kms:GenerateDataKey*", "*"): "CDK's statement for Secrets Manager, by that service alone.",
    ("key", "kms:ReEncrypt*", "*"): "CDK's statement for Secrets Manager, by that service alone.",
}
"""Wildcards that allow, by kind of policy, action and resource. In a key's policy the resource `*` is that key."""

TRUST_WITHOUT_SOURCE = {
    "lambda.amazonaws.com": "A role can be given to functions of its own account alone (iam:PassRole), and Lambda's "
    "guide promises no source key when it takes an execution role.",
}
"""Services that take a role of ours without saying for whom."""

WITHOUT_CUSTOMER_KEY = {
    "PicturesBucket": "Everybody may see what is in it; the distribution would need the right to use the key.",
}
"""What holds data under a key of AWS's own, by how its logical id begins."""
