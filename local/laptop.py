"""The whole app on a laptop: embedded AWS, AppSync, event delivery, from the same declarations that deploy."""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from botocore.credentials import Credentials
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from consumers.app import load_all
from consumers.publisher import Publisher
from consumers.send_mail import Desk
from domain.shop import read_shop
from local.answering import Ground, build_handler
from local.appsync.api import ApiKey, Auth, IamCaller, Mode, UserPool
from local.appsync.serve import LocalServer, running
from local.appsync.server import create_app
from local.aws.buckets import BUCKET, ensure_bucket, pictures_url
from local.aws.clients import REGION, make_client
from local.aws.demo import DEMO_PASSWORD, ensure_demo_users
from local.aws.engine import Engine, ephemeral_engine, resume_engine
from local.aws.pools import Pool, Pools, ensure_pools, sign_in
from local.aws.tables import ensure_tables
from local.confirming import confirm_page, confirm_url, post
from local.console.pages import AsSystem, console_routes
from local.console.traces import Traces
from local.consuming import Delivery, deliver
from local.declared_api import declared_api
from local.events.pump import Pump
from local.identity import Identity, kept_identity, new_identity
from local.mail_pages import mail_routes
from local.outbox import Outbox
from local.reloading import Reloading
from providers.choosing import Means, choose, open_trial
from resolvers.app import SHOP_FILE
from storage.settings import Settings, open_store, read_payment_secret
from storage.trial_ledger import TrialLedger

ROOT = Path(__file__).resolve().parent.parent
ENGINE_PYTHON = ROOT / ".venv-engine" / "bin" / "python"
ACCOUNT = "000000000000"

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Laptop:
    """A running laptop: where it answers and who may call; `publisher` is the role that its consumers sign with.

    `outbox` has the mails that it would have sent.
    """

    port: int
    identity: Identity
    pools: Pools
    engine: Engine
    delivery: Delivery
    publisher: IamCaller
    outbox: Outbox

    @property
    def pump(self) -> Pump:
        """What delivers the tables' streams."""
        return self.delivery.pump

    @property
    def endpoint(self) -> str:
        """The GraphQL endpoint."""
        return f"http://localhost:{self.port}/graphql"

    @property
    def realtime(self) -> str:
        """The realtime endpoint."""
        return f"ws://localhost:{self.port}/graphql/realtime"

    def token(self, email: str, password: str) -> str:
        """An access token of a user: of the staff pool for `...@shop.example`, of the customers' otherwise."""
        pool = self.pools.staff if email.endswith("@shop.example") else self.pools.customers
        return self.sign_in(pool, email, password)

    def sign_in(self, pool: Pool, email: str, password: str) -> str:
        """An access token of a user of this pool."""
        return sign_in(make_client("cognito-idp", self.engine.endpoint), pool, email, password).access


@contextmanager
def laptop(
    state_dir: Path | None, port: int, tell: Tell = print, *, reload: bool = False
) -> Iterator[Laptop]:
    """Run everything until the block ends; then requests and events are drained before the engine saves and stops.

    `state_dir` None keeps nothing. `port` 0 takes a free one. `reload` has resolvers loaded anew once their files change. Raises EngineError, and OSError where the port is taken.
    """
    check_port(port)
    with ExitStack() as stack:
        engine = stack.enter_context(_engine(state_dir, tell))
        identity = kept_identity(state_dir) if state_dir else new_identity()
        pools = _prepare(engine)
        settings, bell = settings_of(engine.endpoint, pools), _Bell()
        shop = read_shop(SHOP_FILE.read_text())
        means = cache(
            lambda: means_of(engine, identity, settings, server.port)
        )  # asked once the port is known
        provider = cache(lambda: choose(shop.payment_provider, means()))
        caller, system = publishing_caller(), system_caller()
        ground = Ground(
            engine.endpoint, asdict(settings), identity.secret, lambda: confirm_url(server.port), SHOP_FILE
        )
        build = partial(build_handler, ground)
        traces = Traces()
        handle = traces.watched(Reloading(build, ROOT, tell) if reload else build())
        app = create_app(declared_api(handle, bell.ring, _auth(identity, pools, caller, system)))
        app.router.routes.append(Route("/healthz", _healthy))
        server = LocalServer(app, port=port, certificate_directory=state_dir)
        stack.enter_context(running(server))
        outbox = Outbox(state_dir or Path(stack.enter_context(TemporaryDirectory(prefix="orderbell-mails-"))))
        tools: dict[type, object] = {Desk: _desk(engine, identity, settings, outbox)}
        delivery = deliver(load_all(), engine, caller, server.port, state_dir, provider, means(), tools)
        page = confirm_page(partial(open_trial, means()), partial(post, server.port))
        console = console_routes(
            partial(_credential, engine, identity, pools), _as_system(server.port, system), traces
        )
        app.router.routes.extend([*delivery.routes, *page, *mail_routes(outbox), *console])
        delivery.start()
        stack.callback(delivery.stop)  # before the server ends: what is written is still pushed
        bell.ring = delivery.pump.wake
        yield Laptop(server.port, identity, pools, engine, delivery, caller, outbox)


