"""The rank of F_k, U_k or Psi: at the given parameters, or for almost all of them.

``rank`` asks whether the rank is full, min(rows, columns), and answers with evidence on one side or
on both.
"""

from __future__ import annotations

from flint import fmpq, fmpq_mat

from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.claims import MatrixName, What
from exactland.conditions.feature_rank import Progress, rank_evidence
from exactland.conditions.finding import Finding
from exactland.conditions.generic_features import generic_features
from exactland.conditions.rank_findings import at_given_parameters, for_almost_all
from exactland.errors import UsageError
from exactland.linalg.generic import generic_rank
from exactland.linalg.rational import rational_rank
from exactland.model.layer_matrix import layer_map, layer_matrix
from exactland.model.parameters import LayerParameters
from exactland.model.problem import Data, Problem
from exactland.model.skip import SkipNetwork

#: Precision in bits beyond which full rank in balls is given up.
CEILING = 4096


def rank(
    problem: Problem,
    layer: int | None = None,
    what: What = "features",
    *,
    seed: int = 0,
    ceiling: int = CEILING,
    progress: Progress | None = None,
) -> Finding:
    """Is the rank of F_k ("features"), U_k ("weights") or Psi full at the given parameters?

    Parameters
    ----------
    problem : with parameters for the layers that the matrix needs.
    layer : k, from 1; none for a skip network, whose features are Psi.
    seed : of the primes.
    ceiling : bits of precision after which a matrix of balls is given up as undecided.
    progress : is told in one line what is being tried.

    Returns
    -------
    A finding: proved (full), refuted (with the exact rank where both bounds meet) or undecided.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[-1], [0], [1]]},
    ...     "network": {"kind": "sequential", "layers": [
    ...         {"kind": "dense", "width": 3, "bias": "none", "activation": "sigmoid"}]},
    ...     "parameters": [{"W": [[1, 2, 3]]}]})
    >>> rank(problem, layer=1)
    <refuted on this instance: F_1 (3 x 3) has rank 2 at the given parameters, which is less than
    full.>
    """
    name = matrix_name(problem, layer, what)
    tell = progress or _silent
    if name.what == "weights":
        matrix = fmpq_mat(RATIONALS.rows(layer_matrix(problem, name.k)))
        return at_given_parameters(problem, name, rational_rank(matrix, seed=seed))
    found = rank_evidence(problem, name, seed, ceiling, tell)
    return at_given_parameters(problem, name, found)


def matrix_rank(data: Data, *, seed: int = 0) -> Finding:
    """Is the rank of a matrix X full? The data of a problem without its network.

    >>> matrix_rank(Data([[1, 2], [2, 4]]))
    <refuted on this instance: X (2 x 2) has rank 1, which is less than full.>
    """
    data = Data(data.inputs)
    found = rational_rank(fmpq_mat([list(row) for row in data.inputs]), seed=seed)
    return at_given_parameters(data, MatrixName("data"), found)


def generic_rank_of(
    problem: Problem,
    layer: int | None = None,
    what: What = "features",
    *,
    seed: int = 0,
    ceiling: int = CEILING,
    progress: Progress | None = None,
) -> Finding:
    """Is the rank full for almost all parameters (NH18 Lemma 2.5 and Theorem 3.5, LDS18 Lemma 3,
    NMH19 Lemma 2)?

    One witness proves it (of the same analytic activations); polynomial null vectors or a relation
    between the samples refute it. The parameters of the problem, if any, play no part.

    >>> import exactland
    >>> problem = exactland.problem_from({"format": "exactland-problem/1",
    ...     "data": {"inputs": [[0, 0, 0, 0]]},
    ...     "network": {"kind": "sequential", "layers": [{"kind": "convolution", "filters": 1,
    ...         "patches": [[0, 1], [2, 1], [2, 3], [0, 3]], "activation": "identity"}]}})
    >>> generic_rank_of(problem, layer=1, what="weights").rank
    3
    """
    name = matrix_name(problem, layer, what)
    tell = progress or _silent
    if name.what == "weights":
        return _generic_weights(problem, name, seed)
    return generic_features(problem, name, seed, ceiling, tell)


def matrix_name(problem: Problem, layer: int | None, what: What) -> MatrixName:
    """The matrix asked for, after checking that the network has it; UsageError otherwise."""
    network = problem.network
    if isinstance(network, SkipNetwork):
        if layer is not None or what == "weights":
            raise UsageError(
                "--layer",
                "a skip network has one feature matrix, Psi",
                "ask for features without a layer",
            )
        return MatrixName("skip-features")
    depth = len(network.layers)
    if layer is None or not 1 <= layer <= depth:
        given = "no layer is given" if layer is None else f"there is no layer {layer}"
        raise UsageError("--layer", given, f"give a layer from 1 to {depth}")
    if what in ("skip-features", "data"):
        raise UsageError(
            "--what", f"{MatrixName(what)} is no matrix of a layer", "ask for features"
        )
    if what == "weights" and not network.layers[layer - 1].has_parameters():
        reason = f"{network.layers[layer - 1].kind} has no weights"
        raise UsageError(f"layer {layer}", reason, "ask for a convolution or a dense layer")
    return MatrixName(what, layer)


def _generic_weights(problem: Problem, name: MatrixName, seed: int) -> Finding:
    k = name.k
    layer = problem.sequential.layer(k)
    below = problem.widths[k - 1]
    result = generic_rank(layer_map(layer, below), seed=seed)
    parameters = None
    if result.point is not None and result.lower is not None:
        # U_k does not depend on the biases; the form of parameters asks for them.
        zeros = [fmpq(0)] * layer.bias_length(below)
        given = LayerParameters(result.point, zeros or None)
        depth = problem.sequential.depth
        parameters = tuple(given if j == k else None for j in range(1, depth + 1))
    return for_almost_all(problem, name, result, parameters)


def _silent(line: str) -> None:
    """Nobody listens."""
