"""The queues in front of consumers, each with its dead letters, under one customer key."""

from collections.abc import Iterable

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.bus import Bus
from infra.stages import StageConfig
from wiring.declarations import Consumer
from wiring.sources import FromBus, Upload, WorkQueue

KEPT = Duration.days(14)  # the longest that SQS keeps a message
KEY_REUSE = Duration.minutes(5)


class PairOfQueues(Construct):
    """A queue and its dead letters."""

    def __init__(
        self, scope: Construct, name: str, *, shape: WorkQueue, key: kms.IKey, stage: StageConfig
    ) -> None:
        super().__init__(scope, name)
        self.shape, self.key, self.stage = shape, key, stage
        self.dead = self._queue("Dead", shape.dead_letters)
        self.queue = self._queue(
            "Queue",
            shape.full_name,
            visibility=Duration.seconds(shape.visibility_seconds),
            dead_letters=sqs.DeadLetterQueue(queue=self.dead, max_receive_count=shape.max_receives),
        )

    def _queue(
        self,
        construct: str,
        name: str,
        *,
        visibility: Duration | None = None,
        dead_letters: sqs.DeadLetterQueue | None = None,
    ) -> sqs.Queue:
        ordered = self.shape.fifo
        return sqs.Queue(
            self,
            construct,
            queue_name=f"orderbell-{self.stage.name}-{name}",
            fifo=True if ordered else None,
            # Each group has its own throughput, and its own memory of what was sent twice.
            deduplication_scope=sqs.DeduplicationScope.MESSAGE_GROUP if ordered else None,
            fifo_throughput_limit=sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID if ordered else None,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self.key,
            data_key_reuse=KEY_REUSE,
            enforce_ssl=True,
            retention_period=KEPT,
            visibility_timeout=visibility,
            dead_letter_queue=dead_letters,
            removal_policy=RemovalPolicy.RETAIN if self.stage.keep_data else RemovalPolicy.DESTROY,
        )

    def admit(self, rule_arn: str) -> None:
        """Let one rule send here, and put into the dead letters what it cannot."""
        for queue in (self.queue, self.dead):
            queue.add_to_resource_policy(
                iam.PolicyStatement(
                    sid="TheRuleSends",
                    actions=["sqs:SendMessage"],
                    principals=[iam.ServicePrincipal("events.amazonaws.com")],
                    resources=[queue.queue_arn],
                    conditions={"ArnEquals": {"aws:SourceArn": rule_arn}},
                )
            )


class Queues(Construct):
    """Every declared queue, by its name; the key is there when one is."""

    def __init__(
        self, scope: Construct, name: str, *, stage: StageConfig, bus: Bus, consumers: Iterable[Consumer]
    ) -> None:
        super().__init__(scope, name)
        behind = [(each, each.queue) for each in consumers if each.queue]
        self.pairs: dict[str, PairOfQueues] = {}
        if not behind:
            return
        self.key = kms.Key(
            self,
            "Key",
            description=f"Orderbell {stage.name}: messages in queues",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        for _, shape in behind:
            construct = "".join(part.capitalize() for part in shape.name.split("-"))
            self.pairs[shape.name] = PairOfQueues(self, construct, shape=shape, key=self.key, stage=stage)
        if any(isinstance(each.source, FromBus | Upload) for each, _ in behind):
            self._admit_rules(bus)

    def of(self, consumer: Consumer) -> PairOfQueues:
        """The queues in front of a consumer. Raises ValueError where it has none."""
        if consumer.queue is None:
            raise ValueError(f"no queue is in front of {consumer.name}")
        return self.pairs[consumer.queue.name]

    def _admit_rules(self, bus: Bus) -> None:
        """EventBridge encrypts what a rule of ours sends, on our bus or (by its name) on the account's own; SQS grants it nothing by itself.

        https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
        """
        stack = Stack.of(self)
        rules = f"arn:{stack.partition}:events:{stack.region}:{stack.account}:rule"
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="RulesOfOursEncrypt",
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                resources=["*"],  # a key policy's own key
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {"aws:SourceArn": [f"{rules}/{bus.bus.ref}/*", f"{rules}/{bus.name}-*"]},
                },
            )
        )
