"""An answer does not depend on how a function is spelled: package and checker, name and text."""

from __future__ import annotations

import random
from fractions import Fraction
from math import exp, log, pi
from typing import Any

import mpmath as mp
import pytest
from flint import fmpq, fmpq_poly
from mpmath_for_tests import formal_number, text_function

from exactland.arithmetic.balls import Balls
from exactland.checker import activations as theirs
from exactland.checker.expression import evaluate
from exactland.checker.expression import parse as parsed
from exactland.checker.normal_form import NormalForms
from exactland.checker.normal_form import rational_roots as their_roots
from exactland.checker.outcome import Decline
from exactland.errors import ExactlandError
from exactland.functions import facts
from exactland.functions.activations import activation
from exactland.functions.expression import parse
from exactland.functions.normal_form import normal_form, same
from exactland.functions.properties import defined_everywhere
from exactland.functions.real_roots import rational_roots

SPELLINGS: list[tuple[Any, list[str]]] = [
    ("identity", ["t", "t+0", "max(t,0)+min(t,0)", "2*t-t", "max(t,t)"]),
    ("relu", ["max(0,t)", "(t+abs(t))/2", "-min(-t,0)", "max(3*t,0)/3", "t-min(t,0)"]),
    ({"name": "leaky-relu", "slope": "1/10"}, ["max(t,t/10)", "max(t,0)+0.1*min(t,0)"]),
    ({"name": "leaky-relu", "slope": "-1"}, ["abs(t)", "max(t,-t)"]),
    ("relu6", ["max(0,min(t,6))", "min(6,max(t,0))", "max(t,0)-max(t-6,0)"]),
    ("hard-sigmoid", ["min(1,max(0,t/6+1/2))", "(abs(t+3)-abs(t-3)+6)/12"]),
    ("sigmoid", ["1/(1+exp(-t))", "exp(t)/(1+exp(t))", "(tanh(t/2)+1)/2", "1-sigmoid(-t)",
                 "exp(t/2)/(2*cosh(t/2))", "1/(1+exp(-t/3)**3)"]),
    ("tanh", ["2*sigmoid(2*t)-1", "sinh(t)/cosh(t)", "1-2/(1+exp(2*t))",
              "(exp(t)-exp(-t))/(exp(t)+exp(-t))"]),
    ("arctan", ["-atan(-t)", "2*atan(t)-atan(t)"]),
    ("erf", ["-erf(-t)", "erf(t/2+t/2)"]),
    ("sin", ["-sin(-t)"]),
    ("cos", ["cos(-t)", "cos(abs(t))"]),
    ("exp", ["1/exp(-t)", "exp(t/2)**2", "cosh(t)+sinh(t)", "max(exp(t),0)"]),
    ("lorentz", ["1-t**2/(1+t**2)", "1/(t*t+1)", "-1/(-1-t*t)"]),
    ("gaussian", ["1/exp(t*t)", "exp(-abs(t)**2)", "exp(-t**2/2)**2"]),
    ("softplus", ["log(1+exp(t))", "t+log(1+exp(-t))", "-log(sigmoid(-t))",
                  "log(2*cosh(t/2))+t/2"]),
    ({"name": "softplus", "alpha": "1/2"}, ["2*log(1+exp(t/2))", "log(1+exp(0.5*t))/0.5"]),
    ("log-sigmoid", ["log(sigmoid(t))", "-log(1+exp(-t))", "t-log(1+exp(t))"]),
    ("silu", ["t*sigmoid(t)", "t/(1+exp(-t))", "t*exp(t)/(exp(t)+1)", "t/2+t/2*tanh(t/2)"]),
    ("gelu", ["t/2*(1-erf(-t/sqrt(2)))", "t*(1+erf(sqrt(2)*t/2))/2", "t/2+t/2*erf(t*sqrt(1/2))"]),
    ("mish", ["t*tanh(log(1+exp(t)))", "t*(exp(2*t)+2*exp(t))/(exp(2*t)+2*exp(t)+2)"]),
    ({"name": "elu", "alpha": "2"}, ["max(t,0)-2+2*exp(min(0,t))", "max(t,0)+2*exp(min(t,0))-2"]),
    ({"name": "polynomial", "coefficients": [1, 0, "-1/2"]}, ["1-t**2/2", "1-abs(t)**2/2"]),
]  # fmt: skip
PAIRS = [(name, text) for name, texts in SPELLINGS for text in texts]
FACTS = (
    facts.analytic, facts.continuous, facts.non_constant, facts.strictly_increasing, facts.bounded,
    facts.exponential_linear_bounds, facts.nh17_assumption_3_2, facts.nh18_assumption_3_2,
    facts.nmh19_assumption_1_2, facts.nonzero_derivative, facts.exponential_polynomial,
)  # fmt: skip


