"""Slow and plain helpers, apart from the package: layer matrices, polynomials, numeric ranks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import mpmath as mp

import exactland

#: Sorted variables (with repeats) -> coefficient.
Polynomial = dict[tuple[int, ...], Fraction]
Patches = Sequence[Sequence[int | None]]
DIGITS = 60


def fraction(value: Any) -> Fraction:
    return Fraction(str(value))


def problem(inputs: Any, layers: Any, **more: Any) -> exactland.Problem:
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": inputs},
            "network": {"kind": "sequential", "layers": layers},
            **more,
        }
    )


def convolution(width: int, patches: Any, filters: int = 1, W: Any = None) -> exactland.Problem:
    """A problem whose first layer is this convolution without biases, with filters W if given."""
    layer = {"kind": "convolution", "patches": patches, "filters": filters, "bias": "none"}
    layer["activation"] = "identity"
    more = {} if W is None else {"parameters": [{"W": W}]}
    return problem([list(range(width))], [layer], **more)


def layer_matrix(width: int, patches: Patches, W: Sequence[Sequence[Any]]) -> list[list[Fraction]]:
    """U[i, pT+t] = sum of W[r][t] over the r with patches[p][r] = i, by its definition."""
    filters = len(W[0])
    U = [[Fraction(0)] * (len(patches) * filters) for _ in range(width)]
    for p, patch in enumerate(patches):
        for r, i in enumerate(patch):
            for t in range(filters):
                if i is not None:
                    U[i][p * filters + t] += fraction(W[r][t])
    return U


def variable_matrix(width: int, patches: Patches, filters: int) -> list[list[Polynomial]]:
    """U over Q[W]: entry (i, pT+t) is the variable r T + t if patches[p][r] = i."""
    U: list[list[Polynomial]] = [[{} for _ in range(len(patches) * filters)] for _ in range(width)]
    for p, patch in enumerate(patches):
        for r, i in enumerate(patch):
            for t in range(filters):
                if i is not None:
                    U[i][p * filters + t][(r * filters + t,)] = Fraction(1)
    return U


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    product: Polynomial = {}
    for a, x in left.items():
        for b, y in right.items():
            key = tuple(sorted(a + b))
            product[key] = product.get(key, Fraction(0)) + x * y
    return {key: value for key, value in product.items() if value}


def added(left: Polynomial, right: Polynomial) -> Polynomial:
    total = dict(left)
    for key, value in right.items():
        total[key] = total.get(key, Fraction(0)) + value
    return {key: value for key, value in total.items() if value}


def dense_vector(vector: Any, length: int) -> list[Polynomial]:
    """A polynomial null vector of the evidence, with all its entries."""
    entries: list[Polynomial] = [{} for _ in range(length)]
    for index, terms in vector:
        entries[index] = {tuple(sorted(m)): fraction(c) for c, m in terms}
    return entries


def rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    """The rank over Q by elimination."""
    rows = [list(row) for row in matrix]
    found = 0
    for j in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(found, len(rows)) if rows[i][j]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for i in range(found + 1, len(rows)):
            factor = rows[i][j] / rows[found][j]
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[found], strict=True)]
        found += 1
    return found


def numeric_rank(matrix: Sequence[Sequence[Any]], tolerance: str = "1e-40") -> int:
    """The rank at 60 digits by elimination with complete pivoting."""
    with mp.workdps(DIGITS):
        rows = [[mp.mpf(x) for x in row] for row in matrix]
        found, columns = 0, list(range(len(rows[0])))
        while found < len(rows) and columns:
            size, i, j = max(
                (abs(rows[i][j]), i, j) for i in range(found, len(rows)) for j in columns
            )
            if size < mp.mpf(tolerance):
                break
            rows[found], rows[i] = rows[i], rows[found]
            for k in range(found + 1, len(rows)):
                factor = rows[k][j] / rows[found][j]
                for c in columns:
                    rows[k][c] -= factor * rows[found][c]
            columns.remove(j)
            found += 1
        return found


def _softplus(t: Any) -> Any:
    return mp.log(1 + mp.exp(t))


#: The activations of LDS18's table without biases, for mpmath.
SIGMAS: dict[str, Callable[[Any], Any]] = {
    "sigmoid": lambda t: 1 / (1 + mp.exp(-t)),
    "softplus": _softplus,
    "tanh": mp.tanh,
    "sin": mp.sin,
    "arctan": mp.atan,
    "erf": mp.erf,
    "silu": lambda t: t / (1 + mp.exp(-t)),
    "gelu": lambda t: t * (1 + mp.erf(t / mp.sqrt(2))) / 2,
    "cos": mp.cos,
    "gaussian": lambda t: mp.exp(-t * t),
    "exp": mp.exp,
    "sin+cos": lambda t: mp.sin(t) + mp.cos(t),
}


def features(
    sigma: str, xs: Sequence[Any], weights: Sequence[Any], biases: Sequence[Any] | None = None
) -> list[list[Any]]:
    """sigma(w_j x_i + b_j) at 60 digits."""
    with mp.workdps(DIGITS):
        given = [0] * len(weights) if biases is None else biases
        return [
            [
                SIGMAS[sigma](number(w) * number(x) + number(b))
                for w, b in zip(weights, given, strict=True)
            ]
            for x in xs
        ]


def number(value: Any) -> Any:
    exact = fraction(value)
    return mp.mpf(exact.numerator) / exact.denominator
