"""Order tokens: what was signed verifies until it expires; nothing else ever does."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Grant
from domain.order_token import LONGEST, Keyring, sign, verify
from tests import factories as make

ORDER = "ord_" + "a2" * 13
GRANT = Grant(ORDER, 3)
RING = Keyring(b"a secret of the tests", "test", ("k1",))
EXPIRES = make.NOW + timedelta(days=90)
TOKEN = sign(RING, GRANT, EXPIRES)


@given(generation=st.integers(0, 999_999_999), days=st.integers(1, 3_650))
def test_what_was_signed_grants_that_order_and_generation_until_it_expires(
    generation: int, days: int
) -> None:
    grant, expires = Grant(ORDER, generation), make.NOW + timedelta(days=days)
    token = sign(RING, grant, expires)
    assert len(token) <= LONGEST
    assert verify(RING, token, make.NOW) == grant
    assert verify(RING, token, expires - timedelta(seconds=1)) == grant
    assert verify(RING, token, expires) is None


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_a_token_can_be_flipped(bit: int) -> None:
    raw = TOKEN.encode()
    for position in range(len(raw)):
        flipped = bytearray(raw)
        flipped[position] ^= 1 << bit
        assert verify(RING, flipped.decode("latin-1"), make.NOW) is None, (position, bit)


@given(st.text(max_size=200))
def test_no_text_is_a_token_by_chance(text: str) -> None:
    assert verify(RING, text, make.NOW) is None


@given(part=st.integers(0, 5), other=st.from_regex(r"[a-z0-9_]{1,60}", fullmatch=True))
def test_no_part_can_be_replaced(part: int, other: str) -> None:
    parts = TOKEN.split(".")
    if parts[part] != other:
        parts[part] = other
        assert verify(RING, ".".join(parts), make.NOW) is None


@pytest.mark.parametrize(
    "spelt",
    [TOKEN + "\n", " " + TOKEN, TOKEN.upper(), TOKEN.replace(".3.", ".03."), TOKEN.replace(".3.", ".٣."), ""],
)
def test_a_token_has_one_spelling(spelt: str) -> None:
    assert verify(RING, spelt, make.NOW) is None


def test_a_new_key_signs_and_the_old_one_verifies_until_it_is_taken_out() -> None:
    both, new = Keyring(RING.secret, "test", ("k2", "k1")), Keyring(RING.secret, "test", ("k2",))
    assert verify(both, TOKEN, make.NOW) == GRANT
    assert sign(both, GRANT, EXPIRES).startswith("v1.k2.")
    assert verify(new, sign(both, GRANT, EXPIRES), make.NOW) == GRANT
    assert verify(new, TOKEN, make.NOW) is None


@pytest.mark.parametrize(
    "other", [Keyring(b"another secret", "test", ("k1",)), Keyring(RING.secret, "prod", ("k1",))]
)
def test_another_secret_and_another_stage_have_other_keys(other: Keyring) -> None:
    assert verify(other, TOKEN, make.NOW) is None
