"""The GraphQL API: its schema, its four ways in (IAM is the default), its limits, and its log."""

from pathlib import Path

from aws_cdk import Fn, Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.log_groups import log_group_of
from infra.permissions import serves
from infra.pools import Pool
from infra.stages import StageConfig

SCHEMA_FILE = Path(__file__).resolve().parent.parent / "schema.graphql"


class Api(Construct):
    """AppSync from level-one constructs: the level-two API's log adds a custom resource with a function of its own."""

    def __init__(
        self, scope: Construct, name: str, *, stage: StageConfig, customers: Pool, staff: Pool, region: str
    ) -> None:
        super().__init__(scope, name)
        # By account, not by the API: the API needs the role before it has an ARN.
        log_role = iam.Role(self, "LogRole", assumed_by=serves("appsync", Stack.of(self).account))
        self.api = appsync.CfnGraphQLApi(
            self,
            "Api",
            name=f"orderbell-{stage.name}",
            # With Cognito as default, a field without a directive would be open to whoever signed up.
            authentication_type="AWS_IAM",
            additional_authentication_providers=[
                _mode("API_KEY"),
                _pool_mode(customers, region),
                _pool_mode(staff, region),
            ],
            query_depth_limit=stage.requests.query_depth,
            resolver_count_limit=stage.requests.resolver_count,
            introspection_config="ENABLED" if stage.requests.introspection else "DISABLED",
            xray_enabled=True,
            log_config=appsync.CfnGraphQLApi.LogConfigProperty(
                cloud_watch_logs_role_arn=log_role.role_arn,
                field_log_level="ERROR",
                exclude_verbose_content=True,
            ),
        )
        log_group = log_group_of(self, stage, Fn.join("", ["/aws/appsync/apis/", self.api.attr_api_id]))
        log_group.grant_write(log_role)
        self.schema = appsync.CfnGraphQLSchema(
            self, "Schema", api_id=self.api.attr_api_id, definition=SCHEMA_FILE.read_text()
        )
        self.keys = {
            key.name: appsync.CfnApiKey(
                self,
                f"{key.name}Key",
                api_id=self.api.attr_api_id,
                description=f"Shop front, until {key.expires}",
                expires=key.epoch_seconds,
            )
            for key in stage.api_keys
        }


def _mode(kind: str) -> appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty:
    return appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty(authentication_type=kind)


def _pool_mode(pool: Pool, region: str) -> appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty:
    return appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty(
        authentication_type="AMAZON_COGNITO_USER_POOLS",
        user_pool_config=appsync.CfnGraphQLApi.CognitoUserPoolConfigProperty(
            user_pool_id=pool.pool.user_pool_id,
            aws_region=region,
            app_id_client_regex=pool.client.user_pool_client_id,
        ),
    )
