"""The Leibniz sum as it is shown: term by term, and the argument that replaces it beyond N = 9."""

from __future__ import annotations

import pytest

import exactland


@pytest.fixture
def session():
    return exactland.step("NH18:Thm3.4")


def test_the_terms_are_shown_with_sign_bound_limit_and_rate(session):
    session.vary("layer 1 activation softplus")
    session.goto(100)
    lines = [line.text for line in session.show("leibniz(1)").lines]
    head = next(n for n, line in enumerate(lines) if line.split()[:2] == ["sign", "pi"])
    assert lines[head].split() == [
        "sign",
        "pi",
        "product",
        "at",
        "most",
        "first",
        "j",
        "limit",
        "rate",
    ]
    rows = [line.split(maxsplit=6) for line in lines[head + 1 :]]
    assert {row[1]: row[0] for row in rows} == {
        "(1,2,3)": "+", "(2,1,3)": "-", "(1,3,2)": "-", "(3,2,1)": "-", "(2,3,1)": "+",
        "(3,1,2)": "+",
    }  # fmt: skip
    assert rows[0][1] == "(1,2,3)"
    assert {row[1]: row[4] for row in rows}["(1,3,2)"] == "2"
    for sign, pi, product, bound, *_, limit, rate in rows:
        assert (float(product) > 0) == (sign == "+")
        assert abs(float(product)) <= float(bound) * (1 + 1e-9)
        assert (limit == "0" and "exp(-" in rate) or (pi == "(1,2,3)" and rate == "O(1)")
    # d_12 = -2 is above the diagonal, d_21 = -4 and d_32 = -5, d_13 = -4, d_31 = -2, d_23 = -12.
    assert {row[1]: row[6] for row in rows}["(1,3,2)"] == "O(exp(-17 alpha))"


def test_no_rate_where_no_constants_give_one(session):
    session.vary("layer 1 activation tanh")
    session.goto(100)
    shown = session.show("leibniz").text
    assert "limit" in shown
    assert "rate" not in shown
    assert "-0.7615941560" in shown  # mu_-^2 sigma(1) with a sign: no 0


def _separated(samples, activation):
    network = exactland.SequentialNetwork(
        [exactland.Dense(samples, activation=activation), exactland.Dense(1)]
    )
    return exactland.Problem(network, [[(7 * i) % samples] for i in range(samples)])


@pytest.mark.parametrize(
    ("activation", "test"),
    [("relu", "triangular"), ("sigmoid", "dominant"), ("softplus", "dominant"), ("tanh", "limit")],
)
def test_beyond_nine_samples_the_argument_without_terms_is_shown(activation, test):
    opened = exactland.step("NH18:Thm3.4", _separated(10, activation))
    opened.goto(100)
    assert opened.complete
    shown = opened.show("leibniz")
    assert shown.value.test == test
    assert "10! terms are too many" in shown.text
    assert "!= 0 for every alpha >=" in shown.lines[-1].text
    small = opened.show("leibniz(1/1000)")
    assert small.value.test is None
    assert "it is not shown: " in small.lines[-1].text
    assert "!= 0 for every" not in small.text


def test_nine_samples_are_written_out():
    opened = exactland.step("NH18:Thm3.4", _separated(9, "relu"))
    opened.goto(100)
    assert len(opened.show("leibniz").value.terms) == 362880
