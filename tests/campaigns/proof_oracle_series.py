"""Steps about Taylor series at 0, the matrices sigma(w_i z_j), null sets and moments (LDS18)."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement
from math import prod
from random import Random
from typing import Any

import mpmath as mp
import oracle
import plain_network as plain
from plain_network import Digits, Document, Unclear, rational
from proof_oracle_activations import has_property
from proof_view import Judgement, Rows, View, is_nonsingular, rows_differ

#: Derivatives that are computed by differences; more are out of sight.
MOST = 30
TINY = mp.mpf(10) ** -20


@lru_cache(maxsize=4096)
def _derivatives(sigma: str, count: int) -> tuple[Any, ...]:
    with mp.workdps(60):
        n, spec = Digits(), json.loads(sigma)
        found = mp.diffs(lambda t: plain.activate(spec, t, n), mp.mpf(0), count - 1)
        return tuple(found)


def derivatives_at_0(sigma: Any, count: int) -> tuple[Any, ...]:
    """The derivatives of order 0, ..., count - 1."""
    if count > MOST:
        raise Unclear("many derivatives")
    return _derivatives(json.dumps(sigma, sort_keys=True), count)


def _are_nonzero(sigma: Any, orders: list[int]) -> bool:
    if has_property(sigma, "analytic") is not True:
        return False
    found = derivatives_at_0(sigma, max(orders) + 1)
    return all(abs(found[n]) > TINY for n in orders)


def derivatives(view: View, claim: Document, at: Any) -> Judgement:
    orders = claim["orders"]
    if not orders or orders != sorted(set(orders)) or orders[0] < 0:
        return False
    return _are_nonzero(view.sigma(claim["layer"]), orders)


def special_nearby(view: View, claim: Document, at: Any) -> Judgement:
    """sigma + c (sin + cos), 0 < c < delta, has no derivative of order below n that is 0."""
    sigma, delta = view.sigma(claim["layer"]), rational(claim["delta"])
    if has_property(sigma, "analytic") is not True or delta <= 0 or claim["order"] < 1:
        return False
    with mp.workdps(60):
        found = derivatives_at_0(sigma, claim["order"])
        return all(abs(x) < TINY or abs(x) >= Digits().number(delta) * (1 - TINY) for x in found)


def special_dense(view: View, claim: Document, at: Any) -> Judgement:
    """Analytic functions are dense among the continuous ones."""
    sigma = view.sigma(claim["layer"])
    return claim["order"] >= 1 and has_property(sigma, "continuous") is True


def coordinate(view: View, claim: Document, at: Any, n: Any) -> list[Any]:
    """z_1, ..., z_N."""
    if not 0 <= claim["coordinate"] < view.width(claim["layer"] - 1):
        raise plain.Undefined("there is no such coordinate")
    view.layer(claim["layer"])
    return [row[claim["coordinate"]] for row in view.features(claim["layer"] - 1, at, n)]


def distinct_coordinate(view: View, claim: Document, at: Any) -> Judgement:
    return rows_differ(lambda n: [[z] for z in coordinate(view, claim, at, n)])


def vandermonde(view: View, claim: Document, at: Any) -> Judgement:
    order, sigma = claim["order"], view.sigma(claim["layer"])
    if not 1 <= order <= view.samples:
        return False
    apart = rows_differ(lambda n: [[z] for z in coordinate(view, claim, at, n)[:order]])
    return apart and _are_nonzero(sigma, list(range(order)))


def minor(view: View, claim: Document, at: Any) -> Judgement:
    weights, sigma = claim["weights"], view.sigma(claim["layer"])
    if not 1 <= len(weights) <= view.samples:
        return False

    def matrix(n: Any) -> Rows:
        z = coordinate(view, claim, at, n)[: len(weights)]
        return [[plain.activate(sigma, n.number(rational(w)) * x, n) for x in z] for w in weights]

    return is_nonsingular(matrix, len(weights))


def _drawn(count: int, seed: int) -> list[Fraction]:
    draw = Random(seed)
    return [Fraction(draw.randint(-40, 40), draw.choice([7, 16, 30])) for _ in range(count)]


def _for_almost_all(view: View, judged: list[Judgement]) -> Judgement:
    """Of an analytic function of w: nonzero at one point is nonzero at almost all."""
    if has_property(view.sigma(1), "analytic") is not True:
        return False if False in judged else None
    return True if True in judged else False if False in judged else None


def determinant_null(view: View, claim: Document, at: Any) -> Judgement:
    sigma, N = view.sigma(1), view.samples
    if len(view.inputs[0]) != 1:
        return False

    def at_weights(seed: int) -> Judgement:
        w = _drawn(N, seed)
        return is_nonsingular(
            lambda n: [
                [plain.activate(sigma, n.number(a * row[0]), n) for row in view.inputs] for a in w
            ],
            N,
        )

    return _for_almost_all(view, [at_weights(seed) for seed in range(4)])


def _values(view: View, weight: list[Fraction], n: Any) -> Rows:
    """sigma_1(<w, x_i>), a row a sample."""
    products = [sum((w * x for w, x in zip(weight, row, strict=True)), Fraction(0))
                for row in view.inputs]  # fmt: skip
    return [[plain.activate(view.sigma(1), n.number(p), n)] for p in products]


def separating_weight(view: View, claim: Document, at: Any) -> Judgement:
    weight = [rational(w) for w in claim["weight"]]
    if len(weight) != len(view.inputs[0]):
        return False
    return rows_differ(lambda n: _values(view, weight, n))


def coincidences_null(view: View, claim: Document, at: Any) -> Judgement:
    def at_weight(seed: int) -> bool:
        weight = _drawn(len(view.inputs[0]), seed)
        return rows_differ(lambda n: _values(view, weight, n))

    return _for_almost_all(view, [at_weight(seed) for seed in range(4)])


def moments(view: View, claim: Document, at: Any) -> Judgement:
    """The monomials of these degrees have rank N on the samples."""
    orders, dimension = claim["orders"], len(view.inputs[0])
    if min(orders, default=0) < 0:
        return False
    if max(orders, default=0) > 60 or dimension ** max(orders, default=0) > 10**5:
        return None
    monomials = [m for n in orders for m in combinations_with_replacement(range(dimension), n)]
    matrix = [[prod((row[c] for c in m), start=Fraction(1)) for m in monomials]
              for row in view.inputs]  # fmt: skip
    return oracle.rational_rank(matrix) == view.samples