def check_port(port: int) -> None:
    """Raise OSError where the port is taken, before anything else is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


class _Bell:
    """Rung after each mutation, so that its events need not wait for the pump's next look."""

    def __init__(self) -> None:
        self.ring: Callable[[], None] = lambda: None


@contextmanager
def _engine(state_dir: Path | None, tell: Tell) -> Iterator[Engine]:
    """The embedded AWS, kept or not; what an earlier run left is said first, and its engine taken over if it lives."""
    if state_dir is None:
        with ephemeral_engine(ENGINE_PYTHON) as engine:
            yield engine
        return
    engine = resume_engine(ENGINE_PYTHON, state_dir, tell)
    try:
        yield engine
    finally:
        if not engine.stop():
            tell("The embedded AWS did not save its state: what was written in this run is lost.")


def _prepare(engine: Engine) -> Pools:
    """Tables from the definitions that deploy, the bucket, pools, and the users that the laptop comes with."""
    ensure_tables(make_client("dynamodb", engine.endpoint))
    ensure_bucket(make_client("s3", engine.endpoint))
    cognito = make_client("cognito-idp", engine.endpoint)
    pools = ensure_pools(cognito)
    ensure_demo_users(cognito, pools)
    return pools


def settings_of(endpoint: str, pools: Pools) -> Settings:
    """What a deployed function reads from its environment."""
    return Settings(
        stage="laptop",
        region=REGION,
        orders_table="orders",
        catalog_table="catalog",
        customer_issuer=pools.customers.issuer,
        staff_issuer=pools.staff.issuer,
        secret_id="laptop",  # noqa: S106 - a name; the secret itself is in the state folder
        work_shards=1,
        pictures_bucket=BUCKET,
        pictures_url=pictures_url(endpoint),
    )


def means_of(engine: Engine, identity: Identity, settings: Settings, port: int) -> Means:
    """What takes payments and reads webhooks here: the same for resolvers, consumers, commands and the confirmation page."""
    store = open_store(
        settings, make_client("dynamodb", engine.endpoint), read_shop(SHOP_FILE.read_text()).warehouse
    )
    return Means(
        ledger=TrialLedger(store),
        server_secret=identity.secret.encode,
        payment_secret=lambda: read_payment_secret(settings),
        confirm_url=confirm_url(port),
    )


def _desk(engine: Engine, identity: Identity, settings: Settings, outbox: Outbox) -> Desk:
    """Where letters to customers are written: they stay in the outbox."""
    shop = read_shop(SHOP_FILE.read_text())
    store = open_store(settings, make_client("dynamodb", engine.endpoint), shop.warehouse)
    return Desk(store, shop, outbox.send, identity.secret.encode, settings.stage)


def _auth(identity: Identity, pools: Pools, *callers: IamCaller) -> Auth:
    """Who may call, as deployed: IAM is the default mode, API key and both pools beside it."""
    expires = datetime.now(UTC) + timedelta(days=365)
    return Auth(
        default=Mode.AWS_IAM,
        api_keys=(ApiKey(identity.api_key, expires),),
        user_pools=tuple(
            UserPool(pool.issuer, pool.jwks_url, (pool.client_id,)) for pool in (pools.customers, pools.staff)
        ),
        iam_callers=callers,
        region=REGION,
    )


def publishing_caller() -> IamCaller:
    """The role of the consumers that publish: it may call what they declare, and nothing else."""
    return IamCaller(
        access_key="LAPTOPPUBLISHER00000",
        secret_key=secrets.token_urlsafe(30),
        account_id=ACCOUNT,
        user_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/push-status/laptop",
        user_name="push-status",
        may=tuple(f"Mutation.{name}" for consumer in load_all() for name in consumer.publishes),
    )


def system_caller() -> IamCaller:
    """Whom the console calls the system: a role that may ask for whatever is open to IAM."""
    return IamCaller(
        access_key="LAPTOPSYSTEM00000000",
        secret_key=secrets.token_urlsafe(30),
        account_id=ACCOUNT,
        user_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/system/laptop",
        user_name="system",
    )


def _as_system(port: int, system: IamCaller) -> AsSystem:
    credentials = Credentials(system.access_key, system.secret_key)
    return Publisher.signing(f"http://localhost:{port}/graphql", REGION, credentials).send


def _credential(engine: Engine, identity: Identity, pools: Pools, email: str | None) -> dict[str, str]:
    """What a demo user, or a guest for None, sends along."""
    if email is None:
        return {"x-api-key": identity.api_key}
    pool = pools.staff if email.endswith("@shop.example") else pools.customers
    client = make_client("cognito-idp", engine.endpoint)
    return {"Authorization": sign_in(client, pool, email, DEMO_PASSWORD).access}


async def _healthy(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok\n")
