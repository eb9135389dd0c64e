"""NH18, Definitions 2.1 to 2.3 on an instance: layers evaluated entry by entry, and as matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.comparison import lower, upper
from exactland.arithmetic.formal import FORMAL
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import InputError, NotExactError
from exactland.model.forward import feature_matrix, pre_activation_matrix
from exactland.model.layer_matrix import layer_map
from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.problem import Problem
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof import rules as by
from exactland.proof.claims import Together
from exactland.proof.script import (
    Definition,
    Fact,
    Grounds,
    Script,
    Step,
    StepFailed,
    Steps,
    Walkthrough,
)

#: More products than this are not written out with symbols.
MOST_PRODUCTS = 20000
_KINDS = {"convolutional": Convolution, "fully connected": Dense, "max-pooling": MaxPooling}


@dataclass(frozen=True)
class LayerKind:
    """Layer k is of this kind."""

    k: int
    kind: str

    def words(self) -> str:
        return f"Layer {self.k} is {self.kind}."


@dataclass(frozen=True)
class LayerIdentity:
    """U_k = M_k(W_k) does what the definition says, for all x, W_k and b_k."""

    k: int

    def words(self) -> str:
        return (
            f"<w^t, x^p> + b_h = (U_{self.k}^T x + b)_h with U_{self.k} = M_{self.k}(W_{self.k}) "
            "for all x, W, b and every neuron h = (p-1) T + t."
        )


@dataclass(frozen=True)
class LayerAsDefined:
    """The argument of sigma_k, neuron by neuron by the definition, is F_{k-1} U_k + 1 b^T."""

    k: int
    inputs: tuple[tuple[fmpq, ...], ...]
    layer: Any

    def words(self) -> str:
        k = self.k
        return (
            f"On the {len(self.inputs)} rows of F_{k - 1} every entry <w^t, x^p> + b_h of the "
            f"definition is that of G_{k} = F_{k - 1} U_{k} + 1 b_{k}^T, to which sigma_{k} is "
            "applied."
        )


@dataclass(frozen=True)
class LargestEntries:
    """f_k(x)_p is an entry of patch p and no other entry of the patch is larger."""

    k: int
    inputs: tuple[tuple[fmpq, ...], ...]

    def words(self) -> str:
        return (
            f"On the {len(self.inputs)} rows of F_{self.k - 1} every f_{self.k}(x)_p is an entry "
            "of its patch, and no entry of the patch is larger."
        )


def kind_of_layer(walk: Walkthrough, claim: LayerKind, uses: tuple[Fact, ...]) -> Grounds:
    layer = walk.problem.sequential.layer(claim.k)
    if claim.kind not in _KINDS or not isinstance(layer, _KINDS[claim.kind]):
        raise StepFailed(f"{claim.words()} It is of the kind {type(layer).__name__}")
    return Grounds("exact", f"{type(layer).__name__}, width {walk.problem.widths[claim.k]}")


def identity(walk: Walkthrough, claim: LayerIdentity, uses: tuple[Fact, ...]) -> Grounds:
    """Both sides as polynomials in the entries of x, W and b: their difference is 0."""
    layer, below = _affine_layer(walk, claim.k), walk.problem.widths[claim.k - 1]
    structure = layer_map(layer, below)
    filters, length = layer.filter_count(), layer.filter_length(below)
    if layer.width(below) * length > MOST_PRODUCTS:
        raise StepFailed(f"{claim.words()} It has more than {MOST_PRODUCTS} products")
    name = FORMAL.symbol
    x = [name(f"x[{i + 1}]") for i in range(below)]
    W = [[name(f"W[{r + 1},{t + 1}]") for t in range(filters)] for r in range(length)]
    b = _bias(layer, below, [name(f"b[{h + 1}]") for h in range(layer.bias_length(below))])
    columns: list[Any] = [[] for _ in range(structure.columns)]
    for (i, h), variable in structure.entries.items():
        columns[h].append(x[i] * W[variable // filters][variable % filters])
    zero = FORMAL.number(fmpq(0))
    wanted = by_definition(layer, below, W, b, x, zero)
    for h, products in enumerate(columns):
        bias = zero if b is None else b[h]
        if not (sum(products, bias) - wanted[h]).is_zero():
            raise StepFailed(f"{claim.words()} It fails for neuron {h + 1}")
    return Grounds("exact", f"{structure.columns} identities of polynomials in x, W and b")


def as_defined(walk: Walkthrough, claim: LayerAsDefined, uses: tuple[Fact, ...]) -> Grounds:
    """The pre-activations entry by entry over Q; both sides then apply the same sigma_k."""
    problem, parameters = _single(walk, claim.k, claim.inputs), claim.layer
    layer, below = _affine_layer(walk, claim.k), problem.data.dimension
    found = pre_activation_matrix(problem, 1, RATIONALS, [parameters])
    matrix = layer_map(layer, below).at([v for row in parameters.W for v in row], fmpq(0))
    product = RATIONALS.multiply([list(row) for row in claim.inputs], matrix)
    b = _bias(layer, below, parameters.b)
    for i, x in enumerate(claim.inputs):
        wanted = by_definition(layer, below, parameters.W, b, x, fmpq(0))
        for h, value in enumerate(wanted):
            other = product[i][h] + (b[h] if b is not None else 0)
            if not value == other == found[i][h]:
                raise StepFailed(
                    f"{claim.words()} At x_{i + 1}, neuron {h + 1}: {value}, {other}, {found[i][h]}"
                )
    return Grounds("exact", f"{len(found)} x {len(found[0])} entries, rational arithmetic", found)


def largest(walk: Walkthrough, claim: LargestEntries, uses: tuple[Fact, ...]) -> Grounds:
    layer = walk.problem.sequential.layer(claim.k)
    if not isinstance(layer, MaxPooling):
        raise StepFailed(f"layer {claim.k} is max-pooling")
    found = feature_matrix(_single(walk, claim.k, claim.inputs), 1, RATIONALS)
    for i, x in enumerate(claim.inputs):
        for p, patch in enumerate(layer.patches):
            entries = [x[index] for index in patch if index is not None]
            if found[i][p] not in entries or any(found[i][p] < value for value in entries):
                raise StepFailed(f"{claim.words()} At x_{i + 1}, patch {p + 1}: {found[i][p]}")
    return Grounds("exact", f"{len(found)} x {len(found[0])} entries, rational arithmetic", found)


def by_definition(layer: Any, below: int, W: Any, b: Any, x: Sequence[Any], zero: Any) -> list[Any]:
    """<w^t, x^p> + b_h for h = (p-1) T + t, neuron by neuron; padding is 0."""
    patches = layer.patches if isinstance(layer, Convolution) else [tuple(range(below))]
    values: list[Any] = []
    for patch in patches:
        for t in range(layer.filter_count()):
            total = zero if b is None else b[len(values)]
            for r, index in enumerate(patch):
                if index is not None:
                    total = total + W[r][t] * x[index]
            values.append(total)
    return values


def layer_script(kind: str, where: str) -> Any:
    """The script of the definition of a kind of layer, at layer k."""

    def steps(walk: Walkthrough) -> Steps:
        k = walk.k
        yield Step(LayerKind(k, kind), kind_of_layer, (), where)
        yield Definition("F_{k-1}", _inputs(walk), f"the {_origin(walk)} rows of F_{k - 1}", where)
        parts: list[Fact] = []
        if kind == "max-pooling":
            return (yield Step(LargestEntries(k, _inputs(walk)), largest, (), where))
        entry = given_parameters(walk.problem)[k - 1]
        yield Definition("W_k, b_k", entry, f"the parameters of layer {k}", where)
        parts.append((yield Step(LayerIdentity(k), identity, (), "M_k, section 2")))
        claim = LayerAsDefined(k, _inputs(walk), entry)
        parts.append((yield Step(claim, as_defined, (), where)))
        together = Together(tuple(part.claim for part in parts))
        return (yield Step(together, by.conjunction, tuple(parts), where))

    return steps


def _is_goal(walk: Walkthrough, claim: Any) -> bool:
    """Both claims about layer k on all samples of this instance."""
    if not isinstance(claim, Together) or len(claim.claims) != 2:
        return False
    first, second = claim.claims
    return first == LayerIdentity(walk.k) and second == LayerAsDefined(
        walk.k, _inputs(walk), given_parameters(walk.problem)[walk.k - 1]
    )


def _inputs(walk: Walkthrough) -> tuple[tuple[fmpq, ...], ...]:
    """F_{k-1}, exactly where it is rational, otherwise rounded to multiples of 2^-32."""
    try:
        rows = _features_below(walk, RATIONALS)
    except NotExactError:
        rows = [[_rounded(value) for value in row] for row in _features_below(walk, Balls(128))]
    return tuple(tuple(row) for row in rows)


def _features_below(walk: Walkthrough, arithmetic: Arithmetic) -> list[list[Any]]:
    """F_{k-1} at the parameters; StepFailed where an activation below is not defined there."""
    below = walk.k - 1
    try:
        found = feature_matrix(walk.problem, below, arithmetic, given_parameters(walk.problem))
    except InputError as undefined:
        raise StepFailed(f"F_{below} exists at the parameters: {undefined}") from None
    return arithmetic.rows(found)


def _origin(walk: Walkthrough) -> str:
    try:
        _features_below(walk, RATIONALS)
    except NotExactError:
        return "rounded"
    return "exact"


def _rounded(value: Any) -> fmpq:
    low, high = lower(value), upper(value)
    if low is None or high is None:
        raise StepFailed("finite features below layer k")
    return fmpq(int(((low + high) * 2**31).floor()), 2**32)


def _single(walk: Walkthrough, k: int, inputs: Any) -> Problem:
    """Layer k alone, on these rows."""
    return Problem(SequentialNetwork([walk.problem.sequential.layer(k)]), inputs)


def _affine_layer(walk: Walkthrough, k: int) -> Any:
    layer = walk.problem.sequential.layer(k)
    if not isinstance(layer, Convolution | Dense):
        raise StepFailed(f"layer {k} is convolutional or fully connected")
    return layer


def _bias(layer: Any, below: int, values: Any) -> list[Any] | None:
    """One bias a neuron: those of a filter are repeated for every patch."""
    if layer.bias == "none":
        return None
    if layer.bias == "filter":
        return [values[h % layer.filter_count()] for h in range(layer.width(below))]
    return list(values)


SCRIPTS = (
    Script("NH18:Def2.1", layer_script("convolutional", "Definition 2.1, equation (1)"), _is_goal),
    Script("NH18:Def2.2", layer_script("fully connected", "Definition 2.2"), _is_goal),
    Script(
        "NH18:Def2.3",
        layer_script("max-pooling", "Definition 2.3, equation (3)"),
        lambda walk, claim: claim == LargestEntries(walk.k, _inputs(walk)),
    ),
)
