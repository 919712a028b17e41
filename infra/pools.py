"""The two user pools: customers sign themselves up; staff are made by an administrator and bring a second factor."""

from dataclasses import dataclass

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.stages import StageConfig
from wiring.access import STAFF_GROUPS


@dataclass(frozen=True, slots=True)
class Pool:
    """A user pool with the one client that its tokens must come from."""

    pool: cognito.UserPool
    client: cognito.UserPoolClient


def customer_pool(scope: Construct, stage: StageConfig, removal: RemovalPolicy) -> Pool:
    """Customers: anyone with an e-mail address."""
    pool = cognito.UserPool(
        scope,
        "Customers",
        self_sign_up_enabled=True,
        sign_in_aliases=cognito.SignInAliases(email=True),
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        sign_in_case_sensitive=False,
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        password_policy=cognito.PasswordPolicy(min_length=10),
        mfa=cognito.Mfa.OPTIONAL,
        mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
        deletion_protection=stage.keep_data,
        removal_policy=removal,
    )
    return Pool(pool, _client(pool, refresh=Duration.days(30)))


def staff_pool(scope: Construct, stage: StageConfig, removal: RemovalPolicy) -> Pool:
    """Staff: nobody signs up, everybody has a one-time-password device; the groups are those that fields name."""
    pool = cognito.UserPool(
        scope,
        "Staff",
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(email=True),
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        sign_in_case_sensitive=False,
        account_recovery=cognito.AccountRecovery.NONE,  # an administrator resets, who knows the person
        password_policy=cognito.PasswordPolicy(min_length=14),
        mfa=cognito.Mfa.REQUIRED,
        mfa_second_factor=cognito.MfaSecondFactor(sms=False, otp=True),
        deletion_protection=stage.keep_data,
        removal_policy=removal,
    )
    for group in STAFF_GROUPS:
        cognito.CfnUserPoolGroup(
            pool, f"{group.capitalize()}Group", user_pool_id=pool.user_pool_id, group_name=group
        )
    return Pool(pool, _client(pool, refresh=Duration.hours(12)))


def _client(pool: cognito.UserPool, *, refresh: Duration) -> cognito.UserPoolClient:
    return pool.add_client(
        "Client",
        auth_flows=cognito.AuthFlow(user_srp=True),
        disable_o_auth=True,
        generate_secret=False,
        prevent_user_existence_errors=True,
        enable_token_revocation=True,
        access_token_validity=Duration.hours(1),
        id_token_validity=Duration.hours(1),
        refresh_token_validity=refresh,
    )
