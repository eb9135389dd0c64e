"""Steps about projections and the families of matrices A(alpha) and E(alpha)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath as mp
import plain_network as plain
from plain_network import Digits, Document, Unclear, rational
from proof_oracle_activations import bounded_by, has_end, has_property, name_of
from proof_view import (
    Judgement,
    Rows,
    View,
    all_nonzero,
    all_positive,
    is_nonsingular,
    is_permutation,
    rows_differ,
    signs,
    value_at,
)


def distinct_projections(view: View, claim: Document, at: Any) -> Judgement:
    def rows(n: Any) -> Rows:
        return view.projections(claim["layer"], claim["directions"], at, n)

    return rows_differ(rows, same_column=not claim["across"])


def distinct_entries(view: View, claim: Document, at: Any) -> Judgement:
    return rows_differ(lambda n: view.features(claim["layer"], at, n))


def distinct_rows(view: View, claim: Document, at: Any) -> Judgement:
    def distances(n: Any) -> list[Any]:
        rows = view.features(claim["layer"], at, n)
        return [
            sum(abs(x - y) for x, y in zip(row, other, strict=True))
            for i, row in enumerate(rows)
            for other in rows[:i]
        ]

    return all_nonzero(distances)


def _gaps(view: View, claim: Document, at: Any, n: Any) -> Rows:
    """d_ij = z_gamma(j),j - z_gamma(i),j."""
    z, gamma = view.projections(claim["layer"], claim["directions"], at, n), claim["gamma"]
    return [[z[first][j] - z[i][j] for j, first in enumerate(gamma)] for i in gamma]


def _is_ordered(view: View, claim: Document) -> bool:
    return is_permutation(claim["gamma"], view.samples) and view.samples <= view.width(
        claim["layer"]
    )


def sorts(view: View, claim: Document, at: Any) -> Judgement:
    if not _is_ordered(view, claim):
        return False
    if len(claim["directions"][0]) != plain.filters_of(view.layer(claim["layer"])):
        return False
    return all_positive(
        lambda n: [-d for i, row in enumerate(_gaps(view, claim, at, n)) for d in row[:i]]
    )


def nonzero_value(view: View, claim: Document, at: Any) -> Judgement:
    return all_nonzero(lambda n: [value_at(view.sigma(claim["layer"]), claim["point"], n)])


#: What is added to alpha_0 and what it is multiplied with, for "every larger alpha"; HUGE more
#: of both, where the numbers are within reach.
MORE = (Fraction(0), Fraction(1, 10**9), Fraction(1, 10**4), Fraction(1, 100), Fraction(1, 10),
        Fraction(1, 3), Fraction(1), Fraction(7, 3), Fraction(8), Fraction(40))  # fmt: skip
TIMES = (Fraction(101, 100), Fraction(5, 4), Fraction(2), Fraction(5), Fraction(20))


HUGE = (Fraction(10**3), Fraction(10**5), Fraction(10**8), Fraction(10**15))
PRECISIONS = (120, 700)


def never_singular(matrix: Callable[[Fraction, Any], Rows], start: Fraction) -> Judgement:
    """No change of sign of the determinant, and no 0, at many alpha from alpha_0 on."""
    points = sorted({start + more for more in MORE} | {start * times for times in TIMES})
    found = {_sign_of_determinant(matrix, alpha) for alpha in points}
    for huge in HUGE:
        with suppress(Unclear, OverflowError):
            found |= {_sign_of_determinant(matrix, alpha) for alpha in (start + huge, start * huge)}
    return len(found) == 1 and 0 not in found


def _sign_of_determinant(matrix: Callable[[Fraction, Any], Rows], alpha: Fraction) -> int:
    for digits in PRECISIONS:
        with mp.workdps(digits):
            rows = matrix(alpha, Digits())
            sizes = [max(map(abs, row)) for row in rows]
            if not all(sizes):
                return 0
            scaled = [[x / s for x in row] for row, s in zip(rows, sizes, strict=True)]
            value = mp.det(mp.matrix(scaled))
            if abs(value) > mp.mpf(10) ** (-2 * digits // 3):
                return int(mp.sign(value))
    return 0


def _entries(view: View, claim: Document, at: Any, alpha: Fraction, n: Any) -> Rows:
    """A(alpha)_ij = sigma(alpha d_ij + beta)."""
    sigma, beta = view.sigma(claim["layer"]), n.number(rational(claim["point"]))
    gaps = _gaps(view, claim, at, n)
    return [[plain.activate(sigma, n.number(alpha) * d + beta, n) for d in row] for row in gaps]


def tail_nonsingular(view: View, claim: Document, at: Any) -> Judgement:
    """det A(alpha) != 0 for every alpha >= alpha_0 >= 0, with m = -1 if mirrored."""
    start, m = rational(claim["from"]), -1 if claim["mirrored"] else 1
    if not _is_ordered(view, claim) or start < 0:
        return False
    return never_singular(lambda alpha, n: _entries(view, claim, at, m * alpha, n), start)


def tail(view: View, claim: Document, at: Any) -> Judgement:
    """``tail-dominated`` and ``triangular-tail``: det A(alpha) != 0 for every alpha >= alpha_0."""
    if not _is_ordered(view, claim):
        return False
    return never_singular(
        lambda alpha, n: _entries(view, claim, at, alpha, n), rational(claim["from"])
    )


def triangular_tail(view: View, claim: Document, at: Any) -> Judgement:
    """As ``tail``; and sorted, with zeros below the diagonal."""
    start = rational(claim["from"])
    if start < 0:
        return False
    below = all(
        sign == 0
        for more in MORE
        for sign in signs(lambda n, alpha=start + more: _below(view, claim, at, alpha, n))
    )
    return below and sorts(view, claim, at) and tail(view, claim, at)


def _below(view: View, claim: Document, at: Any, alpha: Fraction, n: Any) -> list[Any]:
    """The entries of A(alpha) below the diagonal."""
    rows = _entries(view, claim, at, alpha, n)
    return [entry for i, row in enumerate(rows) for entry in row[:i]]


def tail_determinant(view: View, claim: Document, at: Any) -> Judgement:
    if not _is_ordered(view, claim):
        return False
    alpha = rational(claim["alpha"]) * (-1 if claim["mirrored"] else 1)
    return is_nonsingular(lambda n: _entries(view, claim, at, alpha, n), view.samples)


def increasing(view: View, claim: Document, at: Any) -> Judgement:
    if view.layer(claim["layer"])["kind"] != "dense":
        return False
    if not is_permutation(claim["gamma"], view.samples):
        return False

    def steps(n: Any) -> list[Any]:
        z = along(view, claim, at, n)
        return [y - x for x, y in pairwise(z)]

    return all_positive(steps)


def along(view: View, claim: Document, at: Any, n: Any) -> list[Any]:
    """<a, z> along gamma."""
    columns = [[value] for value in claim["direction"]]
    rows = view.projections(claim["layer"], columns, at, n)
    return [rows[i][0] for i in claim["gamma"]]


def above_limit(view: View, claim: Document, at: Any) -> Judgement:
    """A strictly increasing function is above its limit at -infinity everywhere."""
    sigma = view.sigma(claim["layer"])
    low, high = has_end(sigma, -1), has_end(sigma, 1)
    rising = has_property(sigma, "increasing")
    if False in (low, high, rising):
        return False
    return True if low and high and rising else None


def limit_determinant(view: View, claim: Document, at: Any) -> Judgement:
    if not increasing(view, claim, at):
        return False
    if claim["bounded"]:
        return above_limit(view, claim, at)
    sigma = view.sigma(claim["layer"])
    if not bounded_by(sigma, (mp.mpf(8), mp.mpf(1) / 8, mp.mpf(4), mp.mpf(16))):
        return None if name_of(sigma) == "softplus" else False
    return nonzero_value(view, claim, at)


def family_determinant(view: View, claim: Document, at: Any) -> Judgement:
    """E(alpha): a column of ones before A(alpha), whose column j belongs to z_j, j < N."""
    if not increasing(view, claim, at):
        return False
    sigma, beta = view.sigma(claim["layer"]), rational(claim["point"])

    def matrix(alpha: Fraction, n: Any) -> Rows:
        z, b = along(view, claim, at, n), n.number(beta)
        return [
            [n.number(Fraction(1))]
            + [plain.activate(sigma, n.number(alpha) * (y - x) + b, n) for y in z[:-1]]
            for x in z
        ]

    return never_singular(matrix, rational(claim["from"]))
