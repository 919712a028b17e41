"""How the Stripe library reaches Stripe: over urllib3, which the SDK brings anyway, with times that a function has.

The library would take `requests` where it is installed (80 s to answer, and native code in its dependencies), else
urllib (no time limit at all). Nothing is tried again here: callers send the same key again.
"""

from collections.abc import Mapping
from typing import Any

import stripe
import urllib3

CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 15.0
"""A card's bank may take ten seconds to answer; giving up earlier only makes the outcome unknown."""


class Transport(stripe.HTTPClient):
    """The library's HTTP client, which it lets its users give (stripe.HTTPClient's own words)."""

    name = "urllib3"

    def __init__(self, pool: urllib3.PoolManager | None = None) -> None:
        super().__init__()
        self._pool = pool or urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
            retries=False,
            cert_reqs="CERT_REQUIRED",
            ca_certs=stripe.ca_bundle_path,
        )

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One request, one answer. Raises stripe.APIConnectionError."""
        try:
            answer = self._pool.request(method.upper(), url, headers=headers, body=post_data, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            words = f"no answer from Stripe: {type(error).__name__}"
            raise stripe.APIConnectionError(words) from error  # type: ignore[no-untyped-call]
        return answer.data.decode("utf-8", "replace"), answer.status, answer.headers

    def close(self) -> None:
        """Close the connections that are kept."""
        self._pool.clear()
