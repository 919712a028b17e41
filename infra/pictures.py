"""Where pictures are uploaded, and where they are shown from: one private bucket with two folders, and a distribution.

Its domain stands in what clients keep, so both live with the data. Nothing is fetched from the folder of uploads: the
bucket's policy lets the distribution read finished pictures alone.
"""

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.stages import StageConfig
from storage.uploads import PICTURES, UPLOADS

ORIGIN = "bucket"

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""
CORS_AND_SECURITY_HEADERS = "e61eb60c-9c35-4d20-a928-2b84e02af89c"
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html"""


class Pictures(Construct):
    """The bucket and its distribution. S3 tells the account's own bus what is put; who cares has a rule there."""

    def __init__(self, scope: Construct, name: str, *, stage: StageConfig, removal: RemovalPolicy) -> None:
        super().__init__(scope, name)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            # What everybody may see needs no customer key; the distribution would need the right to use it.
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            # A form is bound to one key, kind and size by its signature, whichever page posts it.
            cors=[s3.CorsRule(allowed_methods=[s3.HttpMethods.POST], allowed_origins=["*"], max_age=3600)],
            lifecycle_rules=[
                # Taken away when done; what nobody could work on goes by itself.
                s3.LifecycleRule(id="Uploads", prefix=UPLOADS, expiration=Duration.days(14)),
                s3.LifecycleRule(id="HalfUploads", abort_incomplete_multipart_upload_after=Duration.days(1)),
            ],
            removal_policy=removal,
        )
        self._tell_the_bus()
        self.distribution = self._distribution(stage)
        self._admit()
        CfnOutput(Stack.of(self), "PicturesUrl", value=self.url)

    @property
    def url(self) -> str:
        """What a picture's key is appended to."""
        return f"https://{self.distribution.attr_domain_name}"

    def _tell_the_bus(self) -> None:
        """By the template's own property: CDK's switch would add a function of its own for it."""
        plain = self.bucket.node.default_child
        if not isinstance(plain, s3.CfnBucket):
            raise TypeError("a bucket is made of a CfnBucket")
        plain.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )

    def _distribution(self, stage: StageConfig) -> cloudfront.CfnDistribution:
        signing = cloudfront.CfnOriginAccessControl(
            self,
            "Access",
            origin_access_control_config=cloudfront.CfnOriginAccessControl.OriginAccessControlConfigProperty(
                name=f"orderbell-{stage.name}-pictures",
                origin_access_control_origin_type="s3",
                signing_behavior="always",
                signing_protocol="sigv4",
            ),
        )
        origin = cloudfront.CfnDistribution.OriginProperty(
            id=ORIGIN,
            domain_name=self.bucket.bucket_regional_domain_name,
            origin_access_control_id=signing.attr_id,
            s3_origin_config=cloudfront.CfnDistribution.S3OriginConfigProperty(origin_access_identity=""),
        )
        behavior = cloudfront.CfnDistribution.DefaultCacheBehaviorProperty(
            target_origin_id=ORIGIN,
            viewer_protocol_policy="redirect-to-https",
            allowed_methods=["GET", "HEAD"],
            compress=False,  # WebP is compressed already
            cache_policy_id=CACHING_OPTIMIZED,
            response_headers_policy_id=CORS_AND_SECURITY_HEADERS,
        )
        return cloudfront.CfnDistribution(
            self,
            "Distribution",
            distribution_config=cloudfront.CfnDistribution.DistributionConfigProperty(
                enabled=True,
                comment=f"Orderbell {stage.name}: pictures of products",
                http_version="http2and3",
                ipv6_enabled=True,
                origins=[origin],
                default_cache_behavior=behavior,
            ),
        )

    def _admit(self) -> None:
        stack = Stack.of(self)
        ours = f"arn:{stack.partition}:cloudfront::{stack.account}:distribution/{self.distribution.attr_id}"
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OurDistributionReadsPictures",
                actions=["s3:GetObject"],
                principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                resources=[self.bucket.arn_for_objects(f"{PICTURES}*")],
                conditions={"StringEquals": {"aws:SourceArn": ours}},
            )
        )
