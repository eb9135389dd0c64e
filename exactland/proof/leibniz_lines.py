"""The Leibniz sum of det A(alpha) in lines: term by term up to N = 9, and what replaces it beyond.

Permutations, rows and columns are counted from 1, as in the papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal

from flint import fmpq

from exactland.errors import UsageError
from exactland.proof.leibniz import Expansion, Term, TermTail
from exactland.proof.monotone_tails import tails_of
from exactland.proof.tail_matrices import (
    Family,
    has_dominant_diagonal,
    is_near_its_limit,
    vanishes,
)
from exactland.proof.tails import growth
from exactland.proof.writing import number_text

#: How many terms of a Leibniz sum are written out.
WRITTEN_TERMS = 8
#: Bounds with more characters than this are rounded up.
_LONGEST_BOUND = 12


@dataclass(frozen=True)
class Tails:
    """How the terms behave as alpha grows: ``of`` a permutation, with rho_2 of clause 2 if any."""

    of: Callable[[Sequence[int]], TermTail]
    rho_2: str | None


def expansion_lines(expansion: Expansion, tails: Tails | None = None) -> list[str]:
    """An expanded Leibniz sum: det, the groups by the first j with pi(j) > j, the largest terms.

    >>> from exactland.proof.leibniz import expand
    >>> for line in expansion_lines(expand([[fmpq(2), fmpq(5)], [fmpq(1, 8), fmpq(3)]])):
    ...     print(line)
    det = 43/8, by elimination 43/8: they agree
    identity: 6
    first j with pi(j) > j is 1: 1 term, sum -5/8, at most 1
    the terms by size:
    sign     pi  product  at most  first j
       +  (1,2)        6        6        -
       -  (2,1)     -5/8      5/8        1
    """
    agrees = "they agree" if expansion.agrees else "they do not agree"
    lines = [
        f"det = {number_text(expansion.total)}, by elimination "
        f"{number_text(expansion.determinant)}: {agrees}",
        f"identity: {number_text(expansion.identity)}",
    ]
    for group in expansion.groups:
        count = "1 term" if group.count == 1 else f"{group.count} terms"
        lines.append(
            f"first j with pi(j) > j is {group.first + 1}: {count}, "
            f"sum {number_text(group.total)}, {_at_most(group.bound)}"
        )
    how = "" if tails is None else ", and what they do as alpha grows"
    lines.append(f"the terms by size{how}:")
    head = ["sign", "pi", "product", "at most", "first j"]
    if tails is not None:
        head += ["limit"] if tails.rho_2 is None else ["limit", "rate"]
    written = expansion.terms[:WRITTEN_TERMS]
    lines += _columns([head, *(_cells(term, tails) for term in written)])
    if len(expansion.terms) > WRITTEN_TERMS:
        lines.append(f"and {len(expansion.terms) - WRITTEN_TERMS} smaller terms")
    return lines


def _cells(term: Term, tails: Tails | None) -> list[str]:
    """A term as a row of the table."""
    cells = [
        "+" if term.sign > 0 else "-",
        f"({','.join(str(row + 1) for row in term.permutation)})",
        number_text(term.product),
        "unknown" if term.bound is None else rounded_up(term.bound),
        "-" if term.first is None else str(term.first + 1),
    ]
    if tails is None:
        return cells
    try:
        tail = tails.of(term.permutation)
        limit, rate = "none" if tail.limit is None else number_text(tail.limit), ""
        if tails.rho_2 is not None:
            rate = tail.rate(tails.rho_2)
    except UsageError:  # the sign of a gap is not known
        limit, rate = "unknown", ""
    return [*cells, limit] if tails.rho_2 is None else [*cells, limit, rate]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Cells under each other, to the right; the last of seven columns to the left."""
    widths = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        if len(row) == 7:
            cells[-1] = row[-1]
        lines.append("  ".join(cells).rstrip())
    return lines


def _at_most(bound: fmpq | None) -> str:
    return "not bounded" if bound is None else f"at most {rounded_up(bound)}"


def rounded_up(bound: fmpq) -> str:
    """A bound in a few characters, exactly or rounded up.

    >>> rounded_up(fmpq(3, 8)), rounded_up(fmpq(2, 3**30))
    ('3/8', '9.714e-15')
    """
    text = str(bound)
    if len(text) <= _LONGEST_BOUND:
        return text
    up = Context(prec=4, rounding=ROUND_CEILING)
    return str(up.divide(Decimal(int(bound.p)), Decimal(int(bound.q)))).replace("E", "e")


@dataclass(frozen=True)
class Dominance:
    """What shows det A(a) != 0 for all a >= alpha without the terms.

    ``test`` is "triangular", "dominant" or "limit", None where ``relation`` says what is not shown;
    ``weights`` are those of the dominant diagonal.
    """

    family: Family
    alpha: fmpq
    test: str | None
    relation: str = ""
    weights: tuple[fmpq, ...] = ()


def dominance(family: Family, alpha: fmpq) -> Dominance:
    """The first of the three tests of exactland.proof.tail_matrices that holds at alpha."""
    tails = tails_of(family.sigma)
    if vanishes(family, tails[0], alpha).relation is None:
        return Dominance(family, alpha, "triangular")
    found = has_dominant_diagonal(family, tails, growth(family.sigma), alpha)
    if found.relation is None:
        return Dominance(family, alpha, "dominant", weights=found.weights)
    if None not in tails and is_near_its_limit(family, tails, alpha).relation is None:
        return Dominance(family, alpha, "limit")
    return Dominance(family, alpha, None, found.relation)


def dominance_lines(shown: Dominance, k: int) -> list[str]:
    """The argument in words."""
    size, alpha = shown.family.size, number_text(shown.alpha)
    every = f"for every alpha >= {alpha}"
    lines = [f"N = {size}: {size}! terms are too many to write out; the argument without them:"]
    match shown.test:
        case "triangular":
            lines += [
                f"A(alpha)_ij = 0 for i > j, {every}",
                "every pi but the identity has a j with pi(j) > j, and with it a factor 0",
                f"det A(alpha) = sigma_{k}({shown.family.beta})^{size} != 0 {every}",
            ]
        case "dominant":
            low, high = min(shown.weights), max(shown.weights)
            lines += [
                f"c_ij >= |A(alpha)_ij| for i != j, {every}, and s <= |sigma_{k}"
                f"({shown.family.beta})|",
                f"weights x_1, ..., x_{size} from {number_text(low)} to {number_text(high)} with "
                "s x_i > sum of c_ij x_j over j != i, in every row i",
                f"the diagonal dominates: det A(alpha) != 0 {every}",
            ]
        case "limit":
            lines += [
                f"L = lim A(alpha), R near its inverse, E_ij >= |A(alpha)_ij - L_ij| {every}",
                "||I - R L|| + || |R| E || < 1, in largest row sums",
                f"det A(alpha) != 0 {every}",
            ]
        case _:
            lines.append(f"at alpha = {alpha} it is not shown: {shown.relation}")
    return lines
