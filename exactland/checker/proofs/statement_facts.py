"""Steps that say what kind of thing a statement speaks of (section 10): layers, names, bounds."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..activations import TABLE
from ..canonical import fields, listed, rational, text
from ..expression import Variable, evaluate, parse
from ..formal import Formal
from ..intervals import Intervals
from ..outcome import Reject
from .setting import Claim, Setting, Shown, activated, no_evidence, without_stage

KINDS = ("convolution", "dense", "max-pooling")
NAMES = (*TABLE, "power", "polynomial")
#: Fractional bits of the intervals that show that a constant is defined.
BITS = 128
#: The two inequalities behind the growth of softplus: left <= right for all t >= from.
LOGARITHM = {"kind": "inequality", "left": "log(1+t)", "right": "t", "from": 0}
DOUBLE = {"kind": "inequality", "left": "1+t", "right": "2*t", "from": 1}


def check_named(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The activation of layer l has one of these names of the table of section 4."""
    fields(claim, place + ".claim", "kind layer names")
    no_evidence(evidence, place)
    without_stage(at, place)
    number, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    where = place + ".claim.names"
    names = [text(name, where, NAMES) for name in listed(claim["names"], where)]
    if len(set(names)) != len(names):
        raise Reject(where, "a name is repeated")
    if name_of(setting, number) not in names:
        raise Reject(place, f"the activation of layer {number} has another name")


def name_of(setting: Setting, number: int) -> str | None:
    """The name of the activation of a layer that has one; None for one given by an expression."""
    value = setting.activation_document(number)
    return value if isinstance(value, str) else value.get("name")


def conditions_of_layers(setting: Setting) -> dict[str, bool]:
    """The conditions on the first and the upper layers and on the targets, by name."""
    problem, k = setting.problem, setting.k
    last = problem.layers[-1]
    linear = last.activation is not None and isinstance(last.activation.definition, Variable)
    width = None if problem.targets is None else len(problem.targets[0])
    above = problem.layers[k:]
    return {
        "first-weights": problem.layers[0].activation is not None,
        "layer-above": k < len(problem.layers),
        "linear-above": linear and all(layer.activation is not None for layer in above),
        "targets": width == last.width,
        "one-target": width == 1,
        "one-output": linear and last.kind == "dense" and last.width == 1,
    }


def softplus_growth(setting: Setting, claim: Claim, at: Any, used: list[Shown], place: str) -> None:
    """The bounds of softplus from two inequalities, with x = exp(a t), a > 0.

    log(1+x)/a <= x/a; for t >= 0, where x >= 1, log(1+x)/a <= log(2x)/a = t + log(2)/a.
    """
    without_stage(at, place)
    if claim["kind"] != "growth":
        raise Reject(place, "this rule shows a claim of kind growth")
    fields(claim, place + ".claim", "kind layer rho")
    number, layer = setting.layer(claim["layer"], place)
    activated(layer, place)
    if name_of(setting, number) != "softplus":
        raise Reject(place, "the activation is not softplus")
    for needed in (LOGARITHM, DOUBLE):
        if not any(step.says(needed, None) for step in used):
            raise Reject(place, "one of the two inequalities is not among the steps used")
    a = rational(setting.activation_document(number)["alpha"], place)
    require_constants(claim["rho"], ("1/a", "a", "1", "log(2)/a"), a, place)


def require_constants(rho: Any, known: tuple[str, ...], a: Fraction, place: str) -> None:
    """The texts ``rho`` are constants equal to the known ones, formally."""
    over = Formal()
    texts = [text(value, place + ".claim.rho") for value in listed(rho, place, len(known))]
    for mine, table in zip(texts, known, strict=True):
        constant = parse(mine, place, constant=True)
        # A formal value may have lost what is not defined; an interval is one of a real number.
        evaluate(constant, None, Intervals(BITS))
        left = evaluate(constant, None, over)
        right = evaluate(parse(table, place, {"a": a}), None, over)
        if not over.is_zero(over.add(left, over.negative(right))):
            raise Reject(place + ".claim.rho", "these are not the constants of the table")
