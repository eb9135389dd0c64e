"""The losses that are a sum of l(F - Y), by the text that a problem names them with (section 10).

>>> residual("half-squared", "loss") == parse("t**2/2")
True
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..canonical import fields, text
from ..expression import Node, parse
from ..outcome import Reject, quoted
from ..properties import is_analytic
from .setting import Claim, Setting, no_evidence, without_stage

_LETTERS = 40
_NUMBER = re.compile(r"-?[0-9]+(?:/[0-9]+)?", re.ASCII)


@dataclass(frozen=True)
class Residual:
    """l as a text in t and the letters of its parameters; which of their values are admissible."""

    definition: str
    parameters: tuple[tuple[str, str], ...] = ()
    admits: Callable[[dict[str, Fraction]], bool] = lambda values: True


_DELTA = (("delta", "d"),)
TABLE = {
    "squared": Residual("t**2"),
    "half-squared": Residual("t**2/2"),
    "pseudo-huber": Residual("2*d**2*(sqrt(1+t**2/d**2)-1)", _DELTA, lambda v: v["d"] != 0),
    "blake-zisserman": Residual("-log(exp(-t**2)+d)", _DELTA, lambda v: v["d"] > 0),
    "corrupted-gaussian": Residual(
        "",  # by _corrupted_gaussian
        (("alpha", "p"), ("w", "w")),
        lambda v: 0 <= v["p"] <= 1 and v["w"] > 0,
    ),
    "cauchy": Residual("d**2*log(1+t**2/d**2)", _DELTA, lambda v: v["d"] != 0),
}


def residual(value: Any, place: str) -> Node:
    """l(t) of the loss in ``value``, such as ``squared`` or ``cauchy(delta=1/2)``."""
    written = text(value, place)
    if len(written) > _LETTERS:
        raise Reject(place, f"a loss has at most {_LETTERS} characters")
    name, bracket, inside = written.partition("(")
    if name not in TABLE:
        raise Reject(place, f"{quoted(name)} is not a loss that is a sum of l(F - Y)")
    entry = TABLE[name]
    values = {}
    pieces = inside.removesuffix(")").split(",") if bracket else []
    if (bracket and not inside.endswith(")")) or len(pieces) != len(entry.parameters):
        raise Reject(place, "these are not the parameters of the loss")
    for piece, (parameter, letter) in zip(pieces, entry.parameters, strict=True):
        key, _, number = piece.partition("=")
        if key != parameter or not _NUMBER.fullmatch(number) or _value(number) is None:
            raise Reject(place, f"{quoted(piece)} is not {parameter}= and a number in lowest terms")
        values[letter] = Fraction(number)
    if not entry.admits(values):
        raise Reject(place, "the parameters of the loss are not admissible")
    if not entry.definition:
        return _corrupted_gaussian(values["p"], values["w"], place)
    return parse(entry.definition, place, values)


def _corrupted_gaussian(p: Fraction, w: Fraction, place: str) -> Node:
    """-log(p exp(-t^2) + q exp(-t^2/w^2)/w) with q = 1 - p.

    The wider bell is taken out of the logarithm, whose argument then is not small far from 0.
    """
    q = 1 - p
    names = {"p": p, "q": q, "w": w, "g": abs(1 - 1 / w**2)}
    if q == 0 or (p > 0 and w < 1):
        return parse("t**2-log(p+q*exp(-g*t**2)/w)", place, names)
    return parse("t**2/w**2-log(p*exp(-g*t**2)+q/w)", place, names)


def _value(number: str) -> Fraction | None:
    """The rational in decimal; None if it is not written in its only form."""
    _, slash, below = number.partition("/")
    if slash and int(below) < 2:
        return None
    value = Fraction(number)
    return value if str(value) == number else None


def check_residual_loss(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The problem's loss is this sum of l(F_L - Y); l is analytic, hence continuously so."""
    fields(claim, place + ".claim", "kind loss")
    no_evidence(evidence, place)
    without_stage(at, place)
    problem = setting.problem
    if not is_analytic(residual(claim["loss"], place + ".claim.loss")):
        raise Reject(place, "l is not shown to be continuously differentiable")
    if problem.loss != claim["loss"]:
        raise Reject(place + ".claim.loss", "it is not the loss of the problem")
    if problem.targets is None or not problem.layers:
        raise Reject(place, "the problem has no targets, or no layers")
    if len(problem.targets[0]) != problem.layers[-1].width:
        raise Reject(place, "the targets have another width than the last layer")
