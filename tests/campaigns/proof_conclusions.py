"""Whether the last step of a proof is about what its statement says (section 10 of the format).

Claims are looked at here; whether they are true is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from oracle import rational_rank
from plain_network import Document, rational, rationals, written
from proof_oracle_activations import name_of
from proof_oracle_conditions import is_linear
from proof_view import View

Concludes = Callable[[View, Document, Any], bool]


def _parts(claim: Document) -> list[Document]:
    return claim["claims"] if claim["kind"] == "together" else []


def _has(parts: list[Document], **wanted: Any) -> bool:
    """Whether a part has these fields."""
    return any(all(part.get(key) == value for key, value in wanted.items()) for part in parts)


def _full_rank(view: View, parts: list[Document], what: str, number: int) -> bool:
    return _has(parts, kind="full-rank", matrix={"what": what, "layer": number})


def _weighted(view: View) -> list[int]:
    """The layers up to k that are not max-pooling."""
    layers = enumerate(view.layers[: view.k], 1)
    return [number for number, layer in layers if layer["kind"] != "max-pooling"]


def _all_weights(view: View, parts: list[Document]) -> bool:
    return all(_full_rank(view, parts, "weights", number) for number in _weighted(view))


def _k(view: View) -> int:
    if view.k is None:
        raise ValueError("no layer")
    return view.k


def _assumption(id: str) -> Concludes:
    return lambda view, claim, at: _has([claim], kind="assumption", id=id, holds=True)


def _generic(what: str, layer: Callable[[View], int], wide: int | None = None) -> Concludes:
    """Full rank for almost all parameters; ``wide``: N is at most the columns plus this."""

    def concludes(view: View, claim: Document, at: Any) -> bool:
        matrix = {"what": what, "layer": layer(view)}
        if wide is not None and view.samples > view.width(layer(view)) + wide:
            return False
        return _has([claim], kind="generic-full-rank", matrix=matrix)

    return concludes


def _minor_of(what: str) -> Concludes:
    """The zeros of a minor of this matrix of layer k; with all samples for features."""

    def concludes(view: View, claim: Document, at: Any) -> bool:
        if not _has([claim], kind="minor-null", matrix={"what": what, "layer": view.k}):
            return False
        return at is None and (what == "weights" or len(claim["rows"]) == view.samples)

    return concludes


def _is_dense(view: View) -> bool:
    return all(layer["kind"] == "dense" for layer in view.layers)


def _in_dense_layers(concludes: Concludes) -> Concludes:
    return lambda view, claim, at: _is_dense(view) and concludes(view, claim, at)


def _attained(*wanted: Callable[[View, list[Document]], bool]) -> Concludes:
    def concludes(view: View, claim: Document, at: Any) -> bool:
        parts = _parts(claim)
        return type(at) is int and bool(parts) and all(test(view, parts) for test in wanted)

    return concludes


def _activations(*properties: str) -> Callable[[View, list[Document]], bool]:
    return lambda view, parts: all(
        _has(parts, kind="activation", layer=view.k, property=name) for name in properties
    )


def _grows(view: View, parts: list[Document]) -> bool:
    return _has(parts, kind="growth", layer=view.k)


def _is_named(view: View, *names: str) -> bool:
    """Whether the activation of layer k is one of these."""
    return name_of(view.sigma(_k(view))) in names


def _lemma_3_3_of_nh17(view: View, claim: Document, at: Any) -> bool:
    parts = _parts(claim)
    if not _is_named(view, "sigmoid", "tanh", "softplus"):
        return False
    bounded = _activations("bounded")(view, parts)
    return _activations("analytic", "increasing")(view, parts) and (bounded or _grows(view, parts))


def _lemma_3_3_of_nh18(view: View, claim: Document, at: Any) -> bool:
    parts = _parts(claim)
    if not _is_named(view, "relu", "sigmoid", "softplus"):
        return False
    vanishing = any(
        part["kind"] == "limits" and part["layer"] == view.k and "0" in part["limits"]
        for part in parts
    )
    regular = _activations("continuous", "non-constant")(view, parts)
    return regular and (vanishing or _grows(view, parts))


def _all_3_2(view: View, claim: Document, at: Any) -> bool:
    weighted = [
        number for number, la in enumerate(view.layers[: view.k], 1) if la["kind"] != "max-pooling"
    ]
    parts = _parts(claim)
    return bool(weighted) and all(
        _has(parts, kind="activation", layer=number, property="nh18-3.2") for number in weighted
    )


def _derivatives(view: View, claim: Document, layers: list[int], loss: Any) -> bool:
    parts, most = _parts(claim), Fraction(1, 1 << 60)
    close = {
        part["layer"]
        for part in parts
        if part["kind"] == "gradients"
        and part["loss"] == loss
        and 0 <= rational(part["tolerance"]) <= most
    }
    formulas = {part["layer"] for part in parts if part["kind"] == "backpropagation"}
    return bool(layers) and close == formulas == set(layers)


def _lemma_2_1(view: View, claim: Document, at: Any) -> bool:
    everywhere = list(range(1, len(view.layers) + 1))
    dense = all(layer["kind"] == "dense" for layer in view.layers)
    return (
        dense and at == "given" and _derivatives(view, claim, everywhere, view.problem.get("loss"))
    )


def _lemma_h_1(view: View, claim: Document, at: Any) -> bool:
    above = list(range(_k(view) + 1, len(view.layers) + 1))
    linear = is_linear(view.layers[-1])
    return linear and at is not None and _derivatives(view, claim, above, "half-squared")


def _corollary_3_6(view: View, claim: Document, at: Any) -> bool:
    last, targets = view.layers[-1], view.problem["data"].get("targets", [])
    if last["kind"] != "dense" or last["width"] != 1 or not is_linear(last):
        return False
    y = [[written(rational(value))] for value in claim["targets"]]
    return (
        claim["kind"] in ("fitted", "fitted-by-rank")
        and claim["layer"] == len(view.layers) - 1
        and rationals(targets) == rationals(y)
    )


def _rank_of_weights(view: View, number: int) -> int:
    """At the given parameters."""
    return rational_rank(rationals(view.parameters("given", number)[number - 1]["W"]))


def _linear_ranks(view: View, claim: Document, at: Any) -> bool:
    parts = _parts(claim)
    if at != "given" or len(parts) != 2 or not _is_dense(view):
        return False
    if not all(is_linear(layer) for layer in view.layers[: view.k]):
        return False
    bound, exact = parts
    if bound["at_most"] != 1 + min(map(partial(_rank_of_weights, view), range(1, _k(view) + 1))):
        return False
    matrix = {"what": "features", "layer": view.k}
    return (
        _has([bound], kind="rank", matrix=matrix, at_least=0)
        and _has([exact], kind="rank", matrix=matrix)
        and exact["at_least"] == exact["at_most"]
    )


def _with(**wanted: Any) -> Concludes:
    """Fields of the last claim; K and N stand for the layer and the number of samples."""

    def concludes(view: View, claim: Document, at: Any) -> bool:
        known = {"K": view.k, "N": view.samples}
        filled = {key: known.get(str(value), value) for key, value in wanted.items()}
        return _has([claim], **filled)

    return concludes


CONCLUSIONS: dict[str, Concludes] = {
    "NH17:Lem2.1": _lemma_2_1,
    "NH17:Lem3.3": _lemma_3_3_of_nh17,
    "NH17:Lem4.1": _in_dense_layers(_with(kind="analytic-outputs", layer="K")),
    "NH17:Lem4.2": _minor_of("augmented"),
    "NH17:Lem4.3": _attained(
        lambda view, parts: _is_dense(view),
        lambda view, parts: view.samples <= view.width(_k(view)) + 1,
        lambda view, parts: _full_rank(view, parts, "augmented", _k(view)),
        lambda view, parts: _has(parts, kind="family-determinant", layer=view.k),
    ),
    "NH17:Lem4.4": _in_dense_layers(_generic("augmented", _k, 1)),
    "NH17:Cor4.5": lambda view, claim, at: (
        _is_dense(view)
        and view.samples <= view.width(_k(view)) + 1
        and _has([claim], kind="dense", matrix={"what": "augmented", "layer": view.k})
    ),
    "NH17:LinearRanks": _linear_ranks,
    "NH18:LemA.1": lambda view, claim, at: (
        _minor_of("features")(view, claim, at) or _minor_of("weights")(view, claim, at)
    ),
    "NH18:LemD.1": _attained(
        _all_weights, lambda view, parts: _has(parts, kind="distinct-entries", layer=view.k)
    ),
    "NH18:Thm3.4": _attained(
        lambda view, parts: view.samples <= view.width(_k(view)),
        _all_weights,
        lambda view, parts: _full_rank(view, parts, "features", _k(view)),
    ),
    "NH18:Thm3.5": _generic("features", _k, 0),
    "NH18:Cor3.6": _corollary_3_6,
}
