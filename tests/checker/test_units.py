"""What composition shows of a function, against its values, and what it must not show."""

from __future__ import annotations

import random
from itertools import pairwise

import mpmath
import pytest

from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.activations import activation
from exactland.checker.expression import Call, Node, Number, Pi, Power, Product, Sum, parse
from exactland.checker.expression import Variable as T
from exactland.checker.proofs.half_lines import direction_on_line, limit
from exactland.checker.proofs.shapes import constant_sign, is_finite
from exactland.checker.properties import is_defined
from exactland.checker.verify import check_bytes
from exactland.functions import facts
from exactland.papers.nmh19.scripts import SCRIPTS
from exactland.proof.script import Driver, Walkthrough

from ..certificate.proof_instances import skip


def direction(node: Node) -> int | None:
    """1 or -1 where the function is shown to be strictly monotone on R."""
    return direction_on_line(node, strictly=True)


def is_bounded(node: Node) -> bool:
    return all(is_finite(limit(node, side)) for side in (-1, 1))


def vanishes_at_minus_infinity(node: Node) -> bool:
    return constant_sign(limit(node, -1)) == 0


INCREASING = [
    "t", "2*t+1", "t+t**3", "1/(1+exp(-3*t))", "(1+tanh(t))/2", "exp(-exp(-t))", "sigmoid(2*t+1)",
    "sigmoid(t)**2", "sigmoid(sinh(t))", "1/(1+exp(-t)+exp(-2*t))", "log(1+exp(t))", "-exp(-t)",
    "exp(t)*sigmoid(t)", "exp(-t)**-1", "-(sqrt(2)-2)*t", "atan(t)+erf(t)", "t-log(1/(1+exp(t)))",
    "sqrt(exp(t))", "2-3/(1+exp(t))",
]  # fmt: skip
NOT_INCREASING = [
    "1", "-t", "t**2", "t*exp(t)", "sin(t)", "cosh(t)", "abs(t)", "1/(1+exp(t))", "exp(-t)", "t-t",
    "t-tanh(t)", "sigmoid(t)*tanh(t)", "(sqrt(2)-sqrt(2))*t", "0*t", "t**3*t", "t**0", "1/t",
    "tanh(t)**2", "-sigmoid(t)", "max(t,0)", "exp(t)*exp(-t)", "sigmoid(t)/sigmoid(2*t)",
]  # fmt: skip


@pytest.mark.parametrize("text", INCREASING)
def test_increasing(text: str) -> None:
    assert direction(parse(text)) == 1
    assert direction(parse(f"3-2*({text})")) == -1


@pytest.mark.parametrize("text", NOT_INCREASING)
def test_not_shown_to_be_increasing(text: str) -> None:
    assert direction(parse(text)) != 1 or not is_defined(parse(text))


VANISHING = [
    "sigmoid(t)", "(1+tanh(t))/2", "exp(-exp(-t))", "exp(-t**2)", "1/(1+t**2)",
    "sigmoid(t)*3", "(1+erf(t))/2", "sqrt(sigmoid(t))", "log(1+sigmoid(t))", "sin(sigmoid(t))",
    "1/(1+exp(-t)+exp(-2*t))", "1/cosh(t)", "1-sigmoid(-t)",
]  # fmt: skip
NEITHER = [
    "tanh(t)", "exp(t)", "t", "sin(t)", "sigmoid(-t)", "atan(t)", "1", "log(1+exp(t))", "t*exp(-t)",
    "sigmoid(t)*t", "sigmoid(t)+1/1000000", "exp(t)*sin(t)", "1/(1+exp(-t))+exp(t)", "abs(t)",
    "exp(-t)", "sigmoid(t)*exp(t)", "cos(sigmoid(t))",
]  # fmt: skip


@pytest.mark.parametrize("text", VANISHING)
def test_bounded_with_limit_0(text: str) -> None:
    node = parse(text)
    assert is_bounded(node)
    assert vanishes_at_minus_infinity(node)


@pytest.mark.parametrize("text", NEITHER)
def test_not_both(text: str) -> None:
    node = parse(text)
    assert not (is_bounded(node) and vanishes_at_minus_infinity(node))


def test_signs_of_constants() -> None:
    assert [constant_sign(parse(t)) for t in ("pi-3", "3-pi", "sqrt(8)-2*sqrt(2)")] == [1, -1, 0]
    assert constant_sign(parse("exp(exp(exp(exp(9))))")) == 1
    for undefined in ("log(0-1)", "1/(sqrt(2)-sqrt(2))", "sqrt(1-2)", "log(exp(exp(exp(exp(9)))))"):
        assert constant_sign(parse(undefined)) is None


# Random compositions, against values and against the package's own answers.

UNARY = ("exp", "tanh", "atan", "erf", "sigmoid", "sinh", "cosh", "log", "sqrt", "abs", "sin")


def composed(draw: random.Random, depth: int) -> str:
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(["t", "t", "t", "1", "2", "1/2", "pi"])
    kind = draw.randrange(8)
    one, two = composed(draw, depth - 1), composed(draw, depth - 1)
    if kind < 3:
        return f"{draw.choice(UNARY)}({one})"
    if kind == 3:
        return f"({one})**{draw.choice([2, 3])}"
    return f"({one}){draw.choice('+-*/')}({two})"


