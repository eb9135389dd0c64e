"""Identities: combinations of rows or columns that vanish formally, at a point or for all
parameters.

A matrix of features is evaluated in formal arithmetic: every entry is a polynomial over Q in
symbols and atoms. A rational combination of rows (or columns) that is 0 coefficient by coefficient
is 0; it is found by exact linear algebra on the coefficients. This is the only way in which a
transcendental matrix is ever called deficient.
LDS18's erratum E1 is the example: s(-w) - 2 s(0) + s(w) = 0 for the sigmoid s and every w.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mat, nmod_mat

from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.modular import random_prime
from exactland.conditions.claims import MatrixName
from exactland.errors import LimitError
from exactland.linalg.evidence import NullVectors, SampleRelations, UnitRelations
from exactland.linalg.pivots import modular_pivots
from exactland.linalg.rational import (
    ATTEMPTS,
    clear_rows,
    independence_prime,
    null_vectors,
)
from exactland.model.chosen_parameters import named_parameters
from exactland.model.forward import feature_matrix, skip_feature_matrix
from exactland.model.layers import Convolution, Dense
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import SkipNumbers
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: The largest formal matrix that is evaluated, in entries, and the largest matrix of coefficients.
LARGEST_FORMAL_MATRIX = 40_000
LARGEST_COEFFICIENT_MATRIX = 4_000_000


def formal_null_vectors(problem: Problem, name: MatrixName, seed: int = 0) -> NullVectors | None:
    """Null vectors over Q of the features at the given parameters, or None if none bounds the rank
    below full.

    Raises LimitError for a matrix that is too large to be evaluated formally.
    """
    matrix = _formal_features(problem, name)
    height, width = len(matrix), len(matrix[0])
    left = _relations(matrix, seed)
    right = _relations([list(column) for column in zip(*matrix, strict=True)], seed)
    if min(height - len(left), width - len(right)) >= min(height, width):
        return None
    if height - len(left) <= width - len(right):
        return NullVectors("left", left, independence_prime(left, seed))
    return NullVectors("right", right, independence_prime(right, seed))


def sample_relations(problem: Problem, name: MatrixName, seed: int = 0) -> SampleRelations | None:
    """All c with sum_i c_i f(x_i) = 0 for every unit f of the layer, identically in the parameters
    (formally).

    Layer k is evaluated with a single unit or filter, whose parameters are symbols: what holds for
    it holds for each.
    """
    vectors = _relations(_symbolic_features(one_unit(problem, name), name), seed)
    return SampleRelations(vectors, independence_prime(vectors, seed)) if vectors else None


def unit_relations(problem: Problem, name: MatrixName, seed: int = 0) -> UnitRelations | None:
    """All c with sum_j c_j f_j = 0 for the units f_j of the layer (or the skip units), on every
    sample and identically in the parameters (formally): tied units, units that are constant.
    """
    matrix = _symbolic_features(problem, name)
    vectors = _relations([list(column) for column in zip(*matrix, strict=True)], seed)
    return UnitRelations(vectors, independence_prime(vectors, seed)) if vectors else None


def relations_of_all_parameters(
    problem: Problem, name: MatrixName, seed: int = 0
) -> SampleRelations | UnitRelations | None:
    """The relations of samples or of units, those that bound the rank lower; or None."""
    rows, columns = problem.data.samples, _columns(problem, name)
    samples, units = sample_relations(problem, name, seed), None
    try:
        units = unit_relations(problem, name, seed)
    except LimitError:
        if samples is None:
            raise
    found = [
        (length - len(bound.vectors), bound)
        for length, bound in ((rows, samples), (columns, units))
        if bound is not None
    ]
    return min(found, key=lambda item: item[0])[1] if found else None


def relations_of_rows(
    matrix: Sequence[Sequence[Any]], seed: int
) -> tuple[tuple[tuple[fmpq, ...], ...], int]:
    """The rational c with sum_i c_i row_i = 0 formally, and a prime that shows them independent."""
    vectors = _relations(matrix, seed)
    return vectors, independence_prime(vectors, seed) if vectors else 0


def _symbolic_features(problem: Problem, name: MatrixName) -> list[list[Any]]:
    """The features with a symbol for each parameter."""
    if isinstance(problem.network, SkipNetwork):
        skip = problem.network
        numbers = SkipNumbers(
            {
                group: [FORMAL.symbol(f"u.{group}.{r}") for r in range(length)]
                for group, length in skip.weight_lengths.items()
            },
            {bias: FORMAL.symbol(f"b.{bias}") for bias in skip.bias_names},
        )
        return FORMAL.rows(skip_feature_matrix(problem, FORMAL, numbers))
    _limit_symbols(problem, name)
    parameters = named_parameters(
        problem, lambda k, letter, *index: FORMAL.symbol(f"{letter}{k}.{index}")
    )
    return FORMAL.rows(feature_matrix(problem, name.k, FORMAL, parameters))


def one_unit(problem: Problem, name: MatrixName) -> Problem:
    """The problem up to layer k, with a single unit or filter there; a skip network as it is."""
    if isinstance(problem.network, SkipNetwork):
        return problem.with_parameters(None)
    k = name.k
    return with_layer_size(problem, k, 1)


def with_layer_size(problem: Problem, k: int, units: int) -> Problem:
    """The problem cut off after layer k, with this many units or filters (in each group) there."""
    layers = list(problem.sequential.layers[:k])
    layer = layers[-1]
    if isinstance(layer, Dense):
        layers[-1] = Dense(units, layer.bias, layer.activation)
    elif isinstance(layer, Convolution):
        units *= layer.groups
        layers[-1] = Convolution(layer.patches, units, layer.bias, layer.activation, layer.groups)
    return Problem(SequentialNetwork(layers), problem.data)


def _formal_features(problem: Problem, name: MatrixName) -> list[list[Any]]:
    size = problem.data.samples * _columns(problem, name)
    if size > LARGEST_FORMAL_MATRIX:
        raise LimitError(
            str(name),
            f"{size} entries are too many for formal arithmetic (limit {LARGEST_FORMAL_MATRIX})",
            "use fewer samples or units",
        )
    if name.what == "skip-features":
        return FORMAL.rows(skip_feature_matrix(problem, FORMAL))
    return FORMAL.rows(feature_matrix(problem, name.k, FORMAL))


def _columns(problem: Problem, name: MatrixName) -> int:
    if name.what == "skip-features":
        return len(problem.skip.skips)
    return problem.widths[name.k]


def _limit_symbols(problem: Problem, name: MatrixName) -> None:
    """Below layer k every unit has symbols of its own, which multiply quickly with the depth."""
    size = problem.data.samples * sum(problem.widths[1 : name.k + 1])
    if size > LARGEST_FORMAL_MATRIX:
        raise LimitError(
            str(name),
            f"{size} formal features are too many (limit {LARGEST_FORMAL_MATRIX})",
            "use fewer samples, units or patches",
        )


def _relations(matrix: Sequence[Sequence[Any]], seed: int) -> tuple[tuple[fmpq, ...], ...]:
    """A basis of the rational c with sum_i c_i row_i = 0, coefficient by coefficient."""
    columns: dict[Any, int] = {}
    coefficients: list[dict[int, fmpq]] = []
    for row in matrix:
        found: dict[int, fmpq] = {}
        for j, value in enumerate(row):
            for monomial, c in value.terms:
                found[columns.setdefault((j, monomial), len(columns))] = c
        coefficients.append(found)
    if not columns:
        return tuple(
            tuple(fmpq(int(i == j)) for j in range(len(matrix))) for i in range(len(matrix))
        )
    if len(matrix) * len(columns) > LARGEST_COEFFICIENT_MATRIX:
        raise LimitError(
            "identities",
            f"{len(matrix)} x {len(columns)} coefficients are too many",
            "use a smaller problem",
        )
    zero = fmpq(0)
    flat = fmpq_mat([[found.get(j, zero) for j in range(len(columns))] for found in coefficients])
    return _left_kernel(flat, seed)


def _left_kernel(matrix: fmpq_mat, seed: int) -> tuple[tuple[fmpq, ...], ...]:
    """A basis of the c with c^T A = 0, each primitive with integers."""
    cleared = clear_rows(matrix.transpose())
    for attempt in range(ATTEMPTS):
        rows, columns = modular_pivots(nmod_mat(cleared, random_prime(seed + attempt)))
        if len(columns) == matrix.nrows():
            return ()
        vectors = null_vectors(cleared, rows, columns)
        if vectors is not None:
            return vectors
    raise LimitError("identities", f"{ATTEMPTS} primes were all unlucky", "try another seed")
