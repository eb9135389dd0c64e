"""One suite over all arithmetics: the exact value is always inside, and matrices agree."""

from __future__ import annotations

import random
from typing import Any

import mpmath
import pytest
import sympy
from flint import arb, ctx, fmpq, fmpz

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import FUNCTIONS, Arithmetic
from exactland.arithmetic.comparison import lower, upper
from exactland.arithmetic.enclosures import ENCLOSURES, Enclosure
from exactland.arithmetic.formal import FORMAL, Formal
from exactland.arithmetic.formal_values import Symbol
from exactland.arithmetic.rationals import RATIONALS
from exactland.arithmetic.symbols import SYMBOLS, sympy_matrix
from exactland.errors import InputError, LimitError, NotExactError, UsageError

ALL = [RATIONALS, Balls(53), Balls(16), Balls(300), ENCLOSURES, SYMBOLS, FORMAL]
names = [f"{a.name}-{a.bits}" if isinstance(a, Balls) else a.name for a in ALL]
every = pytest.mark.parametrize("arithmetic", ALL, ids=names)
TOLERANCE = fmpq(1, 1 << 500)


def to_fmpq(value: Any) -> fmpq:
    """An mpmath number as an exact rational."""
    sign, mantissa, exponent, _ = mpmath.mpf(value)._mpf_
    power = fmpq(fmpz(2) ** exponent) if exponent >= 0 else fmpq(1, fmpz(2) ** -exponent)
    return fmpq(int(mantissa)) * power * (-1 if sign else 1)


def numeric(value: Formal) -> Any:
    """A formal constant in mpmath: the meaning of its symbols, written independently."""

    def of(symbol: Symbol) -> Any:
        if symbol.kind == "pi":
            return +mpmath.pi
        if symbol.kind == "root":
            return mpmath.sqrt(symbol.number)
        if symbol.kind == "log":
            return mpmath.log(symbol.number)
        (z,) = (numeric(argument) for argument in symbol.arguments)
        special = {"inverse": lambda u: 1 / u, "sigmoid": lambda u: mpmath.tanh(u / 2) / 2}
        return special.get(symbol.name, REFERENCE.get(symbol.name))(z)

    total = mpmath.mpf(0)
    for monomial, c in value.terms:
        term = mpmath.mpf(int(c.p)) / int(c.q)
        for symbol, exponent in monomial:
            term *= of(symbol) ** exponent
        total += term
    return total


REFERENCE: dict[str, Any] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "atan": mpmath.atan,
    "erf": mpmath.erf,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "abs": abs,
    "sign": mpmath.sign,
}


def contains(number: Any, value: fmpq, slack: fmpq = fmpq(0)) -> bool:  # noqa: B008
    """Is the exact (or to within ``slack`` known) value among what the number stands for?"""
    if isinstance(number, (fmpq, arb, Enclosure)):
        low, high = lower(number), upper(number)
        return (low is None or low <= value + slack) and (high is None or value - slack <= high)
    if isinstance(number, Formal):
        if slack == 0:
            return (number - value).is_zero()
        return bool(abs(to_fmpq(numeric(number)) - value) <= slack + TOLERANCE)
    if slack == 0:
        return bool(number == sympy.Rational(int(value.p), int(value.q)))
    return bool(
        abs(to_fmpq(mpmath.mpf(sympy.N(number, 200))) - value)
        <= max(abs(value), fmpq(1)) * fmpq(1, 10**180)
    )


def rationals(count: int, seed: int, largest: int = 50) -> list[fmpq]:
    source = random.Random(seed)
    return [fmpq(source.randint(-largest, largest), source.randint(1, 9)) for _ in range(count)]


def rational_rows(rows: int, columns: int, seed: int) -> list[list[fmpq]]:
    flat = rationals(rows * columns, seed)
    return [flat[r * columns : (r + 1) * columns] for r in range(rows)]


def all_inside(arithmetic: Arithmetic, matrix: Any, expected: list[list[fmpq]]) -> bool:
    rows = arithmetic.rows(matrix)
    assert arithmetic.shape(matrix) == (len(expected), len(expected[0]))
    return all(
        contains(number, value)
        for row, values in zip(rows, expected, strict=True)
        for number, value in zip(row, values, strict=True)
    )


@every
@pytest.mark.parametrize("seed", range(12))
def test_ring_operations(arithmetic: Arithmetic, seed: int) -> None:
    a, b, c = rationals(3, seed)
    x, y, z = (arithmetic.number(value) for value in (a, b, c))
    assert contains(x, a)
    assert contains(x + y, a + b)
    assert contains(x - y, a - b)
    assert contains(-x, -a)
    assert contains(x * y, a * b)
    assert contains((x + y) * z - (x * z + y * z), fmpq(0))
    assert contains((x * y) * z - x * (y * z), fmpq(0))
    for exponent in (0, 1, 2, 3, 6):
        assert contains(arithmetic.power(x, exponent), a**exponent)
    if b != 0:
        assert contains(x / y, a / b)
        assert contains(arithmetic.power(y, -2), 1 / (b * b))


