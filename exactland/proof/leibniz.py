"""The Leibniz sum of a determinant as NH17 (Lemma 4.3) and NH18 (Theorem 3.4) use it.

det A = sum over permutations pi of sgn(pi) prod_j A[pi(j), j]. In the matrix A(alpha) of the proofs
the entries below the diagonal fade. Every pi but the identity has a j with pi(j) > j, and with it a
fading factor; the terms are grouped by the first such j. The identity gives sigma(beta)^N.

>>> from flint import fmpq
>>> expansion = expand([[fmpq(2), fmpq(5)], [fmpq(1, 8), fmpq(3)]])
>>> expansion.total, expansion.identity, [group.total for group in expansion.groups]
(43/8, 6, [-5/8])
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flint import arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import precision
from exactland.arithmetic.comparison import magnitude_upper, sign
from exactland.errors import LimitError, UsageError
from exactland.proof.writing import number_text

#: Above this size the sum is not expanded: use the dominance of the diagonal (proof.tails).
LARGEST = 9

Matrix = Sequence[Sequence[Any]]


class Term(NamedTuple):
    """One term: pi (column j to row pi(j), from 0), its sign, the signed product, its size.

    ``size`` is log2 |product| in floating point, to sort by (-inf for a factor 0); ``first`` is the
    first j with pi(j) > j, None for the identity.
    """

    permutation: tuple[int, ...]
    sign: int
    product: Any
    size: float
    first: int | None

    @property
    def bound(self) -> fmpq | None:
        """A rational at least |product|, proved; None where nothing is known."""
        return magnitude_upper(self.product)


@dataclass(frozen=True)
class Group:
    """The terms with the same first j with pi(j) > j.

    ``count`` terms with sum ``total``; ``bound`` is at least the sum of their absolute values, None
    where an entry is not bounded. ``largest`` is the term of the largest size.
    """

    first: int
    count: int
    total: Any
    bound: fmpq | None
    largest: Term


@dataclass(frozen=True)
class Expansion:
    """The sum over all N! permutations: ``total`` = ``identity`` + the totals of the groups.

    ``determinant`` is the determinant by another way (elimination); ``agrees`` says that both are
    equal (over Q) or overlap (balls). ``terms`` holds all of them, the largest first.
    """

    size: int
    identity: Any
    groups: tuple[Group, ...]
    total: Any
    determinant: Any
    agrees: bool
    terms: tuple[Term, ...]

    @property
    def is_nonzero(self) -> bool:
        """Whether the sum shows det A != 0."""
        return self.agrees and sign(self.total) in (-1, 1)


def expand(matrix: Matrix, bits: int = 128) -> Expansion:
    """All N! terms of det A, N <= 9, for entries that are all ``fmpq`` or all ``arb``.

    Parameters
    ----------
    matrix : N x N, a list of rows.
    bits : the precision for balls; without meaning over Q.

    Raises UsageError for a matrix that is not square, LimitError for N > 9.
    """
    size = len(matrix)
    if size == 0 or any(len(row) != size for row in matrix):
        raise UsageError("matrix", "it is not square", "give N rows of N entries, N >= 1")
    if size > LARGEST:
        raise LimitError(
            "Leibniz sum",
            f"it has {size}! terms",
            f"expand up to N = {LARGEST}; beyond, use the dominance of the diagonal",
        )
    with precision(bits):
        terms = sorted(_terms(matrix), key=lambda term: term.size, reverse=True)
        groups = _groups(matrix, terms)
        identity = next(term.product for term in terms if term.first is None)
        total = sum((group.total for group in groups), identity)
        determinant, agrees = _compare(matrix, total)
    return Expansion(size, identity, groups, total, determinant, agrees, tuple(terms))


@dataclass(frozen=True)
class TermTail:
    """How a term of det A(alpha) behaves as alpha grows, A(alpha)_ij = sigma(alpha d_ij + beta).

    ``fading`` are the columns whose factor tends to mu_- (d < 0) and ``decay`` the sum of their
    |d|; ``growing`` those with d > 0. ``limit`` is the limit of the term if both limits of sigma
    are finite, or if there is no growing column; None otherwise.
    """

    fading: tuple[int, ...]
    growing: tuple[int, ...]
    decay: Any
    limit: Any

    def rate(self, rho_2: object) -> str:
        """The order of the term under Assumption 3.2, clause 2, in words.

        >>> TermTail((0, 2), (1,), fmpq(7), None).rate("2")
        'O(alpha exp(-2*7 alpha))'
        """
        degree = len(self.growing)
        power = {0: "", 1: "alpha "}.get(degree, f"alpha^{degree} ")
        if not self.fading:
            return f"O({power.strip() or '1'})"
        factor = "" if str(rho_2) == "1" else f"{rho_2}*"
        return f"O({power}exp(-{factor}{number_text(self.decay)} alpha))"


def term_tail(gaps: Matrix, permutation: Sequence[int], diagonal: Any, ends: Any) -> TermTail:
    """The tail of the term of pi.

    Parameters
    ----------
    gaps : d_ij, rationals or balls; d_jj = 0.
    permutation : pi, column j to row pi(j).
    diagonal : sigma(beta).
    ends : (mu_-, mu_+), numbers, None for a limit that is infinite or not known.

    >>> d = [[fmpq(0), fmpq(1)], [fmpq(-1), fmpq(0)]]
    >>> term_tail(d, (1, 0), fmpq(1, 2), (fmpq(0), fmpq(1))).limit
    0

    Raises UsageError where the sign of a gap is not known.
    """
    signs = {j: sign(gaps[i][j]) for j, i in enumerate(permutation)}
    if None in signs.values():
        raise UsageError("gaps", "the sign of one is not known", "raise the precision")
    fading = tuple(j for j, s in signs.items() if s == -1)
    growing = tuple(j for j, s in signs.items() if s == 1)
    decay = sum((-gaps[permutation[j]][j] for j in fading), fmpq(0))
    low, high = ends
    limit: Any = None
    if not ((fading and low is None) or (growing and high is None)):
        still = len(permutation) - len(fading) - len(growing)
        limit = diagonal**still * fmpq((-1) ** _inversions(permutation))
        for value, count in ((low, len(fading)), (high, len(growing))):
            limit = limit * value**count if count else limit
    return TermTail(fading, growing, decay, limit)


def _inversions(permutation: Sequence[int]) -> int:
    return sum(i > j for place, i in enumerate(permutation) for j in permutation[place:])


def _terms(matrix: Matrix) -> Iterator[Term]:
    """All terms, by rows chosen for column 0, 1, ...: products of the same first factors once."""
    size = len(matrix)
    sizes = [[_log2(value) for value in row] for row in matrix]

    def extend(
        chosen: tuple[int, ...], left: tuple[int, ...], signed: int, product: Any, log: float,
        first: int | None,
    ) -> Iterator[Term]:  # fmt: skip
        j = len(chosen)
        if j == size:
            yield Term(chosen, signed, product if signed > 0 else -product, log, first)
            return
        for place, i in enumerate(left):
            # The rows left are in order: skipping ``place`` of them makes as many inversions.
            yield from extend(
                (*chosen, i),
                left[:place] + left[place + 1 :],
                -signed if place % 2 else signed,
                product * matrix[i][j] if j else matrix[i][0],
                log + sizes[i][j],
                j if first is None and i > j else first,
            )

    yield from extend((), tuple(range(size)), 1, None, 0.0, None)


def _groups(matrix: Matrix, terms: Sequence[Term]) -> tuple[Group, ...]:
    """The terms apart from the identity, by their first j with pi(j) > j; ``terms`` are sorted."""
    bounds = [[magnitude_upper(value) for value in row] for row in matrix]
    members: dict[int, list[Term]] = {}
    for term in terms:
        if term.first is not None:
            members.setdefault(term.first, []).append(term)
    groups = []
    for first in sorted(members):
        mine = members[first]
        total = mine[0].product
        for term in mine[1:]:
            total = total + term.product
        groups.append(Group(first, len(mine), total, _group_bound(bounds, first), mine[0]))
    return tuple(groups)


def _group_bound(bounds: Sequence[Sequence[fmpq | None]], first: int) -> fmpq | None:
    """A bound of the sum of |terms| whose first j with pi(j) > j is ``first``.

    Before ``first`` pi(j) <= j, and so pi(j) = j: a permutation that moves no smaller index up
    keeps it. What is left is at most the product over the columns of the sums of the bounds.
    """
    size = len(bounds)
    product = fmpq(1)
    for j in range(size):
        rows = [j] if j < first else range(j + 1, size) if j == first else range(first, size)
        entries = [bounds[i][j] for i in rows]
        known = [value for value in entries if value is not None]
        if len(known) < len(entries):
            return None
        product *= sum(known, fmpq(0))
    return product


def _compare(matrix: Matrix, total: Any) -> tuple[Any, bool]:
    """The determinant by elimination, and whether the sum agrees with it."""
    rows = [list(row) for row in matrix]
    if isinstance(total, fmpq):
        determinant: Any = fmpq_mat(rows).det()
        return determinant, bool(determinant == total)
    determinant = arb_mat(rows).det()
    # A ball without a finite end says nothing, and overlaps with everything.
    return determinant, bool(total.is_finite() and determinant.overlaps(total))


def _log2(value: Any) -> float:
    """log2 of an upper bound of |value|, in floating point; -inf for 0."""
    size = magnitude_upper(value)
    if size is None:
        return math.inf
    if size == 0:
        return -math.inf
    # Numerators may exceed the range of floats.
    return math.log2(int(size.p)) - math.log2(int(size.q))
