"""From whoever acts on an encrypted resource to its key: may they use it, and may they no more than that?

A grant on a resource says nothing of its key. Without the key every act is denied on AWS, and nowhere else: no linter
and no emulator sees it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from templates import listed

from tests.infra.iam.comparing import grants
from tests.infra.iam.deployed import ACCOUNT, OURS, REGION, Deployed, Place, UnknownValueError
from tests.infra.iam.policies import Request, Statement, admitting, allows, of_resource, of_role
from tests.infra.iam.senders import Sender, senders

CONTEXT = "kms:EncryptionContext:"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"

WHERE = {
    "DynamoDB::Table": ("SSESpecification", "KMSMasterKeyId"),
    "SecretsManager::Secret": ("KmsKeyId",),
    "SNS::Topic": ("KmsMasterKeyId",),
    "SQS::Queue": ("KmsMasterKeyId",),
    "StepFunctions::StateMachine": ("EncryptionConfiguration", "KmsKeyId"),
    "Logs::LogGroup": ("KmsKeyId",),
    "S3::Bucket": (
        "BucketEncryption",
        "ServerSideEncryptionConfiguration",
        "0",
        "ServerSideEncryptionByDefault",
        "KMSMasterKeyID",
    ),
}
"""Where each type says which key encrypts it."""

READ = frozenset({"kms:Decrypt", "kms:DescribeKey"})
WRITE = READ | {
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
}
MESSAGE = frozenset({"kms:Decrypt", "kms:GenerateDataKey"})
DECRYPT = frozenset({"kms:Decrypt"})
NOTHING: frozenset[str] = frozenset()

NEEDS = {
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    **dict.fromkeys(("GetItem", "BatchGetItem", "Query", "Scan", "ConditionCheckItem"), READ),
    **dict.fromkeys(("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"), WRITE),
    **dict.fromkeys(("DescribeStream", "GetRecords", "GetShardIterator"), DECRYPT),
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    "GetSecretValue": DECRYPT,
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    "GetObject": DECRYPT,
    "PutObject": frozenset({"kms:GenerateDataKey"}),
    **dict.fromkeys(("ListBucket", "DeleteObject"), NOTHING),
    # https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    "Publish": MESSAGE,
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    "SendMessage": MESSAGE,
    "ReceiveMessage": DECRYPT,
    **dict.fromkeys(("DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"), NOTHING),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    **dict.fromkeys(("CreateLogStream", "PutLogEvents"), NOTHING),  # the service itself encrypts: see senders
    # https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    **dict.fromkeys(
        ("StartExecution", "SendTaskSuccess", "SendTaskFailure"), NOTHING
    ),  # by the machine's own role
    "Encrypts": WRITE,
}
"""What AWS documents that an act needs of the key, by the act's name."""


@dataclass(frozen=True)
class Use:
    """One use of a key: by whom, by way of which service (or, with `=`, for what that KMS is told of), and why."""

    key: Place
    action: str
    via: str
    why: str

    @property
    def way(self) -> str:
        """What it goes by, as conditions say it."""
        return self.via if "=" in self.via else f"{self.via}.{REGION}.amazonaws.com"

    @property
    def context(self) -> dict[str, str]:
        """What KMS is told of it."""
        told, itself, what = self.via.partition("=")
        if itself:
            return {told: what.replace("*", "any"), "kms:CallerAccount": ACCOUNT}
        return {"kms:ViaService": f"{self.via}.{REGION}.amazonaws.com", "kms:CallerAccount": ACCOUNT}


def unreached(deployed: Deployed) -> list[str]:
    """Who may act on an encrypted resource and may not use its key, or may not act on it at all."""
    return [*_roles_without_key(deployed), *_senders_without_way(deployed)]


def excessive(deployed: Deployed) -> list[str]:
    """Uses of keys that roles are granted and nothing they do needs."""
    return [
        f"{role.id} may {action} by way of {via}, and does nothing that needs it"
        for role in deployed.of_kind("IAM::Role")
        for action, via in _granted_uses(deployed, role)
        if (action, via) not in {(use.action, use.way) for use in uses(deployed, role)}
    ]