@pytest.mark.parametrize(("name", "text"), PAIRS)
def test_a_spelling_is_the_entry_of_the_table(name: Any, text: str) -> None:
    spelled, named = activation({"expr": text}), activation(name)
    assert spelled.known_as == named
    assert spelled.spec == {"expr": str(parse(text))}
    assert (spelled.core, spelled.definition) == (named.core, named.definition)
    for fact in FACTS:
        assert fact(spelled) == fact(named)
    t, balls = fmpq(-17, 5), Balls(128)
    assert spelled.value(balls.number(t), balls).overlaps(named.value(balls.number(t), balls))
    mine, other = (theirs.activation(spec, "") for spec in ({"expr": text}, named.spec))
    assert mine == other


OTHERS = [
    "exp(t)/(2+exp(t))", "1/(1+exp(-2*t))", "max(0,min(1,t/5+1/2))", "log(1+exp(2*t))",
    "t*sigmoid(2*t)", "max(t,0)+2*(exp(min(t,0))-2)", "t*(1+erf(t))/2", "-erf(t)",
    "sqrt(t**2)", "log(exp(t))/1+t/t", "(t**2-1)/(t-1)", "max(t,0)-max(t-5,0)",
    "sinh(t)/(1+cosh(t)/1)",
    "exp(-abs(t))", "exp(t**2)", "max(t,0)+min(t,0)/(1-t)", "sin(t+pi)", "cos(t)**2",
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_what_is_no_entry(text: str) -> None:
    assert activation({"expr": text}).known_as.name == "expr"
    assert theirs.table_entry({"expr": text}) == {"expr": text}


CORES = [
    ("max(0,min(1,0.2*t+0.5))", "odd", [0.5]), ("3*t*sigmoid(2*t)", "even", [0, 1.5]),
    ("max(t/10,t)*5", "abs", [0, 2.75]), ("exp(-abs(t))+t**3", "even", [0, 0, 0, 1]),
    ("log(1+exp(3*t))", "even", [0, 1.5]), ("1/(1+exp(-t))-1/(1+exp(t))", "odd", []),
    ("max(t,0)**2", "odd", [0, 0, 0.5]),
    ("abs(t)*2", "abs", []), ("t*abs(t)+1", "odd", [1]), ("exp(t)", "none", []),
    ("abs(exp(t)-exp(-t))", "even", []), ("max(exp(t),exp(-t))", "even", []),
    ("log((2+t**2)/(1+t**2))", "even", []), ("t+sin(t)**3+cosh(t)", "even", None),
    ("sqrt(2)*max(t,0)", "abs", [0, 2**0.5 / 2]), ("max(pi*t,0)+pi", "abs", [pi, pi / 2]),
    ("log(2)*sigmoid(t)", "odd", [log(2) / 2]), ("log(1+exp(t))*pi", "even", [0, pi / 2]),
    ("exp(1)*max(t,0)+t**2/log(3)", "abs", [0, exp(1) / 2, 1 / log(3)]),
    ("tanh(1)*abs(t)-sqrt(2)*t", "abs", [0, -(2**0.5)]), ("(pi*t+sqrt(2))**2/pi", "none",
     [2 / pi, 2 * 2**0.5, pi]), ("exp(1/2)/sqrt(3)*t*sigmoid(t)", "even", [0, exp(0.5) / 12**0.5]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "coefficients"), CORES)
def test_cores(text: str, kind: str, coefficients: list[float] | None) -> None:
    """The odd and the even part of a normal form; where both are no polynomials, nothing."""
    mine, other = activation({"expr": text}).core, theirs.activation({"expr": text}, "").core
    if coefficients is None:
        assert (mine.kind, other.kind) == ("none", "none")
        return
    assert mine.kind == kind
    assert other.kind == (kind if mine.coefficient != 0 or text == "exp(t)" else "polynomial")
    assert [float(formal_number(c)) for c in mine.polynomial] == pytest.approx(coefficients)


LEAVES = ["t", "t", "1", "2", "1/3", "abs(t)", "-t", "max(t,1)", "t/2", "sqrt(2)"]
CALLS = [
    "exp",
    "sigmoid",
    "tanh",
    "cosh",
    "sinh",
    "abs",
    "erf",
    "atan",
    "sin",
    "cos",
    "log",
    "sqrt",
]


def drawn(choose: random.Random, depth: int) -> str:
    if depth == 0:
        return choose.choice(LEAVES)
    u, v = drawn(choose, depth - 1), drawn(choose, choose.randint(0, depth - 1))
    return choose.choice(
        [
            f"({u}+{v})", f"({u}-({v}))", f"({u})*({v})", f"({u})/({v})", f"max({u},{v})",
            f"min({u},{v})", f"({u})**{choose.randint(0, 3)}", f"{choose.choice(CALLS)}({u})",
            f"log(1+exp({u}))", f"1/(1+exp({u}))", f"{choose.choice(CALLS)}({u})",
        ]
    )  # fmt: skip


def _values(text: str, sign: int = 1) -> list[Any]:
    function = text_function(text)
    found = []
    with mp.workdps(60):
        for n in (-37, -11, -3, -1, 2, 5, 13, 29):
            try:
                value = function(mp.mpf(sign * n) / 10)
                found.append(value if mp.isfinite(value) and mp.im(value) == 0 else None)
            except (ValueError, ZeroDivisionError, OverflowError, TypeError):
                found.append(None)
    return found


def _agree(left: list[Any], right: list[Any], text: str) -> None:
    for a, b in zip(left, right, strict=True):
        if a is not None and b is not None:
            assert abs(a - b) <= mp.mpf(10) ** -35 * max(1, abs(a), abs(b)), text


@pytest.mark.parametrize(
    ("first", "count"), [(0, 120), pytest.param(1000, 4000, marks=pytest.mark.slow)]
)
def test_cores_are_true_and_the_checker_sees_the_same(first: int, count: int) -> None:
    """Odd, even and polynomial parts against values; both programs find the same."""
    decided = 0
    for seed in range(first, first + count):
        text = drawn(random.Random(seed), 3)
        try:
            mine = activation({"expr": text})
            whole = defined_everywhere(parse(text)).holds is True
        except ExactlandError:
            continue
        other = theirs.activation({"expr": text}, "")
        if not whole or not other.is_total:
            continue
        known = mine.known_as.name
        named = theirs.table_entry({"expr": text})
        assert known == (named if isinstance(named, str) else named.get("name", "expr")), text
        core = mine.core
        kind = "polynomial" if core.coefficient == 0 else core.kind
        assert kind == other.core.kind, text
        decided += kind != "none"
        here, there = _values(text), _values(text, -1)
        with mp.workdps(60):
            points = [mp.mpf(n) / 10 for n in (-37, -11, -3, -1, 2, 5, 13, 29)]
            coefficients = [formal_number(c) for c in core.polynomial]
            p = [[sum(c * x**j for j, c in enumerate(coefficients)) for x in (t, -t)]
                 for t in points]  # fmt: skip
        rest = [None if a is None else a - q[0] for a, q in zip(here, p, strict=True)]
        mirrored = [None if a is None else a - q[1] for a, q in zip(there, p, strict=True)]
        if kind == "polynomial":
            _agree(rest, [mp.mpf(0)] * len(rest), text)
        elif kind == "odd":
            _agree(rest, [None if a is None else -a for a in mirrored], text)
        elif kind in ("even", "abs"):
            _agree(rest, mirrored, text)
    assert decided > count / 10


@pytest.mark.parametrize(
    ("first", "count"), [(0, 120), pytest.param(1000, 4000, marks=pytest.mark.slow)]
)
def test_equal_normal_forms_have_equal_values(first: int, count: int) -> None:
    """Over pairs of random texts, and each text against itself rewritten."""
    pool = [drawn(random.Random(seed), 2) for seed in range(first, first + count)]
    for text in pool:
        twin = f"({text})*2-({text})*(1+0*t)"
        try:
            forms = normal_form(parse(text)), normal_form(parse(twin))
        except (ExactlandError, ZeroDivisionError):
            continue
        assert same(*forms), text
        table = NormalForms()
        try:
            theirs_here = evaluate(parsed(text), table.variable(), table)
            assert table.equal(theirs_here, evaluate(parsed(twin), table.variable(), table)), text
        except Decline:
            continue
    forms_of: dict[str, list[str]] = {}
    for text in pool:
        try:
            form = normal_form(parse(text))
        except (ExactlandError, ZeroDivisionError):
            continue
        forms_of.setdefault(str((form.cuts, [str(part) for part in form.parts])), []).append(text)
    for texts in forms_of.values():
        for text in texts[1:4]:
            _agree(_values(texts[0]), _values(text), f"{texts[0]} and {text}")


def test_rational_roots_of_both() -> None:
    choose = random.Random(5)
    for _ in range(40):
        roots = [
            fmpq(choose.randint(-9, 9), choose.randint(1, 6)) for _ in range(choose.randint(0, 4))
        ]
        p = fmpq_poly([choose.randint(1, 5)])
        for root in roots:
            p *= fmpq_poly([-root, 1])
        extra = choose.choice([[1], [1, 0, 1], [-2, 0, 1], [5, 1, 3], [0, -2, 0, 1]])
        p *= fmpq_poly(extra)
        mine = rational_roots(p)
        found = their_roots(tuple(Fraction(int(c.p), int(c.q)) for c in p.coeffs()))
        assert (mine is None) == (found is None)
        if mine is not None and found is not None:
            assert sorted(found) == [Fraction(int(r.p), int(r.q)) for r in mine]