def value(node: Node, t: mpmath.mpf) -> mpmath.mpf:
    """The value at t, by mpmath."""
    match node:
        case Number(q):
            return mpmath.mpf(q.numerator) / q.denominator
        case T():
            return t
        case Pi():
            return mpmath.pi()
        case Sum(terms):
            return mpmath.fsum(sign * value(term, t) for sign, term in terms)
        case Product(factors):
            return mpmath.fprod(value(factor, t) ** exponent for exponent, factor in factors)
        case Power(base, exponent):
            return value(base, t) ** exponent
        case Call("sigmoid", (part,)):
            return 1 / (1 + value(Call("exp", (Sum(((-1, part),)),)), t))
        case Call("abs", (part,)):
            return abs(value(part, t))
        case Call(name, (part,)):
            inner = value(part, t)
            if abs(inner) > 10**5 and name in ("exp", "sinh", "cosh", "sin"):
                raise OverflowError("too large for a test")
            return getattr(mpmath, name)(inner)
    raise AssertionError(node)


def samples(draw: random.Random, count: int) -> list[tuple[str, Node]]:
    found: list[tuple[str, Node]] = []
    while len(found) < count:
        text = composed(draw, 4)
        node = parse(text)
        if is_defined(node):
            found.append((text, node))
    return found


def test_the_direction_agrees_with_values() -> None:
    draw = random.Random(7)
    seen = {1: 0, -1: 0}
    points = [mpmath.mpf(n) / 4 for n in range(-12, 13)]
    with mpmath.workdps(80):
        for text, node in samples(draw, 1500):
            sign = direction(node)
            if not sign:
                continue
            seen[sign] += 1
            try:
                values = [value(node, t) for t in points]
            except (OverflowError, MemoryError):
                continue
            slack = mpmath.mpf(10) ** -60 * max(1, *(abs(v) for v in values))
            assert all(sign * (b - a) > -slack for a, b in pairwise(values)), text
            whole = sign * (values[-1] - values[0])
            assert whole > 0 or abs(whole) < slack, text
    assert min(seen.values()) > 50


def test_limits_agree_with_values_far_out() -> None:
    draw = random.Random(11)
    checked = 0
    with mpmath.workdps(400):
        for text, node in samples(draw, 1500):
            for side in (-1, 1):
                end = limit(node, side)
                if end is None or not any(isinstance(n, T) for n in _all(node)):
                    continue
                try:
                    near, far = (value(node, side * mpmath.mpf(r)) for r in (40, 600))
                    wanted = None if isinstance(end, int) else value(end, mpmath.mpf(0))
                except (OverflowError, MemoryError):
                    continue
                checked += 1
                if isinstance(end, int):
                    assert end * (far - near) > 0, text
                else:
                    assert abs(far - wanted) <= abs(near - wanted) + mpmath.mpf(10) ** -300, text
    assert checked > 300


def _all(node: Node) -> list[Node]:
    from exactland.checker.expression import children

    return [node, *(inner for part in children(node) for inner in _all(part))]


def test_what_the_package_shows_the_checker_shows() -> None:
    """So that no script of NMH19 finishes with a certificate that is not accepted."""
    draw = random.Random(3)
    shown = 0
    for text in [*INCREASING, *VANISHING, *(text for text, _ in samples(draw, 250))]:
        node = activation({"expr": text}, "").definition
        if facts.nmh19_assumption_1_1({"expr": text}).holds is not True:
            continue
        shown += 1
        assert direction(node) == 1, text
        softplus = facts.activation({"expr": text}).known_as.name == "softplus"
        if facts.nmh19_assumption_1_2({"expr": text}).holds is True and not softplus:
            assert is_bounded(node), text
            assert vanishes_at_minus_infinity(node), text
    assert shown > 20


@pytest.mark.parametrize("text", ["(1+tanh(t))/2", "exp(-exp(-t))", "1/(1+exp(-t)+exp(-2*t))"])
@pytest.mark.parametrize("id", ["NMH19:Asm1", "NMH19:Lem2"])
def test_certificates_with_expressions(id: str, text: str) -> None:
    driver = Driver(SCRIPTS[id], Walkthrough(skip({"expr": text}))).run()
    assert driver.finished, driver.failure
    document = proof_certificate(driver)
    result = check_bytes(canonical_bytes(document))
    assert (result.verdict, result.reason) == ("accept", "")
    units = document["problem"]["network"]["units"]
    # With log(1+exp(t)), which is softplus, Assumption 1 holds: there are open paths.
    more = ["log(1+exp(t))"] if id == "NMH19:Lem2" else []
    for false in ("tanh(t)", "exp(t)", "t**2", "1/(1+exp(t))", "1/(1+abs(t))", *more):
        for unit in units:
            unit["activation"] = {"expr": false}
        found = check_bytes(canonical_bytes(document))
        # Lemma 2 needs increasing and analytic units; its skip units are bounded ones as well.
        assert found.verdict == "reject", false
