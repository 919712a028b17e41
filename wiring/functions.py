"""The deployed resolver functions: few, and split so that a reconnect storm or a scraper cannot starve checkout."""

from domain.values import value


@value
class ResolverFunction:
    """One Lambda function behind AppSync: size (MB), time limit (s), and the tables it may read and write.

    `takes_uploads`: it signs forms for them. `concurrency` is how many of it may run at once where a stage reserves: no flood of one starves another.
    """

    memory_mb: int
    timeout_seconds: int
    concurrency: int
    reads: tuple[str, ...]
    writes: tuple[str, ...] = ()
    takes_uploads: bool = False


RESOLVER_FUNCTIONS = {
    "browse": ResolverFunction(memory_mb=512, timeout_seconds=10, concurrency=200, reads=("catalog",)),
    "read": ResolverFunction(
        memory_mb=1024, timeout_seconds=10, concurrency=150, reads=("orders", "catalog")
    ),
    "write": ResolverFunction(
        memory_mb=1024,
        timeout_seconds=20,
        concurrency=200,
        reads=("orders", "catalog"),
        writes=("orders", "catalog"),
        takes_uploads=True,
    ),
    "subscribe": ResolverFunction(memory_mb=512, timeout_seconds=10, concurrency=100, reads=("orders",)),
}
