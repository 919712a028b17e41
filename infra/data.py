"""The stack that holds what must never be lost: tables, user pools, the secret, parked events and their key, and pictures.

Deployed rarely. What other stacks use of it is exported by name, so that dropping a use never blocks a deployment.
"""

from collections.abc import Iterable

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.pictures import Pictures
from infra.pools import customer_pool, staff_pool
from infra.stages import StageConfig
from storage.tables import Table

BACKUP_DAYS = 35  # the longest point-in-time recovery
PARKED_DAYS = 90  # for an operator to replay a batch that failed


class Data(Stack):
    """The stateful stack."""

    def __init__(self, scope: Construct, name: str, *, stage: StageConfig, tables: Iterable[Table]) -> None:
        super().__init__(scope, name, termination_protection=stage.keep_data)
        self.removal = RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY
        self.key = kms.Key(
            self,
            "Key",
            description=f"Orderbell {stage.name}: tables, parked events and the server secret",
            enable_key_rotation=True,
            removal_policy=self.removal,
        )
        self.tables: dict[str, dynamodb.Table] = {}
        self.index_names: dict[str, list[str]] = {}
        for table in tables:
            made = self._table(table, protected=stage.keep_data)
            self.tables[table.name] = made
            self.index_names[table.name] = [index.name for index in table.indexes]
        self.secret = self._secret()
        self.parked = self._parked()
        self.pictures = Pictures(self, "Pictures", stage=stage, removal=self.removal)
        self.customers = customer_pool(self, stage, self.removal)
        self.staff = staff_pool(self, stage, self.removal)
        self._export()
        self._outputs()

    def table_variables(self) -> dict[str, str]:
        """The variables that say which tables they are: `ORDERS_TABLE` and so on."""
        return {f"{name.upper()}_TABLE": table.table_name for name, table in self.tables.items()}

    def _table(self, table: Table, *, protected: bool) -> dynamodb.Table:
        made = dynamodb.Table(
            self,
            f"{table.name.capitalize()}Table",
            partition_key=_text("PK"),
            sort_key=_text("SK"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=BACKUP_DAYS
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute=table.ttl,
            deletion_protection=protected,
            removal_policy=self.removal,
        )
        for index in table.indexes:
            made.add_global_secondary_index(
                index_name=index.name,
                partition_key=_text(index.partition),
                sort_key=_text(index.sort),
                projection_type=dynamodb.ProjectionType.INCLUDE,
                non_key_attributes=list(index.projects),
            )
        return made

    def _secret(self) -> secretsmanager.Secret:
        return secretsmanager.Secret(
            self,
            "ServerSecret",
            description="Keys order ids, owner keys and cursors; changing it orphans them",
            encryption_key=self.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=self.removal,
        )

    def _parked(self) -> s3.Bucket:
        """Where batches of events end that no retry could deliver: records whole, to be replayed."""
        return s3.Bucket(
            self,
            "Parked",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.key,
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(PARKED_DAYS))],
            removal_policy=self.removal,
        )

    def _export(self) -> None:
        for table in self.tables.values():
            self.export_value(table.table_name)
            self.export_value(table.table_arn)
            self.export_value(table.table_stream_arn)
        for pool in (self.customers, self.staff):
            self.export_value(pool.pool.user_pool_id)
            self.export_value(pool.pool.user_pool_provider_url)
            self.export_value(pool.client.user_pool_client_id)
        self.export_value(self.key.key_arn)
        self.export_value(self.secret.secret_arn)
        self.export_value(self.parked.bucket_arn)
        self.export_value(self.pictures.bucket.bucket_arn)
        self.export_value(self.pictures.bucket.bucket_name)
        self.export_value(self.pictures.distribution.attr_domain_name)

    def _outputs(self) -> None:
        """What a client signs in with."""
        for name, pool in (("Customer", self.customers), ("Staff", self.staff)):
            CfnOutput(self, f"{name}PoolId", value=pool.pool.user_pool_id)
            CfnOutput(self, f"{name}ClientId", value=pool.client.user_pool_client_id)


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
