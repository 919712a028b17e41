"""Which callers a field admits, from the SDL's authorization directives (AppSync guide, security-authz)."""

from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    FieldDefinitionNode,
    ListValueNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
)

from local.appsync.api import Auth, DefaultAction, Mode

MODE_OF = {
    "aws_api_key": Mode.API_KEY,
    "aws_iam": Mode.AWS_IAM,
    "aws_cognito_user_pools": Mode.AMAZON_COGNITO_USER_POOLS,
    "aws_oidc": Mode.OPENID_CONNECT,
    "aws_lambda": Mode.AWS_LAMBDA,
}


@dataclass(frozen=True, slots=True)
class CallerClass:
    """All that field authorization asks about a caller. `denied` names fields (`Type.field`) that an authorizer denied."""

    mode: Mode
    groups: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Guard:
    """Modes that are admitted, each with the groups of which one is needed (None: no group is needed)."""

    admitted: tuple[tuple[Mode, frozenset[str] | None], ...]

    def admits(self, caller: CallerClass) -> bool:
        """Several directives are alternatives."""
        return any(
            mode is caller.mode and (groups is None or bool(groups & caller.groups))
            for mode, groups in self.admitted
        )


def strings_of(directive: ConstDirectiveNode, argument: str) -> tuple[str, ...] | None:
    """A directive's list of strings, or None where it is not given."""
    for given in directive.arguments or ():
        if given.name.value == argument:
            if isinstance(given.value, ListValueNode):
                return tuple(item.value for item in given.value.values if isinstance(item, StringValueNode))
            if isinstance(given.value, StringValueNode):
                return (given.value.value,)
    return None


def _marks(
    directives: tuple[ConstDirectiveNode, ...] | None,
) -> tuple[tuple[Mode, frozenset[str] | None], ...]:
    found = []
    for directive in directives or ():
        mode = MODE_OF.get(directive.name.value)
        if mode is not None:
            groups = strings_of(directive, "cognito_groups")
            found.append((mode, None if groups is None else frozenset(groups)))
    return tuple(found)


def _aws_auth(field: FieldDefinitionNode, auth: Auth) -> Guard | None:
    """`@aws_auth` counts only where Cognito is the sole mode; beside another it is silently ignored (case 49)."""
    if auth.modes != {Mode.AMAZON_COGNITO_USER_POOLS}:
        return None
    for directive in field.directives or ():
        if directive.name.value == "aws_auth":
            groups = strings_of(directive, "cognito_groups")
            return Guard(((Mode.AMAZON_COGNITO_USER_POOLS, None if groups is None else frozenset(groups)),))
    return None


def guard_of(field: FieldDefinitionNode, owner: ObjectTypeDefinitionNode, auth: Auth) -> Guard:
    """A field's directives replace its type's; unmarked means the default mode alone."""
    marks = _marks(field.directives) or _marks(owner.directives)
    if marks:
        return Guard(marks)
    sole = _aws_auth(field, auth)
    if sole is not None:
        return sole
    denies = auth.default is Mode.AMAZON_COGNITO_USER_POOLS and auth.default_action is DefaultAction.DENY
    return Guard(()) if denies else Guard(((auth.default, None),))
