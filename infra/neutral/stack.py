"""`python -m infra.neutral.stack`: writes the neutral API's template, one file that any CloudFormation takes.

With it the portable cases (tests/conformance) can be held against AWS itself: docs/conformance.md says how.
"""

import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, DefaultStackSynthesizer, Duration, RemovalPolicy, Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from graphql import ObjectTypeDefinitionNode, parse

from infra.context import load_context

FOLDER = Path(__file__).resolve().parent
SCHEMA, FUNCTION, AUTHORIZER = (FOLDER / name for name in ("schema.graphql", "function.py", "authorizer.py"))
NAME = "orderbell-neutral"
WITHOUT_RESOLVER = frozenset({"noResolver"})
BESIDE_ROOTS = (
    ("Order", "kept"), ("Item", "related"), ("Item", "single"), ("Subscription", "onGuarded"),
)  # fmt: skip
BATCHES = {("Item", "related"): 2}
TOKENS = "^[a-z0-9-]+$"
"""What a token for the authorizer looks like; nothing else reaches it."""
HOW = """{path}

Deploy:  aws cloudformation deploy --stack-name {name} --template-file {path} --capabilities CAPABILITY_IAM
Ask it:  aws cloudformation describe-stacks --stack-name {name} --query 'Stacks[0].Outputs'
Become:  eval "$(.venv/bin/python -m tests.conformance.callers <Pool> <Client>)"
Hold it: APPSYNC_URL=<Url> APPSYNC_KEY=<Key> .venv/bin/python -m pytest tests/conformance
Remove:  aws cloudformation delete-stack --stack-name {name}
"""


def resolved_fields() -> list[tuple[str, str]]:
    """Every field of Query and Mutation that the function answers, and a few of other types."""
    types = [
        each for each in parse(SCHEMA.read_text()).definitions if isinstance(each, ObjectTypeDefinitionNode)
    ]
    return [
        (each.name.value, field.name.value)
        for each in types
        if each.name.value in {"Query", "Mutation"}
        for field in each.fields or ()
        if field.name.value not in WITHOUT_RESOLVER
    ] + list(BESIDE_ROOTS)


class Neutral(Stack):
    """API key by default, and IAM, a user pool and an authorizer beside it; one function; a key for a week."""

    def __init__(self, app: App) -> None:
        # Without assets there is nothing to bootstrap, and the template says so.
        super().__init__(
            app, NAME, synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        )
        pool, client = self._pool()
        authorizer = self._function("Authorizer", AUTHORIZER)
        api = self._api(pool, authorizer)
        authorizer.add_permission(
            "AskedByAppSync", principal=iam.ServicePrincipal("appsync.amazonaws.com"), source_arn=api.attr_arn
        )
        self._resolvers(api, self._function("Function", FUNCTION))
        key = appsync.CfnApiKey(self, "Key", api_id=api.attr_api_id)
        CfnOutput(self, "Url", value=api.attr_graph_ql_url)
        CfnOutput(self, "KeyOut", key="Key", value=key.attr_api_key)
        CfnOutput(self, "PoolOut", key="Pool", value=pool.ref)
        CfnOutput(self, "ClientOut", key="Client", value=client.ref)

    def _pool(self) -> tuple[cognito.CfnUserPool, cognito.CfnUserPoolClient]:
        """Users that an administrator makes, and a group."""
        pool = cognito.CfnUserPool(
            self, "Pool", username_attributes=["email"],
            admin_create_user_config=cognito.CfnUserPool.AdminCreateUserConfigProperty(
                allow_admin_create_user_only=True
            ),
        )  # fmt: skip
        pool.apply_removal_policy(RemovalPolicy.DESTROY)
        cognito.CfnUserPoolGroup(self, "Admin", user_pool_id=pool.ref, group_name="Admin")
        client = cognito.CfnUserPoolClient(
            self, "Client", user_pool_id=pool.ref,
            explicit_auth_flows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )  # fmt: skip
        return pool, client

    def _function(self, name: str, source: Path) -> lambda_.Function:
        return lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(source.read_text()),
            timeout=Duration.seconds(10),
        )

    def _api(self, pool: cognito.CfnUserPool, authorizer: lambda_.Function) -> appsync.CfnGraphQLApi:
        mode = appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty
        return appsync.CfnGraphQLApi(
            self,
            "Api",
            name=NAME,
            authentication_type="API_KEY",
            additional_authentication_providers=[
                mode(authentication_type="AWS_IAM"),
                mode(
                    authentication_type="AMAZON_COGNITO_USER_POOLS",
                    user_pool_config=appsync.CfnGraphQLApi.CognitoUserPoolConfigProperty(
                        user_pool_id=pool.ref, aws_region=self.region
                    ),
                ),
                mode(
                    authentication_type="AWS_LAMBDA",
                    lambda_authorizer_config=appsync.CfnGraphQLApi.LambdaAuthorizerConfigProperty(
                        authorizer_uri=authorizer.function_arn,
                        authorizer_result_ttl_in_seconds=0,
                        identity_validation_expression=TOKENS,
                    ),
                ),
            ],
        )

    def _resolvers(self, api: appsync.CfnGraphQLApi, function: lambda_.Function) -> None:
        schema = appsync.CfnGraphQLSchema(
            self, "Schema", api_id=api.attr_api_id, definition=SCHEMA.read_text()
        )
        role = iam.Role(self, "Invokes", assumed_by=iam.ServicePrincipal("appsync.amazonaws.com"))
        function.grant_invoke(role)
        source = appsync.CfnDataSource(
            self,
            "Source",
            api_id=api.attr_api_id,
            name="function",
            type="AWS_LAMBDA",
            service_role_arn=role.role_arn,
            lambda_config=appsync.CfnDataSource.LambdaConfigProperty(
                lambda_function_arn=function.function_arn
            ),
        )
        for type_name, field in resolved_fields():
            resolver = appsync.CfnResolver(
                self, f"{type_name}-{field}", api_id=api.attr_api_id, type_name=type_name, field_name=field,
                data_source_name="function", max_batch_size=BATCHES.get((type_name, field)),
            )  # fmt: skip
            resolver.add_resource_dependency(schema)
            resolver.add_resource_dependency(source)


def build(outdir: Path) -> Path:
    """Synthesize; gives the template's path."""
    app = App(
        context=load_context(),
        outdir=str(outdir),
        analytics_reporting=False,
        tree_metadata=False,
        stack_traces=False,
    )
    Neutral(app)
    app.synth()
    return outdir / f"{NAME}.template.json"


def main() -> None:
    """Write the template, and say what to do with it."""
    sys.stdout.write(HOW.format(path=build(Path("cdk.out") / "neutral"), name=NAME))


if __name__ == "__main__":
    main()
