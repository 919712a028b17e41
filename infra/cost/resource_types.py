"""Every type of resource that a template may hold: what it costs by, or why it costs nothing. A closed table.

A template with a type that is not here fails the tests: somebody has to look its price up first.
"""

from collections.abc import Iterable

COSTED = {
    "AppSync::GraphQLApi": "requests, updates, connection minutes",
    "ApiGatewayV2::Api": "calls of webhooks",
    "CloudWatch::Alarm": "each metric that it reads, by the month",
    "CloudWatch::Dashboard": "by the month",
    "Cognito::UserPool": "users active in a month",
    "DynamoDB::Table": "units read and written, storage, point-in-time recovery",
    "Events::Archive": "bytes archived and kept",
    "Events::EventBus": "events put, by the million",
    "KMS::Key": "by the month, and requests",
    "Lambda::Alias": "copies kept warm",
    "Lambda::Function": "requests and compute",
    "Lambda::Version": "snapshots kept and restored",
    "Logs::LogGroup": "bytes taken in and kept",
    "S3::Bucket": "puts and storage",
    "SES::EmailIdentity": "mails",
    "SNS::Topic": "messages",
    "SQS::Queue": "requests: a send, a receipt and a deletion of each message, and receipts that find nothing",
    "SecretsManager::Secret": "by the month, and reads",
    "WAFv2::WebACL": "by the month, its rules, and requests",
    "StepFunctions::StateMachine": "transitions of state",
    "XRay::SamplingRule": "traces recorded",
}
RIGHTS = "rights and connections cost nothing"
SETTING = "a setting of something that is costed"
FREE = {
    "ApiGatewayV2::Integration": SETTING,
    "ApiGatewayV2::Route": SETTING,
    "ApiGatewayV2::Stage": SETTING,
    "AppSync::ApiKey": SETTING,
    "AppSync::DataSource": SETTING,
    "AppSync::FunctionConfiguration": SETTING,
    "AppSync::GraphQLSchema": SETTING,
    "AppSync::Resolver": SETTING,
    "ApplicationAutoScaling::ScalableTarget": "free; the alarms that it makes by itself are not in the template",
    "ApplicationAutoScaling::ScalingPolicy": SETTING,
    "Budgets::Budget": "budgets that only tell are free; those that act cost from the third on",
    "CDK::Metadata": "no resource",
    "CodeDeploy::Application": "free for Lambda",
    "CodeDeploy::DeploymentConfig": "free for Lambda",
    "CodeDeploy::DeploymentGroup": "free for Lambda",
    "CloudFront::Distribution": "1 TB and 10,000,000 requests a month are free; beyond that by traffic, which no one here knows",
    "CloudFront::OriginAccessControl": SETTING,
    "Cognito::UserPoolClient": SETTING,
    "Cognito::UserPoolGroup": SETTING,
    "Events::Rule": "a schedule on the default bus is free; events of our own would not be",
    "IAM::ManagedPolicy": RIGHTS,
    "IAM::Policy": RIGHTS,
    "IAM::Role": RIGHTS,
    "KMS::Alias": SETTING,
    "Lambda::EventInvokeConfig": SETTING,
    "Lambda::EventSourceMapping": "Lambda's reads of a DynamoDB stream are free",
    "Lambda::LayerVersion": "within the 75 GB of code that an account may hold",
    "Lambda::Permission": RIGHTS,
    "Logs::MetricFilter": SETTING,
    "Logs::ResourcePolicy": RIGHTS,
    "S3::BucketPolicy": RIGHTS,
    "SQS::QueuePolicy": RIGHTS,
    "SES::ConfigurationSet": SETTING,
    "SES::ConfigurationSetEventDestination": "metrics of SES's own namespace; each alarm on one is costed",
    "SNS::Subscription": "e-mail: 1,000 a month are free, and operators are few",
    "SNS::TopicPolicy": RIGHTS,
    "SSM::Parameter": "standard parameters are free",
    "Scheduler::Schedule": "14,000,000 calls a month are free, and one a minute is 44,000",
    "Scheduler::ScheduleGroup": SETTING,
    "SecretsManager::ResourcePolicy": RIGHTS,
    "WAFv2::WebACLAssociation": RIGHTS,
    "XRay::ResourcePolicy": RIGHTS,
}


def unknown(types: Iterable[str]) -> list[str]:
    """Those that nobody has classified; `types` as templates have them (`AWS::S3::Bucket`)."""
    known = COSTED.keys() | FREE.keys()
    return sorted({each for each in types if each.removeprefix("AWS::") not in known})
