"""Strict inequalities between numbers of the network (section 10), exact or enclosed.

A number is a pair (lo, hi) of rationals with lo <= x <= hi; lo == hi where it is known exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..activations import Activation, activation
from ..bounds import BITS, GUARD
from ..canonical import natural, rational
from ..enclosing import enclosed
from ..expression import evaluate, parse
from ..forward import Enclosed, Exact, layer_features
from ..intervals import Intervals
from ..outcome import Coarse, NotRational, Reject
from ..problem import Layer, Problem, Weights
from ..work import TURN, VALUE, common_factor, operations, product, size, spend

Number = tuple[Fraction, Fraction]
Rows = list[list[Number]]
ZERO = Fraction(0)

#: rho_1, rho_2, rho_3, rho_4 of NH18's Assumption 3.2, clause 2; a is the parameter.
GROWTH = {
    "relu": ("1", "1", "1", "1"),
    "relu6": ("1", "1", "1", "6"),
    "sigmoid": ("1", "1", "1", "1"),
    "softplus": ("1/a", "a", "1", "log(2)/a"),
    "gaussian": ("2", "1", "1", "1"),
    "silu": ("3/4", "1/2", "1", "1"),
    "gelu": ("6/5", "1", "1", "1"),
    "mish": ("3/4", "1/2", "1", "1"),
    "dyadic-softplus": ("2", "1/2", "2/3", "1"),
}
#: Finite limits at both ends whose product is 0 (clause 1).
VANISHING = ("lorentz", "r1", "hard-sigmoid")


def read_bits(evidence: Any, place: str) -> int:
    return natural(evidence["bits"], place + ".bits", *BITS) + GUARD


def entries(problem: Problem, layers: Sequence[Layer], parameters: Any, bits: int) -> Rows:
    """The features of the last of these layers on all samples."""
    rows, columns = range(problem.samples), range(layers[-1].width)
    inputs = problem.inputs
    if parameters is None:  # none for each layer
        parameters = [None] * len(layers)
    try:
        exact = layer_features(inputs, layers, rows, columns, parameters, Exact())
        return [[(value, value) for value in row] for row in exact]
    except NotRational:
        enclosed = layer_features(inputs, layers, rows, columns, parameters, Enclosed(bits))
        return [[fixed(pair, bits) for pair in row] for row in enclosed]


def fixed(pair: tuple[int, int], bits: int) -> Number:
    """An interval as numbers."""
    spend(VALUE + 2 * common_factor(bits, pair[1].bit_length()))
    return Fraction(pair[0], 1 << bits), Fraction(pair[1], 1 << bits)


def projections(
    problem: Problem, layer: int, directions: list[list[Fraction]], parameters: Any, bits: int
) -> Rows:
    """F_{l-1} M_l(Q): layer l with the filters Q (any number), no bias and the identity."""
    own = replace(
        problem.layers[layer - 1],
        filters=len(directions[0]),
        bias="none",
        activation=activation("identity", "identity"),
    )
    lower = list(parameters or [None] * len(problem.layers))[: layer - 1]
    layers = [*problem.layers[: layer - 1], own]
    return entries(problem, layers, [*lower, Weights(directions, [])], bits)


def check_distinct(rows: Rows, place: str) -> None:
    """Reject unless numbers in different rows are shown to differ.

    The numbers are taken by their lower ends. Each is compared with the largest upper end so far
    in another row, for which the two rows with the largest upper ends are kept.
    """
    count = sum(map(len, rows))
    bits = max((size(end) for row in rows for pair in row for end in pair), default=0)
    spend(count * count.bit_length() * (2 * VALUE + 4 * product(bits, bits)))
    numbers = sorted((lo, hi, i) for i, row in enumerate(rows) for lo, hi in row)
    largest: dict[int, Fraction] = {}
    for lo, hi, i in numbers:
        if any(other != i and not end < lo for other, end in largest.items()):
            raise Coarse(place, "two numbers of different samples are not shown to differ")
        if i not in largest or largest[i] < hi:
            largest[i] = hi
        if len(largest) > 2:
            del largest[min(largest, key=lambda row: largest[row])]


def columns(rows: Rows) -> Iterable[Rows]:
    """Each column as a matrix of its own."""
    spend(2 * TURN * sum(map(len, rows)))
    for column in zip(*rows, strict=True):
        yield [[number] for number in column]


@dataclass(frozen=True)
class Gaps:
    """N, a lower bound of |d_ij| over i > j and an upper bound of max(0, d_ij) over i < j."""

    samples: int
    smallest: Fraction
    largest: Fraction


def sorted_gaps(rows: Rows, gamma: Sequence[int], place: str) -> Gaps:
    """The gaps d_ij = z_gamma(j),j - z_gamma(i),j; Reject unless d_ij < 0 for all i > j."""
    bits = max(size(end) for row in rows for pair in row[: len(gamma)] for end in pair)
    spend(operations(3 * len(gamma) ** 2, bits, bits))
    smallest, largest = None, ZERO
    for j, first in enumerate(gamma):
        high = rows[first][j][1]
        for sample in gamma[j + 1 :]:
            gap = rows[sample][j][0] - high  # -d_ij is at least this
            if gap <= 0:
                raise Coarse(place, "gamma is not shown to sort the projections")
            smallest = gap if smallest is None or gap < smallest else smallest
        for sample in gamma[:j]:
            largest = max(largest, high - rows[sample][j][0])
    return Gaps(len(gamma), smallest if smallest is not None else Fraction(1), largest)


def check_nonzero(sigma: Activation, point: Fraction, bits: int, place: str) -> None:
    """Reject unless sigma(point) is shown to be nonzero."""
    lo, hi = enclosed(sigma.definition, point, point, bits)
    if lo <= 0 <= hi:
        raise Coarse(place, "sigma is not shown to be nonzero there")


def growth(value: Any, place: str) -> tuple[str, ...] | None:
    """The constants of clause 2 of an activation in the table, by its JSON; None without them."""
    name = value.get("name") if isinstance(value, dict) else value
    if name == "leaky-relu":  # with slope 0 it is ReLU
        name = "relu" if rational(value["slope"], place) == 0 else name
    return GROWTH.get(str(name))


def satisfies_assumption_3_2(value: Any, place: str) -> bool:
    """NH18 Assumption 3.2, by the table of section 10."""
    name = value.get("name") if isinstance(value, dict) else value
    return str(name) in VANISHING or growth(value, place) is not None


def check_tail(
    value: Any,
    sigma: Activation,
    parameter: Fraction,
    beta: Fraction,
    alpha: Fraction,
    gaps: Gaps,
    bits: int,
    place: str,
) -> None:
    """Reject unless det A(a) != 0 is shown for every a >= alpha (section 10)."""
    constants = growth(value, place)
    if constants is None:
        raise Reject(place, "there are no constants of clause 2 for this activation")
    over = Intervals(bits)
    rho = [evaluate(parse(text, place, {"a": parameter}), None, over) for text in constants]
    n = over.number(Fraction(gaps.samples))
    s = over.call("abs", [enclosed(sigma.definition, beta, beta, bits)])
    if not s[0] > 0:
        raise Coarse(place, "sigma(beta) is not shown to be nonzero")
    if gaps.samples == 1:
        return
    if not (alpha > 0 and alpha * gaps.smallest > beta):
        raise Reject(place, "alpha delta is not above beta")
    reach = over.number(beta - alpha * gaps.smallest)
    log_eps = over.add(over.call("log", [rho[0]]), over.multiply(rho[1], reach))
    spread = over.number(alpha * gaps.largest + abs(beta))
    u = over.add(over.add(over.multiply(rho[2], spread), rho[0]), rho[3])
    log_u, total = over.call("log", [u]), over.add(s, u)
    if not log_eps[1] < log_u[0]:
        raise Coarse(place, "eps is not shown to be less than u")
    ratio = over.call("log", [over.divide(s, total)])
    if not over.add(log_u, over.multiply(n, ratio))[0] >= log_eps[1]:
        raise Coarse(place, "the tail is not shown to be dominated")
    slope = over.multiply(over.multiply(n, rho[2]), over.number(gaps.largest))
    if not over.multiply(rho[1], over.number(gaps.smallest))[0] >= over.divide(slope, total)[1]:
        raise Coarse(place, "the margin is not shown to grow with alpha")
