"""A consumer behind a queue: its function, its event source mapping, and, where a bus feeds it, its rule."""

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra import permissions, symptoms
from infra.consuming import consumer_function
from infra.metrics import of_queue
from infra.queues import PairOfQueues
from infra.surroundings import Surroundings
from wiring.declarations import Consumer
from wiring.sources import FromBus, Upload

LEAST_CONCURRENCY = 2
"""The least that a mapping's scaling takes."""


class Queueing(Construct):
    """One consumer. A message that failed so often as declared is a dead letter, and told to operators."""

    def __init__(
        self, scope: Construct, name: str, *, consumer: Consumer, pair: PairOfQueues, around: Surroundings
    ) -> None:
        super().__init__(scope, name)
        self.consumer, self.pair, self.around = consumer, pair, around
        waking = permissions.receive(pair.queue.queue_arn, pair.key)
        self.function = consumer_function(self, consumer, around, *waking)
        self._mapping()
        match consumer.source:
            case FromBus() as source:
                self._rule(source.pattern, bus=around.bus.bus.ref)
            case Upload() as source:
                self._rule(source.pattern(around.data.pictures.bucket.bucket_name), name=self._rule_name)
            case _:
                pass
        self._watch()

    def _mapping(self) -> None:
        scaling = lambda_.CfnEventSourceMapping.ScalingConfigProperty(
            # No more than the function may run: what was received and turned away would count as a failed try.
            maximum_concurrency=max(LEAST_CONCURRENCY, self.consumer.concurrency)
        )
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "QueueMapping",
            function_name=self.function.alias.function_arn,
            event_source_arn=self.pair.queue.queue_arn,
            batch_size=self.pair.shape.batch_size,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=scaling,
        )
        # Creating it fails before the role may read the queue.
        mapping.node.add_dependency(self.function.role)

    @property
    def _rule_name(self) -> str:
        """On the account's own bus, a rule of ours is known by its name (infra/queues.py)."""
        return f"{self.around.bus.name}-{self.function.work.name}"

    def _rule(self, pattern: object, *, bus: str | None = None, name: str | None = None) -> None:
        letters = events.CfnRule.DeadLetterConfigProperty(arn=self.pair.dead.queue_arn)
        target = events.CfnRule.TargetProperty(
            id="Queue", arn=self.pair.queue.queue_arn, dead_letter_config=letters
        )
        rule = events.CfnRule(
            self,
            "Rule",
            description=f"What {self.consumer.name} is for",
            name=name,
            event_bus_name=bus,
            event_pattern=pattern,
            targets=[target],
        )
        self.pair.admit(rule.attr_arn)

    def _watch(self) -> None:
        tell, name = self.around.operators.alarm, self.function.work.name
        letters, old = symptoms.DEAD_LETTERS, symptoms.QUEUE_OLD
        waiting = of_queue(
            self.pair.dead.queue_name, "ApproximateNumberOfMessagesVisible", minutes=letters.minutes
        )
        tell(self, letters, waiting, of=name)
        age = of_queue(self.pair.queue.queue_name, "ApproximateAgeOfOldestMessage", minutes=old.minutes)
        tell(self, old, age, of=name)
