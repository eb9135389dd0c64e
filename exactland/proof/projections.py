"""Projections of the patches of layer k-1 on directions, exactly or in balls, and how they compare.

The projection <a^t, f^p(x_i)> is entry (i, (p, t)) of the pre-activations of layer k with filters Q
and no bias. Over Q it is exact where the features are; otherwise balls of rising precision decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from flint import arb, fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import lower, upper
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError
from exactland.model.forward import feature_matrix, pre_activation_matrix
from exactland.model.parameters import LayerParameters
from exactland.model.problem import Problem
from exactland.proof.script import Grounds, StepFailed, StepRefuted

#: The precisions tried, in bits.
FIRST_BITS, LAST_BITS = 64, 2048

Directions = Sequence[Sequence[fmpq]]
Rows = list[list[Any]]
Value = TypeVar("Value")


def projections(
    problem: Problem, parameters: Any, k: int, directions: Directions, arithmetic: Arithmetic
) -> Rows:
    """The N x n_k matrix of projections on Q = ``directions`` (l x T), a column a neuron."""
    layer = problem.sequential.layer(k)
    length = layer.bias_length(problem.widths[k - 1])
    mine = LayerParameters(directions, [fmpq(0)] * length or None)
    given = list(parameters or [None] * problem.sequential.depth)
    given[k - 1] = mine
    return arithmetic.rows(pre_activation_matrix(problem, k, arithmetic, given))


def features(problem: Problem, parameters: Any, k: int, arithmetic: Arithmetic) -> Rows:
    """F_k at the parameters."""
    return arithmetic.rows(feature_matrix(problem, k, arithmetic, parameters))


def decided(
    rows_over: Callable[[Arithmetic], Rows],
    holds: Callable[[Rows], str | None],
    *,
    refutes: bool = False,
) -> Grounds:
    """Exact if the rows are rational, else in balls until ``holds`` names no failed relation.

    ``holds`` returns None or the first relation that is not shown; StepFailed with it at the end.
    With ``refutes`` the claim is no more than these relations: over Q it is then StepRefuted.
    """
    try:
        failed = holds(rows_over(RATIONALS))
    except NotExactError:
        pass
    else:
        if failed is None:
            return Grounds("exact", "rational arithmetic")
        raise (StepRefuted if refutes else StepFailed)(failed)
    failed = None
    for bits in _precisions():
        arithmetic = Balls(bits)
        with arithmetic.working():
            failed = holds(rows_over(arithmetic))
        if failed is None:
            return Grounds("ball", f"balls of {bits} bits", bits)
    raise StepFailed(f"{failed} (not decided with {LAST_BITS} bits)")


def _precisions() -> Iterator[int]:
    bits = FIRST_BITS
    while bits <= LAST_BITS:
        yield bits
        bits *= 2


def colliding(values: Sequence[tuple[Any, int, str]]) -> str | None:
    """Two values of different samples not shown to differ; the values are (value, sample, name).

    The values are taken by lower ends; each is compared with the largest upper end so far of
    another sample.
    """
    ends = sorted(
        ((lower(value), upper(value), sample, name) for value, sample, name in values),
        key=lambda entry: _key(entry[0]),
    )
    exact = all(isinstance(value, fmpq) for value, _, _ in values)
    best: list[tuple[fmpq | None, int, str]] = []  # the largest upper ends, of two samples
    for low, high, sample, name in ends:
        for other_high, other, other_name in best:
            if other != sample and (low is None or other_high is None or not other_high < low):
                # Over Q all ends are the numbers themselves, and the two are equal.
                different = "different" if exact else "shown to be different"
                return f"{other_name} and {name} are not {different}: {_shown(low)}"
        best = _two_largest([*best, (high, sample, name)])
    return None


def _key(end: fmpq | None) -> tuple[int, fmpq]:
    """Unknown ends come first: they collide with everything."""
    return (0, fmpq(0)) if end is None else (1, end)


def _two_largest(
    entries: list[tuple[fmpq | None, int, str]],
) -> list[tuple[fmpq | None, int, str]]:
    """The entries with the largest upper end of the two samples that have the largest ones."""
    largest: dict[int, tuple[fmpq | None, int, str]] = {}
    for entry in entries:
        old = largest.get(entry[1])
        if old is None or entry[0] is None or (old[0] is not None and old[0] < entry[0]):
            largest[entry[1]] = entry

    def rank(entry: tuple[fmpq | None, int, str]) -> tuple[int, fmpq]:
        return (1, fmpq(0)) if entry[0] is None else (0, entry[0])

    return sorted(largest.values(), key=rank, reverse=True)[:2]


def _shown(end: fmpq | None) -> str:
    if end is None:
        return "nothing is known of them"
    text = str(end)
    return f"both {text}" if len(text) < 24 else f"both near {arb(end).str(12, radius=False)}"


def gaps(rows: Rows, gamma: Sequence[int]) -> Rows:
    """d_ij: projection j of sample gamma(j) minus that of gamma(i) (NH18, equation 9)."""
    count = len(gamma)
    return [[rows[gamma[j]][j] - rows[gamma[i]][j] for j in range(count)] for i in range(count)]