def uses(deployed: Deployed, role: Place) -> Iterator[Use]:
    """What a role needs of keys, by what it may do."""
    for action, on in grants(deployed, role):
        resource = resource_at(deployed, on)
        if resource and (key := key_of(deployed, resource)):
            for needed in _needs(action.partition(":")[2]):
                yield Use(key, needed, action.partition(":")[0], f"{action} on {resource.id}")
    yield from _own_data(deployed, role)


def _own_data(deployed: Deployed, role: Place) -> Iterator[Use]:
    """What a state machine encrypts by its role: itself with its executions, and what it logs.

    https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
    """
    for machine in deployed.of_kind("StepFunctions::StateMachine"):
        said = deployed.resolved(machine)
        if said["RoleArn"] == deployed.arn(role) and (key := key_of(deployed, machine)):
            arn = f"arn:aws:states:{OURS}:stateMachine:{said['StateMachineName']}"
            itself = f"{CONTEXT}aws:states:stateMachineArn={arn}"
            logs = f"{CONTEXT}SourceArn=arn:aws:logs:{OURS}:*"
            yield from (Use(key, each, itself, f"keep {machine.id}") for each in sorted(MESSAGE))
            yield Use(key, "kms:GenerateDataKey", logs, f"log {machine.id}")


def key_of(deployed: Deployed, resource: Place) -> Place | None:
    """The customer key that encrypts a resource; None where AWS's own does."""
    found = deployed.resolved(resource)
    for step in WHERE.get(resource.kind, ("nowhere",)):
        found = found[int(step)] if isinstance(found, list) else found.get(step)
        if found is None:
            return None
    return next(key for key in deployed.of_kind("KMS::Key") if found in {key.name, deployed.arn(key)})


def resource_at(deployed: Deployed, arn: str) -> Place | None:
    """The resource that an ARN (of itself, or of something within it) names; None for what is never encrypted."""
    for kind in WHERE:
        for place in deployed.of_kind(kind):
            if arn == deployed.arn(place) or arn.startswith(f"{deployed.arn(place)}/"):
                return place
    return None


def _needs(act: str) -> frozenset[str]:
    if act not in NEEDS:
        raise UnknownValueError(f"what {act} needs of a key: say it in tests/infra/iam/reaching.py")
    return NEEDS[act]


def _roles_without_key(deployed: Deployed) -> Iterator[str]:
    for role in deployed.of_kind("IAM::Role"):
        statements = of_role(deployed, role)
        for use in uses(deployed, role):
            asked = Request(use.action, deployed.arn(use.key), use.context)
            delegated = allows(admitting(of_resource(deployed, use.key), ROOT), asked)
            if not (delegated and allows(statements, asked)):
                yield f"{role.id} may {use.why} but not {use.action} of {use.key.id}"


def _senders_without_way(deployed: Deployed) -> Iterator[str]:
    for sender in senders(deployed):
        target = resource_at(deployed, sender.to)
        if target is None:
            continue  # a function, which has no key here; its permission is tested beside this
        if sender.action and not _admits(deployed, sender, target, sender.action, deployed.arn(target)):
            yield f"{sender} is not admitted by the policy of {target.id}"
        if key := key_of(deployed, target):
            for needed in sorted(_needs((sender.action or "x:Encrypts").partition(":")[2])):
                if not _admits(deployed, sender, key, needed, deployed.arn(key)):
                    yield f"{sender} may not {needed} of {key.id}"


def _admits(deployed: Deployed, sender: Sender, gate: Place, action: str, on: str) -> bool:
    context = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": sender.source, "aws:SecureTransport": "true"}
    return allows(admitting(of_resource(deployed, gate), sender.principal), Request(action, on, context))


def _granted_uses(deployed: Deployed, role: Place) -> Iterator[tuple[str, str]]:
    for statement in of_role(deployed, role):
        for action in statement.actions:
            if action.startswith("kms:"):
                yield from ((action, way) for way in _ways(statement))


def _ways(statement: Statement) -> Iterator[str]:
    """What a statement about a key goes by: services, or what is encrypted."""
    conditions = {key: said for each in statement.conditions.values() for key, said in each.items()}
    told = [f"{key}={each}" for key, said in conditions.items() if CONTEXT in key for each in listed(said)]
    yield from told or listed(conditions.get("kms:ViaService", ["any service"]))
