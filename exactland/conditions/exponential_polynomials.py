"""All derivatives at 0 of sums of c t^m, c t^m e^(L t), c t^m cos(w t) and c t^m sin(w t).

LDS18's Assumption 2 asks that derivatives of sigma at 0 do not vanish. For such a sigma the n-th
one is an explicit function of n, and from some order on its fastest exponential outweighs the rest:
so the question for *every* order is a finite one. For -(t-1)^2 e^t it is whether -(n^2-3n+1) has an
integer root.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from flint import fmpq, fmpq_poly

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import excludes_zero
from exactland.arithmetic.formal import FORMAL
from exactland.errors import ExactlandError
from exactland.functions.expression import evaluate
from exactland.functions.expression_tree import (
    Call,
    Expression,
    Negation,
    Number,
    Pi,
    Power,
    Product,
    Quotient,
    Sum,
    Variable,
    add,
    fold,
    is_constant,
    multiply,
)

Kind = Literal["one", "exp", "cos", "sin"]
#: (kind, L or w, m): the function t^m, t^m e^(L t), t^m cos(w t) or t^m sin(w t)
Key = tuple[Kind, fmpq, int]

#: The largest power of an expression that is multiplied out, and the order up to which domination
#: is sought.
MAXIMAL_POWER = 64
LAST_ORDER = 1000

_ZERO, _ONE = fmpq(0), fmpq(1)


@dataclass(frozen=True)
class ExponentialPolynomial:
    """The sum of ``terms`` (rational coefficients) and of ``constants[m]`` t^m (closed forms)."""

    terms: dict[Key, fmpq] = field(default_factory=dict)
    constants: dict[int, Expression] = field(default_factory=dict)

    @property
    def degree(self) -> int:
        """The largest power of t that occurs."""
        return max([0, *(m for _, _, m in self.terms), *self.constants])

    def derivative_at_zero(self, n: int) -> tuple[fmpq, Expression | None]:
        """The n-th derivative at 0: a rational, and a closed-form constant to be added or None."""
        total = sum((c * _derivative(key, n) for key, c in self.terms.items()), _ZERO)
        constant = self.constants.get(n)
        if constant is None:
            return total, None
        factorial = fmpq(_falling(n, n))
        return total, multiply(Number(factorial), constant)


def expand(expression: Expression) -> ExponentialPolynomial | None:
    """The expression as an exponential polynomial, or None if it is not visibly one.

    >>> from exactland.functions.expression import parse
    >>> found = expand(parse("-(t-1)**2*exp(t)"))
    >>> [str(found.derivative_at_zero(n)[0]) for n in range(5)]
    ['-1', '1', '1', '-1', '-5']
    """
    return fold(expression, _expand)


@dataclass(frozen=True)
class Order:
    """Are all derivatives at 0 nonzero? ``dominated_from`` n0 if so, else the vanishing one."""

    dominated_from: int | None = None
    vanishing: int | None = None


def every_order(expression: Expression, bits: int = 256) -> Order | None:
    """Decide whether no derivative of the expression at 0 vanishes; None if this method cannot
    tell.

    >>> from exactland.functions.expression import parse
    >>> every_order(parse("-(t-1)**2*exp(t)"))
    Order(dominated_from=5, vanishing=None)
    >>> every_order(parse("-(exp(t)-2)**2"))
    Order(dominated_from=None, vanishing=2)
    """
    found = expand(expression)
    if found is None:
        return None
    start = max(1, found.degree + 1)
    candidates = [n for n in range(start, LAST_ORDER + 1) if _is_dominated_from(found, n)][:1]
    last = candidates[0] if candidates else start + 8
    for n in range(last):
        known = _vanishes(found, n, bits)
        if known is True:
            return Order(vanishing=n)
        if known is None:
            return None
    return Order(dominated_from=candidates[0]) if candidates else None


def _vanishes(found: ExponentialPolynomial, n: int, bits: int) -> bool | None:
    rational, constant = found.derivative_at_zero(n)
    if constant is None:
        return bool(rational == 0)
    try:
        if (evaluate(constant, _ZERO, FORMAL) + FORMAL.number(rational)).is_zero():
            return True
        balls = Balls(bits)
        with balls.working():
            value = evaluate(constant, balls.number(_ZERO), balls) + balls.number(rational)
            return False if excludes_zero(value) is True else None
    except ExactlandError:
        return None


def _is_dominated_from(found: ExponentialPolynomial, n0: int) -> bool:
    """Section 9 of the format: in each class modulo 4 one base outweighs the others from n0 on."""
    for residue in range(4):
        by_base = {b: q for b, q in _by_base(found, residue) if q.degree() >= 0}
        if not by_base:
            return False
        base = max(by_base)
        leading = by_base.pop(base)
        degree = leading.degree()
        a, rest = abs(leading[degree]), _absolute_sum(leading, degree)
        margin = a if degree == 0 else a * n0 - rest
        for other, q in by_base.items():
            d = q.degree()
            if (fmpq(n0 + 1) / n0) ** d * other > base:
                return False
            margin -= _absolute_sum(q, d + 1) * fmpq(n0) ** d * (other / base) ** n0
        if not margin > 0:
            return False
    return True


def _by_base(found: ExponentialPolynomial, residue: int) -> Iterator[tuple[fmpq, fmpq_poly]]:
    """For n in this class modulo 4, above the degree, the derivative is the sum of B^n q_B(n)."""
    sums: dict[fmpq, fmpq_poly] = {}
    for (kind, rate, m), c in found.terms.items():
        if kind == "one":
            continue
        base = abs(rate)
        phase = _phase(kind, rate, residue - m)
        term = _falling_polynomial(m) * (c * phase / base**m)
        sums[base] = sums.get(base, fmpq_poly(0)) + term
    yield from sums.items()


def _phase(kind: Kind, rate: fmpq, k: int) -> int:
    """The sign of the k-th derivative at 0 of e^(L t), cos(w t), sin(w t): 1, -1 or 0."""
    if kind == "exp":
        return 1 if rate > 0 or k % 2 == 0 else -1
    shifted = k if kind == "cos" else k - 1
    return (1, 0, -1, 0)[shifted % 4]


def _derivative(key: Key, n: int) -> fmpq:
    kind, rate, m = key
    if kind == "one":
        return fmpq(_falling(n, n)) if n == m else _ZERO
    if n < m:
        return _ZERO
    size = fmpq(_falling(n, m)) * abs(rate) ** (n - m)
    return size * _phase(kind, rate, n - m)


def _falling(n: int, m: int) -> int:
    """n (n-1) ... (n-m+1)"""
    product = 1
    for i in range(m):
        product *= n - i
    return product


def _falling_polynomial(m: int) -> fmpq_poly:
    product = fmpq_poly([1])
    for i in range(m):
        product *= fmpq_poly([-i, 1])
    return product


def _absolute_sum(polynomial: fmpq_poly, terms: int) -> fmpq:
    return sum((abs(polynomial[i]) for i in range(terms)), _ZERO)


def _expand(
    node: Expression, parts: tuple[ExponentialPolynomial | None, ...]
) -> ExponentialPolynomial | None:
    if any(part is None for part in parts):
        return _constant(node) if is_constant(node) else None
    known = [part for part in parts if part is not None]
    match node:
        case Number(value):
            return ExponentialPolynomial({("one", _ZERO, 0): value} if value != 0 else {})
        case Pi():
            return _constant(node)
        case Variable():
            return ExponentialPolynomial({("one", _ZERO, 1): _ONE})
        case Sum():
            return _sum(known)
        case Negation():
            return _scaled(known[0], fmpq(-1))
        case Product():
            product: ExponentialPolynomial | None = known[0]
            for factor in known[1:]:
                product = _product(product, factor)
            return product
        case Power(_, exponent) if 0 <= exponent <= MAXIMAL_POWER:
            result: ExponentialPolynomial | None = ExponentialPolynomial({("one", _ZERO, 0): _ONE})
            for _ in range(exponent):
                result = _product(result, known[0])
            return result
        case Quotient():
            divisor = _rational(known[1])
            if divisor is not None and divisor != 0:
                return _scaled(known[0], 1 / divisor)
        case Call(name, _):
            called = _call(name, known)
            if called is not None:
                return called
    return _constant(node) if is_constant(node) else None


def _constant(node: Expression) -> ExponentialPolynomial:
    return ExponentialPolynomial({}, {0: node})


def _rational(part: ExponentialPolynomial) -> fmpq | None:
    """The value of a rational constant."""
    if part.constants or any(key != ("one", _ZERO, 0) for key in part.terms):
        return None
    return part.terms.get(("one", _ZERO, 0), _ZERO)


def _call(name: str, parts: list[ExponentialPolynomial]) -> ExponentialPolynomial | None:
    """exp, sin, cos, sinh, cosh of L t."""
    if name not in ("exp", "sin", "cos", "sinh", "cosh"):
        return None
    argument = parts[0]
    if argument.constants or any(key != ("one", _ZERO, 1) for key in argument.terms):
        return None
    rate = argument.terms.get(("one", _ZERO, 1), _ZERO)
    if name in ("sin", "cos"):
        return ExponentialPolynomial(_trigonometric(name == "cos", rate, 0, _ONE))
    if name == "exp":
        return ExponentialPolynomial(_exponential(rate, 0, _ONE))
    half = fmpq(1, 2)
    second = half if name == "cosh" else -half
    return _sum(
        [
            ExponentialPolynomial(_exponential(rate, 0, half)),
            ExponentialPolynomial(_exponential(-rate, 0, second)),
        ]
    )


def _exponential(rate: fmpq, m: int, c: fmpq) -> dict[Key, fmpq]:
    return {("one", _ZERO, m): c} if rate == 0 else {("exp", rate, m): c}


def _trigonometric(cosine: bool, rate: fmpq, m: int, c: fmpq) -> dict[Key, fmpq]:
    """c t^m cos(rate t) or sin, with a positive rate."""
    if rate == 0:
        return {("one", _ZERO, m): c} if cosine else {}
    if cosine:
        return {("cos", abs(rate), m): c}
    return {("sin", abs(rate), m): c if rate > 0 else -c}


def _sum(parts: list[ExponentialPolynomial]) -> ExponentialPolynomial:
    terms: dict[Key, fmpq] = {}
    constants: dict[int, Expression] = {}
    for part in parts:
        for key, c in part.terms.items():
            terms[key] = terms.get(key, _ZERO) + c
        for m, expression in part.constants.items():
            constants[m] = add(constants[m], expression) if m in constants else expression
    return ExponentialPolynomial({key: c for key, c in terms.items() if c != 0}, constants)


def _scaled(part: ExponentialPolynomial, factor: fmpq) -> ExponentialPolynomial:
    from exactland.functions.expression_tree import number

    if factor == 0:
        return ExponentialPolynomial()
    return ExponentialPolynomial(
        {key: factor * c for key, c in part.terms.items()},
        {m: multiply(number(factor), c) for m, c in part.constants.items()},
    )


def _product(
    left: ExponentialPolynomial | None, right: ExponentialPolynomial | None
) -> ExponentialPolynomial | None:
    if left is None or right is None:
        return None
    parts: list[ExponentialPolynomial] = []
    for key, c in left.terms.items():
        for other, d in right.terms.items():
            product = _product_of_terms(key, other, c * d)
            if product is None:
                return None
            parts.append(ExponentialPolynomial(product))
    crossed = _constant_products(left, right) and _constant_products(right, left)
    if not crossed:
        return None
    for one, other_part in ((left, right), (right, left)):
        for m, constant in one.constants.items():
            for (_, _, n), d in other_part.terms.items():
                parts.append(_scaled(ExponentialPolynomial({}, {m + n: constant}), d))
    for m, constant in left.constants.items():
        for n, second in right.constants.items():
            parts.append(ExponentialPolynomial({}, {m + n: multiply(constant, second)}))
    return _sum(parts)


def _constant_products(left: ExponentialPolynomial, right: ExponentialPolynomial) -> bool:
    """Whether the irrational constants of one side meet only powers of t on the other."""
    return not left.constants or all(kind == "one" for kind, _, _ in right.terms)


def _product_of_terms(left: Key, right: Key, c: fmpq) -> dict[Key, fmpq] | None:
    (kind, rate, m), (other, second, n) = left, right
    if kind == "one" or other == "one":
        chosen, which = (other, second) if kind == "one" else (kind, rate)
        return {(chosen, which, m + n): c}
    if kind == "exp" and other == "exp":
        return _exponential(rate + second, m + n, c)
    if kind == "exp" or other == "exp":
        return None
    # Products of cosines and sines as sums: cos a cos b, sin a sin b are even, sin a cos b is odd.
    if kind == "cos" and other == "sin":
        return _product_of_terms(right, left, c)
    half = c / 2
    if kind == other:
        sign = half if kind == "cos" else -half
        first = _trigonometric(True, rate - second, m + n, half)
        last = _trigonometric(True, rate + second, m + n, sign)
    else:
        first = _trigonometric(False, rate + second, m + n, half)
        last = _trigonometric(False, rate - second, m + n, half)
    return _sum([ExponentialPolynomial(first), ExponentialPolynomial(last)]).terms
