"""Signatures of webhooks: every right one is accepted, no forged one is."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.signatures import HEADER, LARGEST_BODY, TOLERANCE_SECONDS, BadSignatureError, sign, verify
from tests.providers.forging import KINDS, NOW, SECRETS, Sent, forgeries, signed

FORGERIES = 5_000


def accepted(sent: Sent, secrets: tuple[bytes, ...] = SECRETS) -> bool:
    try:
        verify(sent.headers, sent.body, secrets, NOW)
    except BadSignatureError:
        return False
    return True


def test_of_5000_forgeries_none_is_accepted() -> None:
    tried, taken = Counter[str](), Counter[str]()
    for kind, forged in forgeries(FORGERIES, seed=20261126):
        tried[kind] += 1
        taken[kind] += accepted(forged)

    assert sum(tried.values()) == FORGERIES
    assert len(tried) == len(KINDS)
    assert +taken == Counter()


@given(body=st.binary(max_size=2_000), away=st.integers(-TOLERANCE_SECONDS, TOLERANCE_SECONDS))
def test_every_rightly_signed_body_is_accepted_within_the_tolerance(body: bytes, away: int) -> None:
    assert accepted(signed(body, at=NOW + timedelta(seconds=away)))


@given(
    senders=st.sets(st.sampled_from([b"a-secret", b"b-secret", b"c-secret"]), min_size=1),
    receivers=st.sets(st.sampled_from([b"a-secret", b"b-secret", b"c-secret"]), min_size=1),
)
def test_one_secret_in_common_is_enough_and_necessary(senders: set[bytes], receivers: set[bytes]) -> None:
    sent = signed(b"{}", secrets=tuple(senders))

    assert accepted(sent, tuple(receivers)) == bool(senders & receivers)


def test_a_body_is_the_bytes_that_travelled() -> None:
    """The same JSON with another spacing, and bytes that are no text at all."""
    assert not accepted(Sent(signed(b'{"a":1}').headers, b'{"a": 1}'))
    assert accepted(signed(b"\xff\x00\r\n"))


def test_the_header_is_found_in_any_case() -> None:
    sent = signed(b"{}")

    assert accepted(Sent({HEADER.lower(): sent.headers[HEADER]}, b"{}"))
    assert accepted(Sent({HEADER.upper(): sent.headers[HEADER], "Other": "x"}, b"{}"))


def test_other_schemes_beside_ours_are_passed_over() -> None:
    assert accepted(Sent({HEADER: sign(b"{}", NOW, SECRETS) + ",v0=" + "0" * 64}, b"{}"))


def test_two_headers_that_a_gateway_joined_are_refused() -> None:
    header = sign(b"{}", NOW, SECRETS)

    assert not accepted(Sent({HEADER: f"{header},{header}"}, b"{}"))


@pytest.mark.parametrize(("size", "taken"), [(LARGEST_BODY, True), (LARGEST_BODY + 1, False)])
def test_a_body_is_at_most_256_kb(size: int, taken: bool) -> None:
    assert accepted(signed(b"x" * size)) == taken


@pytest.mark.parametrize("secrets", [(), (b"",), (b"", SECRETS[0])])
def test_without_a_secret_nothing_is_accepted(secrets: tuple[bytes, ...]) -> None:
    assert not accepted(signed(b"{}", secrets=(b"", SECRETS[0])), secrets)
