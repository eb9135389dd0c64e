"""Identities: combinations of rows or columns that vanish formally, at a point or for all
parameters.

A matrix of features is evaluated in formal arithmetic: every entry is a polynomial over Q in
symbols and atoms. A rational combination of rows (or columns) that is 0 coefficient by coefficient
is 0; it is found by exact linear algebra on the coefficients. This is the only way in which a
transcendental matrix is ever called deficient.
LDS18's erratum E1 is the example: s(-w) - 2 s(0) + s(w) = 0 for the sigmoid s and every w.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flint import fmpq, fmpq_mat, nmod_mat

from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.modular import random_prime
from exactland.conditions.claims import MatrixName, VanishingIdentity
from exactland.conditions.evidence import RankProof
from exactland.conditions.finding import Finding
from exactland.errors import LimitError, UsageError
from exactland.linalg.evidence import NullVectors, SampleRelations
from exactland.linalg.pivots import modular_pivots
from exactland.linalg.rational import (
    ATTEMPTS,
    clear_rows,
    independence_prime,
    null_vectors,
)
from exactland.model.forward import feature_matrix, skip_feature_matrix
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.parameters import SkipNumbers, named_parameters
from exactland.model.problem import Problem
from exactland.model.skip import SkipNetwork

#: The largest formal matrix that is evaluated, in entries, and the largest matrix of coefficients.
LARGEST_FORMAL_MATRIX = 40_000
LARGEST_COEFFICIENT_MATRIX = 4_000_000
#: At how many random parameters full rank is looked for before relations are.
LOOKED_AT = 2


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
    narrow = one_unit(problem, name)
    if isinstance(narrow.network, SkipNetwork):
        skip = narrow.network
        numbers = SkipNumbers(
            {
                group: [FORMAL.symbol(f"u.{group}.{r}") for r in range(length)]
                for group, length in skip.weight_lengths.items()
            },
            {bias: FORMAL.symbol(f"b.{bias}") for bias in skip.bias_names},
        )
        matrix = FORMAL.rows(skip_feature_matrix(narrow, FORMAL, numbers))
    else:
        _limit_symbols(narrow, name)
        parameters = named_parameters(
            narrow, lambda k, letter, *index: FORMAL.symbol(f"{letter}{k}.{index}")
        )
        matrix = FORMAL.rows(feature_matrix(narrow, name.k, FORMAL, parameters))
    vectors = _relations(matrix, seed)
    return SampleRelations(vectors, independence_prime(vectors, seed)) if vectors else None


def vanishing_identity(
    problem: Problem,
    layer: int = 1,
    *,
    seed: int = 0,
    ceiling: int = 1024,
    progress: Callable[[str], None] | None = None,
) -> Finding:
    """Does every N x N minor of F_k vanish identically, whatever the parameters and the width
    (LDS18 Lemma 3, E1)?

    Proved by a relation between the samples; refuted by parameters of a layer of N units or filters
    for which the features have rank N.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[-2], [-1], [1], [2]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "dense", "width": 1, "bias": "none", "activation": "softplus"}]}})
    >>> finding = vanishing_identity(problem)
    >>> finding.verdict, [list(map(str, c)) for c in finding.evidence.upper.vectors]
    ('proved', [['1', '-2', '2', '-1']])
    """
    from exactland.conditions.ranks import generic_rank_of, matrix_name, rank

    name = matrix_name(problem, layer, "features")
    samples = problem.data.samples
    question = f"all features F_{layer} of these {samples} samples are linearly dependent"
    if isinstance(problem.sequential.layer(layer), MaxPooling):
        raise UsageError(
            f"layer {layer}", "max-pooling has no units of its own", "ask for another layer"
        )
    wide = widened(problem, layer, samples)
    tried: list[str] = []
    relations = None
    if not _is_full_somewhere(wide, name, seed):
        try:
            relations = sample_relations(problem, name, seed)
        except LimitError as limit:
            tried.append(f"relations between the samples: {limit}")
    if relations is not None:
        claim = VanishingIdentity(layer, samples, samples - len(relations.vectors))
        return Finding(
            question,
            "proved",
            "for all parameters",
            established=claim,
            evidence=RankProof(None, relations),
            problem=problem,
            rank=None,
            reason=_relation_words(relations.vectors[0], layer),
        )
    found = generic_rank_of(wide, layer, seed=seed, ceiling=ceiling, progress=progress)
    if found.verdict != "proved":
        # Not analytic: one set of parameters still shows that the identity does not hold for all.
        from exactland.model.parameters import random_parameters

        witnesses = (random_parameters(wide, seed + k) for k in range(8))
        for parameters in witnesses:
            found = rank(wide.with_parameters(parameters), layer, seed=seed, ceiling=ceiling)
            if found.verdict == "proved":
                break
    if found.verdict == "proved":
        return replace(found, question=question, verdict="refuted")
    return Finding(
        question,
        "undecided",
        "for all parameters",
        problem=problem,
        reason="neither a relation between the samples nor parameters of full rank were found",
        tried=(*tried, *found.tried),
    )


def _is_full_somewhere(wide: Problem, name: MatrixName, seed: int) -> bool:
    """Whether the samples are independent at some parameters, so that no relation can hold for all.

    This spares the formal evaluation, whose values grow quickly with the depth.
    """
    from exactland.conditions.feature_rank import EARLY_BITS, full_rank_evidence
    from exactland.model.parameters import random_parameters

    for attempt in range(LOOKED_AT):
        witness = wide.with_parameters(random_parameters(wide, seed + attempt))
        try:
            found = full_rank_evidence(witness, name, seed, EARLY_BITS, lambda line: None)
        except LimitError:
            return False
        if found.is_full:
            return True
    return False


def one_unit(problem: Problem, name: MatrixName) -> Problem:
    """The problem up to layer k, with a single unit or filter there; a skip network as it is."""
    if isinstance(problem.network, SkipNetwork):
        return problem.with_parameters(None)
    k = name.k
    return _with_layer(problem, k, 1)


def widened(problem: Problem, k: int, units: int) -> Problem:
    """The problem cut off after layer k, with at least this many units or filters there."""
    layer = problem.sequential.layer(k)
    count = layer.filter_count() or 1
    return _with_layer(problem, k, max(count, units))


def _with_layer(problem: Problem, k: int, units: int) -> Problem:
    layers = list(problem.sequential.layers[:k])
    layer = layers[-1]
    if isinstance(layer, Dense):
        layers[-1] = Dense(units, layer.bias, layer.activation)
    elif isinstance(layer, Convolution):
        layers[-1] = Convolution(layer.patches, units, layer.bias, layer.activation)
    return Problem(SequentialNetwork(layers), problem.data)


def _formal_features(problem: Problem, name: MatrixName) -> list[list[Any]]:
    if name.what == "skip-features":
        size = problem.data.samples * len(problem.skip.skips)
    else:
        size = problem.data.samples * problem.widths[name.k]
    if size > LARGEST_FORMAL_MATRIX:
        raise LimitError(
            str(name),
            f"{size} entries are too many for formal arithmetic (limit {LARGEST_FORMAL_MATRIX})",
            "use fewer samples or units",
        )
    if name.what == "skip-features":
        return FORMAL.rows(skip_feature_matrix(problem, FORMAL))
    return FORMAL.rows(feature_matrix(problem, name.k, FORMAL))


def _limit_symbols(problem: Problem, name: MatrixName) -> None:
    """Below layer k every unit has symbols of its own, which multiply quickly with the depth."""
    size = problem.data.samples * sum(problem.widths[1:])
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
    cleared, _ = clear_rows(matrix.transpose())
    for attempt in range(ATTEMPTS):
        rows, columns = modular_pivots(nmod_mat(cleared, random_prime(seed + attempt)))
        if len(columns) == matrix.nrows():
            return ()
        vectors = null_vectors(cleared, rows, columns)
        if vectors is not None:
            return vectors
    raise LimitError("identities", f"{ATTEMPTS} primes were all unlucky", "try another seed")


def _relation_words(vector: Sequence[fmpq], layer: int) -> str:
    """The relation as a formula in f(x_1), f(x_2), ..."""
    terms = [(c, f"f(x_{i + 1})") for i, c in enumerate(vector) if c != 0]
    text = ""
    for c, unit in terms:
        size = "" if abs(c) == 1 else f"{abs(c)} "
        sign = ("-" if c < 0 else "") if not text else (" - " if c < 0 else " + ")
        text += f"{sign}{size}{unit}"
    return f"{text} = 0 for every unit f of layer {layer}, whatever its parameters"
