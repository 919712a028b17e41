"""Cases 144 to 147: the operators of enhanced filtering and its limits."""

import pytest

from local.appsync.filters import OPERATORS, matches, matches_arguments, problem_with


def one(operator, value, name="f"):
    return [{"filters": [{"fieldName": name, "operator": operator, "value": value}]}]


TABLE = [
    ("eq", "a", "a", "A"),
    ("eq", 1, 1, True),
    ("ne", "a", "b", "a"),
    ("le", 5, 5, 6),
    ("lt", 5, 4, 5),
    ("ge", "b", "b", "a"),
    ("gt", 5, 5.1, "6"),
    ("contains", "ell", "hello", "HELLO"),
    ("contains", "x", ["x", "y"], ["xy"]),
    ("notContains", "x", ["y"], ["x"]),
    ("notContains", "ell", "hallo", "hello"),
    ("beginsWith", "he", "hello", "ohello"),
    ("in", ["a", "b"], "b", "B"),
    ("notIn", ["a", "b"], "B", "b"),
    ("between", [1, 3], 3, 3.1),
    ("between", [1, 3], 1, 0),
    ("containsAny", ["x", "z"], ["z", "q"], ["q"]),
    ("containsAny", ["ell", "z"], "hello", "hallo"),
]


@pytest.mark.parametrize(("operator", "value", "yes", "no"), TABLE)
def test_cases_144_147_an_event_for_and_an_event_against_each_operator(operator, value, yes, no):
    assert matches(one(operator, value), {"f": yes})
    assert not matches(one(operator, value), {"f": no})


def test_case_144_every_operator_is_in_the_table():
    assert {row[0] for row in TABLE} == set(OPERATORS)
    assert len(OPERATORS) == 13


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("payload", [{}, {"f": None}, {"g": "a"}])
def test_a_field_that_is_not_there_never_matches(operator, payload):
    value = ["a", "b"] if operator in ("in", "notIn", "between", "containsAny") else "a"
    assert not matches(one(operator, value), payload)


def filters(count, name="f{}"):
    return [{"fieldName": name.format(number), "operator": "eq", "value": 1} for number in range(count)]


@pytest.mark.parametrize(
    ("group", "limit"),
    [
        pytest.param(one("eq", 1) * 11, "10", id="filters"),
        pytest.param([{"filters": filters(6)}], "5", id="field_names"),
        pytest.param(one("in", list("abcdef")), "5", id="in"),
        pytest.param(one("notIn", list("abcdef")), "5", id="notIn"),
        pytest.param(one("containsAny", [str(number) for number in range(21)]), "20", id="containsAny"),
        pytest.param(one("eq", "x" * 257), "256", id="text"),
        pytest.param(one("in", list("abcde")) * 2 + one("eq", 1), "10", id="in_expands"),
    ],
)
def test_case_145_limits(group, limit):
    assert f"exceeds maximum value limit {limit}" in problem_with(group)


@pytest.mark.parametrize(
    "group",
    [
        pytest.param(one("eq", 1) * 10, id="filters"),
        pytest.param([{"filters": filters(5)}], id="field_names"),
        pytest.param(one("in", list("abcde")) * 2, id="in"),
        pytest.param(one("containsAny", [str(number) for number in range(20)]), id="containsAny"),
        pytest.param(one("eq", "x" * 256), id="text"),
    ],
)
def test_case_145_at_the_limits(group):
    assert problem_with(group) is None


@pytest.mark.parametrize(
    "group",
    [
        one("like", "a"),
        one("eq", ["a"]),
        one("eq", {"a": 1}),
        one("in", "a"),
        one("in", []),
        one("between", [1]),
        one("eq", 1, name=""),
        [{"filters": ["x"]}],
        [None],
        {"filterGroup": []},
    ],
)
def test_malformed_filters_are_refused(group):
    assert problem_with(group)


def test_case_146_five_levels_and_not_six():
    payload = {"a": {"b": {"c": {"d": {"e": 1, "f": {"g": 1}}}}}}
    assert matches(one("eq", 1, "a.b.c.d.e"), payload)
    assert not matches(one("eq", 1, "a.b.c.d.f.g"), payload)


def test_filters_inside_an_entry_all_hold():
    both = [{"filters": [*one("eq", 1, "a")[0]["filters"], *one("eq", 2, "b")[0]["filters"]]}]
    assert matches(both, {"a": 1, "b": 2})
    assert not matches(both, {"a": 1, "b": 3})


@pytest.mark.parametrize("group", [[], [{"filters": []}]])
def test_an_empty_group_lets_nothing_through(group):
    assert not matches(group, {"a": 1})


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("2", False), (1, False), (None, False)])
def test_basic_filtering_is_json_equality(value, expected):
    assert matches_arguments({"id": "1"}, {"id": value}) is expected
