"""1,000,000 forged webhooks of every kind, by a seed that `make test` does not run: none may be accepted."""

import time
from collections import Counter

from providers.signatures import BadSignatureError, verify
from tests.providers.forging import KINDS, NOW, SECRETS, Sent, forgeries, signed

COUNT, SEED = 1_000_000, 10_001


def _accepted(sent: Sent) -> bool:
    try:
        verify(sent.headers, sent.body, SECRETS, NOW)
    except BadSignatureError:
        return False
    return True


def main() -> int:
    """Print the figures; 1 where a forgery was accepted, or a rightly signed one was not."""
    started = time.perf_counter()
    taken = Counter(kind for kind, forged in forgeries(COUNT, SEED) if _accepted(forged))
    right = _accepted(signed(b'{"id":"evt_1"}'))
    for kind, count in taken.most_common():
        print(f"  {count:9,} {kind}")
    print(
        f"{COUNT:,} forgeries of {len(KINDS)} kinds, {taken.total()} accepted; a right one "
        f"{'accepted' if right else 'REFUSED'}; {time.perf_counter() - started:.0f} s, laptop"
    )
    return int(bool(taken) or not right)
