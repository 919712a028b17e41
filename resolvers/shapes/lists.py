"""Connections: how every list but the small ones inside one order is answered."""

from typing import Annotated, Generic, TypeVar

from domain.values import value
from wiring.bounds import Between

Node = TypeVar("Node")

PageSize = Annotated[int, Between(1, 50)]
DEFAULT_PAGE = 20


@value
class PageInfo:
    """Where a page ends. A filtered list may give a short or empty page that has a next one."""

    has_next_page: bool
    """Whether more may follow: ask again with `after: endCursor`."""
    end_cursor: str | None = None
    """Behind which the next page starts; null where the list is empty."""


@value
class Edge(Generic[Node]):
    """A node with the cursor behind which the next page may start."""

    cursor: str
    """Opaque, bound to the caller and the list: the place behind this node."""
    node: Node
    """The entry itself."""


@value
class Connection(Generic[Node]):
    """One page of a list, forwards."""

    nodes: tuple[Node, ...]
    """The entries, at most `first` of them."""
    edges: tuple[Edge[Node], ...]
    """The same entries, each with its cursor."""
    page_info: PageInfo
    """Where the page ends, and whether more follows."""
