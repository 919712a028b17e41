"""What a command calls the running server with: a demo user's token, or the API key for a guest."""

from cli.state import state_dir
from cli.token import NotRunningError, token
from local.identity import FILE, kept_identity


def credential(user: str | None) -> dict[str, str]:
    """The header of this user, of a guest for None. Raises NotRunningError."""
    if user is not None:
        return {"Authorization": token(user)}
    if not (state_dir() / FILE).exists():
        raise NotRunningError("No server has run here: start one with `make run`.")
    return {"x-api-key": kept_identity(state_dir()).api_key}
