"""`python -m infra.neutral.stack`: writes the neutral API's template, one file that any CloudFormation takes.

With it the cases of tests/conformance/test_portable.py can be held against AWS itself: docs/conformance.md says how.
"""

import sys
from pathlib import Path

from aws_cdk import App, CfnOutput, DefaultStackSynthesizer, Duration, Stack
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from graphql import ObjectTypeDefinitionNode, parse

from infra.context import load_context

FOLDER = Path(__file__).resolve().parent
SCHEMA, FUNCTION = FOLDER / "schema.graphql", FOLDER / "function.py"
NAME = "orderbell-neutral"
WITHOUT_RESOLVER = frozenset({"noResolver"})
HOW = """{path}

Deploy:  aws cloudformation deploy --stack-name {name} --template-file {path} --capabilities CAPABILITY_IAM
Ask it:  aws cloudformation describe-stacks --stack-name {name} --query 'Stacks[0].Outputs'
Hold it: APPSYNC_URL=<Url> APPSYNC_KEY=<Key> .venv/bin/python -m pytest tests/conformance/test_portable.py
Remove:  aws cloudformation delete-stack --stack-name {name}
"""


def resolved_fields() -> list[tuple[str, str]]:
    """Every field of Query and Mutation that the function answers."""
    types = [
        each for each in parse(SCHEMA.read_text()).definitions if isinstance(each, ObjectTypeDefinitionNode)
    ]
    return [
        (each.name.value, field.name.value)
        for each in types
        if each.name.value in {"Query", "Mutation"}
        for field in each.fields or ()
        if field.name.value not in WITHOUT_RESOLVER
    ]


class Neutral(Stack):
    """API key by default and IAM beside it; one function; a key for a week."""

    def __init__(self, app: App) -> None:
        # Without assets there is nothing to bootstrap, and the template says so.
        super().__init__(
            app, NAME, synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
        )
        function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(FUNCTION.read_text()),
            timeout=Duration.seconds(10),
        )
        api = appsync.CfnGraphQLApi(
            self,
            "Api",
            name=NAME,
            authentication_type="API_KEY",
            additional_authentication_providers=[
                appsync.CfnGraphQLApi.AdditionalAuthenticationProviderProperty(authentication_type="AWS_IAM")
            ],
        )
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
                data_source_name="function",
            )  # fmt: skip
            resolver.add_resource_dependency(schema)
            resolver.add_resource_dependency(source)
        key = appsync.CfnApiKey(self, "Key", api_id=api.attr_api_id)
        CfnOutput(self, "Url", value=api.attr_graph_ql_url)
        CfnOutput(self, "KeyOut", key="Key", value=key.attr_api_key)


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
