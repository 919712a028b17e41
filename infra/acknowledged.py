"""What the rule packs find and we mean so: each finding with its reason, and the check that runs at every synthesis.

A finding without a row stops synthesis; a test refuses a row that no finding needs any more. `docs/findings.md` is made
from this table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks
from constructs import IConstruct


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A rule (`{stage}` is the stage's name), the constructs below a stage (`*` matches anything), and why."""

    rule: str
    constructs: str
    reason: str


EVERY_FUNCTION = "Service/*/Function/Resource"
EVERY_ROLE = "Service/*/Role/DefaultPolicy/Resource"

ACKNOWLEDGED = (
    Acknowledged(
        "AwsSolutions::AwsSolutions-SMG4",
        "Data/ServerSecret/Resource",
        "Rotating the server secret would orphan order ids, owner keys and cursors that were made with it.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-S1",
        "Data/Parked/Resource",
        "Holds batches that Lambda parked; who reads it is an operator, whom CloudTrail records.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-S1",
        "Data/Pictures/Bucket/Resource",
        "Pictures that everybody may see; who uploaded one is staff, and AppSync's log has the mutation.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-CFR1",
        "Data/Pictures/Distribution",
        "Pictures of products are shown wherever the shop sells; the shop file says where it ships.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-CFR2",
        "Data/Pictures/Distribution",
        "Static files that are read by their exact name and never written; there is nothing behind them to attack.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-CFR3",
        "Data/Pictures/Distribution",
        "A log of each picture that a visitor loads is personal data that nobody here has a use for.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-CFR4",
        "Data/Pictures/Distribution",
        "CloudFront sets the oldest TLS itself under its own domain; a shop with a domain sets it with its certificate.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-IAM5[Resource::orderbell-{stage}-Data:"
        "ExportsOutputFnGetAttPicturesBucket93B3B90BArn59CA23EE/uploads/*]",
        EVERY_ROLE,
        "Names of uploads are made when somebody asks for a form; all are in this one folder.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-IAM5[Resource::orderbell-{stage}-Data:"
        "ExportsOutputFnGetAttPicturesBucket93B3B90BArn59CA23EE/pictures/*]",
        EVERY_ROLE,
        "Names of pictures are made from what is in them; all are in this one folder.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-COG1",
        "Data/*/Resource",
        "Length in place of character classes (NIST SP 800-63B, 5.1.1): 10 for customers, 14 and a second factor for staff.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-COG2",
        "Data/Customers/Resource",
        "A second factor is offered to customers and not forced on them; staff must have one.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-COG8",
        "Data/*/Resource",
        "The Plus plan is a price that each shop decides on; nothing here depends on it.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-ASC3",
        "Service/Api/Api",
        "The rule wants verbose content in the log; headers and arguments hold personal data, so it is left out.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-IAM5[Resource::*]",
        EVERY_ROLE,
        "Actions that know no resource: infra/permissions.py lists them, and a test holds the list.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-IAM5[Resource::orderbell-{stage}-Data:"
        "ExportsOutputFnGetAttParked6D7C062FArnF2CCCEEF/aws/lambda/*]",
        EVERY_ROLE,
        "Lambda names the objects of parked batches itself, under this one prefix.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-L1",
        EVERY_FUNCTION,
        "Python 3.13 is pinned: the package's bytecode is made by that version, and moving it is a decision.",
    ),
    Acknowledged(
        "Serverless::Serverless-LambdaLatestVersion",
        EVERY_FUNCTION,
        "Python 3.13 is pinned: the package's bytecode is made by that version, and moving it is a decision.",
    ),
    Acknowledged(
        "Serverless::Serverless-LambdaDLQ",
        EVERY_FUNCTION,
        "Called synchronously or by a stream, whose mapping parks what fails; the sweep's next run repeats it.",
    ),
    Acknowledged(
        "Serverless::Serverless-LambdaAsyncFailureDestination",
        "Service/*/Once",
        "A run of a scheduled consumer that fails is repeated by the next one, a minute later; alarms tell.",
    ),
    Acknowledged(
        "Serverless::Serverless-EventBusDLQ",
        "Service/*/Rule",
        "A run of a scheduled consumer that fails is repeated by the next one, a minute later; alarms tell.",
    ),
    Acknowledged(
        "Serverless::Serverless-SNSRedrivePolicy",
        "Service/Operators/Topic/*/Resource",
        "A mail that SNS cannot deliver sets off the alarm not-told; what is on then stands in CloudWatch, in no queue.",
    ),
    Acknowledged(
        "Serverless::Serverless-SNSRedrivePolicy",
        "Service/Topics/*/*/Resource",
        "A mail that SNS cannot deliver is one that nobody reads; the log has each alert, and stock levels are asked of the API.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-APIG4",
        "Service/*/Route",
        "Providers sign what they send: the consumer checks the signature over the raw bytes before anything else.",
    ),
    Acknowledged(
        "AwsSolutions::AwsSolutions-SF1",
        "Service/Workflow/Machine",
        "Errors are logged, without data: the order's own log tells every step, and each line of ALL is paid for.",
    ),
    Acknowledged(
        "Serverless::Serverless-SQSRedrivePolicy",
        "Service/Queues/*/Dead/Resource",
        "It is the queue of dead letters itself; what arrives is told to operators, and redriven by hand.",
    ),
    Acknowledged(
        "Serverless::Serverless-LambdaEventSourceMappingDestination",
        "Service/*/QueueMapping",
        "Lambda leaves messages that failed to the queue, which moves them to its dead letters; the rule is for streams.",
    ),
)


def check_at_synthesis(app: App) -> None:
    """Run the rule packs whenever the app is synthesized; what is acknowledged passes, anything else raises."""
    for stage in app.node.children:
        for row in ACKNOWLEDGED:
            for construct in _matching(stage, row.constructs):
                rule = row.rule.format(stage=str(stage.node.id).removeprefix("orderbell-"))
                # Not `acknowledge()`: it refuses ids of several parts, such as IAM5's.
                construct.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, {rule: row.reason})
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))


def _matching(stage: IConstruct, pattern: str) -> Iterator[IConstruct]:
    prefix = f"{stage.node.path}/"
    for construct in stage.node.find_all():
        if fnmatchcase(construct.node.path.removeprefix(prefix), pattern):
            yield construct