@every
def test_an_enclosure_is_not_everything(arithmetic: Arithmetic) -> None:
    x = arithmetic.number(fmpq(1, 3))
    assert not contains(x, fmpq(1, 3) + fmpq(1, 1000))
    assert not contains(x * x - x, fmpq(-2, 9) + fmpq(1, 1000))


@every
@pytest.mark.parametrize("function", sorted(REFERENCE))
def test_functions_contain_the_values_of_mpmath(arithmetic: Arithmetic, function: str) -> None:
    points = [fmpq(0), fmpq(1), fmpq(4, 9), fmpq(1, 10**9), *rationals(8, 5, 40)]
    exact_somewhere = False
    for q in points:
        if function in ("log", "sqrt"):
            q = abs(q)
        if function == "log" and q == 0:
            continue
        try:
            value = arithmetic.call(function, arithmetic.number(q))
        except NotExactError:
            assert arithmetic is RATIONALS
            continue
        exact_somewhere = True
        reference = to_fmpq(REFERENCE[function](mpmath.mpf(int(q.p)) / int(q.q)))
        assert contains(value, reference, TOLERANCE * max(abs(reference), fmpq(1)) * 2**10), q
    assert exact_somewhere


@every
def test_extrema(arithmetic: Arithmetic) -> None:
    for a, b in zip(rationals(9, 1), rationals(9, 2), strict=True):
        x, y = arithmetic.number(a), arithmetic.number(b)
        assert contains(arithmetic.call("min", x, y), min(a, b))
        assert contains(arithmetic.call("max", x, y), max(a, b))
        assert contains(arithmetic.call("max", x, x), a)


@every
def test_pi(arithmetic: Arithmetic) -> None:
    if arithmetic is RATIONALS:
        with pytest.raises(NotExactError):
            arithmetic.pi()
    else:
        assert contains(arithmetic.pi(), to_fmpq(+mpmath.pi), TOLERANCE)


@every
def test_matrices(arithmetic: Arithmetic) -> None:
    a, b, c = rational_rows(3, 4, 1), rational_rows(4, 2, 2), rational_rows(3, 4, 3)
    A, B, C = (arithmetic.matrix(rows) for rows in (a, b, c))
    product = [
        [sum((a[i][k] * b[k][j] for k in range(4)), fmpq(0)) for j in range(2)] for i in range(3)
    ]
    assert all_inside(arithmetic, arithmetic.multiply(A, B), product)
    assert all_inside(arithmetic, arithmetic.transpose(B), [list(r) for r in zip(*b, strict=True)])
    both = [[x + y for x, y in zip(r, s, strict=True)] for r, s in zip(a, c, strict=True)]
    assert all_inside(arithmetic, arithmetic.add(A, C), both)
    shifted = [[x + y for x, y in zip(r, c[0], strict=True)] for r in a]
    bias = arithmetic.matrix([c[0]])
    assert all_inside(arithmetic, arithmetic.add(A, bias), shifted)
    entrywise = [[x * y for x, y in zip(r, s, strict=True)] for r, s in zip(a, c, strict=True)]
    assert all_inside(arithmetic, arithmetic.hadamard(A, C), entrywise)
    flat = [value for row in a for value in row]
    assert all_inside(
        arithmetic, arithmetic.reshape(A, 6, 2), [flat[i : i + 2] for i in range(0, 12, 2)]
    )
    taken = [[r[3], fmpq(0), r[0], r[3]] for r in a]
    assert all_inside(arithmetic, arithmetic.take_columns(A, [3, None, 0, 3]), taken)
    assert all_inside(arithmetic, arithmetic.from_rows(arithmetic.rows(A)), a)
    squares = [[x * x for x in r] for r in a]
    assert all_inside(arithmetic, arithmetic.map(A, lambda t: t * t), squares)
    ones = [[fmpq(1)] * 4 for _ in range(3)]
    assert all_inside(arithmetic, arithmetic.map(A, lambda t: arithmetic.number(fmpq(1))), ones)


@every
def test_calls_that_do_not_exist(arithmetic: Arithmetic) -> None:
    one = arithmetic.number(fmpq(1))
    for function, arguments in (("gamma", (one,)), ("exp", (one, one)), ("max", (one,))):
        with pytest.raises(UsageError):
            arithmetic.call(function, *arguments)
    assert set(REFERENCE) | {"min", "max"} == set(FUNCTIONS)


