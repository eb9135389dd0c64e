"""Conditions on sizes, kinds, data and losses: read off the problem."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp
from plain_network import NAMED, Digits, Document, Undefined, widths
from proof_oracle_activations import name_of
from proof_view import Judgement, View

Test = Callable[[View, int], bool]


def _has_weights(layer: Document) -> bool:
    return bool(layer["kind"] != "max-pooling")


def is_linear(layer: Document) -> bool:
    """Whether a layer applies no function, as it is written."""
    sigma = layer.get("activation")
    return sigma == "identity" or (isinstance(sigma, dict) and _stripped(sigma.get("expr")) == "t")


def _stripped(text: Any) -> str:
    return str(text).replace(" ", "").replace("(", "").replace(")", "")


def _given(view: View, number: int) -> bool:
    """There are parameters of all layers up to this one that have weights."""
    found = view.problem.get("parameters") or []
    return all(
        len(found) > m and found[m] is not None
        for m, layer in enumerate(view.layers[:number])
        if _has_weights(layer)
    )


def _targets_wide(view: View, width: int) -> bool:
    rows = view.problem["data"].get("targets")
    return rows is not None and all(len(row) == width for row in rows)


def _has_one_place(layer: Document) -> bool:
    """One place: a patch, or one for each group."""
    return len(layer.get("patches", [None])) == layer.get("groups", 1)


def _biases(view: View) -> set[str]:
    return {layer["bias"] for layer in view.layers if _has_weights(layer)}


#: Conditions on layer l, which is k where the claim has none.
OF_A_LAYER: dict[str, Test] = {
    "wide-layer": lambda view, m: view.width(m) >= view.samples,
    "almost-wide-layer": lambda view, m: view.width(m) + 1 >= view.samples,
    "first-and-last-weights": lambda view, m: (
        _has_weights(view.layers[0]) and _has_weights(view.layer(m))
    ),
    "layer-weights": lambda view, m: _has_weights(view.layer(m)),
    "weights-up-to-k": lambda view, m: all(map(_has_weights, view.layers[:m])),
    "parameters": _given,
}
#: The others; m is k.
OF_THE_PROBLEM: dict[str, Test] = {
    "own-biases": lambda view, m: all(
        layer["bias"] == "neuron" or (layer["bias"] == "filter" and _has_one_place(layer))
        for layer in filter(_has_weights, view.layers)
    ),
    "no-biases": lambda view, m: _biases(view) <= {"none"},
    "wide-last-hidden-layer": lambda view, m: (
        len(view.layers) >= 2 and widths(view.problem)[-2] >= view.samples
    ),
    "dense": lambda view, m: {layer["kind"] for layer in view.layers} == {"dense"},
    "distinct-samples": lambda view, m: all(
        x not in view.inputs[:i] for i, x in enumerate(view.inputs)
    ),
    "first-weights": lambda view, m: _has_weights(view.layers[0]),
    "layer-above": lambda view, m: m < len(view.layers),
    "linear-above": lambda view, m: (
        all(map(_has_weights, view.layers[m:])) and is_linear(view.layers[-1])
    ),
    "targets": lambda view, m: _targets_wide(view, widths(view.problem)[-1]),
    "one-target": lambda view, m: _targets_wide(view, 1),
    "one-output": lambda view, m: (
        view.layers[-1]["kind"] == "dense"
        and view.layers[-1]["width"] == 1
        and is_linear(view.layers[-1])
    ),
}


def condition(view: View, claim: Document, at: Any) -> Judgement:
    layers, name = len(view.layers), claim["name"]
    number = claim.get("layer", view.k)
    if number is None or not 1 <= number <= layers:
        return False
    if name in OF_A_LAYER:
        return OF_A_LAYER[name](view, number)
    return "layer" not in claim and OF_THE_PROBLEM[name](view, number)


def layer_kind(view: View, claim: Document, at: Any) -> Judgement:
    return bool(view.layer(claim["layer"])["kind"] == claim["is"])


def named_activation(view: View, claim: Document, at: Any) -> Judgement:
    names, sigma = claim["names"], view.sigma(claim["layer"])
    if len(set(names)) < len(names) or not set(names) <= set(NAMED):
        return False
    return name_of(sigma) in names


# --- Losses --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """l of a loss that is a sum of l(F - Y), over mpmath's numbers."""

    value: Callable[[Any, Any], Any]  # of the parameters, in order, and of t
    parameters: tuple[str, ...] = ()
    admits: Callable[[list[Fraction]], bool] = lambda values: True


def _huber(v: Any, t: Any) -> Any:
    return 2 * v[0] ** 2 * (mp.sqrt(1 + t**2 / v[0] ** 2) - 1)


def _two_bells(v: Any, t: Any) -> Any:
    p, w = v
    return -mp.log(p * mp.exp(-(t**2)) + (1 - p) * mp.exp(-(t**2) / w**2) / w)


TABLE = {
    "squared": Loss(lambda v, t: t**2),
    "half-squared": Loss(lambda v, t: t**2 / 2),
    "pseudo-huber": Loss(_huber, ("delta",), lambda v: v[0] != 0),
    "blake-zisserman": Loss(
        lambda v, t: -mp.log(mp.exp(-(t**2)) + v[0]), ("delta",), lambda v: v[0] > 0
    ),
    "corrupted-gaussian": Loss(_two_bells, ("alpha", "w"), lambda v: 0 <= v[0] <= 1 and v[1] > 0),
    "cauchy": Loss(
        lambda v, t: v[0] ** 2 * mp.log(1 + t**2 / v[0] ** 2), ("delta",), lambda v: v[0] != 0
    ),
}
_TEXT = re.compile(r"([a-z-]+)(?:\((.*)\))?")


def loss_of(text: str) -> Callable[[Any], Any]:
    """l as a function; Undefined if the text names none."""
    found = _TEXT.fullmatch(text)
    if found is None or found[1] not in TABLE or len(text) > 40:
        raise Undefined("no loss of the table")
    loss, values = TABLE[found[1]], []
    pieces = found[2].split(",") if found[2] is not None else []
    if [piece.partition("=")[0] for piece in pieces] != list(loss.parameters):
        raise Undefined("other parameters")
    for piece in pieces:
        number = piece.partition("=")[2]
        try:
            values.append(Fraction(number))
        except (ValueError, ZeroDivisionError):
            raise Undefined("no number") from None
        if str(values[-1]) != number:
            raise Undefined("not in lowest terms")
    if not loss.admits(values):
        raise Undefined("not admissible")
    return lambda t: loss.value([Digits().number(v) for v in values], t)


def residual_loss(view: View, claim: Document, at: Any) -> Judgement:
    """l is in the table, where all are smooth."""
    loss_of(claim["loss"])
    wide = _targets_wide(view, view.width(len(view.layers)))
    return wide and view.problem.get("loss") == claim["loss"]
