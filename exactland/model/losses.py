"""Losses Phi with value and derivative, over every arithmetic that has the functions they need.

| name | Phi |
| --- | --- |
| ``squared`` | sum (F - Y)^2 (LDS18; NH17 with l(a) = a^2) |
| ``half-squared`` | 1/2 sum (F - Y)^2 (NH18, eq. 6) |
| ``pseudo-huber(delta=d)``, d != 0 | sum l(F - Y), l(a) = 2 d^2 (sqrt(1 + a^2/d^2) - 1) (NH17) |
| ``blake-zisserman(delta=d)``, d > 0 | l(a) = -log(exp(-a^2) + d) (NH17) |
| ``corrupted-gaussian(alpha=p,w=w)``, 0 <= p <= 1, w > 0 | \
l(a) = -log(p exp(-a^2) + (1-p) exp(-a^2/w^2)/w) (NH17) |
| ``cauchy(delta=d)``, d != 0 | l(a) = d^2 log(1 + a^2/d^2) (NH17) |
| ``squared-hinge`` | sum max(0, 1 - Y F)^2, targets -1 and 1 (NH17, section 5) |
| ``cross-entropy`` | sum over the samples of log(sum_j exp F_ij) - F_ic, c the class (NMH19) |

Phi is a sum over samples and outputs, not a mean.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.exact import exact
from exactland.errors import InputError
from exactland.functions.expression import Expression, differentiate, evaluate, parse
from exactland.model.messages import shown

#: The losses that are a sum of l(F - Y), as expressions in t = F - Y with braces for parameters.
RESIDUAL_LOSSES = {
    "squared": "t**2",
    "half-squared": "t**2/2",
    "pseudo-huber": "2*{delta}**2*(sqrt(1+t**2/{delta}**2)-1)",
    "blake-zisserman": "-log(exp(-t**2)+{delta})",
    "corrupted-gaussian": "-log({alpha}*exp(-t**2)+(1-{alpha})*exp(-t**2/{w}**2)/{w})",
    "cauchy": "{delta}**2*log(1+t**2/{delta}**2)",
}

#: The parameters of a loss, each with its default, its condition and the condition in words.
_PARAMETERS: dict[str, dict[str, tuple[str, Callable[[fmpq], bool], str]]] = {
    "pseudo-huber": {"delta": ("1", lambda d: d != 0, "delta is not 0")},
    "blake-zisserman": {"delta": ("1", lambda d: d > 0, "delta is positive")},
    "corrupted-gaussian": {
        "alpha": ("1/2", lambda a: 0 <= a <= 1, "alpha lies between 0 and 1"),
        "w": ("2", lambda w: w > 0, "w is positive"),
    },
    "cauchy": {"delta": ("1", lambda d: d != 0, "delta is not 0")},
}

#: The names of all losses.
LOSSES = (*RESIDUAL_LOSSES, "squared-hinge", "cross-entropy")


@dataclass(frozen=True)
class Loss:
    """A loss by name, with its parameters; ``loss`` makes one from a text."""

    name: str
    parameters: tuple[tuple[str, fmpq], ...] = ()

    def __str__(self) -> str:
        """The text from which ``loss`` makes it again, as it stands in a problem file.

        >>> str(loss("cauchy( delta = 0.5 )"))
        'cauchy(delta=1/2)'
        """
        if not self.parameters:
            return self.name
        inside = ",".join(f"{name}={value}" for name, value in self.parameters)
        return f"{self.name}({inside})"

    @property
    def residual(self) -> Expression | None:
        """l as an expression in t = F - Y, or None for a loss that is not of this form."""
        if self.name not in RESIDUAL_LOSSES:
            return None
        values = {name: f"({value})" for name, value in self.parameters}
        return parse(RESIDUAL_LOSSES[self.name].format(**values))

    def check(self, targets: Any, classes: Any, outputs: int, place: str = "loss") -> None:
        """Raise InputError unless the data have what the loss compares the m outputs with."""
        if self.name == "cross-entropy":
            if classes is None:
                raise InputError(place, "cross-entropy needs classes", "give data.classes")
            if max(classes) >= outputs:
                raise InputError(
                    "data.classes",
                    f"there is a class {max(classes)}, but the network has {outputs} outputs",
                    f"use classes from 0 to {outputs - 1}",
                )
            return
        if targets is None:
            raise InputError(place, f"{self.name} needs targets", "give data.targets")
        if len(targets[0]) != outputs:
            raise InputError(
                "data.targets",
                f"a target has {len(targets[0])} entries, but the network has {outputs} outputs",
                "give one entry an output",
            )
        if self.name == "squared-hinge" and any(abs(y) != 1 for row in targets for y in row):
            raise InputError(
                "data.targets", "the squared hinge needs targets -1 and 1", "encode the classes so"
            )

    def value(self, outputs: Any, targets: Any, classes: Any, arithmetic: Arithmetic) -> Any:
        """Phi, a number of ``arithmetic``.

        ``outputs`` is F_L, an N x m matrix of the arithmetic; ``targets`` N x m rationals or None,
        ``classes`` N integers or None.
        """
        zero = arithmetic.number(fmpq(0))
        if self.name == "cross-entropy":
            rows = arithmetic.rows(outputs)
            return sum(
                (
                    arithmetic.call("log", _exponentials(row, arithmetic)[1]) - row[c]
                    for row, c in zip(rows, classes, strict=True)
                ),
                zero,
            )
        residual = self.residual
        if residual is None:
            slack = _hinge_slack(outputs, targets, arithmetic)
            terms = arithmetic.hadamard(slack, slack)
        else:
            difference = _difference(outputs, targets, arithmetic)
            terms = arithmetic.map(difference, lambda t: evaluate(residual, t, arithmetic))
        return sum((value for row in arithmetic.rows(terms) for value in row), zero)

    def derivative(self, outputs: Any, targets: Any, classes: Any, arithmetic: Arithmetic) -> Any:
        """dPhi/dF_L, an N x m matrix of ``arithmetic``; the arguments are those of ``value``."""
        if self.name == "cross-entropy":
            rows = arithmetic.rows(outputs)
            return arithmetic.from_rows(
                [_softmax_residual(r, c, arithmetic) for r, c in zip(rows, classes, strict=True)]
            )
        residual = self.residual
        if residual is None:
            slack = _hinge_slack(outputs, targets, arithmetic)
            factors = arithmetic.matrix([[-2 * y for y in row] for row in targets])
            return arithmetic.hadamard(factors, slack)
        slope = differentiate(residual)
        difference = _difference(outputs, targets, arithmetic)
        return arithmetic.map(difference, lambda t: evaluate(slope, t, arithmetic))


def loss(spec: str | Loss | Mapping[str, Any]) -> Loss:
    """The loss of a text such as ``"squared"`` or ``"cauchy(delta=1/2)"``.

    A mapping ``{"name": "cauchy", "delta": "1/2"}`` is also taken; parameters that are left out
    have a default. Raises InputError for an unknown name or an inadmissible parameter.

    >>> loss("pseudo-huber")
    Loss(name='pseudo-huber', parameters=(('delta', 1),))
    >>> loss("sqared")
    Traceback (most recent call last):
        ...
    exactland.errors.InputError: loss: there is no loss 'sqared'; did you mean squared?
    """
    if isinstance(spec, Loss):
        return spec
    name, given = _split(spec)
    if name not in LOSSES:
        near = difflib.get_close_matches(name, LOSSES, 1)
        remedy = f"did you mean {near[0]}?" if near else f"the losses are {', '.join(LOSSES)}"
        raise InputError("loss", f"there is no loss {shown(name)}", remedy)
    table = _PARAMETERS.get(name, {})
    unknown = next((key for key in given if key not in table), None)
    if unknown is not None:
        known = ", ".join(table) or "none"
        raise InputError(
            "loss", f"{name} has no parameter {shown(unknown)}", f"its parameters: {known}"
        )
    parameters = []
    for key, (default, admissible, condition) in table.items():
        value = exact(given.get(key, default))
        if not admissible(value):
            raise InputError("loss", f"{key} is {value}", f"choose it so that {condition}")
        parameters.append((key, value))
    result = Loss(name, tuple(parameters))
    if len(str(result)) > 40:
        raise InputError(
            "loss",
            f"the text {shown(str(result), 60)} has more than 40 characters",
            "round parameters",
        )
    return result


def _split(spec: object) -> tuple[str, dict[str, Any]]:
    """The name and the parameters as they are given."""
    if isinstance(spec, Mapping):
        given = {str(key): value for key, value in spec.items()}
        return str(given.pop("name", "")), given
    match = (
        re.fullmatch(r"\s*([^()\s]+)\s*(?:\(([^()]*)\))?\s*", spec)
        if (isinstance(spec, str))
        else None
    )
    if match is None:
        raise InputError("loss", f"{shown(spec)} is not a loss", 'write a name such as "squared"')
    given = {}
    for part in (match[2] or "").split(","):
        key, equals, value = part.partition("=")
        if not part.strip() and match[2] is None:
            continue
        if not equals or key.strip() in given:
            raise InputError(
                "loss", f"{shown(part)} is not a parameter", "write name(parameter=value)"
            )
        given[key.strip()] = value.strip()
    return match[1], given


def _exponentials(row: Sequence[Any], arithmetic: Arithmetic) -> tuple[list[Any], Any]:
    values = [arithmetic.call("exp", value) for value in row]
    return values, sum(values, arithmetic.number(fmpq(0)))


def _softmax_residual(row: Sequence[Any], label: int, arithmetic: Arithmetic) -> list[Any]:
    """softmax(row) - e_label."""
    values, total = _exponentials(row, arithmetic)
    one = arithmetic.number(fmpq(1))
    return [value / total - one if j == label else value / total for j, value in enumerate(values)]


def _difference(outputs: Any, targets: Any, arithmetic: Arithmetic) -> Any:
    """F - Y."""
    return arithmetic.add(outputs, arithmetic.matrix([[-y for y in row] for row in targets]))


def _hinge_slack(outputs: Any, targets: Any, arithmetic: Arithmetic) -> Any:
    """max(0, 1 - Y F); its square is C^1 with derivative -2 Y max(0, 1 - Y F)."""
    zero, one = arithmetic.number(fmpq(0)), arithmetic.number(fmpq(1))
    product = arithmetic.hadamard(arithmetic.matrix(targets), outputs)
    return arithmetic.map(product, lambda a: arithmetic.call("max", zero, one - a))
