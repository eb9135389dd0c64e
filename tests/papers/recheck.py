"""The conclusions of proof scripts, checked again without the scripts and without the package.

Networks are evaluated from their documents (``plain_network``) with the digits that mpmath is set
to; a rank is found by elimination with full pivoting. A claim that is not known here is left to the
tests of its paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

import mpmath as mp
from plain_network import (
    Digits,
    activate,
    features,
    made_parameters,
    rational,
    skip_features,
    weights,
)
from test_three_evaluators import by_oracle

from exactland.conditions.claims import Assumption, FullRank, GenericFullRank
from exactland.model.chosen_parameters import random_parameters
from exactland.model.problem import Problem
from exactland.model.problem_file import parameters_document, problem_document
from exactland.papers.nh18 import fit, tail_claims
from exactland.proof import claims
from exactland.proof.formula import Said

DIGITS = Digits()


def recheck(problem: Problem, k: int, claim: Any) -> None:
    """AssertionError for a claim that is false on the instance."""
    document = problem_document(problem)
    if isinstance(claim, Said):
        answer, margin = by_oracle(document, claim.notes.closed(claim.body))
        assert answer is not False or not margin, claim.words()
        return
    for part, parameters in parts_of(claim, None):
        check = CHECKS.get(type(part))
        if check is not None:
            given = parameters if parameters is not None else problem.parameters
            written = None if given is None else parameters_document(given)
            assert check(problem, document, k, part, written), part.words()


def parts_of(claim: Any, parameters: Any) -> Iterator[tuple[Any, Any]]:
    """The parts of a conjunction, each with the parameters that it is about."""
    if isinstance(claim, claims.At):
        yield from parts_of(claim.claim, claim.parameters)
    elif isinstance(claim, claims.Attained | claims.Together):
        own = getattr(claim, "parameters", parameters)
        for part in claim.claims:
            yield from parts_of(part, own)
    else:
        yield claim, parameters


def rank(rows: list[list[Any]]) -> int:
    """By elimination with full pivoting; what is below a third of the digits counts as 0."""
    rows = [list(row) for row in rows]
    tiny = mp.mpf(10) ** (-mp.mp.dps // 3)
    for row in rows:
        largest = max(abs(value) for value in row)
        row[:] = [value / largest if largest else value for value in row]
    done = 0
    while done < min(len(rows), len(rows[0])):
        places = [(i, j) for i in range(done, len(rows)) for j in range(done, len(rows[0]))]
        i, j = max(places, key=lambda place: abs(rows[place[0]][place[1]]))
        if abs(rows[i][j]) < tiny:
            break
        rows[done], rows[i] = rows[i], rows[done]
        for row in rows:
            row[done], row[j] = row[j], row[done]
        for row in rows[done + 1 :]:
            factor = row[done] / rows[done][done]
            row[:] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return done


def number(value: Any) -> Any:
    return mp.mpf(int(value.p)) / int(value.q)


def _matrix(document: Any, what: str, k: int, parameters: Any) -> list[list[Any]]:
    if what == "skip-features":
        return skip_features(document, parameters, DIGITS)
    if what == "weights":
        W = [[DIGITS.number(rational(w)) for w in row] for row in parameters[k - 1]["W"]]
        return weights(document, k, W, mp.mpf(0))
    return features(document, k, parameters, DIGITS)


def _full_rank(problem: Any, document: Any, k: int, claim: FullRank, parameters: Any) -> bool:
    rows = _matrix(document, claim.matrix.what, claim.matrix.layer, parameters)
    shape = (len(rows), len(rows[0]))
    return shape == (claim.rows, claim.columns) and rank(rows) == min(shape)


def _drawn(problem: Problem, document: Any, seed: int) -> Any:
    if document["network"]["kind"] == "skip":
        return parameters_document(random_parameters(problem, seed))
    draw = Random(seed)
    return made_parameters(document, lambda: Fraction(draw.randint(-99, 99), draw.randint(9, 40)))


def _almost_everywhere(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    """The rank is full at one of a few random parameters."""
    wanted, what, layer = min(claim.rows, claim.columns), claim.matrix.what, claim.matrix.layer
    found = (
        rank(_matrix(document, what, layer, _drawn(problem, document, seed))) for seed in range(5)
    )
    return any(value == wanted for value in found)


def _augmented(document: Any, k: int, parameters: Any) -> list[list[Any]]:
    return [[*row, mp.mpf(1)] for row in features(document, k, parameters, DIGITS)]


def _augmented_rank(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    return rank(_augmented(document, claim.k, parameters)) == claim.rows


def _augmented_generic(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    drawn = (_drawn(problem, document, seed) for seed in range(5))
    return any(rank(_augmented(document, claim.k, values)) == claim.rows for values in drawn)


def _tail(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    """det E(alpha) has one sign at alpha_0 and beyond; layers below k are as constructed."""
    family = claim.family
    below = features(document, family.k - 1, parameters, DIGITS)
    z = [
        mp.fsum(number(a) * x for a, x in zip(family.direction, below[i], strict=True))
        for i in family.order
    ]
    sigma = document["network"]["layers"][family.k - 1]["activation"]
    signs = set()
    for factor in (1, 2, 7):
        alpha = factor * number(claim.alpha_0)
        rows = [
            [activate(sigma, alpha * (b - a) + number(family.beta), DIGITS) for b in z[:-1]]
            for a in z
        ]
        rows = [[mp.mpf(1), *row] if family.bounded else [*row, mp.mpf(1)] for row in rows]
        signs.add(mp.sign(mp.det(mp.matrix(rows))))
    return len(signs) == 1 and 0 not in signs


def _nh18_tail(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    """det A(alpha) has one sign at alpha_0 and beyond."""
    layers = document["network"]["layers"]
    sigma = layers[claim.k - 1]["activation"]
    plain = {**layers[claim.k - 1], "activation": "identity", "bias": "none"}
    projected = {**document, "network": {"layers": [*layers[: claim.k - 1], plain]}}
    Q = {"W": [[str(value) for value in row] for row in claim.directions]}
    z = features(projected, claim.k, [*(parameters or ())[: claim.k - 1], Q], DIGITS)
    mirror, beta, gamma = getattr(claim, "mirror", 1), number(claim.beta), claim.gamma
    signs = set()
    for factor in (1, 2, 7):
        alpha = factor * mirror * number(claim.alpha_0)
        rows = [
            [
                activate(sigma, alpha * (z[gamma[j]][j] - z[i][j]) + beta, DIGITS)
                for j in range(len(gamma))
            ]
            for i in gamma
        ]
        signs.add(mp.sign(mp.det(mp.matrix(rows))))
    return len(signs) == 1 and 0 not in signs


def _distinct_entries(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    rows = features(document, claim.k, parameters, DIGITS)
    return all(
        x != y for i, row in enumerate(rows) for other in rows[:i] for x in row for y in other
    )


def _fitted(problem: Any, document: Any, k: int, claim: fit.Fitted, parameters: Any) -> bool:
    rows = features(document, claim.k, parameters, DIGITS)
    sums = [mp.fsum(f * number(w) for f, w in zip(row, claim.weights, strict=True)) for row in rows]
    return all(abs(s - number(y)) < mp.mpf(10) ** -60 for s, y in zip(sums, claim.y, strict=True))


def _fitted_by_rank(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    return rank(features(document, claim.k, parameters, DIGITS)) == len(claim.y)


def _exact_rank(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    return rank(features(document, claim.k, parameters, DIGITS)) == claim.rank


def _rank_at_most(problem: Any, document: Any, k: int, claim: Any, parameters: Any) -> bool:
    return rank(features(document, claim.k, parameters, DIGITS)) <= claim.bound


def _patches(problem: Any, document: Any, k: int, claim: Assumption, parameters: Any) -> bool:
    """NH18:Asm3.1 and LDS18:Asm1.A1 by sets; the others are left out."""
    inputs = [[rational(x) for x in row] for row in document["data"]["inputs"]]
    if claim.id == "LDS18:Asm1.A1":
        return any(len(set(column)) == len(inputs) for column in zip(*inputs, strict=True))
    if claim.id != "NH18:Asm3.1":
        return True
    first = document["network"]["layers"][0]
    patches = first.get("patches", [list(range(len(inputs[0])))])
    seen = [{tuple(0 if i is None else x[i] for i in p) for p in patches} for x in inputs]
    return all(not a & b for n, a in enumerate(seen) for b in seen[:n])


Check = Callable[[Any, Any, int, Any, Any], bool]
CHECKS: dict[type, Check] = {
    FullRank: _full_rank,
    GenericFullRank: _almost_everywhere,
    claims.AlmostEverywhere: _almost_everywhere,
    claims.DistinctEntries: _distinct_entries,
    Assumption: _patches,
    claims.TailDominated: _nh18_tail,
    tail_claims.TailTriangular: _nh18_tail,
    tail_claims.TailNonsingular: _nh18_tail,
    fit.Fitted: _fitted,
    fit.FittedByRank: _fitted_by_rank,
}
