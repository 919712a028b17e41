"""Connections: how every list but the small ones inside one order is answered."""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from wiring.bounds import Between

Node = TypeVar("Node")

PageSize = Annotated[int, Between(1, 50)]
DEFAULT_PAGE = 20


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Where a page ends. A filtered list may give a short or empty page that has a next one."""

    has_next_page: bool
    end_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Edge(Generic[Node]):
    """A node with the cursor behind which the next page may start."""

    cursor: str
    node: Node


@dataclass(frozen=True, slots=True)
class Connection(Generic[Node]):
    """One page of a list, forwards."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge[Node], ...]
    page_info: PageInfo
