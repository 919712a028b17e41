"""The stories' ground on a deployed stage in the emulator: its API, its route, its bucket, its mail, its workflow."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

import httpx

from cli.outside import Outside
from domain.shop import read_shop
from providers.choosing import Means, open_trial
from providers.provider import ProviderRefusedError, Webhook
from resolvers.app import SHOP_FILE
from storage.store import Store
from storage.trial_ledger import TrialLedger
from tests.emulator.conftest import Stage
from tests.emulator.customers import token
from tests.emulator.front import invoke

TAKEN, TOO_LATE = 200, 409
SECONDS = 40


@dataclass(frozen=True)
class StageGround:
    """A stage in use. Dead letters of before are not the stories'."""

    stage: Stage
    client: httpx.Client = field(repr=False)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    before: int = 0

    @property
    def realtime(self) -> str:
        """Our AppSync before the deployed functions."""
        return self.stage.url.replace("http://", "ws://") + "/realtime"

    @cached_property
    def store(self) -> Store:
        """The deployed tables, by the root's keys."""
        orders, catalog = (self._named("DynamoDB::Table", name) for name in ("Orders", "Catalog"))
        warehouse = read_shop(SHOP_FILE.read_text()).warehouse
        return Store(self.stage.account.client("dynamodb"), orders, catalog, warehouse, shards=4)

    @cached_property
    def outside(self) -> Outside:
        """Whoever signs with the stage's secret."""
        return Outside(self.stage.port, self.store, self._secret)

    def guest(self) -> dict[str, str]:
        """The deployed API key."""
        return {"x-api-key": self._named("AppSync::ApiKey", "ApiSpring")}

    def signed_in(self, email: str) -> dict[str, str]:
        """A user of one of the deployed pools, who is made at their first call."""
        if email not in self.tokens:
            name, _, host = email.partition("@")
            groups = (name,) if host == "shop.example" else ()
            self.tokens[email] = token(self.stage, "Staff" if groups else "Customers", email, *groups)
        return {"Authorization": self.tokens[email]}

    def posted(self, sender: str, webhook: Webhook) -> int:
        """By the deployed HTTP API's route, as the emulator addresses it."""
        api = self._named("ApiGatewayV2::Api", "HttpApi")
        url = f"{self.stage.account.endpoint}/_aws/execute-api/{api}/$default/webhooks/{sender}"
        answer = httpx.post(
            url, content=webhook.body, headers=webhook.headers, timeout=SECONDS, trust_env=False
        )
        return answer.status_code

    def confirmed(self, page: str) -> int:
        """A stage has no page of a bank: the provider is told what a payer would click there, and tells the route."""
        means = Means(TrialLedger(self.store), lambda: self._secret, str)
        try:
            told = open_trial(means).confirm(page.rpartition("/")[2], accept=True, now=datetime.now(UTC))
        except ProviderRefusedError:
            return TOO_LATE
        return max(self.posted("test", each) for each in told)

    def picture(self, url: str) -> bytes:
        """Out of the deployed bucket: the emulator's distribution delivers nothing."""
        s3, key = self.stage.account.client("s3"), httpx.URL(url).path.lstrip("/")
        found: bytes = s3.get_object(Bucket=self._named("S3::Bucket", "Pictures"), Key=key)["Body"].read()
        return found

    def subjects(self, order_id: str) -> list[str]:
        """What the emulator's SES took, by the order's number."""
        number = self.outside.order(order_id).number
        url = f"{self.stage.account.endpoint}/_ministack/ses/messages"
        told = httpx.get(url, trust_env=False).json()["messages"].get(self.stage.account.id, [])
        return [each["Subject"] for each in told if number in each["Subject"]]

    def execution(self, order_id: str) -> str:
        """Where the execution of the order's id stands."""
        machine = self._named("StepFunctions::StateMachine", "Workflow")
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{order_id}"
        return str(self.stage.account.client("stepfunctions").describe_execution(executionArn=arn)["status"])

    def hours_later(self, hours: float) -> None:
        """The deployed sweep, whose clock is put forward."""
        event = {"source": "aws.scheduler", "emulatedHours": hours}
        invoke(self.stage.account, self.stage.alias("SweepConsumer"), event)

    def drained(self) -> bool:
        """Whether streams and queues were emptied."""
        return self.stage.delivery.drain(SECONDS)

    def dead_letters(self) -> int:
        """Messages in the deployed queues of dead letters, without those of before."""
        return dead_letters(self.stage) - self.before

    @cached_property
    def _secret(self) -> bytes:
        named = self._named("SecretsManager::Secret", "ServerSecret")
        client = self.stage.account.client("secretsmanager")
        return str(client.get_secret_value(SecretId=named)["SecretString"]).encode()

    def _named(self, kind: str, start: str) -> str:
        return self.stage.deployed.named(kind, start)


def dead_letters(stage: Stage) -> int:
    """Messages in all deployed queues of dead letters."""
    sqs, queues = stage.account.client("sqs"), stage.deployed.of_type("SQS::Queue")
    names = [each["Properties"]["QueueName"] for id_, each in queues.items() if "Dead" in id_]
    urls = [sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in names]
    wanted = ["ApproximateNumberOfMessages"]
    told = [sqs.get_queue_attributes(QueueUrl=each, AttributeNames=wanted)["Attributes"] for each in urls]
    return sum(int(each[wanted[0]]) for each in told)