@pytest.mark.parametrize("arithmetic", [RATIONALS, Balls(64), ENCLOSURES, FORMAL])
def test_outside_the_domain(arithmetic: Arithmetic) -> None:
    for function in ("log", "sqrt"):
        with pytest.raises(InputError):
            arithmetic.call(function, arithmetic.number(fmpq(-2)))
    with pytest.raises(InputError):
        arithmetic.call("log", arithmetic.number(fmpq(0)))


def test_enclosures_refuse_what_is_not_shown() -> None:
    around = ENCLOSURES.number(fmpq(1, 3)) * 3 - 1
    for function in ("log", "sqrt"):
        with pytest.raises(LimitError):
            ENCLOSURES.call(function, around)
    with pytest.raises(LimitError):
        ENCLOSURES.number(fmpq(1)) / around
    with pytest.raises(InputError):
        ENCLOSURES.number(fmpq(1)) / ENCLOSURES.number(fmpq(0))


def test_balls_know_nothing_of_what_is_not_shown() -> None:
    balls = Balls(53)
    around = arb(0, 1)
    for value in (balls.call("log", around), balls.call("sqrt", around), 1 / around):
        for function in REFERENCE:
            assert not balls.call(function, value).is_finite()
        for function in ("min", "max"):
            assert not balls.call(function, value, arb(1)).is_finite()
            assert not balls.call(function, arb(1), value).is_finite()


@pytest.mark.parametrize("exponent", range(8))
def test_powers_of_balls_around_zero(exponent: int) -> None:
    power = Balls(53).power(arb(fmpq(1, 2), 1), exponent)
    for member in (fmpq(-1, 2), fmpq(0), fmpq(1, 3), fmpq(3, 2)):
        assert contains(power, member**exponent)
    assert upper(power) < 8 * fmpq(3, 2) ** exponent
    assert not Balls(53).power(arb("nan"), exponent).is_finite()


def test_rationals_are_irrational_elsewhere() -> None:
    for function in sorted(set(REFERENCE) - {"abs", "sign"}):
        with pytest.raises(NotExactError, match=function):
            RATIONALS.call(function, fmpq(2))


def test_sympy_matrix() -> None:
    half = sympy.Rational(1, 2)
    assert sympy_matrix(SYMBOLS.matrix([[fmpq(1), fmpq(1, 2)]])) == sympy.Matrix([[1, half]])


class TestPrecision:
    """flint's precision is global: it is what it was after every operation, also after an error."""

    @pytest.fixture(autouse=True)
    def _unusual_precision(self) -> Any:
        before = ctx.prec, ctx.cap
        ctx.prec, ctx.cap = 77, 13
        yield
        assert (ctx.prec, ctx.cap) == (77, 13)
        ctx.prec, ctx.cap = before

    def test_operations(self) -> None:
        balls = Balls(200)
        m = balls.matrix([[fmpq(1, 3), fmpq(2)], [fmpq(1), fmpq(1, 7)]])
        inside = balls.map(balls.multiply(m, m), lambda t: (assert_bits(200), t + 1)[1])
        balls.add(balls.hadamard(inside, m), m)
        assert balls.call("tanh", m[0][0]).rel_accuracy_bits() > 190
        assert balls.pi().rel_accuracy_bits() > 190
        assert balls.number(fmpq(1, 3)).rel_accuracy_bits() > 190
        assert balls.multiply(m, m)[0][0].rel_accuracy_bits() > 190

    def test_errors(self) -> None:
        balls = Balls(200)

        def fails(t: arb) -> arb:
            assert_bits(200)
            raise KeyError

        with pytest.raises(KeyError):
            balls.map([[arb(1)]], fails)
        with pytest.raises(InputError):
            balls.call("log", arb(-1))
        with pytest.raises(KeyError), balls.working():
            raise KeyError

    def test_tables_of_enclosures(self) -> None:
        from exactland.arithmetic import float_functions

        float_functions._erf_table.cache_clear()
        float_functions._parts.cache_clear()
        ENCLOSURES.call("erf", ENCLOSURES.number(fmpq(1)))
        ENCLOSURES.call("exp", ENCLOSURES.number(fmpq(1)))

    def test_nested(self) -> None:
        with Balls(100).working():
            Balls(300).call("exp", arb(1))
            assert_bits(100)

    def test_refused_precisions(self) -> None:
        for bits in (0, 1, -5, 10**9, 53.0, True):
            with pytest.raises(UsageError):
                Balls(bits)  # type: ignore[arg-type]


def assert_bits(bits: int) -> None:
    assert ctx.prec == bits
