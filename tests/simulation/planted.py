"""Bugs planted in product code, each a small patch: the simulation must find every one of them."""

from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from unittest.mock import patch

from domain.events import public_view

from .planted_patches import (
    EXISTS,
    NothingIsForStaff,
    Patched,
    acknowledges_first,
    adjusts_every_time,
    anybodys_key,
    at_any_price,
    commanding,
    counts_nothing,
    done_before_its_chunks,
    ends_too_early,
    fresh_tokens,
    gives_back_to_the_first_shard,
    let_anybody_in,
    lists_while_reserving,
    order_writes,
    placing,
    prices_one_shard_alone,
    push_status,
    reads_weakly,
    record_comes_later,
    reserving,
    shifts_without_taking,
    stale_decisions,
    swallows_failures,
    sweeps_unseen,
    takes_what_is_not_there,
    trusts_arrival,
    unmarked_movements,
    without_condition,
)

on_order_event: Any = import_module("resolvers.on_order_event")


@dataclass(frozen=True, slots=True)
class Planted:
    """One bug: what is wrong, what is put in whose place, and the seed that is tried first (it found the bug before)."""

    name: str
    patches: tuple[Patched, ...]
    seed: int = 1

    def plant(self, stack: ExitStack) -> None:
        """Put it in for as long as the stack lasts."""
        for place, name, wrong in self.patches:
            stack.enter_context(patch.object(place, name, wrong))


PLANTED = (
    Planted("a command is written whatever the version", ((order_writes, "_at_version", lambda _: {"ConditionExpression": EXISTS}),)),
    Planted("a key with another body is answered the first order", ((placing.Placement, "answered", lambda self, loaded: placing.answer(self.context, loaded.order, replayed=True)),)),
    Planted("a chunk does not check the head", (without_condition("ConditionCheck", "A"),)),
    Planted("a chunk's marker is not conditional", (without_condition("Put", "V#"),)),
    Planted("a chunk can be released twice", (without_condition("Update", "V#"),), seed=2),
    Planted("an aborted order's chunks are forgotten", ((reserving, "_release_chunk", lambda *_: None),)),
    Planted("the sweep ends what the index names, unseen", (sweeps_unseen(),)),
    Planted("an order is acknowledged before it is written", (acknowledges_first(),)),
    Planted("stock is taken that is not there", takes_what_is_not_there()),
    Planted("an order is placed at an old price", at_any_price(), seed=4),
    Planted("a hot SKU's units go back to its first shard", (gives_back_to_the_first_shard(),)),
    Planted("levelling out gives units that it does not take", (shifts_without_taking(),)),
    Planted("a new price reaches one shard alone", (prices_one_shard_alone(),)),
    Planted("a follower trusts arrival", (trusts_arrival(),)),
    Planted("failures of a batch are swallowed", (swallows_failures(),)),
    Planted("customers are numbered as staff are", ((push_status, "public_view", lambda event: public_view(event, event.sequence - 1)),)),
    Planted("customers are pushed what staff alone may see", ((push_status, "Visibility", NothingIsForStaff),)),
    Planted("a write is sent again under a fresh token", (fresh_tokens(),), seed=5),
    Planted("a command's record is written after its transaction", (record_comes_later(),)),
    Planted("a stale decision is sent again", (stale_decisions(),), seed=9),
    Planted("anybody may follow an order whose id they know", ((on_order_event, "let_in", let_anybody_in),)),
    Planted("a movement's chunk has no marker", (unmarked_movements(),)),
    Planted("a movement is done before its chunks are", done_before_its_chunks()),
    Planted("expectedVersion is ignored", ((commanding, "_check_version", lambda *_: None),)),
    Planted("a key is everybody's", (anybodys_key(),)),
    Planted("a page of the log says that it is the last", (ends_too_early(),)),
    Planted("orders are read without ConsistentRead", (reads_weakly(),)),
    Planted("an order is listed before it is placed", (lists_while_reserving(),)),
    Planted("a chunk of unknown outcome counts as held", counts_nothing()),
    Planted("a change of stock leaves no record of its key", (adjusts_every_time(),)),
)  # fmt: skip
